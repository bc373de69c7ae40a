// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Keeps a bounded number of places where a page is mapped, their address spaces and the
 * processes that use these. An address space is found by its mm in constant time.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/string.h>

#include "../buffer.h"
#include "batch.h"

static_assert(!(PGWALK_RMAP_SLOTS & (PGWALK_RMAP_SLOTS - 1)) && PGWALK_RMAP_SPACES < U16_MAX);
static_assert(PGWALK_RMAP_OWNERS < U16_MAX && PGWALK_RMAP_SPACES <= PGWALK_RMAP_OWNERS);

/**
 * pgwalk_rmap_batch_create - allocate an empty batch
 *
 * Context: process context, may sleep.
 * Return: the batch; NULL: no memory.
 */
struct pgwalk_rmap_batch *pgwalk_rmap_batch_create(void)
{
	return pgwalk_buffer_create(sizeof(struct pgwalk_rmap_batch), __GFP_ZERO);
}

/**
 * pgwalk_rmap_batch_destroy - free a batch
 * @batch: emptied; may be NULL
 *
 * Context: process context.
 */
void pgwalk_rmap_batch_destroy(struct pgwalk_rmap_batch *batch)
{
	pgwalk_buffer_destroy(batch, sizeof(*batch));
}

/* Return the slot of an address space, or the free slot for it. At most half are used. */
static unsigned int find_slot(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm)
{
	unsigned int slot = hash_ptr(mm, ilog2(PGWALK_RMAP_SLOTS));

	while (batch->slot[slot] && batch->space[batch->slot[slot] - 1].mm != mm)
		slot = (slot + 1) % PGWALK_RMAP_SLOTS;
	return slot;
}

/**
 * pgwalk_rmap_batch_find - find an address space
 * @batch: the batch
 * @mm: only compared, so it may have been freed
 *
 * Context: any; does not sleep.
 * Return: index of the address space; -ENOENT: it is not in the batch.
 */
int pgwalk_rmap_batch_find(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm)
{
	unsigned int first = batch->slot[find_slot(batch, mm)];

	return first ? first - 1 : -ENOENT;
}

/**
 * pgwalk_rmap_batch_add_space - add an address space if it is not in the batch
 * @batch: not full
 * @mm: alive now, a further reference is taken
 *
 * Context: any; does not sleep.
 * Return: index of the address space.
 */
unsigned int pgwalk_rmap_batch_add_space(struct pgwalk_rmap_batch *batch, struct mm_struct *mm)
{
	unsigned int slot = find_slot(batch, mm);

	if (!batch->slot[slot]) {
		mmgrab(mm);
		batch->space[batch->nr_spaces] = (struct pgwalk_rmap_space) {
			.mm = mm,
			.slot = slot,
		};
		batch->slot[slot] = ++batch->nr_spaces;
	}
	return batch->slot[slot] - 1;
}

static void drop_spaces(struct pgwalk_rmap_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->nr_spaces; i++) {
		batch->slot[batch->space[i].slot] = 0;
		mmdrop(batch->space[i].mm);
	}
	batch->nr_spaces = 0;
	batch->nr_owners = 0;
	batch->from = 0;
	batch->searched_to = 0;
}

/**
 * pgwalk_rmap_batch_make_room - make room for another round
 * @batch: places are dropped; address spaces are dropped if those of another round may not fit
 *
 * Context: process context, no lock is held: an mm may be freed.
 */
void pgwalk_rmap_batch_make_room(struct pgwalk_rmap_batch *batch)
{
	batch->nr_places = 0;
	if (batch->from || batch->searched_to ||
	    batch->nr_spaces > PGWALK_RMAP_SPACES - PGWALK_RMAP_PLACES ||
	    batch->nr_owners > PGWALK_RMAP_OWNERS / 2)
		drop_spaces(batch);
}

/**
 * pgwalk_rmap_batch_empty - drop all places, address spaces and owners
 * @batch: records and the position are kept
 *
 * Context: process context, no lock is held: an mm may be freed.
 */
void pgwalk_rmap_batch_empty(struct pgwalk_rmap_batch *batch)
{
	drop_spaces(batch);
	batch->nr_places = 0;
	batch->passed = false;
}
