/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Runs of pages with equal attributes in a range of an address space, in bounded batches. */
#ifndef PGWALK_RUNS_H
#define PGWALK_RUNS_H

#include "arch/pgtable.h"
#include "shmem.h"
#include "uapi/pgwalk.h"
#include "walk.h"

/* A whole table of ptes must always fit, even if each pte is a separate run. */
#define PGWALK_BATCH_MIN	(PGWALK_ARCH_TABLE_ENTRIES + 1)
#define PGWALK_BATCH_RUNS	(4 * PGWALK_ARCH_TABLE_ENTRIES)
#define PGWALK_BATCH_PFNS	(8 * PGWALK_ARCH_TABLE_ENTRIES)

/**
 * struct pgwalk_batch - runs, and the memory to read tables into
 * @nr:		number of entries in @run
 * @table:	result of the last read
 * @run:	runs
 * @list:	for each run: 1 + index in @pfn of the pfn of its first leaf; 0: the pfns of the
 *		run are consecutive
 * @nr_pfns:	number of entries in @pfn
 * @pfn:	pfns of listed runs: one for each leaf, that of its first frame
 * @swapped:	last result of pgwalk_shmem_read()
 */
struct pgwalk_batch {
	unsigned int nr;
	struct pgwalk_table table;
	struct pgwalk_run run[PGWALK_BATCH_RUNS];
	u16 list[PGWALK_BATCH_RUNS];
	unsigned int nr_pfns;
	u64 pfn[PGWALK_BATCH_PFNS];
	struct pgwalk_shmem_pages swapped[PGWALK_SHMEM_PAGES];
};

/**
 * struct pgwalk_filter - selection of entries
 * @require:	PGWALK_F_* that must all be set
 * @exclude:	PGWALK_F_* of which none may be set
 * @kinds:	mask of 1 << enum pgwalk_kind; 0: all
 */
struct pgwalk_filter {
	u64 require;
	u64 exclude;
	u64 kinds;
};

/**
 * enum pgwalk_listed - which pages of a batch are one run with a list of pfns
 * @PGWALK_LISTED_NONE:	no pages
 * @PGWALK_LISTED_ALL:	all leaves with equal attributes; only with @by_page of struct pgwalk_runs
 * @PGWALK_LISTED_SCATTERED: small pages that are runs of their own, because the pfns of their
 *		neighbours are not consecutive: most pages of a process whose frames are scattered
 */
enum pgwalk_listed {
	PGWALK_LISTED_NONE,
	PGWALK_LISTED_ALL,
	PGWALK_LISTED_SCATTERED,
};

/**
 * struct pgwalk_runs_tables - count of the page tables that cover a range
 * @before:	tables that cover an address below it are not counted
 * @counted:	for each level, 1 + start of the last table that was counted; 0: none
 * @nr:		number of tables of the levels from pte up to pud
 */
struct pgwalk_runs_tables {
	unsigned long before;
	unsigned long counted[PGWALK_LEVEL_PUD + 1];
	u64 nr;
};

/**
 * struct pgwalk_runs - a range that is being read into runs
 * @walk:	cursor
 * @filter:	entries that are reported
 * @by_page:	runs will be reported page by page, and may be split
 * @listed:	pages that are one run with a list of pfns; none if @redacted
 * @redacted:	pfns and places in swap are left out before neighbours are merged, so that runs do
 *		not show if they are consecutive
 * @tables:	count of page tables, updated by each read; NULL: tables are not counted
 * @enough:	maximum of runs per batch, each listed page counted as one; with @by_page, of
 *		leaves
 * @leaves:	number of leaves in the batch that is being filled
 * @waits:	consecutive sections that ended at a VMA that was locked for writing
 * @open:	last run, which may still grow; none if its kind is unset
 * @list:	1 + index in the batch of the first listed pfn of @open; 0: @open has no list,
 *		as always with PGWALK_LISTED_SCATTERED
 * @template:	last plain entry and its run, until an entry of another kind is read;
 *		none if @template.value is 0
 */
struct pgwalk_runs {
	struct pgwalk_walk walk;
	struct pgwalk_filter filter;
	bool by_page;
	enum pgwalk_listed listed;
	bool redacted;
	struct pgwalk_runs_tables *tables;
	u64 enough;
	u64 leaves;
	unsigned int waits;
	struct pgwalk_run open;
	unsigned int list;
	struct pgwalk_run_template {
		u64 value;
		struct pgwalk_run run;
		bool wanted;
	} template;
};

struct pgwalk_batch *pgwalk_batch_create(void);
void pgwalk_batch_destroy(struct pgwalk_batch *batch);
void pgwalk_runs_init(struct pgwalk_runs *runs, struct mm_struct *mm,
		      unsigned long start, unsigned long end);
int pgwalk_runs_fill(struct pgwalk_runs *runs, struct pgwalk_batch *batch);
bool pgwalk_runs_has_pfn(const struct pgwalk_run *run);
u64 pgwalk_runs_position(const struct pgwalk_runs *runs);
bool pgwalk_runs_is_done(const struct pgwalk_runs *runs);

#endif /* PGWALK_RUNS_H */
