/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Statistics of the page tables of an address space. */
#ifndef PGWALK_PGTABLE_STATS_H
#define PGWALK_PGTABLE_STATS_H

#include <linux/types.h>

#include "uapi/pgwalk.h"

struct mm_struct;

/**
 * struct pgwalk_pgtable_counts - result of pgwalk_pgtable_stats_take()
 * @raced:	number of tables that changed each time they were read
 * @pgtables_bytes: bytes of tables that the kernel charged to the process
 * @nr_rows:	number of entries in @row
 * @row:	counts by level from the root down, and by node from -1 up; most are empty
 */
struct pgwalk_pgtable_counts {
	u64 raced;
	u64 pgtables_bytes;
	unsigned int nr_rows;
	struct pgwalk_pgtable_stats row[];
};

struct pgwalk_pgtable_counts *pgwalk_pgtable_stats_create(void);
void pgwalk_pgtable_stats_destroy(struct pgwalk_pgtable_counts *counts);
int pgwalk_pgtable_stats_take(struct pgwalk_pgtable_counts *counts, struct mm_struct *mm);
void pgwalk_pgtable_stats_merge_nodes(struct pgwalk_pgtable_counts *counts);
const struct pgwalk_pgtable_stats *
pgwalk_pgtable_stats_next(const struct pgwalk_pgtable_counts *counts, unsigned int *at);
u64 pgwalk_pgtable_stats_flat_bytes(void);

#endif /* PGWALK_PGTABLE_STATS_H */
