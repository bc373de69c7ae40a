// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Converts the results of the walker into runs: decodes and filters entries, and merges
 * neighbours. No lock or reference is held when its functions return. A reader of page tables
 * uses the memory of a batch only, which does not grow with the process.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "arch/pgtable.h"
#include "buffer.h"
#include "entry.h"
#include "refine.h"
#include "runs.h"
#include "shmem.h"

/**
 * pgwalk_runs_has_pfn - test if the pfn (or swap offset) of a run ascends with the address
 * @run: its kind is read
 *
 * Context: any.
 * Return: false for kinds without a page.
 */
bool pgwalk_runs_has_pfn(const struct pgwalk_run *run)
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

/* Test if two runs may be one, if their addresses and pfns are consecutive. */
static bool is_like(const struct pgwalk_run *run, const struct pgwalk_run *other)
{
	return run->kind == other->kind && run->flags == other->flags &&
	       run->shift == other->shift && run->pkey == other->pkey &&
	       run->swap_type == other->swap_type && run->level == other->level;
}

/*
 * Test if @next begins at the end of the open run with the next pfn. Zero pages never merge, unless
 * their pfn is left out.
 */
static bool follows(const struct pgwalk_runs *runs, const struct pgwalk_run *next)
{
	const struct pgwalk_run *run = &runs->open;
	u64 pages = 0;

	if (pgwalk_runs_has_pfn(run) && !runs->redacted)
		pages = (run->end - run->start) >> PAGE_SHIFT;
	return next->start == run->end && next->pfn == run->pfn + pages && is_like(run, next);
}

static void close_run(struct pgwalk_runs *runs, struct pgwalk_batch *batch)
{
	if (runs->open.kind == PGWALK_KIND_UNSET)
		return;
	batch->list[batch->nr] = runs->list;
	batch->run[batch->nr++] = runs->open;
	runs->open.kind = PGWALK_KIND_UNSET;
	runs->list = 0;
}

static void add_run(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
		    const struct pgwalk_run *run)
{
	runs->leaves += (run->end - run->start) >> run->shift;
	if (runs->open.kind != PGWALK_KIND_UNSET && !runs->list && follows(runs, run)) {
		runs->open.end = run->end;
	} else {
		close_run(runs, batch);
		runs->open = *run;
	}
}

static struct pgwalk_run run_of(const struct pgwalk_runs *runs, const struct pgwalk_entry *entry,
				unsigned long start)
{
	return (struct pgwalk_run) {
		.start = start,
		.end = start + (1UL << entry->shift),
		.pfn = runs->redacted ? 0 : entry->pfn,
		.flags = entry->flags | (runs->redacted ? PGWALK_F_REDACTED : 0),
		.swap_type = runs->redacted ? 0 : entry->swap_type,
		.kind = entry->kind,
		.shift = entry->shift,
		.pkey = entry->pkey,
		.level = entry->level,
	};
}

/*
 * Add an entry that does not match the template. Empty entries and pointers to tables give no
 * run. An ordinary page that is present for the CPU is not added, but becomes the template, and
 * true is returned: its kind and flags, and those of each leaf of its size with the same bits,
 * follow from the bits outside of the pfn. Not under Xen PV, where the entry does not contain the
 * pfn.
 */
static bool add_entry(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
		      unsigned long start, unsigned int level, u64 value)
{
	struct pgwalk_run_template *template = &runs->template;
	struct pgwalk_entry entry;
	struct pgwalk_run run;

	template->value = 0;
	pgwalk_entry_decode(&entry, level, value);
	if (entry.kind == PGWALK_KIND_NONE || entry.kind == PGWALK_KIND_TABLE)
		return false;
	if (pgwalk_refine_is_final(&entry) && pgwalk_arch_has_pfns()) {
		template->value = value;
		template->run = run_of(runs, &entry, start);
		template->wanted = is_wanted(&runs->filter, &template->run);
		if (template->wanted && !is_like(&runs->open, &template->run))
			close_run(runs, batch);
		return true;
	}
	pgwalk_refine_entry(&runs->walk.section, start, &entry);
	pgwalk_shmem_refine(&runs->walk.section, start, &entry);
	run = run_of(runs, &entry, start);
	if (is_wanted(&runs->filter, &run))
		add_run(runs, batch, &run);
	return false;
}

/*
 * The functions below that have a @size are inline, with the size of a small page as a constant, or
 * the size of the leaves of a table. @nr entries begin at @pte.
 */

/* Count the entries that match the template. */
static __always_inline unsigned int skip_same(const struct pgwalk_runs *runs, const pte_t *pte,
					      unsigned int nr, const unsigned long size)
{
	const u64 template = runs->template.value;
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!pgwalk_arch_has_same_bits(size, pgwalk_arch_raw(pte[i]), template))
			break;
	return i;
}

/* Add pages with the bits of the template, without their pfns: one run. */
static __always_inline unsigned int add_redacted(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
						 unsigned long addr, const pte_t *pte,
						 unsigned int nr, const unsigned long size)
{
	unsigned int same = skip_same(runs, pte, nr, size);
	struct pgwalk_run run = runs->template.run;

	run.start = addr;
	run.end = addr + same * size;
	add_run(runs, batch, &run);
	return same;
}

/*
 * Begin a run of pages with the bits of the template, or continue the open run. An open run is
 * like the template, because add_entry() closes any other, and resets the template if it adds
 * a run.
 */
static void open_same(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
		      unsigned long addr, u64 pfn)
{
	struct pgwalk_run *open = &runs->open;

	if (open->kind != PGWALK_KIND_UNSET && open->end == addr &&
	    (runs->list || open->pfn + ((addr - open->start) >> PAGE_SHIFT) == pfn))
		return;
	close_run(runs, batch);
	*open = runs->template.run;
	open->start = addr;
	open->pfn = pfn;
}

/*
 * Add pages with the bits of the template. A run ends where the pfns are not consecutive.
 * Runs that begin and end within @pte are stored without using @runs->open for each.
 */
static __always_inline unsigned int add_same(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
					     unsigned long addr, const pte_t *pte, unsigned int nr,
					     const unsigned long size)
{
	const u64 template = runs->template.value;
	u64 value = pgwalk_arch_raw(pte[0]), next = pgwalk_arch_next_leaf(size, value);
	struct pgwalk_run *run, open;
	unsigned int i;

	open_same(runs, batch, addr, pgwalk_arch_pfn(size, value));
	run = &batch->run[batch->nr];
	open = runs->open;	/* in registers */
	for (i = 1; i < nr; i++, next = pgwalk_arch_next_leaf(size, next)) {
		value = pgwalk_arch_raw(pte[i]);
		if (value == next)
			continue;
		if (!pgwalk_arch_has_same_bits(size, value, template))
			break;
		open.end = addr + i * size;
		*run++ = open;
		open.start = open.end;
		open.pfn = pgwalk_arch_pfn(size, value);
		next = value;
	}
	nr = run - batch->run;
	memset(&batch->list[batch->nr], 0, (nr - batch->nr) * sizeof(*batch->list));
	batch->nr = nr;
	runs->open.start = open.start;
	runs->open.pfn = open.pfn;
	runs->open.end = addr + i * size;
	runs->leaves += i;
	return i;
}

/* Add pages with the bits of the template as one run with a list of pfns. */
static __always_inline unsigned int list_same(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
					      unsigned long addr, const pte_t *pte, unsigned int nr,
					      const unsigned long size)
{
	const u64 template = runs->template.value;
	u64 *pfn = &batch->pfn[batch->nr_pfns];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u64 value = pgwalk_arch_raw(pte[i]);

		if (!pgwalk_arch_has_same_bits(size, value, template))
			break;
		pfn[i] = pgwalk_arch_pfn(size, value);
	}
	if (!runs->list)
		close_run(runs, batch);
	open_same(runs, batch, addr, pfn[0]);
	if (!runs->list)
		runs->list = batch->nr_pfns + 1;
	runs->open.end = addr + i * size;
	runs->leaves += i;
	batch->nr_pfns += i;
	return i;
}

/*
 * Move the open run, which is one small page, and pages from @pte on into a run with a list, as
 * long as no pfn follows the one before it. The last of these pages stays open, because the page
 * after it is unknown. @pte is the entry at the end of the open run. Return the number of entries
 * that were used.
 */
static unsigned int list_single(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
				const pte_t *pte, unsigned int nr)
{
	const u64 template = runs->template.value;
	u64 *const list = &batch->pfn[batch->nr_pfns];
	struct pgwalk_run *open = &runs->open;
	u64 last = open->pfn;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u64 value = pgwalk_arch_raw(pte[i]);
		u64 pfn = pgwalk_arch_pfn(PAGE_SIZE, value);

		if (pfn == last + 1 || !pgwalk_arch_has_same_bits(PAGE_SIZE, value, template))
			break;
		list[i] = last;
		last = pfn;
	}
	if (!i)
		return 0;
	batch->list[batch->nr] = batch->nr_pfns + 1;
	batch->run[batch->nr] = *open;
	batch->nr_pfns += i;
	open->start += i * PAGE_SIZE;
	open->end = open->start + PAGE_SIZE;
	open->pfn = last;
	batch->run[batch->nr++].end = open->start;
	return i;
}

/* Count the entries from @pte on that are one run. */
static unsigned int count_consecutive(const pte_t *pte, unsigned int nr)
{
	u64 next = pgwalk_arch_raw(pte[0]);
	unsigned int i;

	for (i = 0; i < nr && pgwalk_arch_raw(pte[i]) == next; i++)
		next = pgwalk_arch_next_leaf(PAGE_SIZE, next);
	return i;
}

/* Add small pages with the bits of the template. Pages that are runs of their own are listed. */
static unsigned int list_scattered(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
				   unsigned long addr, const pte_t *pte, unsigned int nr)
{
	const u64 template = runs->template.value;
	struct pgwalk_run *open = &runs->open;
	unsigned int i, n;

	for (i = 0; i < nr; i += n, addr += n * PAGE_SIZE) {
		u64 value = pgwalk_arch_raw(pte[i]);

		if (!pgwalk_arch_has_same_bits(PAGE_SIZE, value, template))
			break;
		n = 0;
		if (open->kind != PGWALK_KIND_UNSET && open->end == addr &&
		    open->end - open->start == PAGE_SIZE)
			n = list_single(runs, batch, &pte[i], nr - i);
		if (n)
			continue;
		open_same(runs, batch, addr, pgwalk_arch_pfn(PAGE_SIZE, value));
		n = count_consecutive(&pte[i], nr - i);
		open->end = addr + n * PAGE_SIZE;
	}
	runs->leaves += i;
	return i;
}

/* Add a range of entries that could not be read. */
static void add_raced(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
		      unsigned long start, unsigned long end)
{
	struct pgwalk_run run = {
		.start = start,
		.end = end,
		.kind = PGWALK_KIND_RACED,
		.shift = PAGE_SHIFT,
		.level = PGWALK_LEVEL_PTE,
	};

	runs->template.value = 0;
	if (is_wanted(&runs->filter, &run))
		add_run(runs, batch, &run);
}

/* Add pages of a shmem object that are swapped out. */
static void add_swapped(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
			const struct pgwalk_shmem_pages *pages)
{
	struct pgwalk_entry entry = { .level = PGWALK_LEVEL_PTE, .shift = PAGE_SHIFT };
	struct pgwalk_run run;

	runs->template.value = 0;
	pgwalk_entry_decode_shmem(&entry, pages->swap);
	run = run_of(runs, &entry, pages->addr);
	run.end = pages->addr + (pages->nr << PAGE_SHIFT);
	if (is_wanted(&runs->filter, &run))
		add_run(runs, batch, &run);
}

/*
 * Handle a VMA at @addr that is locked for writing, up to @end. Return false if it has to be
 * read again in another section. The number of such sections is bounded.
 */
static bool add_busy(struct pgwalk_runs *runs, struct pgwalk_batch *batch, unsigned long addr,
		     unsigned long end)
{
	struct pgwalk_mm_section *section = &runs->walk.section;

	section->waits = runs->waits;
	if (pgwalk_mm_section_may_wait(section)) {
		runs->waits = ++section->waits;
		return false;
	}
	runs->waits = 0;
	section->waits = 0;
	add_raced(runs, batch, addr, end);
	return true;
}

/* Test if the batch has as much as is wanted, or no room for the result of one more read. */
static bool has_enough(const struct pgwalk_runs *runs, const struct pgwalk_batch *batch)
{
	return (runs->by_page ? runs->leaves : batch->nr + batch->nr_pfns) >= runs->enough ||
	       PGWALK_BATCH_RUNS - batch->nr < PGWALK_BATCH_MIN ||
	       PGWALK_BATCH_PFNS - batch->nr_pfns < PGWALK_ARCH_TABLE_ENTRIES;
}

/*
 * Add a range without entries, in which pages of shared memory may be swapped out. Return
 * false if the section has to end or the batch is full; @runs->walk is then the next position.
 */
static bool add_absent(struct pgwalk_runs *runs, struct pgwalk_batch *batch, unsigned long addr,
		       unsigned long end)
{
	struct pgwalk_walk *walk = &runs->walk;
	unsigned long from;
	int i, nr;

	end = min(end, walk->end);
	while (addr < end && !pgwalk_shmem_is_excluded(&walk->section, addr, end)) {
		from = addr;
		nr = pgwalk_shmem_read(&walk->section, &addr, end, batch->swapped,
				       PGWALK_SHMEM_PAGES);
		for (i = 0; i < nr; i++)
			add_swapped(runs, batch, &batch->swapped[i]);
		if (nr < 0 && !add_busy(runs, batch, from, addr)) {
			walk->addr = from;
			return false;
		}
		if (nr >= 0)
			runs->waits = 0;
		if (addr < end &&
		    (pgwalk_mm_section_is_over(&walk->section) || has_enough(runs, batch))) {
			walk->addr = addr;
			return false;
		}
	}
	return true;
}

static unsigned int count_empty(const pte_t *pte, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr && !pgwalk_arch_raw(pte[i]); i++)
		;
	return i;
}

/*
 * Add the entries of a table. One with the bits of the entry before it is not decoded; most
 * are of this kind. If two leaves have equal bits, their pfns differ by as much as their values
 * do, so consecutive pages have consecutive values. Return false as add_absent().
 */
static __always_inline bool add_leaves(struct pgwalk_runs *runs, struct pgwalk_batch *batch,
				       const struct pgwalk_table *table, const unsigned long size)
{
	struct pgwalk_run_template *template = &runs->template;
	unsigned int i = 0;

	if (template->run.level != table->level)
		template->value = 0;
	while (i < table->nr) {
		unsigned long addr = table->start + i * size;
		const pte_t *pte = &table->pte[i];
		u64 value = pgwalk_arch_raw(*pte);

		if (!value) {
			unsigned int nr = count_empty(pte, table->nr - i);

			if (unlikely(table->unsettled))
				add_raced(runs, batch, addr, addr + nr * size);
			else if (!add_absent(runs, batch, addr, addr + nr * size))
				return false;
			i += nr;
			continue;
		}
		if ((!template->value || !pgwalk_arch_has_same_bits(size, value, template->value)) &&
		    !add_entry(runs, batch, addr, table->level, pte_val(*pte))) {
			i++;
			continue;
		}
		if (!template->wanted)
			i += skip_same(runs, pte, table->nr - i, size);
		else if (runs->redacted)
			i += add_redacted(runs, batch, addr, pte, table->nr - i, size);
		else if (runs->listed == PGWALK_LISTED_SCATTERED && size == PAGE_SIZE)
			i += list_scattered(runs, batch, addr, pte, table->nr - i);
		else if (runs->listed == PGWALK_LISTED_ALL)
			i += list_same(runs, batch, addr, pte, table->nr - i, size);
		else
			i += add_same(runs, batch, addr, pte, table->nr - i, size);
	}
	return true;
}

/**
 * pgwalk_runs_init - begin a range
 * @runs: all members are set; the caller may then set @filter, @by_page, @listed, @redacted, @tables
 *	and @enough
 * @mm: the caller holds its mm_count for as long as @runs is used
 * @start: first address, a multiple of the page size
 * @end: first address after the range, a multiple of the page size
 *
 * Context: any.
 */
void pgwalk_runs_init(struct pgwalk_runs *runs, struct mm_struct *mm,
		      unsigned long start, unsigned long end)
{
	*runs = (struct pgwalk_runs) {
		.walk.section.mm = mm,
		.walk.addr = start,
		.walk.end = end,
		.walk.many = true,
		.enough = U64_MAX,
	};
}

/**
 * pgwalk_runs_is_done - test if the range is done
 * @runs: range
 *
 * Context: any.
 * Return: true: the range was read to its end; no run is open.
 */
bool pgwalk_runs_is_done(const struct pgwalk_runs *runs)
{
	return runs->walk.addr >= runs->walk.end && runs->open.kind == PGWALK_KIND_UNSET;
}

/**
 * pgwalk_runs_position - return the address where another reader would continue
 * @runs: range
 *
 * Context: any.
 * Return: start of the open run; without one the address that is read next, or the end of
 * the range if it is done.
 */
u64 pgwalk_runs_position(const struct pgwalk_runs *runs)
{
	return runs->open.kind != PGWALK_KIND_UNSET ? runs->open.start :
						      min(runs->walk.addr, runs->walk.end);
}

/*
 * Count the tables that contain the entries of a read: that of the level of the entries, and one of
 * each level above. Reads ascend, so a table was counted before if it was the last one of its level.
 */
static void count_tables(struct pgwalk_runs_tables *tables, const struct pgwalk_table *table)
{
	unsigned int level = table->level;

	while (level <= PGWALK_LEVEL_PUD) {
		unsigned int above = pgwalk_walk_level_above(level);
		unsigned long start = table->start & ~((1UL << pgwalk_arch_shift(above)) - 1);

		if (start >= tables->before && tables->counted[level] != start + 1) {
			tables->counted[level] = start + 1;
			tables->nr++;
		}
		level = above;
	}
}

/**
 * pgwalk_runs_fill - read until the batch has enough runs or the range is done
 * @runs: position; the last run stays in @runs as long as it may still grow
 * @batch: emptied first
 *
 * Runs have maximal length, also across batches and sections; with @by_page they are
 * split at the end of a batch. Ranges without entries are read through, one section
 * at a time; fatal signals are checked between two sections.
 *
 * Context: process context, may sleep; no lock or reference is held on return.
 * Return: 0, with an empty batch only if the range is done; -EINTR: a fatal signal;
 * -ESRCH: the address space is gone; @batch has the runs that were read before.
 */
int pgwalk_runs_fill(struct pgwalk_runs *runs, struct pgwalk_batch *batch)
{
	const struct pgwalk_table *table = &batch->table;
	struct pgwalk_walk *walk = &runs->walk;
	bool more;
	int err;

	batch->nr = 0;
	batch->nr_pfns = 0;
	runs->leaves = 0;
	while (walk->addr < walk->end && !has_enough(runs, batch)) {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = pgwalk_mm_section_begin(&walk->section);
		if (err)
			return err;
		more = true;
		while (more && !has_enough(runs, batch) &&
		       pgwalk_walk_read(walk, &batch->table)) {
			if (runs->tables && table->found != PGWALK_FOUND_RACED)
				count_tables(runs->tables, table);
			switch (table->found) {
			case PGWALK_FOUND_HOLE:
				more = add_absent(runs, batch, table->start, table->next);
				break;
			case PGWALK_FOUND_ENTRY:
				add_leaves(runs, batch, table,
					   1UL << pgwalk_arch_shift(table->level));
				break;
			case PGWALK_FOUND_TABLE:
				more = add_leaves(runs, batch, table, PAGE_SIZE);
				break;
			case PGWALK_FOUND_RACED:
				add_raced(runs, batch, table->start, table->next);
				break;
			}
		}
		pgwalk_mm_section_end(&walk->section);
	}
	if (walk->addr >= walk->end || runs->by_page)
		close_run(runs, batch);
	return 0;
}

/**
 * pgwalk_batch_create - allocate an empty batch
 *
 * Context: process context, may sleep.
 * Return: the batch; NULL: no memory.
 */
struct pgwalk_batch *pgwalk_batch_create(void)
{
	struct pgwalk_batch *batch = pgwalk_buffer_create(sizeof(*batch), 0);

	if (batch) {
		batch->nr = 0;
		batch->nr_pfns = 0;
	}
	return batch;
}

/**
 * pgwalk_batch_destroy - free a batch
 * @batch: may be NULL
 *
 * Context: process context.
 */
void pgwalk_batch_destroy(struct pgwalk_batch *batch)
{
	pgwalk_buffer_destroy(batch, sizeof(*batch));
}
