/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Reads of entries and tables of an address space, copied out by value. */
#ifndef PGWALK_WALK_H
#define PGWALK_WALK_H

#include <linux/pgtable.h>

#include "arch/pgtable.h"
#include "mm_section.h"
#include "uapi/pgwalk.h"

/**
 * struct pgwalk_path - the entries of all levels for one address
 * @value:	raw entries by enum pgwalk_level; set from the root down to @level
 * @level:	level of the last entry of the walk: the lowest level that has an entry
 */
struct pgwalk_path {
	u64 value[PGWALK_LEVEL_PGD + 1];
	unsigned int level;
};

/**
 * struct pgwalk_found_entry - the last entry of a walk
 * @value:	raw entry
 * @level:	enum pgwalk_level of the entry, or a negative errno
 */
struct pgwalk_found_entry {
	u64 value;
	s64 level;
};

/**
 * enum pgwalk_found - kinds of results of one read
 * @PGWALK_FOUND_HOLE:	no entry from @start to @next
 * @PGWALK_FOUND_ENTRY:	an entry above the pte level that does not point to a table: @value.
 *			With @many of the walk also those after it, all in @pte
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
 * struct pgwalk_table - the result of one read
 * @found:	kind of the result
 * @level:	enum pgwalk_level of the entries
 * @nr:		number of entries in @pte
 * @unsettled:	the lock of the table was held, so an empty entry of @pte may be that of a page
 * @start:	first address that the result covers
 * @next:	first address after the result
 * @value:	raw entry
 * @pte:	entries from @start on
 */
struct pgwalk_table {
	enum pgwalk_found found;
	unsigned int level;
	unsigned int nr;
	bool unsettled;
	unsigned long start;
	unsigned long next;
	u64 value;
	pte_t pte[PGWALK_ARCH_TABLE_ENTRIES];
};

/**
 * struct pgwalk_copy - a copy of a table of any level
 * @pfn:	frame of the table
 * @nr:		number of entries that cover user addresses
 * @entry:	raw entries
 */
struct pgwalk_copy {
	u64 pfn;
	unsigned int nr;
	u64 entry[PGWALK_ARCH_TABLE_ENTRIES];
};

/**
 * struct pgwalk_walk - a cursor over a range of an address space
 * @section:	section in which the tables of @section.mm are read
 * @addr:	address that is read next
 * @end:	first address after the range
 * @many:	large leaves that are neighbours in their table are read together
 */
struct pgwalk_walk {
	struct pgwalk_mm_section section;
	unsigned long addr;
	unsigned long end;
	bool many;
};

/* Return the level with entries that point to tables of @level. */
static inline unsigned int pgwalk_walk_level_above(unsigned int level)
{
	do {
		level++;
	} while (!pgwalk_arch_has_level(level));
	return level;
}

/* Return the level of the tables that entries of @level point to. */
static inline unsigned int pgwalk_walk_level_below(unsigned int level)
{
	do {
		level--;
	} while (!pgwalk_arch_has_level(level));
	return level;
}

bool pgwalk_walk_read(struct pgwalk_walk *walk, struct pgwalk_table *table);
int pgwalk_walk_path(struct pgwalk_mm_section *section, unsigned long addr,
		     struct pgwalk_path *path);
int pgwalk_walk_copy(struct pgwalk_mm_section *section, unsigned long addr, unsigned int level,
		     struct pgwalk_copy *copy);
int pgwalk_walk_mapped(const struct vm_area_struct *vma, unsigned long addr,
		       struct pgwalk_path *path);
struct pgwalk_found_entry pgwalk_walk_mapped_leaf(const struct vm_area_struct *vma,
						  unsigned long addr);
struct pgwalk_found_entry pgwalk_walk_current(unsigned long addr, bool locked);
int pgwalk_walk_current_present(unsigned long start, unsigned long end, bool locked);

#endif /* PGWALK_WALK_H */
