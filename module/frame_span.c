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
#include "frame_span.h"
#include "span.h"

#define LOOKS		2048U	/* between two chances to yield the CPU */
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

/* Look at the first frame of a leaf. */
static void look(struct pgwalk_frame_lens *lens, const struct pgwalk_run *run, u64 addr,
		 struct pgwalk_frame_brief *brief)
{
	pgwalk_frame_look(lens, run->pfn + ((addr - run->start) >> PAGE_SHIFT), brief);
	if (unlikely(run->kind == PGWALK_KIND_ZERO && run->shift != PAGE_SHIFT)) {
		/* The entry knows better which one is the huge page of zeroes. */
		brief->flags |= KPF(ZERO_PAGE) | KPF(THP);
		brief->kind = PGWALK_FRAME_ZERO;
	}
}

static void close_run(struct pgwalk_frame_span *span)
{
	if (span->open.run.kind == PGWALK_KIND_UNSET)
		return;
	span->run[span->nr++] = span->open;
	span->open.run.kind = PGWALK_KIND_UNSET;
}

/* Does a leaf with that frame go on where the open run, which is of the same run, ends? */
static bool follows(const struct pgwalk_frame_span *span, const struct pgwalk_frame_brief *brief)
{
	const struct pgwalk_frame_run *open = &span->open;
	u64 differ = open->frame_flags ^ brief->flags;

	if (!span->by_page)
		differ &= ~PLACE_FLAGS;
	return open->run.kind != PGWALK_KIND_UNSET && open->run.end == span->addr && !differ &&
	       *(const u64 *)&open->mapcount == *(const u64 *)&brief->mapcount;
}

static void add_leaf(struct pgwalk_frame_span *span, const struct pgwalk_run *run,
		     const struct pgwalk_frame_brief *brief)
{
	struct pgwalk_frame_run *open = &span->open;

	if ((brief->flags & span->require) != span->require || brief->flags & span->exclude) {
		close_run(span);
	} else if (!follows(span, brief)) {
		close_run(span);
		open->run = *run;
		open->run.start = span->addr;
		if (pgwalk_span_has_pfn(run))
			open->run.pfn += (span->addr - run->start) >> PAGE_SHIFT;
		open->frame_flags = brief->flags;
		*(u64 *)&open->mapcount = *(const u64 *)&brief->mapcount;
	}
	span->addr += 1ULL << run->shift;
	if (open->run.kind != PGWALK_KIND_UNSET)
		open->run.end = span->addr;
}

static bool has_room(const struct pgwalk_frame_span *span)
{
	return span->nr < min_t(u32, PGWALK_FRAME_RUNS, span->enough);
}

/* One run, as long as there is room. Gives how many leaves were looked at. */
static unsigned int cut_run(struct pgwalk_frame_span *span)
{
	const struct pgwalk_run *run = &span->batch->run[span->at];
	struct pgwalk_frame_brief brief = { .mapcount = -1, .node = NUMA_NO_NODE };
	unsigned int looks;

	if (!has_frame(run)) {
		/* All of its leaves are alike, and of no frame. */
		add_leaf(span, run, &brief);
		if (span->open.run.kind != PGWALK_KIND_UNSET)
			span->open.run.end = run->end;
		span->addr = run->end;
		return 1;
	}
	for (looks = 0; looks < LOOKS && span->addr < run->end && has_room(span); looks++) {
		look(&span->lens, run, span->addr, &brief);
		add_leaf(span, run, &brief);
	}
	return looks;
}

static void next_run(struct pgwalk_frame_span *span)
{
	close_run(span);
	span->at++;
	if (!pgwalk_frame_span_is_done(span))
		span->addr = span->batch->run[span->at].start;
}

/**
 * pgwalk_frame_span_begin - begin a batch
 * @span: @require, @exclude and @by_page are set
 * @batch: must stay as it is until the span is done
 *
 * Context: any.
 */
void pgwalk_frame_span_begin(struct pgwalk_frame_span *span, const struct pgwalk_batch *batch)
{
	span->batch = batch;
	span->at = 0;
	span->addr = batch->nr ? batch->run[0].start : 0;
	span->lens = (struct pgwalk_frame_lens) {};
	span->open.run.kind = PGWALK_KIND_UNSET;
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
	return span->open.run.kind != PGWALK_KIND_UNSET ? span->open.run.start : span->addr;
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

	/* The caller may have slept since: memory may have been taken away. */
	span->lens = (struct pgwalk_frame_lens) {};
	span->nr = 0;
	while (!pgwalk_frame_span_is_done(span) && has_room(span)) {
		const struct pgwalk_run *run = &span->batch->run[span->at];

		if (span->addr < run->end)
			looks += cut_run(span);
		if (span->addr >= run->end && has_room(span))
			next_run(span);
		if (looks < LOOKS)
			continue;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		span->lens = (struct pgwalk_frame_lens) {};
		looks = 0;
	}
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
