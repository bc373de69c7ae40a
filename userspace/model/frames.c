// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The frames of call stacks, by number. A number may be reused for another stack; rows
 * that refer to the first stack keep it.
 */
#include <errno.h>
#include <stdlib.h>

#include "frames.h"
#include "index.h"

/** frame_table__create - make an empty table; NULL: no memory */
struct frame_table *frame_table__create(void)
{
	struct frame_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->index = index__create(FRAMES_MAX);
	if (!t->index) {
		free(t);
		return NULL;
	}
	while (t->nr_free < FRAMES_MAX) {
		t->free[t->nr_free] = FRAMES_MAX - 1 - t->nr_free;
		t->nr_free++;
	}
	return t;
}

static void free_frames(struct frames *f)
{
	unsigned int i;

	for (i = 0; i < f->count; i++)
		symbol_table__release(&f->frame[i]);
	free(f);
}

static void free_waiting(struct frame_table *t)
{
	while (t->waiting) {
		struct frames *f = t->waiting;

		t->waiting = f->next;
		free_frames(f);
	}
}

/** frame_table__destroy - free it; NULL is fine */
void frame_table__destroy(struct frame_table *t)
{
	uint32_t i;

	if (!t)
		return;
	free_waiting(t);
	for (i = 0; i < FRAMES_MAX; i++)
		if (t->at[i])
			free_frames(t->at[i]);
	index__destroy(t->index);
	free(t);
}

/* Remove a stack; its memory stays while the last snapshot points to it */
static void forget(struct frame_table *t, struct frames *f)
{
	if (f->id >= 0)
		index__remove(t->index, (uint32_t)f->id);
	t->at[f->slot] = NULL;
	t->free[t->nr_free++] = f->slot;
	if (!f->shown) {
		free_frames(f);
		return;
	}
	f->next = t->waiting;
	t->waiting = f;
}

static bool is_same(const struct frames *f, const uint64_t *ip,
		    unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count && i < f->count; i++)
		if (f->frame[i].ip != ip[i])
			return false;
	return f->count == count;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9E3779B97F4A7C15ULL;
	return h ^ h >> 32;
}

static uint64_t mix_text(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = mix(h, (unsigned char)*text);
	return mix(h, 256);
}

/* A frame is identified by function and file; without them, by address */
static uint64_t mix_frame(uint64_t h, const struct snapshot_frame *f)
{
	if (f->name)
		h = mix_text(h, f->name);
	if (f->module)
		return mix_text(h, f->module);
	return f->name ? h : mix(h, f->ip);
}

/* 64 well mixed bits, so that a collision of two lists of names is not expected */
static uint64_t hash_names(const struct frames *f)
{
	uint64_t h = f->count;
	unsigned int i;

	for (i = 0; i < f->count; i++)
		h = mix_frame(h, &f->frame[i]);
	return h;
}

/* Take the number from a stack, because another stack has it now */
static void lose_id(struct frame_table *t, struct frames *f)
{
	if (!f->users) {
		forget(t, f);
		return;
	}
	index__remove(t->index, (uint32_t)f->id);
	f->id = -1;
}

/**
 * frame_table__add - add the frames of a stack
 * @t: the table
 * @id: its number
 * @ip: instruction addresses
 * @count: number of addresses; the outermost above PGWALK_STACK_MAX are dropped
 *
 * Return: 0; -ENOSPC: the table is full; -ENOMEM.
 */
int frame_table__add(struct frame_table *t, int32_t id, const uint64_t *ip,
		     unsigned int count)
{
	struct frames *f = frame_table__find(t, id);
	unsigned int i;

	if (count > PGWALK_STACK_MAX)
		count = PGWALK_STACK_MAX;
	if (f && is_same(f, ip, count))
		return 0;
	if (f)
		lose_id(t, f);
	if (!t->nr_free)
		return -ENOSPC;
	f = calloc(1, sizeof(*f) + count * sizeof(f->frame[0]));
	if (!f)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		f->frame[i].ip = ip[i];
	f->count = f->unknown = count;
	f->names = hash_names(f);
	f->fresh = true;
	f->id = id;
	f->slot = t->free[--t->nr_free];
	t->at[f->slot] = f;
	index__set(t->index, (uint32_t)id, f->slot);
	return 0;
}

/** frame_table__find - find a stack by number; NULL: not added, or evicted */
struct frames *frame_table__find(struct frame_table *t, int32_t id)
{
	uint32_t slot = index__find(t->index, (uint32_t)id);

	return slot == INDEX_NONE ? NULL : t->at[slot];
}

/** frame_table__put - drop a reference; an unused stack is evicted when room is needed */
void frame_table__put(struct frame_table *t, struct frames *f)
{
	if (!--f->users)
		forget(t, f);
}

/** frame_table__is_full - test if there is no room for another stack */
bool frame_table__is_full(const struct frame_table *t)
{
	return !t->nr_free;
}

/** frame_table__drop_unused - remove unreferenced stacks of earlier intervals */
void frame_table__drop_unused(struct frame_table *t)
{
	uint32_t i;

	for (i = 0; i < FRAMES_MAX; i++)
		if (t->at[i] && !t->at[i]->users && !t->at[i]->fresh)
			forget(t, t->at[i]);
}

/**
 * frames__name - set the names of the frames of a stack
 * @f: the stack
 * @symbols: known symbols
 */
void frames__name(struct frames *f, struct symbol_table *symbols)
{
	uint64_t updates = symbol_table__updates(symbols);
	uint64_t changes = symbol_table__changes(symbols);
	unsigned int i, unknown = 0;

	if (f->changes == changes && (!f->unknown || f->updates == updates))
		return;
	for (i = 0; i < f->count; i++)
		unknown += !symbol_table__resolve(symbols, &f->frame[i]);
	f->unknown = unknown;
	f->updates = updates;
	f->changes = changes;
	f->names = hash_names(f);
}

/** frame_table__next_interval - begin an interval; frees stacks that only the last snapshot used */
void frame_table__next_interval(struct frame_table *t)
{
	uint32_t i;

	free_waiting(t);
	for (i = 0; i < FRAMES_MAX; i++)
		if (t->at[i])
			t->at[i]->shown = t->at[i]->fresh = false;
}
