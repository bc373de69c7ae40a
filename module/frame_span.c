// SPDX-License-Identifier: GPL-2.0
/*
 * Cuts runs of like pages where their frames differ: what lies between span.c and those who
 * deliver, for who asks for frames. It must not touch a page table, nor print; it holds
 * nothing, and looks at frames as they are by then.
 */
#include <linux/kernel-page-flags.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "batch.h"
#include "compat.h"
#include "frame_like.h"
#include "frame_span.h"
#include "span.h"

#define LOOKS		PGWALK_FRAME_WORK
#define KPF(name)	PGWALK_FRAME_FLAG(KPF_##name)
#define PLACE_FLAGS	(KPF(COMPOUND_HEAD) | KPF(COMPOUND_TAIL))

static_assert(sizeof(struct pgwalk_frame_brief) ==
	      sizeof(struct pgwalk_frame_run) - offsetof(struct pgwalk_frame_run, frame_flags));
static_assert(offsetof(struct pgwalk_frame_run, frame_kind) -
	      offsetof(struct pgwalk_frame_run, frame_flags) ==
	      offsetof(struct pgwalk_frame_brief, kind));

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

static void close_run(struct pgwalk_frame_span *span)
{
	span->nr += span->is_open;
	span->is_open = false;
}

/* Does a leaf with that frame go on where the open run, which is of the same run, ends? */
static bool follows(const struct pgwalk_frame_span *span, const struct pgwalk_frame_brief *brief)
{
	const struct pgwalk_frame_run *open = &span->run[span->nr];
	u64 differ = open->frame_flags ^ brief->flags;

	if (!span->by_page)
		differ &= ~PLACE_FLAGS;
	return !differ && *(const u64 *)&open->mapcount == *(const u64 *)&brief->mapcount;
}

static void open_run(struct pgwalk_frame_span *span, const struct pgwalk_run *run,
		     const struct pgwalk_frame_brief *brief, u64 end)
{
	struct pgwalk_frame_run *open = &span->run[span->nr];

	span->is_open = true;
	open->run = *run;
	open->run.pfn += (span->addr - run->start) >> PAGE_SHIFT;
	open->run.start = span->addr;
	open->run.end = end;
	open->frame_flags = brief->flags;
	*(u64 *)&open->mapcount = *(const u64 *)&brief->mapcount;
}

static bool is_wanted(const struct pgwalk_frame_span *span, const struct pgwalk_frame_brief *brief)
{
	return (brief->flags & span->require) == span->require && !(brief->flags & span->exclude);
}

/* All up to @end is what @brief says. */
static __always_inline void add(struct pgwalk_frame_span *span, const struct pgwalk_run *run,
				const struct pgwalk_frame_brief *brief, u64 end)
{
	if (!is_wanted(span, brief)) {
		close_run(span);
	} else if (span->is_open && !span->is_part && follows(span, brief)) {
		span->run[span->nr].run.end = end;
	} else {
		close_run(span);
		open_run(span, run, brief, end);
	}
	span->is_part = false;
	span->addr = end;
}

/*
 * Pages of a large leaf that others have mapped as often, but not all of it. Page by page
 * they are a record of their own. What was told before is not told again.
 */
static void add_part(struct pgwalk_frame_span *span, const struct pgwalk_run *run,
		     const struct pgwalk_frame_brief *brief, u64 end)
{
	if (span->by_page || span->addr < span->from)
		close_run(span);
	if (end > span->from) {
		span->addr = max(span->addr, span->from);
		add(span, run, brief, end);
	}
	span->is_part = span->by_page;
	span->addr = end;
}

static bool has_room(const struct pgwalk_frame_span *span)
{
	return span->nr < span->room;
}

/* Is no page of the folio mapped but with all others, by one large entry? */
static bool is_mapped_whole(struct page *head)
{
	if (!PageHead(head))
		return true;
#if PGWALK_KPF_OF_FOLIO
	return atomic_read(&((struct folio *)head)->_large_mapcount) ==
	       atomic_read(&((struct folio *)head)->_entire_mapcount);
#else
	return false;	/* it has to be asked of each page */
#endif
}

/* Of @nr pages of a large leaf: how many are mapped as often as the first? */
static unsigned int count_alike(struct pgwalk_frame_span *span, unsigned long pfn,
				unsigned int nr, const struct pgwalk_frame_brief *first)
{
	struct pgwalk_frame_brief brief;
	unsigned int i;

	if (PGWALK_DEVICE_FOLIOS && first->kind == PGWALK_FRAME_DEVICE)
		nr = min_t(unsigned int, nr, PTRS_PER_PTE);	/* those of 1G in parts */
	else if (!first->order || first->kind == PGWALK_FRAME_HUGETLB ||
		 is_mapped_whole(compound_head(pfn_to_page(pfn))))
		return nr;
	for (i = 1; i < nr; i++) {
		pgwalk_frame_look(&span->lens, pfn + i, &brief);
		if (brief.mapcount != first->mapcount)
			break;
	}
	return i;
}

/* One leaf whose frame is not like the one before. */
static noinline void add_other(struct pgwalk_frame_span *span, const struct pgwalk_run *run,
			       unsigned long pfn)
{
	const u64 size = 1ULL << run->shift;
	const u64 left = size - (span->addr & (size - 1));
	struct pgwalk_frame_brief brief;
	u64 alike;

	pgwalk_frame_look(&span->lens, pfn, &brief);
	if (unlikely(run->kind == PGWALK_KIND_ZERO && run->shift != PAGE_SHIFT)) {
		/* The entry knows better which one is the huge page of zeroes. */
		brief.flags |= KPF(ZERO_PAGE) | KPF(THP);
		brief.kind = PGWALK_FRAME_ZERO;
	}
	alike = (u64)count_alike(span, pfn, left >> PAGE_SHIFT, &brief) << PAGE_SHIFT;
	if (likely(alike == size))
		add(span, run, &brief, span->addr + size);
	else
		add_part(span, run, &brief, span->addr + alike);
}

/* How many of the next leaves are in frames like the one before, up to @most. */
static __always_inline unsigned int count_like(const struct pgwalk_frame_span *span,
					       const struct pgwalk_run *run, unsigned long pfn,
					       unsigned int most)
{
	const struct pgwalk_frame_like like = span->lens.like;
	unsigned int nr;

	/* A large leaf is of no small page, unless it is gone by now. */
	if (run->shift != PAGE_SHIFT || !like.refcount ||
	    !pgwalk_frame_is_online(&span->lens, pfn))
		return 0;
	most = min_t(unsigned long, most, PGWALK_FRAME_BLOCK - pfn % PGWALK_FRAME_BLOCK);
	for (nr = 0; nr < most; nr++)
		if (!pgwalk_frame_is_like(&like, pfn + nr))
			break;
	return nr;
}

/* The leaves of a run, as long as there is room. Returns how many were looked at. */
static unsigned int cut_leaves(struct pgwalk_frame_span *span, const struct pgwalk_run *run)
{
	unsigned int looks = 0;

	while (looks + span->lens.work < LOOKS && span->addr < run->end && has_room(span)) {
		unsigned long pfn = run->pfn + ((span->addr - run->start) >> PAGE_SHIFT);
		u64 left = (run->end - span->addr) >> run->shift;
		unsigned int nr = count_like(span, run, pfn, min_t(u64, left, LOOKS - looks));

		if (nr)
			add(span, run, &span->lens.brief, span->addr + ((u64)nr << PAGE_SHIFT));
		else
			add_other(span, run, pfn);
		looks += nr ?: 1;
	}
	return looks;
}

/*
 * Runs of a small page each, in frames like the one before: most of a process whose frames
 * are scattered. Gives how many there were.
 */
static unsigned int cut_single(struct pgwalk_frame_span *span)
{
	const struct pgwalk_batch *batch = span->batch;
	const struct pgwalk_frame_brief brief = span->lens.brief;
	const struct pgwalk_frame_like like = span->lens.like;
	const struct pgwalk_run *run = &batch->run[span->at];
	struct pgwalk_frame_run *to = &span->run[span->nr];
	const u64 tail = *(const u64 *)&run->swap_type;
	unsigned int most = min(batch->nr - span->at, span->room - span->nr);
	unsigned int nr;

	static_assert(sizeof(*run) - offsetof(struct pgwalk_run, swap_type) == sizeof(tail));
	if (span->is_open || span->addr != run->start || !like.refcount || !has_frame(run) ||
	    !is_wanted(span, &brief))
		return 0;
	for (nr = 0; nr < most; nr++, run++, to++) {
		/* Of the same kind and size */
		if (*(const u64 *)&run->swap_type != tail || run->end - run->start != PAGE_SIZE ||
		    !pgwalk_frame_is_online(&span->lens, run->pfn) ||
		    !pgwalk_frame_is_like(&like, run->pfn))
			break;
		to->run = *run;
		to->frame_flags = brief.flags;
		*(u64 *)&to->mapcount = *(const u64 *)&brief.mapcount;
	}
	span->nr += nr;
	span->at += nr;
	if (!pgwalk_frame_span_is_done(span))
		span->addr = run->start;
	return nr;
}

static void next_run(struct pgwalk_frame_span *span)
{
	close_run(span);
	span->at++;
	if (!pgwalk_frame_span_is_done(span))
		span->addr = span->batch->run[span->at].start;
}

/* One run, as long as there is room. Gives how much work that was. */
static unsigned int cut_run(struct pgwalk_frame_span *span)
{
	static const struct pgwalk_frame_brief none = { .mapcount = -1, .node = NUMA_NO_NODE };
	const struct pgwalk_run *run = &span->batch->run[span->at];
	unsigned int looks = 1;

	if (has_frame(run))
		looks = cut_leaves(span, run);
	else if (span->addr < run->end)
		add(span, run, &none, run->end);	/* its leaves are alike, and of no frame */
	if (span->addr >= run->end && has_room(span))
		next_run(span);
	return looks;
}

/**
 * pgwalk_frame_span_begin - begin a batch
 * @span: @require, @exclude and @by_page are set
 * @batch: must stay as it is until the span is done
 * @from: what lies before was told; a part of a leaf is not told from before
 *
 * Context: any.
 */
void pgwalk_frame_span_begin(struct pgwalk_frame_span *span, const struct pgwalk_batch *batch,
			     u64 from)
{
	span->batch = batch;
	span->at = 0;
	span->addr = batch->nr ? batch->run[0].start : 0;
	span->lens = (struct pgwalk_frame_lens) {};
	span->from = from;
	span->is_open = false;
	span->is_part = false;
	span->nr = 0;
}

/**
 * pgwalk_frame_span_is_done - ask if there is nothing left to cut
 * @span: begun
 *
 * Context: any.
 * Return: true: each run of the batch was cut; no run is open.
 */
bool pgwalk_frame_span_is_done(const struct pgwalk_frame_span *span)
{
	return span->at >= span->batch->nr;
}

/**
 * pgwalk_frame_span_position - ask where somebody else would have to go on
 * @span: begun, and not done
 *
 * Context: any.
 * Return: the beginning of the run that may still grow; without one, the next leaf.
 */
u64 pgwalk_frame_span_position(const struct pgwalk_frame_span *span)
{
	return span->is_open ? span->run[span->nr].run.start : span->addr;
}

/**
 * pgwalk_frame_span_fill - cut runs until there is no more room or the batch is done
 * @span: begun; @run and @nr are set anew
 *
 * Context: process context, may sleep; nothing is held.
 * Return: 0, with no run only if the batch is done; -EINTR: a fatal signal.
 */
int pgwalk_frame_span_fill(struct pgwalk_frame_span *span)
{
	unsigned int looks = 0;

	if (span->is_open)
		span->run[0] = span->run[span->nr];
	span->nr = 0;
	span->room = min_t(u32, PGWALK_FRAME_RUNS, span->enough);
	pgwalk_frame_section_begin(&span->lens);
	while (!pgwalk_frame_span_is_done(span) && has_room(span)) {
		unsigned int single = cut_single(span);

		looks += single ?: cut_run(span);
		if (looks + span->lens.work < LOOKS)
			continue;
		pgwalk_frame_section_end();
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		pgwalk_frame_section_begin(&span->lens);
		looks = 0;
	}
	pgwalk_frame_section_end();
	return 0;
}

/**
 * pgwalk_frame_span_create - allocate memory to cut runs in
 *
 * Context: process context, may sleep.
 * Return: it, zeroed; NULL without memory.
 */
struct pgwalk_frame_span *pgwalk_frame_span_create(void)
{
	return kvzalloc(sizeof(struct pgwalk_frame_span), GFP_KERNEL_ACCOUNT);
}

/**
 * pgwalk_frame_span_destroy - free it
 * @span: may be NULL
 *
 * Context: process context.
 */
void pgwalk_frame_span_destroy(struct pgwalk_frame_span *span)
{
	kvfree(span);
}
