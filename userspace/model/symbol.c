// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Symbols of code addresses. A frame has references to the names of its symbol, so that
 * the names survive eviction.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/sparse.h"
#include "index.h"
#include "string_pool.h"
#include "symbol.h"

#define MODULES		64

/**
 * struct entry - a symbol
 * @ip: instruction address
 * @offset: offset of @ip in the function, bytes
 * @name: function, in the string pool; NULL: unknown
 * @module: file, in the string pool; NULL: unknown
 * @used: @clock of its last use
 */
struct entry {
	uint64_t ip;
	uint64_t offset;
	const char *name;
	const char *module;
	uint64_t used;
};

/* Sort key by last use */
struct use {
	uint64_t used;
	uint32_t at;
};

/**
 * struct symbol_table - the symbols
 * @index: symbol by address
 * @count: number of @entry
 * @clock: number of uses so far
 * @updates: symbols added or changed so far
 * @changes: symbols changed so far, part of @updates
 * @module: recently used names of files, to share them
 * @entry: the symbols
 */
struct symbol_table {
	struct index *index;
	uint32_t count;
	uint64_t clock;
	uint64_t updates;
	uint64_t changes;
	const char *module[MODULES];
	struct entry entry[SYMBOLS_MAX];
	struct use use[SYMBOLS_MAX];
};

/** symbol_table__create - make an empty table; NULL: no memory */
struct symbol_table *symbol_table__create(void)
{
	struct symbol_table *t = sparse__alloc(sizeof(*t));

	if (!t)
		return NULL;
	t->index = index__create(SYMBOLS_MAX);
	if (t->index)
		return t;
	free(t);
	return NULL;
}

static void drop(const struct entry *e)
{
	string_pool__put(e->name);
	string_pool__put(e->module);
}

/** symbol_table__destroy - free a table; NULL is fine */
void symbol_table__destroy(struct symbol_table *t)
{
	uint32_t i;

	if (!t)
		return;
	for (i = 0; i < t->count; i++)
		drop(&t->entry[i]);
	for (i = 0; i < MODULES; i++)
		string_pool__put(t->module[i]);
	index__destroy(t->index);
	free(t);
}

static int by_use(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	return x->used > y->used ? -1 : x->used < y->used;
}

static int by_index(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* Evict the least recently used half */
static void make_room(struct symbol_table *t)
{
	uint32_t i, keep = t->count / 2;

	for (i = 0; i < t->count; i++)
		t->use[i] = (struct use) { t->entry[i].used, i };
	qsort(t->use, t->count, sizeof(*t->use), by_use);
	for (i = keep; i < t->count; i++)
		drop(&t->entry[t->use[i].at]);
	qsort(t->use, keep, sizeof(*t->use), by_index);
	index__clear(t->index);
	for (i = 0; i < keep; i++) {
		t->entry[i] = t->entry[t->use[i].at];
		index__set(t->index, t->entry[i].ip, i);
	}
	t->count = keep;
}

/* Return a reference to the name of a file, shared between symbols. NULL: no memory */
static const char *module_name(struct symbol_table *t, const char *module)
{
	const char **slot;
	uint32_t hash = 0;
	const char *c;

	for (c = module; *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	slot = &t->module[hash % MODULES];
	if (!*slot || strcmp(*slot, module)) {
		const char *name = string_pool__create(module, SYMBOL_NAME_MAX);

		if (!name)
			return NULL;
		string_pool__put(*slot);
		*slot = name;
	}
	return string_pool__get(*slot);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strncmp(a, b, SYMBOL_NAME_MAX) : a == b;
}

/**
 * symbol_table__set - add or change the symbol of an address
 * @t: the table
 * @ip: instruction address
 * @offset: offset of @ip in the function, bytes
 * @name: function; NULL: unknown
 * @module: file; NULL: unknown
 *
 * Return: 0 or -ENOMEM.
 */
int symbol_table__set(struct symbol_table *t, uint64_t ip, uint64_t offset,
		       const char *name, const char *module)
{
	struct entry e = { .ip = ip, .offset = offset, .used = ++t->clock };
	uint32_t at = index__find(t->index, ip);

	if (at != INDEX_NONE && t->entry[at].offset == offset &&
	    same_text(t->entry[at].name, name) &&
	    same_text(t->entry[at].module, module))
		return 0;
	if (name)
		e.name = string_pool__create(name, SYMBOL_NAME_MAX);
	if (module)
		e.module = module_name(t, module);
	if ((name && !e.name) || (module && !e.module)) {
		drop(&e);
		return -ENOMEM;
	}
	t->updates++;
	if (at != INDEX_NONE) {
		t->changes++;
		drop(&t->entry[at]);
	} else {
		if (t->count == SYMBOLS_MAX)
			make_room(t);
		at = t->count++;
		index__set(t->index, ip, at);
	}
	t->entry[at] = e;
	return 0;
}

/**
 * symbol_table__resolve - set the names of a frame
 * @t: the table
 * @f: @ip is set; old names are released, new names are references
 *
 * Return: false if the address has no symbol: the frame does not change.
 */
bool symbol_table__resolve(struct symbol_table *t, struct snapshot_frame *f)
{
	uint32_t at = index__find(t->index, f->ip);
	struct entry *e;

	if (at == INDEX_NONE)
		return false;
	e = &t->entry[at];
	e->used = ++t->clock;
	symbol_table__release(f);
	f->offset = e->offset;
	f->name = e->name ? string_pool__get(e->name) : NULL;
	f->module = e->module ? string_pool__get(e->module) : NULL;
	return true;
}

/** symbol_table__release - drop the references to the names of a frame */
void symbol_table__release(struct snapshot_frame *f)
{
	string_pool__put(f->name);
	string_pool__put(f->module);
	f->name = f->module = NULL;
}

/** symbol_table__updates - symbols added or changed so far; unchanged: no new names */
uint64_t symbol_table__updates(const struct symbol_table *t)
{
	return t->updates;
}

/** symbol_table__changes - symbols changed so far */
uint64_t symbol_table__changes(const struct symbol_table *t)
{
	return t->changes;
}
