// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Adds up runs of consecutive frames, leaves and folios by size, and counts the TLB entries that the
 * resident pages need: as they are mapped, with an entry for each folio, and if they were contiguous.
 */
#include <string.h>

#include "../lib/page_size.h"
#include "reach.h"

#define SHIFT	page_shift()

/**
 * reach__init - begin without pages
 * @r: set
 * @info: levels of the page tables
 */
void reach__init(struct reach *r, const struct pgwalk_info *info)
{
	unsigned int i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < REACH_SIZES; i++)
		r->size[i].shift = (uint8_t)i;
	/* from the root down: the largest comes first */
	for (i = 0; i < info->nr_levels && i < PGWALK_MAX_LEVELS; i++) {
		const struct pgwalk_geometry *level = &info->geometry[i];

		if (level->leaf && level->shift < REACH_SIZES &&
		    (level->level != PGWALK_LEVEL_PUD || info->paging & PGWALK_PAGING_GB_LEAF))
			r->leaf_shift[r->nr_leaf_shifts++] = level->shift;
	}
}

static unsigned int log2_of(uint64_t n)
{
	return 63 - (unsigned int)__builtin_clzll(n);
}

/* Count the fewest leaves that cover a range: the largest ones that fit, at multiples of their size */
static uint64_t count_leaves(const struct reach *r, uint64_t start, uint64_t end)
{
	uint64_t count = 0, low = start, high = start;
	unsigned int i;

	/* @low to @high is covered; each smaller size extends it on both sides */
	for (i = 0; i < r->nr_leaf_shifts; i++) {
		const unsigned int shift = r->leaf_shift[i];
		const uint64_t size = 1ULL << shift;
		const uint64_t first = (start + size - 1) & ~(size - 1), last = end & ~(size - 1);

		if (first >= last || first < start)
			continue;
		if (low == high)
			low = high = first;
		count += (low - first + last - high) >> shift;
		low = first;
		high = last;
	}
	return count;
}

static void end_run(struct reach *r)
{
	const uint64_t bytes = r->run.end - r->run.start;
	struct inspect_reach_size *size;

	if (!bytes)
		return;
	size = &r->size[log2_of(bytes)];
	size->runs++;
	size->run_bytes += bytes;
	r->total.runs++;
	if (bytes > r->total.longest) {
		r->total.longest = bytes;
		r->total.longest_start = r->run.start;
	}
	r->run.end = r->run.start;
}

static void end_resident(struct reach *r)
{
	r->total.entries_contiguous += count_leaves(r, r->resident.start, r->resident.end);
	r->resident.end = r->resident.start;
}

/**
 * reach__begin - begin a mapping
 * @r: the sums
 * @start: first address to count
 * @end: first address after the last one to count
 */
void reach__begin(struct reach *r, uint64_t start, uint64_t end)
{
	reach__end(r);
	r->start = start;
	r->end = end;
}

/** reach__end - end a mapping: no run, leaf or folio continues in the next one */
void reach__end(struct reach *r)
{
	end_run(r);
	end_resident(r);
	r->folio.next = 0;
	r->start = r->end;
}

/**
 * reach__finish - complete the sums, after the last mapping
 * @r: the sums
 */
void reach__finish(struct reach *r)
{
	unsigned int i;

	reach__end(r);
	r->total.entries_folios = r->total.entries - r->saved;
	for (i = 0; i < REACH_SIZES; i++)
		r->size[i].resident = r->total.resident;
}

/* Continue a streak with pages, or return false if they are not its next pages */
static bool extend(struct reach_streak *s, uint64_t start, uint64_t end, uint64_t pfn, bool frames)
{
	if (s->end == s->start || s->end != start ||
	    (frames && s->pfn + ((s->end - s->start) >> SHIFT) != pfn))
		return false;
	s->end = end;
	return true;
}

static void end_folio(struct reach *r, uint8_t order)
{
	struct inspect_reach_size *size = &r->size[SHIFT + order];
	const uint64_t bytes = 1ULL << (SHIFT + order);

	size->folios++;
	size->folio_bytes += bytes;
	if ((r->folio.next - bytes) & (bytes - 1))
		size->misaligned++;
	else
		r->saved += r->folio.leaves - 1;
	r->folio.next = 0;
}

/* Count pages of one folio. Folios are aligned: a folio of order n starts at a multiple of 2^n frames */
static void add_part(struct reach *r, const struct pgwalk_frame_run *run, uint64_t start, uint64_t pfn,
		     uint64_t pages)
{
	const uint64_t folio = 1ULL << run->order, per_leaf = 1ULL << (run->run.shift - SHIFT);
	struct reach_folio *f = &r->folio;

	if (!f->next || f->next != start || f->next_pfn != pfn || f->end_pfn != (pfn & ~(folio - 1)) + folio) {
		f->next = 0;
		if (pfn & (folio - 1))
			return;
		f->end_pfn = pfn + folio;
		f->leaves = 0;
	}
	f->next = start + (pages << SHIFT);
	f->next_pfn = pfn + pages;
	f->leaves += (pages + per_leaf - 1) / per_leaf;
	if (f->next_pfn == f->end_pfn)
		end_folio(r, run->order);
}

static void add_folios(struct reach *r, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end,
		       uint64_t pfn)
{
	struct inspect_reach_size *size = &r->size[SHIFT + run->order];
	const uint64_t folio = 1ULL << run->order;

	if (!run->order || SHIFT + run->order >= REACH_SIZES)
		return;
	size->part_bytes += end - start;	/* those of whole folios are subtracted below */
	while (start < end) {
		const uint64_t left = folio - (pfn & (folio - 1)), there = (end - start) >> SHIFT;
		const uint64_t pages = left < there ? left : there, before = size->folio_bytes;

		add_part(r, run, start, pfn, pages);
		size->part_bytes -= size->folio_bytes - before;
		start += pages << SHIFT;
		pfn += pages;
	}
}

static bool has_frame(const struct pgwalk_frame_run *run)
{
	switch (run->run.kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		return true;
	}
	return false;
}

static void add_leaves(struct reach *r, const struct pgwalk_run *run, uint64_t start, uint64_t end)
{
	struct inspect_reach_size *size = &r->size[run->shift % REACH_SIZES];
	const uint64_t mask = (1ULL << run->shift) - 1;
	const uint64_t count = ((end + mask) >> run->shift) - (start >> run->shift);

	size->leaves += count;
	size->leaf_bytes += end - start;
	if (!(run->flags & PGWALK_F_NX))
		size->exec_leaves += count;
	r->total.entries += count;
}

/* A leaf of which the range has a part takes an entry as a whole */
static void add_resident(struct reach *r, uint64_t start, uint64_t end)
{
	if (extend(&r->resident, start, end, 0, false))
		return;
	end_resident(r);
	r->resident = (struct reach_streak){ start, end, 0 };
}

/**
 * reach__add - add the pages of a run
 * @r: the sums, in the mapping of the run
 * @run: the run; runs come in the order of their addresses
 *
 * Pages outside of the mapping, and before the end of the last run, are left out: a large leaf may begin
 * before and end after the requested range, and small pages may be collapsed between two calls.
 */
void reach__add(struct reach *r, const struct pgwalk_frame_run *run)
{
	const uint64_t start = run->run.start > r->start ? run->run.start : r->start;
	const uint64_t end = run->run.end < r->end ? run->run.end : r->end;
	const uint64_t pfn = run->run.pfn + ((start - run->run.start) >> SHIFT);
	const uint64_t leaf = 1ULL << run->run.shift;

	if (start >= end)
		return;
	r->start = end;
	if (run->run.kind == PGWALK_KIND_RACED)
		r->total.raced += end - start;
	else if (run->run.kind == PGWALK_KIND_ZERO || run->run.kind == PGWALK_KIND_SPECIAL ||
		 run->run.kind == PGWALK_KIND_DEVICE)
		r->total.not_counted += end - start;
	if (!has_frame(run))
		return;
	r->total.resident += end - start;
	add_leaves(r, &run->run, start, end);
	if (!extend(&r->run, start, end, pfn, true)) {
		end_run(r);
		r->run = (struct reach_streak){ start, end, pfn };
	}
	add_resident(r, start & ~(leaf - 1), (end + leaf - 1) & ~(leaf - 1));
	add_folios(r, run, start, end, pfn);
}
