/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Pages of shared memory that are swapped out. */
#ifndef PGWALK_SHMEM_H
#define PGWALK_SHMEM_H

#include <linux/types.h>

#include "mm_section.h"
#include "uapi/pgwalk.h"

/* Maximum of pages that one call finds, and of entries of an object that it reads. */
#define PGWALK_SHMEM_PAGES	512

/**
 * struct pgwalk_shmem_pages - neighbouring pages with consecutive swap offsets
 * @addr:	address of the first page
 * @nr:		number of pages of 4K
 * @swap:	swp_entry_t of the first page
 */
struct pgwalk_shmem_pages {
	unsigned long addr;
	unsigned long nr;
	unsigned long swap;
};

/**
 * pgwalk_shmem_is_excluded - test if a range is known to have no swapped shared memory
 * @section: begun
 * @start: first address
 * @end: the first address after the range
 *
 * Context: within the section.
 * Return: true if pgwalk_shmem_read() found this earlier in the same section.
 */
static inline bool pgwalk_shmem_is_excluded(const struct pgwalk_mm_section *section,
					    unsigned long start,
					    unsigned long end)
{
	return start >= section->unswapped.start && end <= section->unswapped.end;
}

int pgwalk_shmem_read(struct pgwalk_mm_section *section, unsigned long *addr, unsigned long end,
		      struct pgwalk_shmem_pages *pages, unsigned int room);
void pgwalk_shmem_refine(struct pgwalk_mm_section *section, unsigned long addr,
			 struct pgwalk_entry *entry);
void pgwalk_shmem_refine_current(unsigned long addr, struct pgwalk_entry *entry);

#endif /* PGWALK_SHMEM_H */
