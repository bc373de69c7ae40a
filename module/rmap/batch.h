/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Places found by one round of a search, and the memory of a search. */
#ifndef PGWALK_RMAP_BATCH_H
#define PGWALK_RMAP_BATCH_H

#include <linux/mm.h>
#include <linux/types.h>

#include "../compat.h"
#include "../refine.h"
#include "../uapi/pgwalk.h"
#include "../vma.h"
#include "../walk.h"
#include "position.h"

struct pid_namespace;

#define PGWALK_RMAP_PLACES	256
#define PGWALK_RMAP_SPACES	(2 * PGWALK_RMAP_PLACES)
#define PGWALK_RMAP_SLOTS	(2 * PGWALK_RMAP_SPACES)
#define PGWALK_RMAP_OWNERS	1024
#define PGWALK_RMAP_HITS	(2 * PGWALK_RMAP_PLACES)

/**
 * struct pgwalk_rmap_place - an entry that maps the page
 * @space:	index of the address space of the place
 * @at:		position in the search
 * @nr_tables:	shared tables of hugetlb pages that were found before this place
 * @scanned:	process in which a scan found it; 0: found in a reverse map
 * @hit:	record of the place; its @tgid and @comm are not set
 */
struct pgwalk_rmap_place {
	unsigned int space;
	u64 at;
	unsigned int nr_tables;
	pid_t scanned;
	struct pgwalk_rmap_hit hit;
};

/**
 * struct pgwalk_rmap_space - an address space that has places
 * @mm:		address space; mm_count is held
 * @slot:	index of the slot of the address space
 * @known:	the processes that use it were looked up
 * @first:	first owner: index + 1; 0: none
 * @last:	last owner: index + 1; 0: none
 */
struct pgwalk_rmap_space {
	struct mm_struct *mm;
	u16 slot;
	bool known;
	u16 first;
	u16 last;
};

/**
 * struct pgwalk_rmap_owner - a process that uses an address space
 * @tgid:	id of the process in the initial pid namespace
 * @vnr:	id of the process in the caller's pid namespace; 0: it has none there
 * @next:	next owner of the address space, with a higher @tgid: index + 1;
 *		0: none
 * @comm:	name of the process leader, padded with zeroes
 */
struct pgwalk_rmap_owner {
	pid_t tgid;
	pid_t vnr;
	u16 next;
	char comm[sizeof_field(struct pgwalk_rmap_hit, comm)];
} __aligned(32);	/* a power of two, for its index */

/**
 * struct pgwalk_rmap_batch - the results of one round of a search
 * @room:	maximum of @nr_places in this round
 * @nr_places:	number of places
 * @nr_spaces:	number of address spaces, of this round and of earlier ones
 * @nr_owners:	number of owners of all address spaces
 * @nr_hits:	number of records
 * @from:	owners with a tgid up to this one are not wanted; 0: all are
 * @searched_to: owners with a tgid up to this one were looked up; 0: all
 * @ns:		pid namespace of the caller, while owners are looked up
 * @passed:	the call has made its one pass over all processes
 * @place:	places in the order of the search
 * @space:	address spaces, kept until the call ends or there is no room
 * @slot:	address spaces by hash of their mm: index + 1; 0: free
 * @owner:	owners in the order in which they were found
 * @hit:	records for the caller
 * @table:	result of the last read of a table
 * @tree:	position of a search in the reverse map
 * @before:	@tree as it was before this round
 * @kept:	cursor that @tree belongs to after a call; tag 0: none
 */
struct pgwalk_rmap_batch {
	unsigned int room;
	unsigned int nr_places;
	unsigned int nr_spaces;
	unsigned int nr_owners;
	unsigned int nr_hits;
	pid_t from;
	pid_t searched_to;
	struct pid_namespace *ns;
	bool passed;
	struct pgwalk_rmap_place place[PGWALK_RMAP_PLACES];
	struct pgwalk_rmap_space space[PGWALK_RMAP_SPACES];
	u16 slot[PGWALK_RMAP_SLOTS];
	struct pgwalk_rmap_owner owner[PGWALK_RMAP_OWNERS];
	struct pgwalk_rmap_hit hit[PGWALK_RMAP_HITS];
	struct pgwalk_table table;
	struct pgwalk_rmap_tree tree;
	struct pgwalk_rmap_tree before;
	struct pgwalk_rmap_cursor {
		u64 resume;
		u64 tag;
	} kept;
};

struct pgwalk_rmap_batch *pgwalk_rmap_batch_create(void);
void pgwalk_rmap_batch_destroy(struct pgwalk_rmap_batch *batch);
unsigned int pgwalk_rmap_batch_add_space(struct pgwalk_rmap_batch *batch, struct mm_struct *mm);
void pgwalk_rmap_batch_make_room(struct pgwalk_rmap_batch *batch);
void pgwalk_rmap_batch_empty(struct pgwalk_rmap_batch *batch);
int pgwalk_rmap_batch_find(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm);

static inline bool pgwalk_rmap_batch_is_full(const struct pgwalk_rmap_batch *batch)
{
	return batch->nr_places >= batch->room;
}

/**
 * pgwalk_rmap_batch_add - add a place
 * @batch: not full
 * @vma: VMA of the place, locked; a further reference to its mm is taken, which is alive now
 * @addr: address of the page
 * @entry: entry that maps the page
 *
 * Inline, because a page may have thousands of mappings.
 *
 * Context: any; does not sleep.
 * Return: the place; the caller sets its position, and @tgid of the record.
 */
static __always_inline struct pgwalk_rmap_place *
pgwalk_rmap_batch_add(struct pgwalk_rmap_batch *batch, struct vm_area_struct *vma,
		      unsigned long addr, const struct pgwalk_entry *entry)
{
	const unsigned int space = pgwalk_rmap_batch_add_space(batch, vma->vm_mm);
	const unsigned int kind = pgwalk_vma_kind(vma);
	/* Once: mprotect() of a whole VMA does not take the lock of a reverse map. */
	const u64 vm_flags = READ_ONCE(vma->vm_flags);
	struct pgwalk_rmap_place *place = &batch->place[batch->nr_places];
	struct pgwalk_rmap_hit *hit = &place->hit;

	place->space = space;
	place->nr_tables = 0;
	place->scanned = 0;
	hit->addr = addr;
	hit->vma_start = vma->vm_start;
	hit->vma_end = vma->vm_end;
	hit->vm_flags = vm_flags;
	hit->flags = entry->flags;
	hit->counted = 1;
	hit->kind = entry->kind;
	hit->shift = entry->shift;
	hit->prot = pgwalk_vma_prot(vm_flags);
	hit->vma_kind = kind;
	hit->reserved = 0;
	/* The attributes of the VMA are known, so the kind can be refined here. */
	if (entry->kind == PGWALK_KIND_PROTNONE)
		hit->kind = pgwalk_refine_protnone(vm_flags & VM_ACCESS_FLAGS,
						   vm_flags & PGWALK_VM_UFFD_RWP,
						   entry->flags);
	batch->nr_places++;
	return place;
}

/**
 * pgwalk_rmap_batch_add_owner - add a process to an address space
 * @batch: has fewer than PGWALK_RMAP_OWNERS owners
 * @space: index of the address space; the tgids of its owners are added in ascending order
 *
 * Context: any; does not sleep.
 * Return: the owner; the caller sets all members but @next.
 */
static __always_inline struct pgwalk_rmap_owner *
pgwalk_rmap_batch_add_owner(struct pgwalk_rmap_batch *batch, unsigned int space)
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

#endif /* PGWALK_RMAP_BATCH_H */
