// SPDX-License-Identifier: GPL-2.0
/*
 * The addresses of call stacks, by the number they were told with. A number may be
 * given to another stack: who uses the first one keeps it. It counts no faults.
 */
#include <errno.h>
#include <stdlib.h>

#include "frames.h"
#include "index.h"

/** frame_table__create - no stack was told; NULL: no memory */
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
		symbol_book__release(&f->frame[i]);
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

/* Nobody needs it and its number is another one's, or room is needed */
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

/* A function is named by itself and its file, other code by its file, else by its address */
static uint64_t mix_frame(uint64_t h, const struct snapshot_frame *f)
{
	if (f->name)
		h = mix_text(h, f->name);
	if (f->module)
		return mix_text(h, f->module);
	return f->name ? h : mix(h, f->ip);
}

/* So that two lists of names of one hash are not to be expected: 64 bits well mixed */
static uint64_t hash_names(const struct frames *f)
{
	uint64_t h = f->count;
	unsigned int i;

	for (i = 0; i < f->count; i++)
		h = mix_frame(h, &f->frame[i]);
	return h;
}

/* Its number is another stack's from now on */
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
 * frame_table__tell - tell the frames of a stack
 * @t: the table
 * @id: its number
 * @ip: the addresses
 * @count: how many; of more than PGWALK_STACK_MAX the outermost are left out
 *
 * Return: 0; -ENOSPC: the table is full; -ENOMEM.
 */
int frame_table__tell(struct frame_table *t, int32_t id, const uint64_t *ip,
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

/** frame_table__find - the stack with a number; NULL: it was not told, or had to go */
struct frames *frame_table__find(struct frame_table *t, int32_t id)
{
	uint32_t slot = index__find(t->index, (uint32_t)id);

	return slot == INDEX_NONE ? NULL : t->at[slot];
}

/** frame_table__put - it has one user less; without any it goes, as room is needed */
void frame_table__put(struct frame_table *t, struct frames *f)
{
	if (!--f->users)
		forget(t, f);
}

/** frame_table__is_full - is there no room for another one? */
bool frame_table__is_full(const struct frame_table *t)
{
	return !t->nr_free;
}

/** frame_table__drop_unused - forget those of earlier intervals that nobody uses */
void frame_table__drop_unused(struct frame_table *t)
{
	uint32_t i;

	for (i = 0; i < FRAMES_MAX; i++)
		if (t->at[i] && !t->at[i]->users && !t->at[i]->fresh)
			forget(t, t->at[i]);
}

/**
 * frames__name - name the frames of a stack, as far as symbols were told
 * @f: the stack
 * @symbols: those that were told
 */
void frames__name(struct frames *f, struct symbol_book *symbols)
{
	uint64_t told = symbol_book__told(symbols);
	uint64_t changed = symbol_book__changed(symbols);
	unsigned int i, unknown = 0;

	if (f->changed == changed && (!f->unknown || f->told == told))
		return;
	for (i = 0; i < f->count; i++)
		unknown += !symbol_book__resolve(symbols, &f->frame[i]);
	f->unknown = unknown;
	f->told = told;
	f->changed = changed;
	f->names = hash_names(f);
}

/** frame_table__turn - the last snapshot is not looked at any more, an interval begins */
void frame_table__turn(struct frame_table *t)
{
	uint32_t i;

	free_waiting(t);
	for (i = 0; i < FRAMES_MAX; i++)
		if (t->at[i])
			t->at[i]->shown = t->at[i]->fresh = false;
}
