// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of the mapping that is being looked into. There is room for so many;
 * the coldest makes room for another one (struct snapshot_pages has the rule), and
 * what it had is counted as left out: no fault that was told gets lost.
 */
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "page.h"

/* How hot one fault makes a page: it can be halved so often before it is forgotten */
#define HEAT	(1ULL << 16)

/**
 * struct held - a page
 * @shown: as it will be shown
 * @heat: see struct snapshot_pages
 * @turn: of its last fault, among all faults
 * @in_heap: its place in the heap
 */
struct held {
	struct snapshot_page shown;
	uint64_t heat;
	uint64_t turn;
	unsigned int in_heap;
};

/* For sorting those that are shown */
struct order {
	uint64_t heat;
	uint64_t faults;
	uint64_t addr;
	unsigned int page;
};

/**
 * struct pages - the pages of a range
 * @start: of the range; 0 with @end: nobody looks
 * @end: the first address behind it
 * @left_out: faults of pages that had to make room
 * @turns: faults there were
 * @index: finds a page by its address
 * @count: how many there are
 * @held: the pages
 * @heap: of them, the coldest first
 * @order: for the snapshot
 * @taken: memory of the last snapshot
 */
struct pages {
	uint64_t start;
	uint64_t end;
	uint64_t left_out;
	uint64_t turns;
	struct index *index;
	unsigned int count;
	struct held held[PAGES_MAX];
	unsigned int heap[PAGES_MAX];
	struct order order[PAGES_MAX];
	struct snapshot_page taken[PAGES_MAX];
};

/** pages__create - nothing is looked into; NULL: no memory */
struct pages *pages__create(void)
{
	struct pages *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->index = index__create(PAGES_MAX);
	if (p->index)
		return p;
	free(p);
	return NULL;
}

/** pages__destroy - free it; NULL is fine */
void pages__destroy(struct pages *p)
{
	if (!p)
		return;
	index__destroy(p->index);
	free(p);
}

/**
 * pages__look_into - from now on it is about this range
 * @p: the pages
 * @start: its first address; 0 with @end: about none
 * @end: the first address behind it
 *
 * If it has something in common with the range before, that is the same mapping,
 * which has grown or shrunk: its pages stay.
 */
void pages__look_into(struct pages *p, uint64_t start, uint64_t end)
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
	const struct held *x = &p->held[a], *y = &p->held[b];

	return x->heat != y->heat ? x->heat < y->heat : x->turn < y->turn;
}

static void heap_put(struct pages *p, unsigned int place, unsigned int page)
{
	p->heap[place] = page;
	p->held[page].in_heap = place;
}

static void heap_up(struct pages *p, unsigned int place)
{
	unsigned int page = p->heap[place];

	while (place && colder(p, page, p->heap[(place - 1) / 2])) {
		heap_put(p, place, p->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	heap_put(p, place, page);
}

static void heap_down(struct pages *p, unsigned int place)
{
	unsigned int page = p->heap[place], child;

	while ((child = 2 * place + 1) < p->count) {
		if (child + 1 < p->count &&
		    colder(p, p->heap[child + 1], p->heap[child]))
			child++;
		if (!colder(p, p->heap[child], page))
			break;
		heap_put(p, place, p->heap[child]);
		place = child;
	}
	heap_put(p, place, page);
}

/* The page at @addr, made if need be at the cost of the coldest one */
static struct held *page_at(struct pages *p, uint64_t addr)
{
	uint32_t page = index__find(p->index, addr);

	if (page != INDEX_NONE)
		return &p->held[page];
	if (p->count == PAGES_MAX) {
		page = p->heap[0];
		p->left_out += p->held[page].shown.faults;
		index__remove(p->index, p->held[page].shown.addr);
	} else {
		page = p->count++;
		heap_put(p, page, page);
	}
	p->held[page] = (struct held) {
		.shown = { .addr = addr, .mapcount = -1, .node = -1 },
		.in_heap = p->held[page].in_heap,
	};
	heap_up(p, p->held[page].in_heap);
	index__set(p->index, addr, page);
	return &p->held[page];
}

/* The leaf that is there now, or a small page */
static uint64_t first_address(const struct pgwalk_fault_event *event)
{
	const struct pgwalk_entry *leaf = &event->after;
	unsigned int shift = PGWALK_PAGE_SHIFT;

	if (leaf->kind != PGWALK_KIND_UNSET && leaf->kind != PGWALK_KIND_NONE &&
	    leaf->kind != PGWALK_KIND_TABLE &&
	    leaf->kind != PGWALK_KIND_RACED && leaf->kind < PGWALK_KIND_NR &&
	    leaf->shift > shift && leaf->shift <= 30)
		shift = leaf->shift;
	return event->addr >> shift << shift;
}

/**
 * pages__event - a fault of one page
 * @p: the pages
 * @event: the fault; one outside the range is of an earlier one, and is none of them
 */
void pages__event(struct pages *p, const struct pgwalk_fault_event *event)
{
	struct held *h;

	if (event->addr < p->start || event->addr >= p->end)
		return;
	h = page_at(p, first_address(event));
	h->shown.faults++;
	h->shown.interval_faults++;
	h->shown.last = *event;
	h->heat += HEAT;
	h->turn = ++p->turns;
	heap_down(p, h->in_heap);
}

static void set_now(struct held *h, const struct pgwalk_frame_run *run)
{
	uint64_t i = (h->shown.addr - run->run.start) >> PGWALK_PAGE_SHIFT;
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
 * pages__now - what a page is now
 * @p: the pages
 * @run: as struct record_page; may be more than the page
 */
void pages__now(struct pages *p, const struct pgwalk_frame_run *run)
{
	uint64_t bytes = run->run.end - run->run.start;
	uint64_t steps = bytes >> PGWALK_PAGE_SHIFT;
	uint64_t i;

	if (run->run.end <= run->run.start)
		return;
	if (steps > p->count) {
		for (i = 0; i < p->count; i++)
			if (p->held[i].shown.addr - run->run.start < bytes)
				set_now(&p->held[i], run);
		return;
	}
	for (i = 0; i < steps; i++) {
		uint32_t page = index__find(p->index, run->run.start +
						      (i << PGWALK_PAGE_SHIFT));

		if (page != INDEX_NONE)
			set_now(&p->held[page], run);
	}
}

/** pages__reset - count anew from the beginning of the running interval on */
void pages__reset(struct pages *p)
{
	unsigned int i;

	p->left_out = 0;
	for (i = 0; i < p->count; i++)
		p->held[i].shown.faults = p->held[i].shown.interval_faults;
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

/* The next interval begins: all pages cool down */
static void cool_down(struct pages *p)
{
	unsigned int i;

	for (i = 0; i < p->count; i++) {
		p->held[i].heat /= 2;
		p->held[i].shown.interval_faults = 0;
		p->held[i].shown.now_known = false;
	}
	for (i = p->count / 2; i--;)
		heap_down(p, i);
}

/**
 * pages__take - show the pages at the end of an interval, and begin the next one
 * @p: the pages; holds what @s points to until it is called again
 * @s: filled, but for @lost
 */
void pages__take(struct pages *p, struct snapshot_pages *s)
{
	unsigned int i, count = 0;

	for (i = 0; i < p->count; i++) {
		const struct held *h = &p->held[i];

		p->order[count] = (struct order) { h->heat, h->shown.faults,
						   h->shown.addr, i };
		count += !!h->shown.faults;
	}
	qsort(p->order, count, sizeof(*p->order), by_heat);
	for (i = 0; i < count; i++)
		p->taken[i] = p->held[p->order[i].page].shown;
	s->start = p->start;
	s->end = p->end;
	s->page = p->taken;
	s->nr_pages = count;
	s->left_out = p->left_out;
	cool_down(p);
}
