// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Lists the frames of the p4d and pud tables of an address space, from copies of the
 * tables above them. Kernels before 7.2 do not mark all of these frames as page tables.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "arch/pgtable.h"
#include "buffer.h"
#include "entry.h"
#include "upper_tables.h"

/* Add the table that an entry points to. */
static bool add_table(struct pgwalk_upper_tables *upper, unsigned int level, u64 value)
{
	struct pgwalk_entry entry;

	if (!value || upper->nr >= PGWALK_UPPER_TABLES_MAX)
		return false;
	pgwalk_entry_decode(&entry, level, value);
	if (entry.kind != PGWALK_KIND_TABLE)
		return false;
	upper->pfn[upper->nr++] = entry.pfn;
	return true;
}

/* Add the pud tables of one p4d table. A table outside of all mappings is not read. */
static void add_puds(struct pgwalk_upper_tables *upper, struct pgwalk_mm_section *section,
		     unsigned int index)
{
	const unsigned long size = 1UL << pgwalk_arch_shift(PGWALK_LEVEL_PGD);
	unsigned long addr = index * size;
	unsigned long end = min(addr + size, pgwalk_arch_user_end());
	unsigned int i;

	if (!pgwalk_mm_section_window(section, &addr, end) ||
	    pgwalk_walk_copy(section, addr, PGWALK_LEVEL_P4D, &upper->p4d))
		return;
	for (i = 0; i < upper->p4d.nr; i++)
		add_table(upper, PGWALK_LEVEL_P4D, upper->p4d.entry[i]);
}

/* Read entries of the root until the section has to end. Return the next index. */
static unsigned int read_root(struct pgwalk_upper_tables *upper, struct pgwalk_mm_section *section,
			      unsigned int index)
{
	if (!index)
		pgwalk_walk_copy(section, 0, PGWALK_LEVEL_PGD, &upper->root);
	while (index < upper->root.nr && !pgwalk_mm_section_is_over(section)) {
		u64 value = upper->root.entry[index];

		if (add_table(upper, PGWALK_LEVEL_PGD, value) && pgwalk_arch_has_level(PGWALK_LEVEL_P4D))
			add_puds(upper, section, index);
		index++;
	}
	return index;
}

/**
 * pgwalk_upper_tables_take - list the p4d and pud tables of an address space
 * @upper: filled in, with PGWALK_UPPER_TABLES_MAX tables at most
 * @mm: the caller holds its mm_count
 *
 * With four levels the root has all pud tables, and is the only table that is read.
 *
 * Context: process context, may sleep; reads in sections of 64 tables or 100 us. No lock
 * or reference is held on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_upper_tables_take(struct pgwalk_upper_tables *upper, struct mm_struct *mm)
{
	struct pgwalk_mm_section section = { .mm = mm };
	unsigned int index = 0;
	int err;

	upper->nr = 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = pgwalk_mm_section_begin(&section);
		if (err)
			return err;
		index = read_root(upper, &section, index);
		pgwalk_mm_section_end(&section);
	} while (index < upper->root.nr);
	return 0;
}

/**
 * pgwalk_upper_tables_has - test if a frame is one of the tables
 * @upper: taken
 * @pfn: a frame
 *
 * Context: any.
 * Return: true if the frame was a table when @upper was taken.
 */
bool pgwalk_upper_tables_has(const struct pgwalk_upper_tables *upper, u64 pfn)
{
	unsigned int i;

	for (i = 0; i < upper->nr; i++)
		if (upper->pfn[i] == pfn)
			return true;
	return false;
}

/**
 * pgwalk_upper_tables_create - allocate an empty list
 *
 * Context: process context, may sleep.
 * Return: the list; NULL: no memory.
 */
struct pgwalk_upper_tables *pgwalk_upper_tables_create(void)
{
	return pgwalk_buffer_create(sizeof(struct pgwalk_upper_tables), __GFP_ZERO);
}

/**
 * pgwalk_upper_tables_destroy - free a list
 * @upper: may be NULL
 *
 * Context: process context.
 */
void pgwalk_upper_tables_destroy(struct pgwalk_upper_tables *upper)
{
	pgwalk_buffer_destroy(upper, sizeof(*upper));
}
