/* SPDX-License-Identifier: GPL-2.0 */
/* The walk: entries and tables of an address space, copied out by value. */
#ifndef PGWALK_WALK_H
#define PGWALK_WALK_H

#include <linux/pgtable.h>

#include "hold.h"
#include "uapi/pgwalk.h"

/**
 * struct pgwalk_path - the entries of all levels for one address
 * @value:	raw entries by enum pgwalk_level; set from the root down to @level
 * @level:	where the walk ended: the lowest level that has an entry
 */
struct pgwalk_path {
	u64 value[PGWALK_LEVEL_PGD + 1];
	unsigned int level;
};

/**
 * struct pgwalk_found_entry - the entry at which a walk ended
 * @value:	the raw entry
 * @level:	enum pgwalk_level that it was found at, or a negative errno
 */
struct pgwalk_found_entry {
	u64 value;
	s64 level;
};

/**
 * enum pgwalk_found - what one read found
 * @PGWALK_FOUND_HOLE:	nothing up to @next
 * @PGWALK_FOUND_ENTRY:	one entry above the pte level that is no table: @value
 * @PGWALK_FOUND_TABLE:	a table of ptes: @nr of them in @pte
 * @PGWALK_FOUND_RACED:	the table changed each time it was read
 */
enum pgwalk_found {
	PGWALK_FOUND_HOLE,
	PGWALK_FOUND_ENTRY,
	PGWALK_FOUND_TABLE,
	PGWALK_FOUND_RACED,
};

/**
 * struct pgwalk_table - the answer of one read
 * @found:	what there was
 * @level:	enum pgwalk_level of @value
 * @nr:		entries in @pte
 * @unsettled:	the lock of the table was taken: an empty entry of @pte may be of a page
 * @start:	address of the first byte that is told about
 * @next:	the first address behind
 * @value:	the raw entry
 * @pte:	the entries of the pages from @start on
 */
struct pgwalk_table {
	enum pgwalk_found found;
	unsigned int level;
	unsigned int nr;
	bool unsettled;
	unsigned long start;
	unsigned long next;
	u64 value;
	pte_t pte[PTRS_PER_PTE];
};

/**
 * struct pgwalk_copy - a table of any level as it was at one moment
 * @pfn:	where the table is
 * @nr:		entries: 512, of the root only those of the user half
 * @entry:	raw
 */
struct pgwalk_copy {
	u64 pfn;
	unsigned int nr;
	u64 entry[PTRS_PER_PTE];
};

/**
 * struct pgwalk_walk - a cursor over a range of an address space
 * @hold:	@hold.mm is whose tables are read
 * @addr:	what is read next
 * @end:	the first address behind the range
 */
struct pgwalk_walk {
	struct pgwalk_hold hold;
	unsigned long addr;
	unsigned long end;
};

/* The level whose entries point to tables of a level: with four levels there is no p4d. */
static inline unsigned int pgwalk_walk_level_above(unsigned int level)
{
	return level == PGWALK_LEVEL_PUD && !pgtable_l5_enabled() ? PGWALK_LEVEL_PGD : level + 1;
}

/* The level of the tables that entries of a level point to. */
static inline unsigned int pgwalk_walk_level_below(unsigned int level)
{
	return level == PGWALK_LEVEL_PGD && !pgtable_l5_enabled() ? PGWALK_LEVEL_PUD : level - 1;
}

bool pgwalk_walk_read(struct pgwalk_walk *walk, struct pgwalk_table *table);
int pgwalk_walk_path(struct pgwalk_hold *hold, unsigned long addr,
		     struct pgwalk_path *path);
int pgwalk_walk_copy(struct pgwalk_hold *hold, unsigned long addr, unsigned int level,
		     struct pgwalk_copy *copy);
int pgwalk_walk_mapped(const struct vm_area_struct *vma, unsigned long addr,
		       struct pgwalk_path *path);
struct pgwalk_found_entry pgwalk_walk_current(unsigned long addr, bool locked);
int pgwalk_walk_current_present(unsigned long start, unsigned long end, bool locked);

#endif /* PGWALK_WALK_H */
