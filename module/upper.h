/* SPDX-License-Identifier: GPL-2.0 */
/* The frames of the p4d and pud tables of an address space. */
#ifndef PGWALK_UPPER_H
#define PGWALK_UPPER_H

#include <linux/types.h>

#include "walk.h"

struct mm_struct;

#define PGWALK_UPPER_MAX	1024

/**
 * struct pgwalk_upper - the tables between the root and the pmds
 * @nr:		of @pfn
 * @pfn:	frames of the tables, in the order of their addresses
 * @root:	a copy of the root
 * @p4d:	a copy of the p4d table that was read last
 */
struct pgwalk_upper {
	unsigned int nr;
	u64 pfn[PGWALK_UPPER_MAX];
	struct pgwalk_copy root;
	struct pgwalk_copy p4d;
};

struct pgwalk_upper *pgwalk_upper_create(void);
void pgwalk_upper_destroy(struct pgwalk_upper *upper);
int pgwalk_upper_take(struct pgwalk_upper *upper, struct mm_struct *mm);
bool pgwalk_upper_has(const struct pgwalk_upper *upper, u64 pfn);

#endif /* PGWALK_UPPER_H */
