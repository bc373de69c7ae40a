// SPDX-License-Identifier: GPL-2.0
/*
 * Turns what the walker reads into runs: decodes, filters, merges neighbours. It
 * must not touch a page table, nor print; nothing is held when it returns.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "batch.h"
#include "entry.h"
#include "hint.h"
#include "shmem.h"
#include "span.h"

/**
 * pgwalk_span_has_pfn - does the pfn (or swap offset) count on with the address?
 * @run: its kind
 *
 * Context: any.
 * Return: false for kinds without a page.
 */
bool pgwalk_span_has_pfn(const struct pgwalk_run *run)
{
	return run->kind != PGWALK_KIND_MARKER && run->kind != PGWALK_KIND_BAD &&
	       run->kind != PGWALK_KIND_RACED;
}

static bool is_wanted(const struct pgwalk_filter *filter, const struct pgwalk_run *run)
{
	return (run->flags & filter->require) == filter->require &&
	       !(run->flags & filter->exclude) &&
	       (!filter->kinds || filter->kinds & 1ULL << run->kind);
}

/* Does @next go on where @run ends, with a pfn that follows? Zero pages never do. */
static bool follows(const struct pgwalk_run *run, const struct pgwalk_run *next)
{
	u64 pages = pgwalk_span_has_pfn(run) ? (run->end - run->start) >> PAGE_SHIFT : 0;

	return next->start == run->end && next->pfn == run->pfn + pages &&
	       next->kind == run->kind && next->flags == run->flags &&
	       next->shift == run->shift && next->pkey == run->pkey &&
	       next->swap_type == run->swap_type && next->level == run->level;
}

static void close_run(struct pgwalk_span *span, struct pgwalk_batch *batch)
{
	if (span->open.kind == PGWALK_KIND_UNSET)
		return;
	batch->list[batch->nr] = span->list;
	batch->run[batch->nr++] = span->open;
	span->open.kind = PGWALK_KIND_UNSET;
	span->list = 0;
}

static void add_run(struct pgwalk_span *span, struct pgwalk_batch *batch,
		    const struct pgwalk_run *run)
{
	span->leaves += (run->end - run->start) >> run->shift;
	if (span->open.kind != PGWALK_KIND_UNSET && !span->list && follows(&span->open, run)) {
		span->open.end = run->end;
	} else {
		close_run(span, batch);
		span->open = *run;
	}
}

static struct pgwalk_run run_of(const struct pgwalk_entry *entry, unsigned long start)
{
	return (struct pgwalk_run) {
		.start = start,
		.end = start + (1UL << entry->shift),
		.pfn = entry->pfn,
		.flags = entry->flags,
		.swap_type = entry->swap_type,
		.kind = entry->kind,
		.shift = entry->shift,
		.pkey = entry->pkey,
		.level = entry->level,
	};
}

/* Any entry at all; those that are empty or tables give no run. */
static void add_entry(struct pgwalk_span *span, struct pgwalk_batch *batch,
		      unsigned long start, unsigned int level, u64 value)
{
	struct pgwalk_like *like = &span->like;
	struct pgwalk_entry entry;
	struct pgwalk_run run;

	like->value = 0;
	pgwalk_entry_decode(&entry, level, value);
	if (entry.kind == PGWALK_KIND_NONE || entry.kind == PGWALK_KIND_TABLE)
		return;
	pgwalk_hint_refine(&span->walk.hold, start, &entry);
	pgwalk_shmem_refine(&span->walk.hold, start, &entry);
	run = run_of(&entry, start);
	like->wanted = is_wanted(&span->filter, &run);
	if (pgwalk_entry_is_plain(&entry)) {
		like->value = value;
		like->run = run;
	}
	if (like->wanted)
		add_run(span, batch, &run);
}

/* Are these the same bits, whatever the pfn? An empty entry is like none: P is one of them. */
static bool is_alike(u64 value, u64 like)
{
	return !((value ^ like) & ~(u64)PTE_PFN_MASK);
}

static u64 pfn_of(u64 value)
{
	return (value & PTE_PFN_MASK) >> PAGE_SHIFT;
}

/* Pages like one that is not wanted. */
static unsigned int skip_alike(const struct pgwalk_span *span, const pte_t *pte, unsigned int nr)
{
	const u64 like = span->like.value;
	unsigned int i;

	for (i = 0; i < nr && is_alike(pgwalk_entry_raw(pte[i]), like); i++)
		;
	return i;
}

/*
 * Begin a run of pages like an earlier one, or go on with the open one. If that ends here,
 * it is of the same kind, since an entry of any other would have reset span->like.
 */
static void open_alike(struct pgwalk_span *span, struct pgwalk_batch *batch,
		       unsigned long addr, u64 pfn)
{
	struct pgwalk_run *open = &span->open;

	if (open->kind != PGWALK_KIND_UNSET && open->end == addr &&
	    (span->list || open->pfn + ((addr - open->start) >> PAGE_SHIFT) == pfn))
		return;
	close_run(span, batch);
	*open = span->like.run;
	open->start = addr;
	open->pfn = pfn;
}

/*
 * Pages like an earlier one: the same bits, another pfn. Where the pfn does not follow, a
 * run ends; those that begin and end here do not pass through span->open.
 */
static unsigned int add_alike(struct pgwalk_span *span, struct pgwalk_batch *batch,
			      unsigned long addr, const pte_t *pte, unsigned int nr)
{
	const u64 like = span->like.value;
	u64 value = pgwalk_entry_raw(pte[0]), next = value + PAGE_SIZE;
	struct pgwalk_run *run;
	unsigned int i;

	open_alike(span, batch, addr, pfn_of(value));
	for (i = 1; i < nr; i++, next += PAGE_SIZE) {
		value = pgwalk_entry_raw(pte[i]);
		if (value == next)
			continue;
		if (!is_alike(value, like))
			break;
		run = &batch->run[batch->nr++];
		*run = span->open;
		run->end = addr + i * PAGE_SIZE;
		span->open.start = run->end;
		span->open.pfn = pfn_of(value);
		next = value;
	}
	span->open.end = addr + i * PAGE_SIZE;
	span->leaves += i;
	return i;
}

/* The same, told page by page: one run whatever the pfns, and a list of these. */
static unsigned int list_alike(struct pgwalk_span *span, struct pgwalk_batch *batch,
			       unsigned long addr, const pte_t *pte, unsigned int nr)
{
	const u64 like = span->like.value;
	u64 *pfn = &batch->pfn[batch->nr_pfns];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u64 value = pgwalk_entry_raw(pte[i]);

		if (!is_alike(value, like))
			break;
		pfn[i] = pfn_of(value);
	}
	if (!span->list)
		close_run(span, batch);
	open_alike(span, batch, addr, pfn[0]);
	if (!span->list)
		span->list = batch->nr_pfns + 1;
	span->open.end = addr + i * PAGE_SIZE;
	span->leaves += i;
	batch->nr_pfns += i;
	return i;
}

/* Nothing is known of these pages. */
static void add_raced(struct pgwalk_span *span, struct pgwalk_batch *batch,
		      unsigned long start, unsigned long end)
{
	struct pgwalk_run run = {
		.start = start,
		.end = end,
		.kind = PGWALK_KIND_RACED,
		.shift = PAGE_SHIFT,
		.level = PGWALK_LEVEL_PTE,
	};

	span->like.value = 0;
	if (is_wanted(&span->filter, &run))
		add_run(span, batch, &run);
}

/* Pages of a shmem object that are swapped out. */
static void add_swapped(struct pgwalk_span *span, struct pgwalk_batch *batch,
			const struct pgwalk_shmem_pages *pages)
{
	struct pgwalk_entry entry = { .level = PGWALK_LEVEL_PTE, .shift = PAGE_SHIFT };
	struct pgwalk_run run;

	span->like.value = 0;
	pgwalk_entry_decode_shmem(&entry, pages->swap);
	run = run_of(&entry, pages->addr);
	run.end = pages->addr + (pages->nr << PAGE_SHIFT);
	if (is_wanted(&span->filter, &run))
		add_run(span, batch, &run);
}

/*
 * The VMA at @addr is locked for writing, up to @end. False: it is read again in another hold.
 * As with the lock of a table, the wait is bounded.
 */
static bool add_busy(struct pgwalk_span *span, struct pgwalk_batch *batch, unsigned long addr,
		     unsigned long end)
{
	struct pgwalk_hold *hold = &span->walk.hold;

	hold->waits = span->waits;
	if (pgwalk_hold_may_wait(hold)) {
		span->waits = ++hold->waits;
		return false;
	}
	span->waits = 0;
	hold->waits = 0;
	add_raced(span, batch, addr, end);
	return true;
}

static bool has_enough(const struct pgwalk_span *span, const struct pgwalk_batch *batch)
{
	return !pgwalk_batch_has_room(batch) ||
	       (span->by_page ? span->leaves : batch->nr) >= span->enough;
}

/*
 * A range without entries: a page there may be of shared memory that is swapped out. False:
 * the hold is used up, or the batch is full: reading goes on where the walk is now.
 */
static bool add_absent(struct pgwalk_span *span, struct pgwalk_batch *batch, unsigned long addr,
		       unsigned long end)
{
	struct pgwalk_walk *walk = &span->walk;
	unsigned long from;
	int i, nr;

	end = min(end, walk->end);
	while (addr < end && !pgwalk_shmem_is_excluded(&walk->hold, addr, end)) {
		from = addr;
		nr = pgwalk_shmem_read(&walk->hold, &addr, end, batch->swapped,
				       PGWALK_SHMEM_PAGES);
		for (i = 0; i < nr; i++)
			add_swapped(span, batch, &batch->swapped[i]);
		if (nr < 0 && !add_busy(span, batch, from, addr)) {
			walk->addr = from;
			return false;
		}
		if (nr >= 0)
			span->waits = 0;
		if (addr < end && (pgwalk_hold_is_over(&walk->hold) || has_enough(span, batch))) {
			walk->addr = addr;
			return false;
		}
	}
	return true;
}

static unsigned int count_empty(const pte_t *pte, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr && !pgwalk_entry_raw(pte[i]); i++)
		;
	return i;
}

/*
 * The ptes of a table, without decoding those that are like the one before them: most
 * are. The bits of a present pte that are not its pfn say all else about it. Two that
 * differ in no other bit differ in the pfn alone, and by as much as their values do; so
 * pages in a row have values in a row. False as add_absent().
 */
static bool add_ptes(struct pgwalk_span *span, struct pgwalk_batch *batch,
		     const struct pgwalk_table *table)
{
	const struct pgwalk_like *like = &span->like;
	unsigned int i = 0;

	while (i < table->nr) {
		unsigned long addr = table->start + i * PAGE_SIZE;
		const pte_t *pte = &table->pte[i];
		u64 value = pgwalk_entry_raw(*pte);

		if (!value) {
			unsigned int nr = count_empty(pte, table->nr - i);

			if (unlikely(table->unsettled))
				add_raced(span, batch, addr, addr + nr * PAGE_SIZE);
			else if (!add_absent(span, batch, addr, addr + nr * PAGE_SIZE))
				return false;
			i += nr;
		} else if (!like->value || !is_alike(value, like->value)) {
			add_entry(span, batch, addr, PGWALK_LEVEL_PTE, pte_val(table->pte[i++]));
		} else if (!like->wanted) {
			i += skip_alike(span, pte, table->nr - i);
		} else if (span->listed) {
			i += list_alike(span, batch, addr, pte, table->nr - i);
		} else {
			i += add_alike(span, batch, addr, pte, table->nr - i);
		}
	}
	return true;
}

/* False as add_absent(). */
static bool add_table(struct pgwalk_span *span, struct pgwalk_batch *batch)
{
	const struct pgwalk_table *table = &batch->table;

	switch (table->found) {
	case PGWALK_FOUND_HOLE:
		return add_absent(span, batch, table->start, table->next);
	case PGWALK_FOUND_ENTRY:
		add_entry(span, batch, table->start, table->level, table->value);
		break;
	case PGWALK_FOUND_TABLE:
		return add_ptes(span, batch, table);
	case PGWALK_FOUND_RACED:
		add_raced(span, batch, table->start, table->next);
		break;
	}
	return true;
}

/**
 * pgwalk_span_init - begin a range
 * @span: all of it is set; the caller may then set @filter, @by_page, @listed and @enough
 * @mm: the caller holds its mm_count for as long as @span is used
 * @start: first address, a multiple of the page size
 * @end: the first address behind the range, likewise
 *
 * Context: any.
 */
void pgwalk_span_init(struct pgwalk_span *span, struct mm_struct *mm,
		      unsigned long start, unsigned long end)
{
	*span = (struct pgwalk_span) {
		.walk.hold.mm = mm,
		.walk.addr = start,
		.walk.end = end,
		.enough = U64_MAX,
	};
}

/**
 * pgwalk_span_is_done - ask if there is nothing left to read
 * @span: its range
 *
 * Context: any.
 * Return: true: the range was read to its end; no run is open.
 */
bool pgwalk_span_is_done(const struct pgwalk_span *span)
{
	return span->walk.addr >= span->walk.end && span->open.kind == PGWALK_KIND_UNSET;
}

/**
 * pgwalk_span_position - ask where somebody else would have to go on
 * @span: its range
 *
 * Context: any.
 * Return: the beginning of the run that may still grow; without one, where reading goes
 * on; the end of the range when it is done.
 */
u64 pgwalk_span_position(const struct pgwalk_span *span)
{
	if (span->open.kind != PGWALK_KIND_UNSET)
		return span->open.start;
	return min(span->walk.addr, span->walk.end);
}

/**
 * pgwalk_span_fill - read on until there is enough or the range is done
 * @span: where to go on; the last run stays in it as long as it may still grow
 * @batch: emptied first
 *
 * Runs are as long as can be, also across batches and across holds; by page, they are
 * cut where there is enough. Stretches with nothing in them are read through, a hold
 * at a time, and a fatal signal is seen between any two holds.
 *
 * Context: process context, may sleep; nothing is held on return.
 * Return: 0, with an empty batch only if the range is done; -EINTR: a fatal signal;
 * -ESRCH: the address space is gone, @batch has what came before.
 */
int pgwalk_span_fill(struct pgwalk_span *span, struct pgwalk_batch *batch)
{
	struct pgwalk_walk *walk = &span->walk;
	int err;

	batch->nr = 0;
	batch->nr_pfns = 0;
	span->leaves = 0;
	while (walk->addr < walk->end && !has_enough(span, batch)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = pgwalk_hold_begin(&walk->hold);
		if (err)
			return err;
		while (!has_enough(span, batch) && pgwalk_walk_read(walk, &batch->table))
			if (!add_table(span, batch))
				break;
		pgwalk_hold_end(&walk->hold);
	}
	if (walk->addr >= walk->end || span->by_page)
		close_run(span, batch);
	return 0;
}
