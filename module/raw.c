// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the entries of a range as they are in the page tables: nothing is decoded, filtered or
 * merged. No lock or reference is held when its functions return.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "buffer.h"
#include "raw.h"

/* Mark the empty entries of a table that was not read under its lock. */
static void mark_raced(struct pgwalk_table *table)
{
	unsigned int i;

	for (i = 0; i < table->nr; i++)
		if (!pgwalk_arch_raw(table->pte[i]))
			table->pte[i] = pgwalk_arch_pte(PGWALK_SCAN_RAW_RACED);
}

/**
 * pgwalk_raw_begin - begin a range
 * @raw: @walk and @enough are set; the caller may then change @enough, and @walk.end between two
 *	calls of pgwalk_raw_fill()
 * @mm: the caller holds its mm_count for as long as @raw is used
 * @start: first address, a multiple of the page size
 * @end: first address after the range, a multiple of the page size
 *
 * Context: any.
 */
void pgwalk_raw_begin(struct pgwalk_raw *raw, struct mm_struct *mm, unsigned long start,
		      unsigned long end)
{
	raw->walk = (struct pgwalk_walk) {
		.section.mm = mm,
		.addr = start,
		.end = end,
		.many = true,
	};
	raw->enough = PGWALK_RAW_TABLES;
}

/**
 * pgwalk_raw_fill - read the next tables of the range that are not holes
 * @raw: begun; @nr and @table are replaced. From the end of the last table up to @walk.addr there
 *	are no entries
 *
 * Ranges without entries are read through, one section at a time.
 *
 * Context: process context, may sleep; no lock or reference is held on return.
 * Return: 0, without a table only if the range is done; -EINTR: a fatal signal; -ESRCH: the
 * address space is gone.
 */
int pgwalk_raw_fill(struct pgwalk_raw *raw)
{
	struct pgwalk_walk *walk = &raw->walk;
	int err;

	raw->nr = 0;
	while (walk->addr < walk->end && !raw->nr) {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = pgwalk_mm_section_begin(&walk->section);
		if (err)
			return err;
		while (raw->nr < raw->enough && pgwalk_walk_read(walk, &raw->table[raw->nr])) {
			struct pgwalk_table *table = &raw->table[raw->nr];

			if (unlikely(table->unsettled))
				mark_raced(table);
			raw->nr += table->found != PGWALK_FOUND_HOLE;
		}
		pgwalk_mm_section_end(&walk->section);
	}
	return 0;
}

/**
 * pgwalk_raw_create - allocate a struct pgwalk_raw
 *
 * Context: process context, may sleep.
 * Return: the struct; NULL: no memory.
 */
struct pgwalk_raw *pgwalk_raw_create(void)
{
	return pgwalk_buffer_create(sizeof(struct pgwalk_raw), 0);
}

/**
 * pgwalk_raw_destroy - free a struct pgwalk_raw
 * @raw: may be NULL
 *
 * Context: process context.
 */
void pgwalk_raw_destroy(struct pgwalk_raw *raw)
{
	pgwalk_buffer_destroy(raw, sizeof(*raw));
}
