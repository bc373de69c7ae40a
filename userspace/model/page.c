// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The pages of the traced mapping. When the table is full, a new page evicts the coldest
 * (struct snapshot_pages has the rule) and its faults are counted as left out, so that no
 * recorded fault is lost.
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/page_size.h"
#include "../lib/sparse.h"
#include "index.h"
#include "page.h"

/* Heat of one fault: it reaches 0 after 17 intervals */
#define HEAT	(1ULL << 16)

/**
 * struct entry - a page
 * @shown: the page in the snapshot
 * @heat: see struct snapshot_pages
 * @fault: sequence number of its last fault
 * @position_in_heap: its position in the heap
 */
struct entry {
	struct snapshot_page shown;
	uint64_t heat;
	uint64_t fault;
	unsigned int position_in_heap;
};

/* Sort key of the snapshot */
struct order {
	uint64_t heat;
	uint64_t faults;
	uint64_t addr;
	unsigned int page;
};

/**
 * struct pages - the pages of a range
 * @start: first address; 0 with @end: no trace
 * @end: first address after the range
 * @left_out: faults of evicted pages
 * @nr_faults: number of faults
 * @index: page by address
 * @count: number of pages
 * @entry: the pages
 * @heap: the pages, coldest first
 * @order: sort keys of the snapshot
 * @result: memory of the last snapshot
 */
struct pages {
	uint64_t start;
	uint64_t end;
	uint64_t left_out;
	uint64_t nr_faults;
	struct index *index;
	unsigned int count;
	struct entry entry[PAGES_MAX];
	unsigned int heap[PAGES_MAX];
	struct order order[PAGES_MAX];
	struct snapshot_page result[PAGES_MAX];
};

/** pages__create - make an empty table without a range; NULL: no memory */
struct pages *pages__create(void)
{
	struct pages *p = sparse__alloc(sizeof(*p));

	if (!p)
		return NULL;
	p->index = index__create(PAGES_MAX);
	if (p->index)
		return p;
	free(p);
	return NULL;
}

/** pages__destroy - free a table; NULL is fine */
void pages__destroy(struct pages *p)
{
	if (!p)
		return;
	index__destroy(p->index);
	free(p);
}

/**
 * pages__set_range - set the range of the trace
 * @p: the pages
 * @start: first address; 0 with @end: no trace
 * @end: first address after the range
 *
 * A range that overlaps the one before is the same mapping, grown or shrunk: its pages
 * stay.
 */
void pages__set_range(struct pages *p, uint64_t start, uint64_t end)
{
	bool same = start < p->end && p->start < end;

	p->start = start;
	p->end = end;
	if (same)
		return;
	p->count = 0;
	p->left_out = 0;
	index__clear(p->index);
}

static bool colder(const struct pages *p, unsigned int a, unsigned int b)
{
	const struct entry *x = &p->entry[a], *y = &p->entry[b];

	return x->heat != y->heat ? x->heat < y->heat : x->fault < y->fault;
}

static void heap_set(struct pages *p, unsigned int position, unsigned int page)
{
	p->heap[position] = page;
	p->entry[page].position_in_heap = position;
}

static void heap_up(struct pages *p, unsigned int position)
{
	unsigned int page = p->heap[position];

	while (position && colder(p, page, p->heap[(position - 1) / 2])) {
		heap_set(p, position, p->heap[(position - 1) / 2]);
		position = (position - 1) / 2;
	}
	heap_set(p, position, page);
}

static void heap_down(struct pages *p, unsigned int position)
{
	unsigned int page = p->heap[position], child;

	while ((child = 2 * position + 1) < p->count) {
		if (child + 1 < p->count &&
		    colder(p, p->heap[child + 1], p->heap[child]))
			child++;
		if (!colder(p, p->heap[child], page))
			break;
		heap_set(p, position, p->heap[child]);
		position = child;
	}
	heap_set(p, position, page);
}

/* Return the page at @addr; a new page may evict the coldest one */
static struct entry *page_at(struct pages *p, uint64_t addr)
{
	uint32_t page = index__find(p->index, addr);

	if (page != INDEX_NONE)
		return &p->entry[page];
	if (p->count == PAGES_MAX) {
		page = p->heap[0];
		p->left_out += p->entry[page].shown.faults;
		index__remove(p->index, p->entry[page].shown.addr);
	} else {
		page = p->count++;
		heap_set(p, page, page);
	}
	p->entry[page] = (struct entry) {
		.shown = { .addr = addr, .mapcount = -1, .node = -1 },
		.position_in_heap = p->entry[page].position_in_heap,
	};
	heap_up(p, p->entry[page].position_in_heap);
	index__set(p->index, addr, page);
	return &p->entry[page];
}

/* Return the address of the leaf that is present after the fault, or of the small page */
static uint64_t first_address(const struct pgwalk_fault_event *event)
{
	const struct pgwalk_entry *leaf = &event->after;
	unsigned int shift = page_shift();

	if (leaf->kind != PGWALK_KIND_UNSET && leaf->kind != PGWALK_KIND_NONE &&
	    leaf->kind != PGWALK_KIND_TABLE &&
	    leaf->kind != PGWALK_KIND_RACED && leaf->kind < PGWALK_KIND_NR &&
	    leaf->shift > shift && leaf->shift <= 30)
		shift = leaf->shift;
	return event->addr >> shift << shift;
}

/**
 * pages__event - add a fault of one page
 * @p: the pages
 * @event: the fault; outside the range, it is of an earlier trace and ignored
 */
void pages__event(struct pages *p, const struct pgwalk_fault_event *event)
{
	struct entry *h;

	if (event->addr < p->start || event->addr >= p->end)
		return;
	h = page_at(p, first_address(event));
	h->shown.faults++;
	h->shown.interval_faults++;
	h->shown.last = *event;
	h->heat += HEAT;
	h->fault = ++p->nr_faults;
	heap_down(p, h->position_in_heap);
}

static void set_now(struct entry *h, const struct pgwalk_frame_run *run)
{
	uint64_t i = (h->shown.addr - run->run.start) >> page_shift();
	bool none = run->run.kind == PGWALK_KIND_NONE;

	h->shown.now_known = true;
	h->shown.now = (struct pgwalk_entry) {
		.flags = run->run.flags,
		.pfn = run->run.pfn ? run->run.pfn + i : 0,
		.swap_type = run->run.swap_type,
		.kind = run->run.kind,
		.level = run->run.level,
		.shift = run->run.shift,
		.pkey = run->run.pkey,
	};
	h->shown.mapcount = none ? -1 : run->mapcount;
	h->shown.node = none ? -1 : run->node;
	h->shown.frame_flags = none ? 0 : run->frame_flags;
}

/**
 * pages__now - set the current state of a page
 * @p: the pages
 * @run: as struct record_page; may extend beyond the page
 */
void pages__now(struct pages *p, const struct pgwalk_frame_run *run)
{
	uint64_t bytes = run->run.end - run->run.start;
	uint64_t steps = bytes >> page_shift();
	uint64_t i;

	if (run->run.end <= run->run.start)
		return;
	if (steps > p->count) {
		for (i = 0; i < p->count; i++)
			if (p->entry[i].shown.addr - run->run.start < bytes)
				set_now(&p->entry[i], run);
		return;
	}
	for (i = 0; i < steps; i++) {
		uint32_t page = index__find(p->index, run->run.start +
						      (i << page_shift()));

		if (page != INDEX_NONE)
			set_now(&p->entry[page], run);
	}
}

/** pages__reset - reset the counts to those of the running interval */
void pages__reset(struct pages *p)
{
	unsigned int i;

	p->left_out = 0;
	for (i = 0; i < p->count; i++)
		p->entry[i].shown.faults = p->entry[i].shown.interval_faults;
}

static int by_heat(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->heat != y->heat)
		return x->heat > y->heat ? -1 : 1;
	if (x->faults != y->faults)
		return x->faults > y->faults ? -1 : 1;
	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Halve the heat of all pages for the next interval */
static void cool_down(struct pages *p)
{
	unsigned int i;

	for (i = 0; i < p->count; i++) {
		p->entry[i].heat /= 2;
		p->entry[i].shown.interval_faults = 0;
		p->entry[i].shown.now_known = false;
	}
	for (i = p->count / 2; i--;)
		heap_down(p, i);
}

/**
 * pages__take - fill the pages of a snapshot, and begin the next interval
 * @p: the pages; owns the memory @s points to until the next call
 * @s: all fields are set except @lost
 */
void pages__take(struct pages *p, struct snapshot_pages *s)
{
	unsigned int i, count = 0;

	for (i = 0; i < p->count; i++) {
		const struct entry *h = &p->entry[i];

		p->order[count] = (struct order) { h->heat, h->shown.faults,
						   h->shown.addr, i };
		count += !!h->shown.faults;
	}
	qsort(p->order, count, sizeof(*p->order), by_heat);
	for (i = 0; i < count; i++)
		p->result[i] = p->entry[p->order[i].page].shown;
	s->start = p->start;
	s->end = p->end;
	s->page = p->result;
	s->nr_pages = count;
	s->left_out = p->left_out;
	cool_down(p);
}
