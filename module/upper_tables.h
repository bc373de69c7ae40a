/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The frames of the p4d and pud tables of an address space. */
#ifndef PGWALK_UPPER_TABLES_H
#define PGWALK_UPPER_TABLES_H

#include <linux/types.h>

#include "walk.h"

struct mm_struct;

#define PGWALK_UPPER_TABLES_MAX	1024

/**
 * struct pgwalk_upper_tables - the tables between the root and the pmds
 * @nr:		number of entries in @pfn
 * @pfn:	frames of the tables, in the order of their addresses
 * @root:	copy of the root
 * @p4d:	copy of the p4d table that was read last
 */
struct pgwalk_upper_tables {
	unsigned int nr;
	u64 pfn[PGWALK_UPPER_TABLES_MAX];
	struct pgwalk_copy root;
	struct pgwalk_copy p4d;
};

struct pgwalk_upper_tables *pgwalk_upper_tables_create(void);
void pgwalk_upper_tables_destroy(struct pgwalk_upper_tables *upper);
int pgwalk_upper_tables_take(struct pgwalk_upper_tables *upper, struct mm_struct *mm);
bool pgwalk_upper_tables_has(const struct pgwalk_upper_tables *upper, u64 pfn);

#endif /* PGWALK_UPPER_TABLES_H */
