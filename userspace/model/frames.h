/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The frames of call stacks, by number. */
#ifndef PGWALK_MODEL_FRAMES_H
#define PGWALK_MODEL_FRAMES_H

#include "symbol.h"

struct index;

/** FRAMES_MAX - limit of call stacks */
#define FRAMES_MAX	8192

/**
 * struct frames - a call stack
 * @next: next stack in @waiting
 * @id: its number; -1: the number was reused for another stack
 * @slot: index in the table, below FRAMES_MAX
 * @users: number of rows that refer to it
 * @fresh: it was added in the running interval
 * @shown: the last snapshot points to it
 * @updates: symbol_table__updates() when it was named
 * @changes: symbol_table__changes() when it was named
 * @unknown: frames without a symbol
 * @names: hash of the names of the frames
 * @count: number of frames
 * @frame: the faulting instruction first
 */
struct frames {
	struct frames *next;
	int32_t id;
	uint32_t slot;
	unsigned int users;
	bool fresh;
	bool shown;
	uint64_t updates;
	uint64_t changes;
	unsigned int unknown;
	uint64_t names;
	unsigned int count;
	struct snapshot_frame frame[];
};

/**
 * struct frame_table - the call stacks
 * @index: stack by @id
 * @at: stack by slot
 * @free: unused slots
 * @nr_free: number of @free
 * @waiting: removed stacks that the last snapshot points to
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

int frame_table__add(struct frame_table *t, int32_t id, const uint64_t *ip,
		     unsigned int count);
struct frames *frame_table__find(struct frame_table *t, int32_t id);
void frame_table__put(struct frame_table *t, struct frames *f);
bool frame_table__is_full(const struct frame_table *t);
void frame_table__drop_unused(struct frame_table *t);

void frames__name(struct frames *f, struct symbol_table *symbols);
void frame_table__next_interval(struct frame_table *t);

#endif
