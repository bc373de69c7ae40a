// SPDX-License-Identifier: GPL-2.0
/*
 * A bounded number of places where a page is mapped, found by their address space in
 * constant time. It must not know how they are found, nor who is there.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "hint.h"
#include "rmap_batch.h"
#include "vma.h"

static_assert(!(PGWALK_RMAP_SLOTS & (PGWALK_RMAP_SLOTS - 1)) && PGWALK_RMAP_PLACES < U16_MAX);

/**
 * pgwalk_rmap_batch_create - allocate an empty batch
 *
 * Context: process context, may sleep.
 * Return: the batch, NULL without memory.
 */
struct pgwalk_rmap_batch *pgwalk_rmap_batch_create(void)
{
	return kvzalloc(sizeof(struct pgwalk_rmap_batch), GFP_KERNEL_ACCOUNT);
}

/**
 * pgwalk_rmap_batch_destroy - free a batch
 * @batch: empty; may be NULL
 *
 * Context: process context.
 */
void pgwalk_rmap_batch_destroy(struct pgwalk_rmap_batch *batch)
{
	kvfree(batch);
}

/* The slot of an address space, or the free one where it would be: at most half are used. */
static unsigned int find_slot(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm)
{
	unsigned int slot = hash_ptr(mm, ilog2(PGWALK_RMAP_SLOTS));

	while (batch->slot[slot] && batch->place[batch->slot[slot] - 1].mm != mm)
		slot = (slot + 1) % PGWALK_RMAP_SLOTS;
	return slot;
}

/**
 * pgwalk_rmap_batch_find - find the first place with an address space
 * @batch: the batch
 * @mm: only compared, so it may be gone
 *
 * Context: any; does not sleep.
 * Return: its index; -ENOENT: there is none.
 */
int pgwalk_rmap_batch_find(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm)
{
	unsigned int first = batch->slot[find_slot(batch, mm)];

	return first ? first - 1 : -ENOENT;
}

/**
 * pgwalk_rmap_batch_add - add a place
 * @batch: not full
 * @mm: where; alive now, a reference of the batch's own is taken
 * @addr: of the page
 * @entry: what maps it
 * @look: the VMA
 *
 * Context: any; does not sleep.
 * Return: the place: its position is the caller's to set.
 */
struct pgwalk_rmap_place *pgwalk_rmap_batch_add(struct pgwalk_rmap_batch *batch,
						struct mm_struct *mm, unsigned long addr,
						const struct pgwalk_entry *entry,
						const struct pgwalk_vma_look *look)
{
	struct pgwalk_rmap_place *place = &batch->place[batch->nr_places];
	unsigned int slot = find_slot(batch, mm);

	mmgrab(mm);
	*place = (struct pgwalk_rmap_place) {
		.mm = mm,
		.hit = {
			.addr = addr,
			.vma_start = look->start,
			.vma_end = look->end,
			.vm_flags = look->vm_flags,
			.flags = entry->flags,
			.counted = 1,
			.kind = entry->kind,
			.shift = entry->shift,
			.prot = look->prot,
			.vma_kind = look->kind,
		},
	};
	/* The VMA is at hand, so that the bits need not be asked about */
	if (entry->kind == PGWALK_KIND_PROTNONE)
		place->hit.kind = pgwalk_hint_of_protnone(look->vm_flags & VM_ACCESS_FLAGS,
							  look->vm_flags & PGWALK_VM_UFFD_RWP,
							  entry->flags);
	batch->nr_places++;
	if (!batch->slot[slot])
		batch->slot[slot] = batch->nr_places;
	place->first = batch->slot[slot] - 1;
	return place;
}

/**
 * pgwalk_rmap_batch_empty - let go of all places and their owners
 * @batch: hits stay
 *
 * Context: process context, nothing is locked: an mm may be freed.
 */
void pgwalk_rmap_batch_empty(struct pgwalk_rmap_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->nr_places; i++)
		mmdrop(batch->place[i].mm);
	memset(batch->slot, 0, sizeof(batch->slot));
	batch->nr_places = 0;
	batch->nr_owners = 0;
	batch->asked = 0;
}
