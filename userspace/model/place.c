// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Splits the faults of a call stack by mapping. When the table is full, the coldest quarter
 * is dropped: the sums in the rows of the stacks still have those faults, without a mapping.
 */
#include <stdlib.h>

#include "index.h"
#include "place.h"
#include "string_pool.h"

/* Heat of one fault; each interval halves it */
#define HEAT	(1ULL << 16)

/**
 * struct place - the faults of a stack and a class in a mapping
 * @key: the stack with its class, and the mapping
 * @used: the place has faults; else it is free
 * @count: this and the next three: as struct snapshot_stack
 * @heat: the coldest places are dropped first
 */
struct place {
	struct place_key key;
	bool used;
	uint64_t count;
	uint64_t latency_ns;
	uint64_t total;
	uint64_t total_ns;
	uint64_t heat;
};

/* Sort key of a place: by stack, most faults first; or by heat */
struct order {
	uint64_t first;
	uint64_t then;
	uint64_t last;
	uint32_t place;
};

/**
 * struct places - all places
 * @index: place by row and mapping
 * @place: the places
 * @free: numbers of unused places
 * @nr_free: number of @free
 * @order: sort keys of the snapshot and of evictions
 * @nr_order: number of @order
 * @mappings: rows of the mappings, for the snapshot
 * @name: names in the last snapshot; each is a reference to the string pool
 * @nr_names: number of @name
 */
struct places {
	struct index *index;
	struct place place[PLACES_MAX];
	uint32_t free[PLACES_MAX];
	uint32_t nr_free;
	struct order order[PLACES_MAX];
	size_t nr_order;
	struct mappings *mappings;
	const char *name[PLACES_MAX];
	size_t nr_names;
};

/** places__create - make an empty table; NULL: no memory */
struct places *places__create(void)
{
	struct places *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->index = index__create(PLACES_MAX);
	if (!p->index) {
		free(p);
		return NULL;
	}
	while (p->nr_free < PLACES_MAX) {
		p->free[p->nr_free] = PLACES_MAX - 1 - p->nr_free;
		p->nr_free++;
	}
	return p;
}

static void drop_names(struct places *p)
{
	while (p->nr_names)
		string_pool__put(p->name[--p->nr_names]);
}

/** places__destroy - free a table and the names of its last snapshot; NULL is fine */
void places__destroy(struct places *p)
{
	if (!p)
		return;
	drop_names(p);
	index__destroy(p->index);
	free(p);
}

static uint64_t index_key(const struct place_key *key)
{
	return (uint64_t)key->row * MAPPING_ROWS + key->mapping;
}

static bool is_same(const struct place_key *a, const struct place_key *b)
{
	return a->row_id == b->row_id && a->mapping_id == b->mapping_id;
}

static int by_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->then != y->then)
		return x->then > y->then ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static void drop(struct places *p, uint32_t number)
{
	index__remove(p->index, index_key(&p->place[number].key));
	p->place[number] = (struct place) { .used = false };
	p->free[p->nr_free++] = number;
}

/* Drop the coldest quarter of the places; all are used */
static void make_room(struct places *p)
{
	uint32_t i;

	for (i = 0; i < PLACES_MAX; i++)
		p->order[i] = (struct order) { p->place[i].heat, 0, 0, i };
	qsort(p->order, PLACES_MAX, sizeof(*p->order), by_order);
	for (i = 0; i < PLACES_MAX / 4; i++)
		drop(p, p->order[i].place);
	p->nr_order = 0;
}

/* Return the place of a key, added if missing, and empty if it was that of another stack or mapping */
static struct place *place_of(struct places *p, const struct place_key *key)
{
	uint32_t number = index__find(p->index, index_key(key));

	if (number != INDEX_NONE && is_same(&p->place[number].key, key))
		return &p->place[number];
	if (number == INDEX_NONE) {
		if (!p->nr_free)
			make_room(p);
		number = p->free[--p->nr_free];
		index__set(p->index, index_key(key), number);
	}
	p->place[number] = (struct place) { .key = *key, .used = true };
	return &p->place[number];
}

/** places__add - add faults of the running interval */
void places__add(struct places *p, const struct place_key *key,
		 const struct pgwalk_fault_stack *stack)
{
	struct place *place = place_of(p, key);

	place->count += stack->count;
	place->latency_ns += stack->latency_ns;
	place->total += stack->count;
	place->total_ns += stack->latency_ns;
	place->heat += HEAT * stack->count;
}

/** places__reset - reset the counts to those of the running interval */
void places__reset(struct places *p)
{
	uint32_t i;

	for (i = 0; i < PLACES_MAX; i++) {
		p->place[i].total = p->place[i].count;
		p->place[i].total_ns = p->place[i].latency_ns;
	}
}

/** places__next_interval - begin the next interval */
void places__next_interval(struct places *p)
{
	uint32_t i;

	for (i = 0; i < PLACES_MAX; i++) {
		p->place[i].count = p->place[i].latency_ns = 0;
		p->place[i].heat /= 2;
	}
}

/**
 * places__begin - order the places for places__take(), and forget the last snapshot
 * @p: the places
 * @mappings: rows of the mappings; must not change until the last places__take()
 */
void places__begin(struct places *p, struct mappings *mappings)
{
	uint32_t i;

	drop_names(p);
	p->mappings = mappings;
	p->nr_order = 0;
	for (i = 0; i < PLACES_MAX; i++) {
		const struct place *place = &p->place[i];
		const struct place_key *key = &place->key;

		if (place->total &&
		    mappings__at(mappings, key->mapping)->generation == key->mapping_id)
			p->order[p->nr_order++] = (struct order) {
				key->row, place->count, place->total, i };
	}
	qsort(p->order, p->nr_order, sizeof(*p->order), by_order);
}

/* Return the index of the first place of a row in @order */
static size_t first_of(const struct places *p, uint32_t row)
{
	size_t low = 0, high = p->nr_order;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->order[mid].first < row)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void show(struct places *p, struct snapshot_part *to, const struct place *place)
{
	const struct mapping *m = mappings__at(p->mappings, place->key.mapping);

	p->name[p->nr_names] = string_pool__get(m->name);
	*to = (struct snapshot_part) {
		.mapping = m->generation,
		.start = m->start,
		.end = m->end,
		.name = p->name[p->nr_names++],
		.count = place->count,
		.latency_ns = place->latency_ns,
		.total = place->total,
		.total_ns = place->total_ns,
	};
}

/**
 * places__take - fill the parts of a stack
 * @p: the places, after places__begin()
 * @row: row of the stack
 * @row_id: its id
 * @part: filled in, most faults first; over all rows there are at most PLACES_MAX parts. The
 *	names are valid until the next places__begin()
 *
 * Return: number of parts.
 */
size_t places__take(struct places *p, uint32_t row, uint32_t row_id, struct snapshot_part *part)
{
	size_t i, count = 0;

	for (i = first_of(p, row); i < p->nr_order && p->order[i].first == row; i++) {
		const struct place *place = &p->place[p->order[i].place];

		if (place->key.row_id == row_id)
			show(p, &part[count++], place);
	}
	return count;
}
