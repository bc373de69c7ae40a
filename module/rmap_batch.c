// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps a bounded number of places where a page is mapped, their address spaces and the
 * processes that have these. An address space is found by its mm in constant time.
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

static_assert(!(PGWALK_RMAP_SLOTS & (PGWALK_RMAP_SLOTS - 1)) && PGWALK_RMAP_SPACES < U16_MAX);
static_assert(PGWALK_RMAP_OWNERS < U16_MAX && PGWALK_RMAP_SPACES <= PGWALK_RMAP_OWNERS);

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
 * @batch: emptied; may be NULL
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
 * Return: its index; -ENOENT: no place has it.
 */
int pgwalk_rmap_batch_find(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm)
{
	unsigned int first = batch->slot[find_slot(batch, mm)];

	return first ? first - 1 : -ENOENT;
}

static unsigned int add_space(struct pgwalk_rmap_batch *batch, struct mm_struct *mm)
{
	unsigned int slot = find_slot(batch, mm);

	if (!batch->slot[slot]) {
		mmgrab(mm);
		batch->space[batch->nr_spaces] = (struct pgwalk_rmap_space) { .mm = mm };
		batch->slot[slot] = ++batch->nr_spaces;
	}
	return batch->slot[slot] - 1;
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

	*place = (struct pgwalk_rmap_place) {
		.space = add_space(batch, mm),
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
	return place;
}

/**
 * pgwalk_rmap_batch_add_owner - add a process to an address space
 * @batch: has fewer than PGWALK_RMAP_OWNERS owners
 * @space: index of the address space; the tgids of its owners are added in growing order
 *
 * Context: any; does not sleep.
 * Return: the owner, for the caller to set the rest.
 */
struct pgwalk_rmap_owner *pgwalk_rmap_batch_add_owner(struct pgwalk_rmap_batch *batch,
						      unsigned int space)
{
	struct pgwalk_rmap_space *of = &batch->space[space];
	struct pgwalk_rmap_owner *owner = &batch->owner[batch->nr_owners++];

	owner->next = 0;
	if (of->last)
		batch->owner[of->last - 1].next = batch->nr_owners;
	else
		of->first = batch->nr_owners;
	of->last = batch->nr_owners;
	return owner;
}

static void drop_spaces(struct pgwalk_rmap_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->nr_spaces; i++)
		mmdrop(batch->space[i].mm);
	memset(batch->slot, 0, sizeof(batch->slot));
	batch->nr_spaces = 0;
	batch->nr_owners = 0;
	batch->from = 0;
	batch->asked = 0;
}

/**
 * pgwalk_rmap_batch_make_room - drop what keeps another round from fitting
 * @batch: places are dropped; address spaces too unless as many as a round finds still fit
 *
 * Context: process context, nothing is locked: an mm may be freed.
 */
void pgwalk_rmap_batch_make_room(struct pgwalk_rmap_batch *batch)
{
	batch->nr_places = 0;
	if (batch->from || batch->asked ||
	    batch->nr_spaces > PGWALK_RMAP_SPACES - PGWALK_RMAP_PLACES ||
	    batch->nr_owners > PGWALK_RMAP_OWNERS / 2)
		drop_spaces(batch);
}

/**
 * pgwalk_rmap_batch_empty - drop all places, address spaces and owners
 * @batch: records stay, and the position
 *
 * Context: process context, nothing is locked: an mm may be freed.
 */
void pgwalk_rmap_batch_empty(struct pgwalk_rmap_batch *batch)
{
	drop_spaces(batch);
	batch->nr_places = 0;
	batch->passed = false;
}
