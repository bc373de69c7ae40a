/* SPDX-License-Identifier: GPL-2.0 */
/* The VMAs that may map a page, by the reverse map of the kernel. */
#ifndef PGWALK_RMAP_TREE_H
#define PGWALK_RMAP_TREE_H

#include <linux/types.h>

struct pgwalk_rmap_batch;
struct pgwalk_rmap_page;

#define PGWALK_RMAP_TABLES	16

/**
 * struct pgwalk_rmap_tree - a place among these VMAs
 * @at:		VMAs that were looked at
 * @nr_tables:	tables of hugetlb pages that may be shared and were met
 * @table:	the last of them: their pfns
 */
struct pgwalk_rmap_tree {
	u64 at;
	unsigned int nr_tables;
	u64 table[PGWALK_RMAP_TABLES];
};

int pgwalk_rmap_tree_visit(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_tree *tree,
			   struct pgwalk_rmap_batch *batch, bool *done);

#endif /* PGWALK_RMAP_TREE_H */
