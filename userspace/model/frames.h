/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses of call stacks, by number, and their names. */
#ifndef PGWALK_MODEL_FRAMES_H
#define PGWALK_MODEL_FRAMES_H

#include "symbol.h"

struct index;

/** FRAMES_MAX - call stacks that are kept at once */
#define FRAMES_MAX	8192

/**
 * struct frames - a call stack
 * @next: of those that are waiting to be freed
 * @id: its number; -1: that is another one's now
 * @slot: its own number as long as it is there, below FRAMES_MAX
 * @users: who needs it
 * @fresh: it was told in the running interval
 * @shown: the last snapshot points to it
 * @told: what symbol_book__told() was when it was named
 * @changed: the same of symbol_book__changed()
 * @unknown: frames that nothing was told about
 * @names: a hash of what its frames are named
 * @count: frames
 * @frame: the faulting instruction first
 */
struct frames {
	struct frames *next;
	int32_t id;
	uint32_t slot;
	unsigned int users;
	bool fresh;
	bool shown;
	uint64_t told;
	uint64_t changed;
	unsigned int unknown;
	uint64_t names;
	unsigned int count;
	struct snapshot_frame frame[];
};

/**
 * struct frame_table - the call stacks
 * @index: finds one by @id
 * @at: by slot
 * @free: slots that are not in use
 * @nr_free: how many
 * @waiting: no longer there, but the last snapshot points to them
 */
struct frame_table {
	struct index *index;
	struct frames *at[FRAMES_MAX];
	uint32_t free[FRAMES_MAX];
	uint32_t nr_free;
	struct frames *waiting;
};

struct frame_table *frame_table__create(void);
void frame_table__destroy(struct frame_table *t);

int frame_table__tell(struct frame_table *t, int32_t id, const uint64_t *ip,
		      unsigned int count);
struct frames *frame_table__find(struct frame_table *t, int32_t id);
void frame_table__put(struct frame_table *t, struct frames *f);
bool frame_table__is_full(const struct frame_table *t);
void frame_table__drop_unused(struct frame_table *t);

void frames__name(struct frames *f, struct symbol_book *symbols);
void frame_table__turn(struct frame_table *t);

#endif
