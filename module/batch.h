/* SPDX-License-Identifier: GPL-2.0 */
/* A bounded array of runs: what lies between walking and printing. */
#ifndef PGWALK_BATCH_H
#define PGWALK_BATCH_H

#include <linux/types.h>

#include "shmem.h"
#include "uapi/pgwalk.h"
#include "walk.h"

/* A whole table of ptes, each a run of its own, must always fit. */
#define PGWALK_BATCH_MIN	(PTRS_PER_PTE + 1)
#define PGWALK_BATCH_RUNS	(4 * PTRS_PER_PTE)
#define PGWALK_BATCH_PFNS	(8 * PTRS_PER_PTE)

/**
 * struct pgwalk_batch - runs, and the memory to read tables into
 * @nr:		runs there are
 * @table:	what was read last
 * @run:	the runs
 * @list:	for each run of a span that is @listed, 1 + where the pfns of its pages begin
 *		in @pfn; 0: they follow each other
 * @nr_pfns:	pfns there are
 * @pfn:	these
 * @swapped:	pages of shared memory that are swapped out, read last
 */
struct pgwalk_batch {
	unsigned int nr;
	struct pgwalk_table table;
	struct pgwalk_run run[PGWALK_BATCH_RUNS];
	u16 list[PGWALK_BATCH_RUNS];
	unsigned int nr_pfns;
	u64 pfn[PGWALK_BATCH_PFNS];
	struct pgwalk_shmem_pages swapped[PGWALK_SHMEM_PAGES];
};

struct pgwalk_batch *pgwalk_batch_create(void);
void pgwalk_batch_destroy(struct pgwalk_batch *batch);

/* Is there room for what one more read may give? */
static inline bool pgwalk_batch_has_room(const struct pgwalk_batch *batch)
{
	return PGWALK_BATCH_RUNS - batch->nr >= PGWALK_BATCH_MIN &&
	       PGWALK_BATCH_PFNS - batch->nr_pfns >= PTRS_PER_PTE;
}

#endif /* PGWALK_BATCH_H */
