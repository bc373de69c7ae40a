// SPDX-License-Identifier: GPL-2.0
/*
 * A bounded array of runs: all the memory that a reader of page tables uses,
 * however large the process. It must not know where runs come from or go to.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "batch.h"

/**
 * pgwalk_batch_create - allocate an empty batch
 *
 * Context: process context, may sleep.
 * Return: the batch, NULL without memory.
 */
struct pgwalk_batch *pgwalk_batch_create(void)
{
	struct pgwalk_batch *batch = kvmalloc(sizeof(*batch), GFP_KERNEL_ACCOUNT);

	if (batch) {
		batch->nr = 0;
		batch->nr_pfns = 0;
	}
	return batch;
}

/**
 * pgwalk_batch_destroy - free a batch
 * @batch: may be NULL
 *
 * Context: process context.
 */
void pgwalk_batch_destroy(struct pgwalk_batch *batch)
{
	kvfree(batch);
}
