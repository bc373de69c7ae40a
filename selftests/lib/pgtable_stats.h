/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The statistics of page tables that pgwalk reports, read from the view or the device. */
#ifndef PGWALK_ORACLE_PGTABLE_STATS_H
#define PGWALK_ORACLE_PGTABLE_STATS_H

#include <stdbool.h>
#include <pgwalk.h>

#define PGTABLE_STATS_ROWS	64

/**
 * struct pgtable_stats - all rows, and the totals
 * @error:	description of the first format error, "" if there is none
 */
struct pgtable_stats {
	struct pgwalk_pgtable_stats rows[PGTABLE_STATS_ROWS];
	unsigned int nr;
	__u64 all_bytes, charged_bytes, pgtables_bytes, raced, flat_bytes;
	char error[160];
};

/* From the text of <PID>/tables */
bool pgtable_stats_from_text(struct pgtable_stats *stats, char *text);
/* By PGWALK_IOC_TABLES; 0 or -errno */
int pgtable_stats_from_device(struct pgtable_stats *stats, int fd);
/* Sum the rows of a level on all nodes, or on one if node is not PGTABLE_STATS_ANY */
#define PGTABLE_STATS_ANY	-2
struct pgwalk_pgtable_stats pgtable_stats_sum(const struct pgtable_stats *stats, int level, int node);
/* Return the bytes of the tables that count for VmPTE */
__u64 pgtable_stats_charged(const struct pgtable_stats *stats);

#endif
