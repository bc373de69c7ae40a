// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts the page tables of an address space, by level and node. Each table is copied once
 * and counted from the copy. Only one copy per level is kept, independent of the size of the
 * address space.
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "arch/pgtable.h"
#include "entry.h"
#include "mm_section.h"
#include "pgtable_stats.h"
#include "walk.h"

/**
 * struct table_stats - the table of one level on the path of the walk
 * @start:	first address that the table covers
 * @next:	index of the entry that is read next
 * @copy:	copy of the table
 */
struct table_stats {
	unsigned long start;
	unsigned int next;
	struct pgwalk_copy copy;
};

/**
 * struct stats_walk - a walk over all tables
 * @counts:	counts that are updated
 * @section:	section, begun while the walk advances
 * @addr:	address of the last read; ascends
 * @level:	enum pgwalk_level of the table that the walk is in; above the root: done
 * @table:	tables by level; those from @level up are valid
 */
struct stats_walk {
	struct pgwalk_pgtable_counts *counts;
	struct pgwalk_mm_section section;
	unsigned long addr;
	unsigned int level;
	struct table_stats table[PGWALK_LEVEL_PGD + 1];
};

static unsigned int rows_of_level(void)
{
	return nr_node_ids + 1;		/* one more for an unknown node */
}

static struct pgwalk_pgtable_stats *row_of(struct pgwalk_pgtable_counts *counts, unsigned int level,
					   int node)
{
	return &counts->row[(PGWALK_LEVEL_PGD - level) * rows_of_level() + node + 1];
}

static bool is_table(unsigned int level, u64 value)
{
	struct pgwalk_entry entry;

	if (level == PGWALK_LEVEL_PTE)
		return false;
	pgwalk_entry_decode(&entry, level, value);
	return entry.kind == PGWALK_KIND_TABLE;
}

/* Return the node of a table, which may have been freed after it was read. */
static int node_of(u64 pfn)
{
	struct page *page;
	int node = NUMA_NO_NODE;

	rcu_read_lock();	/* memory hot-remove waits for it (frame/online.c) */
	page = pfn_to_online_page(pfn);
	if (page)
		node = page_to_nid(page);
	rcu_read_unlock();
	return node;
}

static void count_table(struct pgwalk_pgtable_counts *counts, unsigned int level,
			const struct pgwalk_copy *copy)
{
	struct pgwalk_pgtable_stats *row = row_of(counts, level, node_of(copy->pfn));
	unsigned int i, used = 0, leaves = 0;

	for (i = 0; i < copy->nr; i++) {
		if (!copy->entry[i])
			continue;
		used++;
		leaves += !is_table(level, copy->entry[i]);
	}
	row->tables++;
	row->empty += !used;
	row->used += used;
	row->leaves += leaves;
}

/* Count a table that could not be copied: it existed when the entry above was read. */
static void count_raced(struct pgwalk_pgtable_counts *counts, unsigned int level,
			const struct pgwalk_copy *copy)
{
	row_of(counts, level, node_of(copy->pfn))->tables++;
	counts->raced++;
}

/*
 * Move to the first address in [start, start + size) where tables may be read: not before the
 * first mapping in the range or the last position. Return false if there is none.
 */
static bool move_to(struct stats_walk *walk, unsigned long start, unsigned long size)
{
	unsigned long end = min(start + size, pgwalk_arch_user_end());
	unsigned long addr = max(start, walk->addr);

	if (addr >= end || !pgwalk_mm_section_window(&walk->section, &addr, end))
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
	rcu_read_lock();	/* memory hot-remove waits for it (frame/online.c) */
	page = pfn_to_online_page(entry.pfn);
	anon = page && PageAnon(page);
	rcu_read_unlock();
	return anon;
}

/*
 * Count the table of ptes that the kernel deposits for each huge page of an anonymous mapping
 * (also for the huge zero page and one that is migrating), for a later split of the page. As in
 * __split_huge_pmd_locked(), the mapping decides: hugetlbfs, files and DAX have no deposit. If
 * the mapping is being changed and cannot be read, the page decides.
 */
static void count_deposit(struct stats_walk *walk, unsigned long addr, u64 value)
{
	bool deposited;

	walk->section.steps++;
	if (!move_to(walk, addr, PMD_SIZE))
		return;
	if (pgwalk_mm_section_read_vma(&walk->section, walk->addr))
		deposited = walk->section.vma.anonymous;
	else
		deposited = is_anon_page(value);
	row_of(walk->counts, PGWALK_LEVEL_PTE, NUMA_NO_NODE)->deposited += deposited;
}

/*
 * Copy and count the table that an entry points to, and enter it if it may have tables below.
 * Return false if its lock is held and it has to be read again in another section. The number
 * of such sections is bounded.
 */
static bool enter_table(struct stats_walk *walk, unsigned int level, unsigned long start,
			unsigned long size)
{
	struct table_stats *table = &walk->table[level];

	table->start = start;
	table->next = 0;
	/* The root cannot be freed. A table outside of all mappings is being freed. */
	if (level != PGWALK_LEVEL_PGD && !move_to(walk, start, size))
		return true;
	switch (pgwalk_walk_copy(&walk->section, walk->addr, level, &table->copy)) {
	case -EINPROGRESS:
		return false;
	case -EBUSY:
		walk->counts->raced++;
		fallthrough;
	case 0:
		count_table(walk->counts, level, &table->copy);
		if (level > PGWALK_LEVEL_PTE)
			walk->level = level;
		break;
	case -EAGAIN:
		count_raced(walk->counts, level, &table->copy);
		break;
	}
	return true;
}

/* Process the next entry that is not empty, or leave the table. Return false to end the section. */
static bool step(struct stats_walk *walk)
{
	struct table_stats *table = &walk->table[walk->level];
	unsigned int shift = pgwalk_arch_shift(walk->level);
	unsigned long addr;
	u64 value;

	while (table->next < table->copy.nr && !table->copy.entry[table->next])
		table->next++;
	if (table->next >= table->copy.nr) {
		walk->level = pgwalk_walk_level_above(walk->level);
		return true;
	}
	addr = table->start + ((unsigned long)table->next << shift);
	value = table->copy.entry[table->next];
	if (is_table(walk->level, value)) {
		if (!enter_table(walk, pgwalk_walk_level_below(walk->level), addr, 1UL << shift))
			return false;
	} else if (walk->level == PGWALK_LEVEL_PMD) {
		count_deposit(walk, addr, value);
	}
	table->next++;
	return true;
}

static bool is_done(const struct stats_walk *walk)
{
	return walk->level > PGWALK_LEVEL_PGD;
}

static int take(struct stats_walk *walk)
{
	struct pgwalk_mm_section *section = &walk->section;
	bool busy;
	int err;

	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = pgwalk_mm_section_begin(section);
		if (err)
			return err;
		busy = !walk->level &&
		       !enter_table(walk, PGWALK_LEVEL_PGD, 0, pgwalk_arch_user_end());
		while (walk->level && !busy && !is_done(walk) && !pgwalk_mm_section_is_over(section))
			busy = !step(walk);
		walk->counts->pgtables_bytes = mm_pgtables_bytes(section->mm);
		pgwalk_mm_section_end(section);
	} while (busy || (walk->level && !is_done(walk)));
	return 0;
}

static void reset(struct pgwalk_pgtable_counts *counts)
{
	unsigned int level;
	int node;

	counts->raced = 0;
	counts->pgtables_bytes = 0;
	for (level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PGD; level++)
		for (node = NUMA_NO_NODE; node < (int)nr_node_ids; node++)
			*row_of(counts, level, node) = (struct pgwalk_pgtable_stats) {
				.level = level,
				.bytes_shift = ilog2(pgwalk_arch_entries(level) * sizeof(u64)),
				.entries_shift = ilog2(pgwalk_arch_user_entries(level)),
				.node = node,
			};
}

/**
 * pgwalk_pgtable_stats_take - count the page tables of an address space
 * @counts: filled in
 * @mm: the caller holds its mm_count
 *
 * A table that is added or freed during the call may be counted or not. Where tables are not
 * freed through RCU, a table outside of all mappings cannot be read, and is not counted.
 *
 * Context: process context, may sleep; reads in sections of 64 tables or 100 us. No lock
 * or reference is held on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone; -ENOMEM.
 */
int pgwalk_pgtable_stats_take(struct pgwalk_pgtable_counts *counts, struct mm_struct *mm)
{
	struct stats_walk *walk = kvzalloc(sizeof(*walk), GFP_KERNEL_ACCOUNT);
	int err;

	if (!walk)
		return -ENOMEM;
	reset(counts);
	walk->counts = counts;
	walk->section.mm = mm;
	err = take(walk);
	kvfree(walk);
	return err;
}

/**
 * pgwalk_pgtable_stats_merge_nodes - add the rows of all nodes of a level to that of node -1
 * @counts: taken
 *
 * Context: any.
 */
void pgwalk_pgtable_stats_merge_nodes(struct pgwalk_pgtable_counts *counts)
{
	unsigned int level;
	int node;

	for (level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PGD; level++) {
		struct pgwalk_pgtable_stats *sum = row_of(counts, level, NUMA_NO_NODE);

		for (node = 0; node < (int)nr_node_ids; node++) {
			struct pgwalk_pgtable_stats *row = row_of(counts, level, node);

			sum->tables += row->tables;
			sum->empty += row->empty;
			sum->used += row->used;
			sum->leaves += row->leaves;
			sum->deposited += row->deposited;
			row->tables = 0;
			row->deposited = 0;
		}
	}
}

/**
 * pgwalk_pgtable_stats_next - find the next row that is not empty
 * @counts: taken
 * @at: index to begin at; set to the index after the row
 *
 * Context: any.
 * Return: the row; NULL: there is no further row.
 */
const struct pgwalk_pgtable_stats *
pgwalk_pgtable_stats_next(const struct pgwalk_pgtable_counts *counts, unsigned int *at)
{
	while (*at < counts->nr_rows) {
		const struct pgwalk_pgtable_stats *row = &counts->row[(*at)++];

		if (row->tables || row->deposited)
			return row;
	}
	return NULL;
}

/**
 * pgwalk_pgtable_stats_flat_bytes - return the size of a page table with a single level
 *
 * Context: any.
 * Return: bytes of one table with an entry for each page of the user half.
 */
u64 pgwalk_pgtable_stats_flat_bytes(void)
{
	u64 entries = pgwalk_arch_user_entries(PGWALK_LEVEL_PGD);

	return (entries << (pgwalk_arch_shift(PGWALK_LEVEL_PGD) - PAGE_SHIFT)) * sizeof(pte_t);
}

/**
 * pgwalk_pgtable_stats_create - allocate counts
 *
 * Context: process context, may sleep.
 * Return: the counts; NULL: no memory.
 */
struct pgwalk_pgtable_counts *pgwalk_pgtable_stats_create(void)
{
	unsigned int nr = PGWALK_MAX_LEVELS * rows_of_level();
	struct pgwalk_pgtable_counts *counts;

	counts = kvzalloc(struct_size(counts, row, nr), GFP_KERNEL_ACCOUNT);
	if (counts)
		counts->nr_rows = nr;
	return counts;
}

/**
 * pgwalk_pgtable_stats_destroy - free counts
 * @counts: may be NULL
 *
 * Context: process context.
 */
void pgwalk_pgtable_stats_destroy(struct pgwalk_pgtable_counts *counts)
{
	kvfree(counts);
}
