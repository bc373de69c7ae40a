// SPDX-License-Identifier: GPL-2.0
/*
 * Lists the frames of the p4d and pud tables of an address space, from copies of the
 * tables above them. Kernels before 7.2 do not mark all of these frames as page tables.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "entry.h"
#include "upper.h"

/* Add the table that an entry points to. */
static bool add_table(struct pgwalk_upper *upper, unsigned int level, u64 value)
{
	struct pgwalk_entry entry;

	if (!value || upper->nr >= PGWALK_UPPER_MAX)
		return false;
	pgwalk_entry_decode(&entry, level, value);
	if (entry.kind != PGWALK_KIND_TABLE)
		return false;
	upper->pfn[upper->nr++] = entry.pfn;
	return true;
}

/* Add the pud tables of one p4d table. A table outside of all mappings is not read. */
static void add_puds(struct pgwalk_upper *upper, struct pgwalk_hold *hold, unsigned int index)
{
	unsigned long addr = (unsigned long)index << PGDIR_SHIFT;
	unsigned long end = min(addr + PGDIR_SIZE, TASK_SIZE_MAX);
	unsigned int i;

	if (!pgwalk_hold_window(hold, &addr, end) ||
	    pgwalk_walk_copy(hold, addr, PGWALK_LEVEL_P4D, &upper->p4d))
		return;
	for (i = 0; i < upper->p4d.nr; i++)
		add_table(upper, PGWALK_LEVEL_P4D, upper->p4d.entry[i]);
}

/* Read on from an entry of the root until the hold is over. Return the next entry. */
static unsigned int read_root(struct pgwalk_upper *upper, struct pgwalk_hold *hold,
			      unsigned int index)
{
	if (!index)
		pgwalk_walk_copy(hold, 0, PGWALK_LEVEL_PGD, &upper->root);
	while (index < upper->root.nr && !pgwalk_hold_is_over(hold)) {
		u64 value = upper->root.entry[index];

		if (add_table(upper, PGWALK_LEVEL_PGD, value) && pgtable_l5_enabled())
			add_puds(upper, hold, index);
		index++;
	}
	return index;
}

/**
 * pgwalk_upper_take - list the p4d and pud tables of an address space
 * @upper: filled in, with PGWALK_UPPER_MAX tables at most
 * @mm: the caller holds its mm_count
 *
 * With four levels the root has all pud tables, and is the only table that is read.
 *
 * Context: process context, may sleep; the address space is held as pgwalk_walk_read()
 * holds it, for 64 tables or 100 us at a time, and not at all on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_upper_take(struct pgwalk_upper *upper, struct mm_struct *mm)
{
	struct pgwalk_hold hold = { .mm = mm };
	unsigned int index = 0;
	int err;

	upper->nr = 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = pgwalk_hold_begin(&hold);
		if (err)
			return err;
		index = read_root(upper, &hold, index);
		pgwalk_hold_end(&hold);
	} while (index < upper->root.nr);
	return 0;
}

/**
 * pgwalk_upper_has - test if a frame is one of the tables
 * @upper: taken
 * @pfn: a frame
 *
 * Context: any.
 * Return: true if the frame was a table when @upper was taken.
 */
bool pgwalk_upper_has(const struct pgwalk_upper *upper, u64 pfn)
{
	unsigned int i;

	for (i = 0; i < upper->nr; i++)
		if (upper->pfn[i] == pfn)
			return true;
	return false;
}

/**
 * pgwalk_upper_create - allocate an empty list
 *
 * Context: process context, may sleep.
 * Return: the list; NULL without memory.
 */
struct pgwalk_upper *pgwalk_upper_create(void)
{
	return kvzalloc(sizeof(struct pgwalk_upper), GFP_KERNEL_ACCOUNT);
}

/**
 * pgwalk_upper_destroy - free a list
 * @upper: may be NULL
 *
 * Context: process context.
 */
void pgwalk_upper_destroy(struct pgwalk_upper *upper)
{
	kvfree(upper);
}
