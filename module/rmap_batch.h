/* SPDX-License-Identifier: GPL-2.0 */
/* Places where a page is mapped, and the processes there: all the memory of a search. */
#ifndef PGWALK_RMAP_BATCH_H
#define PGWALK_RMAP_BATCH_H

#include <linux/types.h>

#include "uapi/pgwalk.h"
#include "walk.h"

struct mm_struct;
struct pgwalk_vma_look;

#define PGWALK_RMAP_PLACES	256
#define PGWALK_RMAP_SLOTS	(2 * PGWALK_RMAP_PLACES)
#define PGWALK_RMAP_OWNERS	1024
#define PGWALK_RMAP_HITS	512

/**
 * struct pgwalk_rmap_place - an entry that maps the page
 * @mm:		where; mm_count is held
 * @at:		position in the search
 * @scanned:	the process in whose tables it was found; 0: found in a reverse map
 * @first:	the first place of the batch that has the same @mm
 * @hit:	what is to be told, but for the process
 */
struct pgwalk_rmap_place {
	struct mm_struct *mm;
	u64 at;
	pid_t scanned;
	unsigned int first;
	struct pgwalk_rmap_hit hit;
};

/**
 * struct pgwalk_rmap_owner - a process that has the address space of places
 * @first:	the first place with it
 * @tgid:	in the initial pid namespace
 * @vnr:	in the caller's; 0: not there
 * @comm:	NUL, then zeroes
 */
struct pgwalk_rmap_owner {
	unsigned int first;
	pid_t tgid;
	pid_t vnr;
	char comm[sizeof_field(struct pgwalk_rmap_hit, comm)];
};

/**
 * struct pgwalk_rmap_batch - what one round of a search finds
 * @room:	places that are wanted
 * @nr_places:	there are
 * @nr_owners:	there are
 * @nr_hits:	there are, to be told
 * @asked:	processes up to this one were asked for; 0: all
 * @place:	in the order of the search
 * @slot:	the first places by hash of their mm: index + 1; 0: free
 * @owner:	by process id, growing
 * @hit:	for the caller
 * @table:	what was read last
 */
struct pgwalk_rmap_batch {
	unsigned int room;
	unsigned int nr_places;
	unsigned int nr_owners;
	unsigned int nr_hits;
	pid_t asked;
	struct pgwalk_rmap_place place[PGWALK_RMAP_PLACES];
	u16 slot[PGWALK_RMAP_SLOTS];
	struct pgwalk_rmap_owner owner[PGWALK_RMAP_OWNERS];
	struct pgwalk_rmap_hit hit[PGWALK_RMAP_HITS];
	struct pgwalk_table table;
};

struct pgwalk_rmap_batch *pgwalk_rmap_batch_create(void);
void pgwalk_rmap_batch_destroy(struct pgwalk_rmap_batch *batch);
struct pgwalk_rmap_place *pgwalk_rmap_batch_add(struct pgwalk_rmap_batch *batch,
						struct mm_struct *mm, unsigned long addr,
						const struct pgwalk_entry *entry,
						const struct pgwalk_vma_look *look);
void pgwalk_rmap_batch_empty(struct pgwalk_rmap_batch *batch);
int pgwalk_rmap_batch_find(const struct pgwalk_rmap_batch *batch, const struct mm_struct *mm);

static inline bool pgwalk_rmap_batch_is_full(const struct pgwalk_rmap_batch *batch)
{
	return batch->nr_places >= batch->room;
}

#endif /* PGWALK_RMAP_BATCH_H */
