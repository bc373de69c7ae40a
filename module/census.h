/* SPDX-License-Identifier: GPL-2.0 */
/* A census of the page tables of an address space. */
#ifndef PGWALK_CENSUS_H
#define PGWALK_CENSUS_H

#include <linux/types.h>

#include "uapi/pgwalk.h"

struct mm_struct;

/**
 * struct pgwalk_census_sheet - what was counted
 * @raced:	tables that changed each time they were read
 * @pgtables_bytes: what the kernel has charged the process with for tables
 * @nr_rows:	in @row
 * @row:	by level from the root down, and by node from -1 up; most are empty
 */
struct pgwalk_census_sheet {
	u64 raced;
	u64 pgtables_bytes;
	unsigned int nr_rows;
	struct pgwalk_census row[];
};

struct pgwalk_census_sheet *pgwalk_census_create(void);
void pgwalk_census_destroy(struct pgwalk_census_sheet *sheet);
int pgwalk_census_take(struct pgwalk_census_sheet *sheet, struct mm_struct *mm);
const struct pgwalk_census *pgwalk_census_next(const struct pgwalk_census_sheet *sheet,
					       unsigned int *at);
u64 pgwalk_census_flat_bytes(void);

#endif /* PGWALK_CENSUS_H */
