// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts the slots of each size that one folio maps, in windows of the size of a huge page: large leaves by arithmetic,
 * small entries from an array of the window.
 */
#include <string.h>

#include "../lib/page_size.h"
#include "folio_slots.h"

#define FOLIO_EMPTY	0xff	/* no entry */
#define FOLIO_NONE	0xfe	/* an entry without a folio, as of swap */

/**
 * folio_slots__total - count the aligned slots of a range
 * @start: first address
 * @end: first address after the range
 * @shift: log2 of the bytes of a slot
 */
uint64_t folio_slots__total(uint64_t start, uint64_t end, unsigned int shift)
{
	const uint64_t mask = (1ULL << shift) - 1;
	const uint64_t first = (start + mask) >> shift, last = end >> shift;

	return first < last ? last - first : 0;
}

/**
 * folio_slots__begin - begin a mapping
 * @s: set
 * @h: the rules
 * @m: the mapping
 * @start: first address to count
 * @end: first address after the last one to count
 */
void folio_slots__begin(struct folio_slots *s, const struct huge *h, const struct huge_mapping *m, uint64_t start, uint64_t end)
{
	s->shift = h->shift;
	s->start = start;
	s->end = end;
	s->used = false;
	khugepaged__init(&s->khugepaged, h, m);
	memset(s->count, 0, sizeof(s->count));
	memset(s->next, 0, sizeof(s->next));
}

/* Return 2: one folio maps all pages; 1: there are entries; 0: none */
static unsigned int look_at(const struct folio_slots *s, unsigned int first, unsigned int order)
{
	const unsigned int pages = 1U << order;
	unsigned int i, entries = 0;
	bool whole = !(s->pfn[first] & (pages - 1));

	for (i = first; i < first + pages; i++) {
		entries += s->order[i] != FOLIO_EMPTY;
		/* folios are aligned: a block of that many aligned frames is in one folio */
		whole &= s->order[i] < FOLIO_NONE && s->order[i] >= order && s->pfn[i] == s->pfn[first] + (i - first);
	}
	return whole ? 2 : entries > 0;
}

/* khugepaged reads slots that are in the mapping as a whole; one that a range cuts is not known */
static void count_collapsible(struct folio_slots *s)
{
	uint64_t made[FOLIO_SHIFTS] = { 0 };
	unsigned int i;

	if (s->window < s->start || s->window + (1ULL << s->shift) > s->end)
		return;
	khugepaged__collapse(&s->khugepaged, s->entry, s->order, made);
	for (i = 0; page_shift() + i < FOLIO_SHIFTS; i++)
		s->count[page_shift() + i].collapsible += made[i];
}

static void count_window(struct folio_slots *s)
{
	const unsigned int page = page_shift(), pages = 1U << (s->shift - page);
	unsigned int order, i;

	for (i = 0; i < pages; i++)
		if (s->order[i] < FOLIO_NONE)
			s->count[page + s->order[i]].bytes += page_bytes();
	for (order = 1; order <= s->shift - page; order++) {
		const uint64_t size = page_bytes() << order;
		struct folio_count *count = &s->count[page + order];

		for (i = 0; i < pages; i += 1U << order) {
			const uint64_t addr = s->window + ((uint64_t)i << page);
			const unsigned int kind = addr < s->start || addr + size > s->end ? 0 : look_at(s, i, order);

			count->whole += kind == 2;
			count->smaller += kind == 1;
		}
	}
	count_collapsible(s);
	s->used = false;
}

static bool has_folio(const struct pgwalk_frame_run *run)
{
	switch (run->run.kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		return page_shift() + run->order < FOLIO_SHIFTS;
	}
	return false;
}

/* Sizes above that of the window: each slot counts once, with its first leaf */
static void add_upper(struct folio_slots *s, unsigned int folio, uint64_t start, uint64_t end)
{
	unsigned int shift;

	for (shift = s->shift + 1; shift < FOLIO_SHIFTS; shift++) {
		const uint64_t size = 1ULL << shift;
		uint64_t slot = start & -size;

		if (slot < s->next[shift])
			slot = s->next[shift];
		if (slot < s->start)
			slot = (s->start + size - 1) & -size;
		for (; slot < end && slot + size <= s->end; slot += size) {
			if (folio >= shift)
				s->count[shift].whole++;
			else
				s->count[shift].smaller++;
			s->next[shift] = slot + size;
		}
	}
}

/* The pages of a leaf of at least the size of the window are in one folio, or in none */
static void add_large(struct folio_slots *s, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end)
{
	const unsigned int folio = has_folio(run) ? page_shift() + run->order : 0;
	unsigned int shift;

	for (shift = page_shift() + 1; shift <= s->shift; shift++) {
		const uint64_t slots = folio_slots__total(start, end, shift);

		if (shift <= folio)
			s->count[shift].whole += slots;
		else
			s->count[shift].smaller += slots;
	}
	if (folio)
		s->count[folio].bytes += end - start;
}

static void add_small(struct folio_slots *s, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end)
{
	const unsigned int page = page_shift();
	const uint8_t entry = khugepaged__judge_run(&s->khugepaged, run);
	uint64_t pfn = run->run.pfn + ((start - run->run.start) >> page);

	for (; start < end; start += page_bytes(), pfn++) {
		const uint64_t window = start & -(1ULL << s->shift);
		unsigned int i;

		if (s->used && s->window != window)
			count_window(s);
		if (!s->used) {
			memset(s->order, FOLIO_EMPTY, sizeof(s->order));
			memset(s->entry, 0, sizeof(s->entry));
			s->window = window;
			s->used = true;
		}
		i = (unsigned int)((start - window) >> page);
		s->order[i] = has_folio(run) ? run->order : FOLIO_NONE;
		s->pfn[i] = pfn;
		s->entry[i] = entry;
	}
}

/**
 * folio_slots__add - add the pages of a run
 * @s: the counts
 * @run: the run, in the order of addresses; pages outside of the part that counts are left out
 */
void folio_slots__add(struct folio_slots *s, const struct pgwalk_frame_run *run)
{
	const uint64_t start = run->run.start > s->start ? run->run.start : s->start;
	const uint64_t end = run->run.end < s->end ? run->run.end : s->end;

	if (start >= end)
		return;
	add_upper(s, has_folio(run) ? page_shift() + run->order : 0, start, end);
	if (run->run.shift >= s->shift)
		add_large(s, run, start, end);
	else
		add_small(s, run, start, end);
}

/** folio_slots__end - count the last window */
void folio_slots__end(struct folio_slots *s)
{
	if (s->used)
		count_window(s);
}
