// SPDX-License-Identifier: GPL-2.0
/*
 * Finds a small number by a large one. Open addressing: who has it keeps count of
 * what is in it, and never puts in more than was agreed.
 */
#include <stdlib.h>
#include <string.h>

#include "index.h"

/* A key and its value; @full tells a slot in use from a free one */
struct slot {
	uint64_t key;
	uint32_t value;
	uint32_t full;
};

/**
 * struct index - slots, a power of two of them, at most half of them full
 * @mask: their number less one
 * @slot: the slots
 */
struct index {
	unsigned int mask;
	struct slot slot[];
};

/**
 * index__create - make an empty one
 * @max: so many keys it must be able to hold
 *
 * Return: it, or NULL.
 */
struct index *index__create(unsigned int max)
{
	unsigned int slots = 16;
	struct index *x;

	while (slots < 2 * max)
		slots *= 2;
	x = calloc(1, sizeof(*x) + slots * sizeof(x->slot[0]));
	if (x)
		x->mask = slots - 1;
	return x;
}

/** index__destroy - free it; NULL is fine */
void index__destroy(struct index *x)
{
	free(x);
}

/** index__hash - mix @count @words to a number of which every bit is as good */
uint64_t index__hash(const uint64_t *words, unsigned int count)
{
	uint64_t h = 0x9E3779B97F4A7C15ULL;

	while (count--)
		h = (h ^ *words++) * 0xD6E8FEB86659FD93ULL, h ^= h >> 32;
	return h;
}

static unsigned int home(const struct index *x, uint64_t key)
{
	return (unsigned int)index__hash(&key, 1) & x->mask;
}

/* The slot of @key, or the free one where it would be */
static unsigned int place(const struct index *x, uint64_t key)
{
	unsigned int i = home(x, key);

	while (x->slot[i].full && x->slot[i].key != key)
		i = (i + 1) & x->mask;
	return i;
}

/** index__find - the value under @key, or INDEX_NONE */
uint32_t index__find(const struct index *x, uint64_t key)
{
	const struct slot *s = &x->slot[place(x, key)];

	return s->full ? s->value : INDEX_NONE;
}

/** index__set - put @value under @key, in place of what may be there */
void index__set(struct index *x, uint64_t key, uint32_t value)
{
	x->slot[place(x, key)] = (struct slot) { key, value, 1 };
}

/** index__remove - there is nothing under @key any more, if there was */
void index__remove(struct index *x, uint64_t key)
{
	unsigned int hole = place(x, key), i = hole;

	if (!x->slot[hole].full)
		return;
	/* what stands behind and would not be found past a hole moves into it */
	for (;;) {
		unsigned int from;

		i = (i + 1) & x->mask;
		if (!x->slot[i].full)
			break;
		from = home(x, x->slot[i].key);
		if (((i - from) & x->mask) < ((i - hole) & x->mask))
			continue;
		x->slot[hole] = x->slot[i];
		hole = i;
	}
	x->slot[hole].full = 0;
}

/** index__clear - there is nothing in it any more */
void index__clear(struct index *x)
{
	memset(x->slot, 0, (x->mask + 1) * sizeof(x->slot[0]));
}
