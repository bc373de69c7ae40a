/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The position of a search among the VMAs of a reverse map. */
#ifndef PGWALK_RMAP_POSITION_H
#define PGWALK_RMAP_POSITION_H

#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#include "path.h"

struct mm_struct;

#define PGWALK_RMAP_TABLES	64

/**
 * struct pgwalk_rmap_mark - the last VMA of a hold; the next hold continues after it
 * @passed:	number of VMAs from the first one to this one; 0: the search is at the beginning
 * @path:	position of the VMA in the tree
 * @prev:	node before it in the tree; for comparison only
 * @mm:		mm of this VMA; for comparison only
 * @start:	start of this VMA
 * @end:	end of this VMA
 * @pgoff:	offset of this VMA, in pages
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
 * struct pgwalk_rmap_tree - a position in a tree of VMAs
 * @at:		number of VMAs that were read
 * @mark:	last VMA that was read or skipped; VMAs from there to @at are skipped
 * @raced:	the entry of a VMA could not be read
 * @lost:	the VMA of @mark was not found again: a VMA may have been missed or visited twice
 * @relearn:	shared tables of VMAs that are skipped are not in @table
 * @nr_tables:	number of tables of hugetlb pages that may be shared and were found
 * @mapcount:	mapcount of the page in the hold that reached the last VMA
 * @table:	pfns of the last of these tables; only those that were found are set
 */
struct pgwalk_rmap_tree {
	u64 at;
	struct pgwalk_rmap_mark mark;
	bool raced;
	bool lost;
	bool relearn;
	unsigned int nr_tables;
	int mapcount;
	u64 table[PGWALK_RMAP_TABLES];
};

/* Set a position to the beginning. */
static inline void pgwalk_rmap_tree_reset(struct pgwalk_rmap_tree *tree)
{
	memset(tree, 0, offsetof(struct pgwalk_rmap_tree, table));
}

/* Copy a position. Most have no tables. */
static inline void pgwalk_rmap_tree_copy(struct pgwalk_rmap_tree *to,
					 const struct pgwalk_rmap_tree *from)
{
	memcpy(to, from, from->nr_tables ? sizeof(*to) : offsetof(struct pgwalk_rmap_tree, table));
}

#endif /* PGWALK_RMAP_POSITION_H */
