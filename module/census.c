// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the page tables of an address space, by level and node. Each table is copied once
 * and counted from the copy; it must not touch a table itself, and keeps no more than one
 * copy a level, however large the address space.
 */
#include <linux/errno.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "census.h"
#include "entry.h"
#include "hold.h"
#include "walk.h"

/**
 * struct census_table - the table of one level that the walk is in
 * @start:	address that its first entry is about
 * @next:	entry that is looked at next
 * @copy:	of the table
 */
struct census_table {
	unsigned long start;
	unsigned int next;
	struct pgwalk_copy copy;
};

/**
 * struct census_walk - a walk over all tables
 * @sheet:	what is counted
 * @hold:	begun while the walk moves
 * @addr:	where tables were read last; grows
 * @level:	enum pgwalk_level of the table that the walk is in; above the root: done
 * @table:	by level; those from @level up are valid
 */
struct census_walk {
	struct pgwalk_census_sheet *sheet;
	struct pgwalk_hold hold;
	unsigned long addr;
	unsigned int level;
	struct census_table table[PGWALK_LEVEL_PGD + 1];
};

static unsigned int rows_of_level(void)
{
	return nr_node_ids + 1;		/* and one for nobody knows which */
}

static struct pgwalk_census *row_of(struct pgwalk_census_sheet *sheet, unsigned int level,
				    int node)
{
	return &sheet->row[(PGWALK_LEVEL_PGD - level) * rows_of_level() + node + 1];
}

static bool is_table(unsigned int level, u64 value)
{
	struct pgwalk_entry entry;

	if (level == PGWALK_LEVEL_PTE)
		return false;
	pgwalk_entry_decode(&entry, level, value);
	return entry.kind == PGWALK_KIND_TABLE;
}

/* The node of a table, which may have been freed since it was read. */
static int node_of(u64 pfn)
{
	struct page *page;
	int node = NUMA_NO_NODE;

	rcu_read_lock();	/* memory that is taken away waits for it (frame.c) */
	page = pfn_to_online_page(pfn);
	if (page)
		node = page_to_nid(page);
	rcu_read_unlock();
	return node;
}

static void count_table(struct pgwalk_census_sheet *sheet, unsigned int level,
			const struct pgwalk_copy *copy)
{
	struct pgwalk_census *row = row_of(sheet, level, node_of(copy->pfn));
	unsigned int i, used = 0, leafs = 0;

	for (i = 0; i < copy->nr; i++) {
		if (!copy->entry[i])
			continue;
		used++;
		leafs += !is_table(level, copy->entry[i]);
	}
	row->tables++;
	row->empty += !used;
	row->used += used;
	row->leafs += leafs;
}

/* Its entries cannot be trusted, but it was there when the one above was read. */
static void count_raced(struct pgwalk_census_sheet *sheet, unsigned int level,
			const struct pgwalk_copy *copy)
{
	row_of(sheet, level, node_of(copy->pfn))->tables++;
	sheet->raced++;
}

/*
 * Where tables of [start, start + size) may be read: not before the first mapping there,
 * nor before what was asked for last. False: nowhere.
 */
static bool move_to(struct census_walk *walk, unsigned long start, unsigned long size)
{
	unsigned long end = min(start + size, TASK_SIZE_MAX);
	unsigned long addr = max(start, walk->addr);

	if (addr >= end || !pgwalk_hold_window(&walk->hold, &addr, end))
		return false;
	walk->addr = addr;
	return true;
}

static bool is_anon_page(u64 value)
{
	struct pgwalk_entry entry;
	struct page *page;
	bool anon;

	pgwalk_entry_decode(&entry, PGWALK_LEVEL_PMD, value);
	if (entry.kind == PGWALK_KIND_SWAP || entry.kind == PGWALK_KIND_MARKER)
		return false;
	rcu_read_lock();	/* memory that is taken away waits for it (frame.c) */
	page = pfn_to_online_page(entry.pfn);
	anon = page && PageAnon(page);
	rcu_read_unlock();
	return anon;
}

/*
 * The kernel keeps a table of ptes behind each huge page of an anonymous mapping, the one
 * of zeroes and one that is migrating too, and splits the page with it. It goes by the
 * mapping, as __split_huge_pmd_locked() does: hugetlbfs, files and DAX have none. A mapping
 * that is being changed cannot be asked: the page is.
 */
static void count_deposit(struct census_walk *walk, unsigned long addr, u64 value)
{
	bool deposited;

	walk->hold.steps++;
	if (!move_to(walk, addr, PMD_SIZE))
		return;
	if (pgwalk_hold_ask_vma(&walk->hold, walk->addr))
		deposited = walk->hold.vma.anonymous;
	else
		deposited = is_anon_page(value);
	row_of(walk->sheet, PGWALK_LEVEL_PTE, NUMA_NO_NODE)->deposited += deposited;
}

/* Copy and count the table that an entry points to, and enter it if there is more below. */
static void enter_table(struct census_walk *walk, unsigned int level, unsigned long start,
			unsigned long size)
{
	struct census_table *table = &walk->table[level];

	table->start = start;
	table->next = 0;
	/* The root stays. A table that no mapping uses is being freed. */
	if (level != PGWALK_LEVEL_PGD && !move_to(walk, start, size))
		return;
	switch (pgwalk_walk_copy(&walk->hold, walk->addr, level, &table->copy)) {
	case -EBUSY:
		walk->sheet->raced++;
		fallthrough;
	case 0:
		count_table(walk->sheet, level, &table->copy);
		if (level > PGWALK_LEVEL_PTE)
			walk->level = level;
		break;
	case -EAGAIN:
		count_raced(walk->sheet, level, &table->copy);
		break;
	}
}

/* Look at the next entry that is not empty, or leave the table. */
static void step(struct census_walk *walk)
{
	struct census_table *table = &walk->table[walk->level];
	unsigned int shift = pgwalk_entry_shift(walk->level);
	unsigned long addr;
	u64 value;

	while (table->next < table->copy.nr && !table->copy.entry[table->next])
		table->next++;
	if (table->next >= table->copy.nr) {
		walk->level = pgwalk_walk_level_above(walk->level);
		return;
	}
	addr = table->start + ((unsigned long)table->next << shift);
	value = table->copy.entry[table->next++];
	if (is_table(walk->level, value))
		enter_table(walk, pgwalk_walk_level_below(walk->level), addr, 1UL << shift);
	else if (walk->level == PGWALK_LEVEL_PMD)
		count_deposit(walk, addr, value);
}

static bool is_done(const struct census_walk *walk)
{
	return walk->level > PGWALK_LEVEL_PGD;
}

static int take(struct census_walk *walk)
{
	struct pgwalk_hold *hold = &walk->hold;
	int err;

	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = pgwalk_hold_begin(hold);
		if (err)
			return err;
		if (!walk->level)
			enter_table(walk, PGWALK_LEVEL_PGD, 0, TASK_SIZE_MAX);
		while (walk->level && !is_done(walk) && !pgwalk_hold_is_over(hold))
			step(walk);
		walk->sheet->pgtables_bytes = mm_pgtables_bytes(hold->mm);
		pgwalk_hold_end(hold);
	} while (walk->level && !is_done(walk));
	return 0;
}

static void reset(struct pgwalk_census_sheet *sheet)
{
	unsigned int level;
	int node;

	sheet->raced = 0;
	sheet->pgtables_bytes = 0;
	for (level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PGD; level++)
		for (node = NUMA_NO_NODE; node < (int)nr_node_ids; node++)
			*row_of(sheet, level, node) = (struct pgwalk_census) {
				.level = level,
				.node = node,
			};
}

/**
 * pgwalk_census_take - count the page tables of an address space
 * @sheet: filled in
 * @mm: the caller holds its mm_count
 *
 * A table that comes or goes meanwhile is counted or not. Where tables are not freed
 * through RCU, one that no mapping uses cannot be read, and is not counted.
 *
 * Context: process context, may sleep; the address space is held as pgwalk_walk_read()
 * holds it, for 64 tables or 100 us at a time, and not at all on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone; -ENOMEM.
 */
int pgwalk_census_take(struct pgwalk_census_sheet *sheet, struct mm_struct *mm)
{
	struct census_walk *walk = kvzalloc(sizeof(*walk), GFP_KERNEL_ACCOUNT);
	int err;

	if (!walk)
		return -ENOMEM;
	reset(sheet);
	walk->sheet = sheet;
	walk->hold.mm = mm;
	err = take(walk);
	kvfree(walk);
	return err;
}

/**
 * pgwalk_census_next - find the next row with a table in it
 * @sheet: taken
 * @at: where to begin; set behind the row
 *
 * Context: any.
 * Return: the row; NULL: there is none left.
 */
const struct pgwalk_census *pgwalk_census_next(const struct pgwalk_census_sheet *sheet,
					       unsigned int *at)
{
	while (*at < sheet->nr_rows) {
		const struct pgwalk_census *row = &sheet->row[(*at)++];

		if (row->tables || row->deposited)
			return row;
	}
	return NULL;
}

/**
 * pgwalk_census_flat_bytes - what a single level would take
 *
 * Context: any.
 * Return: bytes of one table with an entry for each 4K page of the user half.
 */
u64 pgwalk_census_flat_bytes(void)
{
	return ((PTRS_PER_PGD / 2ULL) << (PGDIR_SHIFT - PAGE_SHIFT)) * sizeof(pte_t);
}

/**
 * pgwalk_census_create - allocate a sheet
 *
 * Context: process context, may sleep.
 * Return: the sheet, NULL without memory.
 */
struct pgwalk_census_sheet *pgwalk_census_create(void)
{
	unsigned int nr = PGWALK_MAX_LEVELS * rows_of_level();
	struct pgwalk_census_sheet *sheet;

	sheet = kvzalloc(struct_size(sheet, row, nr), GFP_KERNEL_ACCOUNT);
	if (sheet)
		sheet->nr_rows = nr;
	return sheet;
}

/**
 * pgwalk_census_destroy - free a sheet
 * @sheet: may be NULL
 *
 * Context: process context.
 */
void pgwalk_census_destroy(struct pgwalk_census_sheet *sheet)
{
	kvfree(sheet);
}
