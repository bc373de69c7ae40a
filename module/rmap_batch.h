/* SPDX-License-Identifier: GPL-2.0 */
/* What one round of a search finds, and the memory of a search. */
#ifndef PGWALK_RMAP_BATCH_H
#define PGWALK_RMAP_BATCH_H

#include <linux/types.h>

#include "rmap_tree.h"
#include "uapi/pgwalk.h"
#include "walk.h"

struct mm_struct;
struct pgwalk_vma_look;

#define PGWALK_RMAP_PLACES	256
#define PGWALK_RMAP_SPACES	(2 * PGWALK_RMAP_PLACES)
#define PGWALK_RMAP_SLOTS	(2 * PGWALK_RMAP_SPACES)
#define PGWALK_RMAP_OWNERS	1024
#define PGWALK_RMAP_HITS	512

/**
 * struct pgwalk_rmap_place - an entry that maps the page
 * @space:	index of its address space
 * @at:		position in the search
 * @nr_tables:	shared tables of hugetlb pages that were met before this place
 * @scanned:	the process in whose tables it was found; 0: found in a reverse map
 * @hit:	the record, without the process
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
 * @mm:		mm_count is held
 * @known:	its processes were looked up
 * @first:	its first owner: index + 1; 0: none
 * @last:	its last owner: index + 1; 0: none
 */
struct pgwalk_rmap_space {
	struct mm_struct *mm;
	bool known;
	u16 first;
	u16 last;
};

/**
 * struct pgwalk_rmap_owner - a process that has an address space
 * @tgid:	in the initial pid namespace
 * @vnr:	in the caller's; 0: not there
 * @next:	the next owner of the same address space, with a higher @tgid: index + 1;
 *		0: none
 * @comm:	NUL, then zeroes
 */
struct pgwalk_rmap_owner {
	pid_t tgid;
	pid_t vnr;
	u16 next;
	char comm[sizeof_field(struct pgwalk_rmap_hit, comm)];
};

/**
 * struct pgwalk_rmap_batch - what one round of a search finds
 * @room:	maximum of @nr_places in this round
 * @nr_places:	number of places
 * @nr_spaces:	number of address spaces: of these places and of earlier rounds
 * @nr_owners:	number of owners of all address spaces
 * @nr_hits:	number of records
 * @from:	owners with a tgid up to this one are not wanted; 0: all are
 * @asked:	owners with a tgid up to this one were looked up; 0: all
 * @passed:	the one pass over all processes that a call may make was made
 * @place:	in the order of the search
 * @space:	kept until the call ends or there is no room
 * @slot:	address spaces by hash of their mm: index + 1; 0: free
 * @owner:	in the order in which they were found
 * @hit:	for the caller
 * @table:	what was read last
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
	pid_t asked;
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
struct pgwalk_rmap_place *pgwalk_rmap_batch_add(struct pgwalk_rmap_batch *batch,
						struct mm_struct *mm, unsigned long addr,
						const struct pgwalk_entry *entry,
						const struct pgwalk_vma_look *look);
void pgwalk_rmap_batch_make_room(struct pgwalk_rmap_batch *batch);
void pgwalk_rmap_batch_empty(struct pgwalk_rmap_batch *batch);
int pgwalk_rmap_batch_find(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm);
struct pgwalk_rmap_owner *pgwalk_rmap_batch_add_owner(struct pgwalk_rmap_batch *batch,
						      unsigned int space);

static inline bool pgwalk_rmap_batch_is_full(const struct pgwalk_rmap_batch *batch)
{
	return batch->nr_places >= batch->room;
}

#endif /* PGWALK_RMAP_BATCH_H */
