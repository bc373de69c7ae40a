// SPDX-License-Identifier: GPL-2.0
/*
 * Names of ranges of addresses: added in any order, sorted once, found by
 * address. It reads no files and changes no name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "symbol_table.h"

/* Ranges that may lie over an address, at most: a file that has more is odd */
#define OVERLAPS_MAX	1024

/**
 * struct entry - a name
 * @start: first address
 * @reach: the highest end of this and all before it
 * @size: bytes
 * @name: where it stands in the table's names
 * @rank, @taste: see struct symbol_range
 */
struct entry {
	uint64_t start;
	uint64_t reach;
	uint32_t size;
	uint32_t name;
	uint32_t rank;
	uint32_t taste;
};

/**
 * struct symbol_table - sorted by address, from symbol_table__sort() on
 * @entry: them
 * @nr: how many
 * @room: for so many
 * @names: all of them, each ended by a NUL
 * @names_len: bytes
 * @names_room: likewise
 */
struct symbol_table {
	struct entry *entry;
	size_t nr;
	size_t room;
	char *names;
	size_t names_len;
	size_t names_room;
};

/**
 * symbol_table__create - begin an empty table
 * @out: filled
 *
 * Return: 0 or -ENOMEM.
 */
int symbol_table__create(struct symbol_table **out)
{
	struct symbol_table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	*out = t;
	return 0;
}

/** symbol_table__destroy - free it; NULL is fine */
void symbol_table__destroy(struct symbol_table *t)
{
	if (!t)
		return;
	free(t->entry);
	free(t->names);
	free(t);
}

/** symbol_table__bytes - memory it takes */
size_t symbol_table__bytes(const struct symbol_table *t)
{
	return sizeof(*t) + t->room * sizeof(*t->entry) + t->names_room;
}

static int grow(struct symbol_table *t, size_t len)
{
	if (t->nr == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		struct entry *entry = reallocarray(t->entry, room, sizeof(*entry));

		if (!entry)
			return -ENOMEM;
		t->entry = entry;
		t->room = room;
	}
	if (t->names_len + len + 1 > t->names_room) {
		size_t room = 2 * (t->names_room + len + 1);
		char *names;

		if (room > UINT32_MAX)
			return -E2BIG;
		names = realloc(t->names, room);
		if (!names)
			return -ENOMEM;
		t->names = names;
		t->names_room = room;
	}
	return 0;
}

/**
 * symbol_table__add - add a name
 * @t: the table; symbol_table__sort() before the next search
 * @range: what it stands for
 * @name: copied
 * @len: bytes of it
 *
 * Return: 0; -ENOMEM; -E2BIG: it is full.
 */
int symbol_table__add(struct symbol_table *t, const struct symbol_range *range,
		      const char *name, size_t len)
{
	int err = grow(t, len);

	if (err)
		return err;
	t->entry[t->nr++] = (struct entry){
		.start = range->start,
		.size = range->size > UINT32_MAX ? UINT32_MAX :
			(uint32_t)range->size,
		.name = (uint32_t)t->names_len,
		.rank = range->rank,
		.taste = range->taste,
	};
	memcpy(t->names + t->names_len, name, len);
	t->names_len += len;
	t->names[t->names_len++] = '\0';
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->taste != y->taste)
		return x->taste < y->taste ? -1 : 1;
	return 0;
}

static uint64_t end_of(const struct entry *e)
{
	uint64_t end = e->start + e->size;

	return end < e->start ? UINT64_MAX : end;
}

/** symbol_table__sort - get ready to be searched */
void symbol_table__sort(struct symbol_table *t)
{
	uint64_t next = UINT64_MAX, start = UINT64_MAX, reach = 0;
	size_t i;

	if (!t->nr)
		return;
	qsort(t->entry, t->nr, sizeof(*t->entry), by_start);
	for (i = t->nr; i--; ) {	/* @next: the start above @start */
		struct entry *e = &t->entry[i];

		if (e->start != start) {
			next = start;
			start = e->start;
		}
		if (e->rank == SYMBOL_RANK_LABEL && end_of(e) > next)
			e->size = (uint32_t)(next - e->start);
	}
	for (i = 0; i < t->nr; i++) {
		if (end_of(&t->entry[i]) > reach)
			reach = end_of(&t->entry[i]);
		t->entry[i].reach = reach;
	}
}

/* How many begin at or below @addr */
static size_t count_below(const struct symbol_table *t, uint64_t addr)
{
	size_t low = 0, high = t->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->entry[middle].start <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * symbol_table__find - what stands at an address
 * @t: the table
 * @addr: the address
 * @start: filled with where it begins, if there is one
 *
 * Return: its name, good until the next symbol_table__add(); or NULL.
 */
const char *symbol_table__find(const struct symbol_table *t, uint64_t addr,
			       uint64_t *start)
{
	const struct entry *best = NULL;
	size_t i = count_below(t, addr), tries;

	for (tries = 0; i-- && tries < OVERLAPS_MAX; tries++) {
		const struct entry *e = &t->entry[i];

		if (e->reach <= addr)
			break;
		if (end_of(e) > addr && (!best || e->rank > best->rank))
			best = e;
	}
	if (!best)
		return NULL;
	*start = best->start;
	return t->names + best->name;
}
