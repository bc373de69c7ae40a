// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A table of named address ranges: added in any order, sorted once, found by address. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "symtab.h"

/* Limit of the ranges searched for an address; only malformed files have more overlaps */
#define OVERLAPS_MAX	1024

/**
 * struct entry - a named range
 * @start: first address
 * @reach: highest end of this entry and all entries before
 * @size: size in bytes
 * @name: offset of the name in the table's names
 * @rank, @preference: see struct symbol_range
 */
struct entry {
	uint64_t start;
	uint64_t reach;
	uint32_t size;
	uint32_t name;
	uint32_t rank;
	uint32_t preference;
};

/**
 * struct symtab - named ranges, sorted by address after symtab__sort()
 * @entry: the ranges
 * @nr: number of @entry
 * @room: allocated size of @entry, in entries
 * @names: the names, each ended by a NUL
 * @names_len: used bytes of @names
 * @names_room: allocated bytes of @names
 */
struct symtab {
	struct entry *entry;
	size_t nr;
	size_t room;
	char *names;
	size_t names_len;
	size_t names_room;
};

/**
 * symtab__create - create an empty table
 * @out: filled
 *
 * Return: 0 or -ENOMEM.
 */
int symtab__create(struct symtab **out)
{
	struct symtab *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	*out = t;
	return 0;
}

/** symtab__destroy - free the table; NULL is fine */
void symtab__destroy(struct symtab *t)
{
	if (!t)
		return;
	free(t->entry);
	free(t->names);
	free(t);
}

/** symtab__bytes - return the size of the table in memory */
size_t symtab__bytes(const struct symtab *t)
{
	return sizeof(*t) + t->room * sizeof(*t->entry) + t->names_room;
}

static int grow(struct symtab *t, size_t len)
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
 * symtab__add - add a name
 * @t: the table; needs symtab__sort() before the next search
 * @range: the range of the name
 * @name: copied
 * @len: bytes of @name
 *
 * Return: 0; -ENOMEM; -E2BIG: the table is full.
 */
int symtab__add(struct symtab *t, const struct symbol_range *range,
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
		.preference = range->preference,
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
	if (x->preference != y->preference)
		return x->preference < y->preference ? -1 : 1;
	return 0;
}

static uint64_t end_of(const struct entry *e)
{
	uint64_t end = e->start + e->size;

	return end < e->start ? UINT64_MAX : end;
}

/** symtab__sort - sort the table and end each label where the next range begins */
void symtab__sort(struct symtab *t)
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

/* Count the entries that begin at or below @addr */
static size_t count_below(const struct symtab *t, uint64_t addr)
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
 * symtab__find - find the name of an address
 * @t: the table
 * @addr: the address
 * @start: filled with the first address of the range, if there is one
 *
 * Return: the name, valid until the next symtab__add(); or NULL.
 */
const char *symtab__find(const struct symtab *t, uint64_t addr,
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
