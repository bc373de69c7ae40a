/* SPDX-License-Identifier: GPL-2.0 */
/* Pages of shared memory that are swapped out. */
#ifndef PGWALK_SHMEM_H
#define PGWALK_SHMEM_H

#include <linux/types.h>

#include "hold.h"
#include "uapi/pgwalk.h"

/* Pages that one call finds at most, and entries of an object that it looks at. */
#define PGWALK_SHMEM_PAGES	512

/**
 * struct pgwalk_shmem_pages - neighbouring pages whose swap offsets follow each other
 * @addr:	of the first page
 * @nr:		number of pages of 4K
 * @swap:	swp_entry_t of the first page
 */
struct pgwalk_shmem_pages {
	unsigned long addr;
	unsigned long nr;
	unsigned long swap;
};

/**
 * pgwalk_shmem_is_excluded - is a range known to have no swapped shared memory?
 * @hold: begun
 * @start: first address
 * @end: the first address after the range
 *
 * Context: within the hold.
 * Return: true if pgwalk_shmem_read() found this earlier in the same hold.
 */
static inline bool pgwalk_shmem_is_excluded(const struct pgwalk_hold *hold, unsigned long start,
					    unsigned long end)
{
	return start >= hold->unswapped.start && end <= hold->unswapped.end;
}

int pgwalk_shmem_read(struct pgwalk_hold *hold, unsigned long *addr, unsigned long end,
		      struct pgwalk_shmem_pages *pages, unsigned int room);
void pgwalk_shmem_refine(struct pgwalk_hold *hold, unsigned long addr,
			 struct pgwalk_entry *entry);
void pgwalk_shmem_refine_current(unsigned long addr, struct pgwalk_entry *entry);

#endif /* PGWALK_SHMEM_H */
