// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Splits runs of pages where the attributes of their frames differ. It reads no page table and
 * holds no lock or reference; the frames may have changed since the entries were read.
 */
#include <linux/kernel-page-flags.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "../arch/pgtable.h"
#include "../buffer.h"
#include "../compat.h"
#include "../runs.h"
#include "cache.h"
#include "frame.h"
#include "runs.h"

#define SECTION_READS	PGWALK_FRAME_WORK
#define KPF(name)	PGWALK_FRAME_FLAG(KPF_##name)
#define PLACE_FLAGS	(KPF(COMPOUND_HEAD) | KPF(COMPOUND_TAIL))

static_assert(sizeof(struct pgwalk_frame_summary) ==
	      sizeof(struct pgwalk_frame_run) - offsetof(struct pgwalk_frame_run, frame_flags));
static_assert(offsetof(struct pgwalk_frame_run, frame_kind) -
	      offsetof(struct pgwalk_frame_run, frame_flags) ==
	      offsetof(struct pgwalk_frame_summary, kind));

static bool has_frame(const struct pgwalk_run *run)
{
	switch (run->kind) {
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		return false;
	default:
		return true;
	}
}

static void close_run(struct pgwalk_frame_runs *runs)
{
	runs->nr += runs->is_open;
	runs->is_open = false;
}

/* Test if a leaf with this frame continues the open run, which is of the same input run. */
static bool follows(const struct pgwalk_frame_runs *runs,
		    const struct pgwalk_frame_summary *summary)
{
	const struct pgwalk_frame_run *open = &runs->run[runs->nr];
	u64 differ = open->frame_flags ^ summary->flags;

	if (!runs->by_page)
		differ &= ~PLACE_FLAGS;
	return !differ && *(const u64 *)&open->mapcount == *(const u64 *)&summary->mapcount;
}

static void open_run(struct pgwalk_frame_runs *runs, const struct pgwalk_run *run,
		     const struct pgwalk_frame_summary *summary, u64 end)
{
	struct pgwalk_frame_run *open = &runs->run[runs->nr];

	runs->is_open = true;
	open->run = *run;
	open->run.pfn += (runs->addr - run->start) >> PAGE_SHIFT;
	open->run.start = runs->addr;
	open->run.end = end;
	open->frame_flags = summary->flags;
	*(u64 *)&open->mapcount = *(const u64 *)&summary->mapcount;
	runs->list[runs->nr] = 0;
}

static bool is_wanted(const struct pgwalk_frame_runs *runs,
		      const struct pgwalk_frame_summary *summary)
{
	return (summary->flags & runs->require) == runs->require &&
	       !(summary->flags & runs->exclude);
}

/* Add the pages up to @end, which all have the attributes in @summary. */
static __always_inline void add(struct pgwalk_frame_runs *runs, const struct pgwalk_run *run,
				const struct pgwalk_frame_summary *summary, u64 end)
{
	if (!is_wanted(runs, summary)) {
		close_run(runs);
	} else if (runs->is_open && !runs->is_part && follows(runs, summary)) {
		runs->run[runs->nr].run.end = end;
	} else {
		close_run(runs);
		open_run(runs, run, summary, end);
	}
	runs->is_part = false;
	runs->addr = end;
}

/*
 * Add the pages of a part of a large leaf that have equal mapcounts. With @by_page a part is a
 * separate record. Pages before @runs->from are left out, because they were reported before.
 */
static void add_part(struct pgwalk_frame_runs *runs, const struct pgwalk_run *run,
		     const struct pgwalk_frame_summary *summary, u64 end)
{
	if (runs->by_page || runs->addr < runs->from)
		close_run(runs);
	if (end > runs->from) {
		runs->addr = max(runs->addr, runs->from);
		add(runs, run, summary, end);
	}
	runs->is_part = runs->by_page;
	runs->addr = end;
}

static bool has_room(const struct pgwalk_frame_runs *runs)
{
	return runs->nr + runs->more < runs->room;
}

/* Return how many of @nr pages of a large leaf have the mapcount of the first. */
static unsigned int count_mapped_as(struct pgwalk_frame_runs *runs, unsigned long pfn,
				    unsigned int nr, const struct pgwalk_frame_summary *first)
{
	struct pgwalk_frame_summary summary;
	unsigned int i;

	if (PGWALK_DEVICE_FOLIOS && first->kind == PGWALK_FRAME_DEVICE)
		nr = min_t(unsigned int, nr, PGWALK_ARCH_TABLE_ENTRIES);	/* limits the work for 1G */
	else if (!first->order || first->kind == PGWALK_FRAME_HUGETLB ||
		 pgwalk_frame_is_mapped_whole(compound_head(pfn_to_page(pfn)), first->mapcount))
		return nr;
	for (i = 1; i < nr; i++) {
		pgwalk_frame_read_summary(&runs->cache, pfn + i, &summary);
		if (summary.mapcount != first->mapcount)
			break;
	}
	return i;
}

/* Add one leaf with a frame that is not in the cache. */
static noinline void add_other(struct pgwalk_frame_runs *runs, const struct pgwalk_run *run,
			       unsigned long pfn)
{
	const u64 size = 1ULL << run->shift;
	const u64 left = size - (runs->addr & (size - 1));
	struct pgwalk_frame_summary summary;
	u64 same;

	pgwalk_frame_read_summary(&runs->cache, pfn, &summary);
	if (unlikely(run->kind == PGWALK_KIND_ZERO && run->shift != PAGE_SHIFT)) {
		/* The kind of the entry identifies the huge zero page more reliably. */
		summary.flags |= KPF(ZERO_PAGE) | KPF(THP);
		summary.kind = PGWALK_FRAME_ZERO;
	}
	same = (u64)count_mapped_as(runs, pfn, left >> PAGE_SHIFT, &summary) << PAGE_SHIFT;
	if (likely(same == size))
		add(runs, run, &summary, runs->addr + size);
	else
		add_part(runs, run, &summary, runs->addr + same);
}

/* Return how many frames the section may still read. */
static unsigned int reads_left(const struct pgwalk_frame_runs *runs)
{
	return SECTION_READS - min(runs->cache.work, SECTION_READS);
}

/* Split the leaves of a run, as long as there is room. */
static void cut_leaves(struct pgwalk_frame_runs *runs, const struct pgwalk_run *run)
{
	while (reads_left(runs) && runs->addr < run->end && has_room(runs)) {
		unsigned long pfn = run->pfn + ((runs->addr - run->start) >> PAGE_SHIFT);
		u64 left = (run->end - runs->addr) >> run->shift;
		unsigned int nr = 0;

		/* A large leaf has no small page, unless its folio was freed. */
		if (run->shift == PAGE_SHIFT)
			nr = pgwalk_frame_cache_count(&runs->cache, pfn,
						      min_t(u64, left, reads_left(runs)));
		runs->cache.work += nr;
		if (nr)
			add(runs, run, &runs->cache.summary, runs->addr + ((u64)nr << PAGE_SHIFT));
		else
			add_other(runs, run, pfn);
	}
}

/* Add @nr pages of a listed run that all have the attributes in @summary. */
static void add_listed(struct pgwalk_frame_runs *runs, const struct pgwalk_run *run,
		       unsigned int first, unsigned int nr,
		       const struct pgwalk_frame_summary *summary)
{
	const u64 end = runs->addr + ((u64)nr << PAGE_SHIFT);

	if (is_wanted(runs, summary)) {
		open_run(runs, run, summary, end);
		runs->run[runs->nr].run.pfn = runs->batch->pfn[first];
		runs->list[runs->nr] = first + 1;
		runs->more += nr - 1;
		close_run(runs);
	}
	runs->addr = end;
}

/*
 * Split a run with a list of pfns, as long as there is room. Most frames are like the one before.
 * Each page is a run of its own, so no run is open.
 */
static void cut_listed(struct pgwalk_frame_runs *runs, const struct pgwalk_run *run)
{
	const struct pgwalk_batch *batch = runs->batch;

	while (reads_left(runs) && runs->addr < run->end && has_room(runs)) {
		unsigned int first = batch->list[runs->at] - 1 +
				     ((runs->addr - run->start) >> PAGE_SHIFT);
		unsigned int most = min3((run->end - runs->addr) >> PAGE_SHIFT,
					 (u64)reads_left(runs),
					 (u64)runs->room - runs->more - runs->nr);
		unsigned int nr = pgwalk_frame_count_listed(&runs->cache, &batch->pfn[first], most);
		struct pgwalk_frame_summary summary = runs->cache.summary;

		runs->cache.work += nr;
		if (!nr)
			pgwalk_frame_read_summary(&runs->cache, batch->pfn[first], &summary);
		add_listed(runs, run, first, nr ?: 1, &summary);
	}
}

/*
 * Copy runs of one small page each, with frames that have the cached summary. A process whose
 * pages are apart from each other has mostly such runs. Return true if there was a run to copy.
 */
static bool cut_single(struct pgwalk_frame_runs *runs)
{
	const struct pgwalk_batch *batch = runs->batch;
	const struct pgwalk_frame_summary summary = runs->cache.summary;
	const struct pgwalk_frame_words words = runs->cache.words;
	const struct pgwalk_run *run = &batch->run[runs->at];
	struct pgwalk_frame_run *to = &runs->run[runs->nr];
	const u64 tail = *(const u64 *)&run->swap_type;
	unsigned int most = min3(batch->nr - runs->at, runs->room - runs->more - runs->nr,
				 reads_left(runs));
	unsigned int nr;

	static_assert(sizeof(*run) - offsetof(struct pgwalk_run, swap_type) == sizeof(tail));
	if (runs->is_open || runs->addr != run->start || !words.is_set || !has_frame(run) ||
	    !is_wanted(runs, &summary))
		return false;
	for (nr = 0; nr < most; nr++, run++, to++) {
		/* Equal kind and size. */
		if (*(const u64 *)&run->swap_type != tail || run->end - run->start != PAGE_SIZE ||
		    !pgwalk_frame_online_has(runs->cache.online, run->pfn) ||
		    !pgwalk_frame_words_match(&words, run->pfn))
			break;
		to->run = *run;
		to->frame_flags = summary.flags;
		*(u64 *)&to->mapcount = *(const u64 *)&summary.mapcount;
	}
	memset(&runs->list[runs->nr], 0, nr * sizeof(*runs->list));
	runs->nr += nr;
	runs->at += nr;
	runs->cache.work += nr;
	if (!pgwalk_frame_runs_is_done(runs))
		runs->addr = run->start;
	return nr > 0;
}

static void next_run(struct pgwalk_frame_runs *runs)
{
	close_run(runs);
	runs->at++;
	if (!pgwalk_frame_runs_is_done(runs))
		runs->addr = runs->batch->run[runs->at].start;
}

/* Split one run, as long as there is room. A run without frames counts as a frame. */
static void cut_run(struct pgwalk_frame_runs *runs)
{
	static const struct pgwalk_frame_summary none = { .mapcount = -1, .node = NUMA_NO_NODE };
	const struct pgwalk_run *run = &runs->batch->run[runs->at];

	if (runs->batch->list[runs->at]) {
		cut_listed(runs, run);
	} else if (has_frame(run)) {
		cut_leaves(runs, run);
	} else {
		runs->cache.work++;
		if (runs->addr < run->end)
			add(runs, run, &none, run->end);	/* no leaf of the run has a frame */
	}
	if (runs->addr >= run->end && has_room(runs))
		next_run(runs);
}

/**
 * pgwalk_frame_runs_begin - begin to split a batch
 * @runs: @require, @exclude and @by_page are set
 * @batch: must not change until @runs is done
 * @from: pages before this address were reported; a part of a leaf begins at @from at the least
 *
 * Context: any.
 */
void pgwalk_frame_runs_begin(struct pgwalk_frame_runs *runs, const struct pgwalk_batch *batch,
			     u64 from)
{
	runs->batch = batch;
	runs->at = 0;
	runs->addr = batch->nr ? batch->run[0].start : 0;
	runs->cache = (struct pgwalk_frame_cache) { .exclusive = runs->exclusive };
	runs->from = from;
	runs->is_open = false;
	runs->is_part = false;
	runs->nr = 0;
	runs->more = 0;
}

/**
 * pgwalk_frame_runs_is_done - test if the batch is done
 * @runs: begun
 *
 * Context: any.
 * Return: true if each run of the batch was split and no run is open.
 */
bool pgwalk_frame_runs_is_done(const struct pgwalk_frame_runs *runs)
{
	return runs->at >= runs->batch->nr;
}

/**
 * pgwalk_frame_runs_position - return the address where another reader would continue
 * @runs: begun, and not done
 *
 * Context: any.
 * Return: start of the open run; without one, of the next leaf.
 */
u64 pgwalk_frame_runs_position(const struct pgwalk_frame_runs *runs)
{
	return runs->is_open ? runs->run[runs->nr].run.start : runs->addr;
}

/**
 * pgwalk_frame_runs_fill - split runs until there is no more room or the batch is done
 * @runs: begun; @run and @nr are replaced
 *
 * Context: process context, may sleep; no lock or reference is held on return.
 * Return: 0, with no run only if the batch is done; -EINTR: a fatal signal.
 */
int pgwalk_frame_runs_fill(struct pgwalk_frame_runs *runs)
{
	if (runs->is_open) {
		runs->run[0] = runs->run[runs->nr];
		runs->list[0] = 0;
	}
	runs->nr = 0;
	runs->more = 0;
	runs->room = min_t(u32, PGWALK_FRAME_RUNS, runs->enough);
	pgwalk_frame_section_begin(&runs->cache);
	while (!pgwalk_frame_runs_is_done(runs) && has_room(runs)) {
		if (!cut_single(runs))
			cut_run(runs);
		if (reads_left(runs))
			continue;
		pgwalk_frame_section_end();
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		pgwalk_frame_section_begin(&runs->cache);
	}
	pgwalk_frame_section_end();
	return 0;
}

/**
 * pgwalk_frame_runs_create - allocate a struct pgwalk_frame_runs
 *
 * Context: process context, may sleep.
 * Return: the zeroed struct; NULL: no memory.
 */
struct pgwalk_frame_runs *pgwalk_frame_runs_create(void)
{
	return pgwalk_buffer_create(sizeof(struct pgwalk_frame_runs), __GFP_ZERO);
}

/**
 * pgwalk_frame_runs_destroy - free a struct pgwalk_frame_runs
 * @runs: may be NULL
 *
 * Context: process context.
 */
void pgwalk_frame_runs_destroy(struct pgwalk_frame_runs *runs)
{
	pgwalk_buffer_destroy(runs, sizeof(*runs));
}
