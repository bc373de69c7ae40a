/* SPDX-License-Identifier: GPL-2.0 */
/* The VMAs that may map a page, by the reverse map of the kernel. */
#ifndef PGWALK_RMAP_TREE_H
#define PGWALK_RMAP_TREE_H

#include <linux/types.h>

#include "rmap_path.h"

struct mm_struct;
struct pgwalk_rmap_batch;
struct pgwalk_rmap_page;

#define PGWALK_RMAP_TABLES	64

/**
 * struct pgwalk_rmap_mark - the VMA in front of which the next hold goes on
 * @passed:	VMAs from the first one to this one; 0: none, the search is at the beginning
 * @path:	where it is in the tree
 * @prev:	the node before it in the tree; for comparison only
 * @mm:		of this VMA; for comparison only
 * @start:	of this VMA
 * @end:	of this VMA
 * @pgoff:	of this VMA
 */
struct pgwalk_rmap_mark {
	u64 passed;
	struct pgwalk_rmap_path path;
	const struct rb_node *prev;
	const struct mm_struct *mm;
	unsigned long start;
	unsigned long end;
	unsigned long pgoff;
};

/**
 * struct pgwalk_rmap_tree - a position among these VMAs
 * @at:		VMAs that were looked at
 * @mark:	the last VMA that was looked at or passed over; VMAs from there to @at are passed
 *		over
 * @raced:	the entry of a VMA could not be read
 * @lost:	the VMA of @mark was not found again: one may have been missed or met again
 * @relearn:	shared tables of VMAs that are passed over are not in @table
 * @nr_tables:	number of tables of hugetlb pages that may be shared and were met
 * @table:	the last of them: their pfns
 * @mapcount:	of the page, in the hold that came to the last VMA
 */
struct pgwalk_rmap_tree {
	u64 at;
	struct pgwalk_rmap_mark mark;
	bool raced;
	bool lost;
	bool relearn;
	unsigned int nr_tables;
	u64 table[PGWALK_RMAP_TABLES];
	int mapcount;
};

int pgwalk_rmap_tree_visit(const struct pgwalk_rmap_page *page, struct pgwalk_rmap_batch *batch,
			   bool *done);

#endif /* PGWALK_RMAP_TREE_H */
