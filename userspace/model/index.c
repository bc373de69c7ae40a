// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A hash table with open addressing. The caller counts the keys and never exceeds the
 * maximum of index__create().
 */
#include <stdlib.h>
#include <string.h>

#include "index.h"

/* A key and its value; @full: the slot is in use */
struct slot {
	uint64_t key;
	uint32_t value;
	uint32_t full;
};

/**
 * struct index - slots, a power of two, at most half of them full
 * @mask: number of slots - 1
 * @slot: the slots
 */
struct index {
	unsigned int mask;
	struct slot slot[];
};

/**
 * index__create - make an empty table
 * @max: limit of keys
 *
 * Return: the table, or NULL.
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

/** index__destroy - free a table; NULL is fine */
void index__destroy(struct index *x)
{
	free(x);
}

/** index__hash - mix @count @words to a number with uniformly distributed bits */
uint64_t index__hash(const uint64_t *words, unsigned int count)
{
	uint64_t h = 0x9E3779B97F4A7C15ULL;

	while (count--)
		h = (h ^ *words++) * 0xD6E8FEB86659FD93ULL, h ^= h >> 32;
	return h;
}

static unsigned int home_of(const struct index *x, uint64_t key)
{
	return (unsigned int)index__hash(&key, 1) & x->mask;
}

/* Return the slot of @key, or the free slot for it */
static unsigned int find_slot(const struct index *x, uint64_t key)
{
	unsigned int i = home_of(x, key);

	while (x->slot[i].full && x->slot[i].key != key)
		i = (i + 1) & x->mask;
	return i;
}

/** index__find - return the value of @key, or INDEX_NONE */
uint32_t index__find(const struct index *x, uint64_t key)
{
	const struct slot *s = &x->slot[find_slot(x, key)];

	return s->full ? s->value : INDEX_NONE;
}

/** index__set - set the value of @key */
void index__set(struct index *x, uint64_t key, uint32_t value)
{
	x->slot[find_slot(x, key)] = (struct slot) { key, value, 1 };
}

/** index__remove - remove @key, if it is in the table */
void index__remove(struct index *x, uint64_t key)
{
	unsigned int hole = find_slot(x, key), i = hole;

	if (!x->slot[hole].full)
		return;
	/* move later keys into the hole, if a search for them would stop there */
	for (;;) {
		unsigned int from;

		i = (i + 1) & x->mask;
		if (!x->slot[i].full)
			break;
		from = home_of(x, x->slot[i].key);
		if (((i - from) & x->mask) < ((i - hole) & x->mask))
			continue;
		x->slot[hole] = x->slot[i];
		hole = i;
	}
	x->slot[hole].full = 0;
}

/** index__clear - remove all keys */
void index__clear(struct index *x)
{
	memset(x->slot, 0, (x->mask + 1) * sizeof(x->slot[0]));
}
