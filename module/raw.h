/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The entries of a range as they are in the page tables, a few tables at a time. */
#ifndef PGWALK_RAW_H
#define PGWALK_RAW_H

#include "walk.h"

#define PGWALK_RAW_TABLES	8	/* tables that one section may read */

/**
 * struct pgwalk_raw - a range that is being read
 * @walk:	cursor
 * @enough:	maximum of tables per call, at most PGWALK_RAW_TABLES
 * @nr:		number of entries in @table
 * @table:	results of the last call, by ascending address: no holes. Empty entries that may
 *		belong to a page are PGWALK_SCAN_RAW_RACED
 */
struct pgwalk_raw {
	struct pgwalk_walk walk;
	unsigned int enough;
	unsigned int nr;
	struct pgwalk_table table[PGWALK_RAW_TABLES];
};

struct pgwalk_raw *pgwalk_raw_create(void);
void pgwalk_raw_destroy(struct pgwalk_raw *raw);
void pgwalk_raw_begin(struct pgwalk_raw *raw, struct mm_struct *mm, unsigned long start,
		      unsigned long end);
int pgwalk_raw_fill(struct pgwalk_raw *raw);

#endif /* PGWALK_RAW_H */
