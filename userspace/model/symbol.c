// SPDX-License-Identifier: GPL-2.0
/*
 * What stands at addresses of code. It finds out nothing, and knows no stacks; who
 * has used a symbol holds its names, so that they stay when it has to go.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "name.h"
#include "symbol.h"

#define MODULES		64

/**
 * struct entry - a symbol
 * @ip: the address
 * @offset: of it in the function
 * @name: held; NULL: not known
 * @module: held; NULL: not known
 * @used: when it was told or used, by the count of such times
 */
struct entry {
	uint64_t ip;
	uint64_t offset;
	const char *name;
	const char *module;
	uint64_t used;
};

/* For sorting by use */
struct use {
	uint64_t used;
	uint32_t at;
};

/**
 * struct symbol_book - the symbols
 * @index: finds one by its address
 * @count: how many there are
 * @clock: the count of uses
 * @told: symbols that were told
 * @changed: of these, those that were something else before
 * @module: some that were used lately, to be kept once
 * @entry: the symbols
 */
struct symbol_book {
	struct index *index;
	uint32_t count;
	uint64_t clock;
	uint64_t told;
	uint64_t changed;
	const char *module[MODULES];
	struct entry entry[SYMBOLS_MAX];
	struct use use[SYMBOLS_MAX];
};

/** symbol_book__create - nothing was told; NULL: no memory */
struct symbol_book *symbol_book__create(void)
{
	struct symbol_book *t = calloc(1, sizeof(*t));

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
	name__put(e->name);
	name__put(e->module);
}

/** symbol_book__destroy - free it; NULL is fine */
void symbol_book__destroy(struct symbol_book *t)
{
	uint32_t i;

	if (!t)
		return;
	for (i = 0; i < t->count; i++)
		drop(&t->entry[i]);
	for (i = 0; i < MODULES; i++)
		name__put(t->module[i]);
	index__destroy(t->index);
	free(t);
}

static int by_use(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	return x->used > y->used ? -1 : x->used < y->used;
}

static int by_place(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* The half that was not used for longest goes */
static void make_room(struct symbol_book *t)
{
	uint32_t i, keep = t->count / 2;

	for (i = 0; i < t->count; i++)
		t->use[i] = (struct use) { t->entry[i].used, i };
	qsort(t->use, t->count, sizeof(*t->use), by_use);
	for (i = keep; i < t->count; i++)
		drop(&t->entry[t->use[i].at]);
	qsort(t->use, keep, sizeof(*t->use), by_place);
	index__clear(t->index);
	for (i = 0; i < keep; i++) {
		t->entry[i] = t->entry[t->use[i].at];
		index__set(t->index, t->entry[i].ip, i);
	}
	t->count = keep;
}

/* Many symbols are of one file: its name is kept once. NULL: no memory */
static const char *module_name(struct symbol_book *t, const char *module)
{
	const char **slot;
	uint32_t hash = 0;
	const char *c;

	for (c = module; *c; c++)
		hash = hash * 31 + (unsigned char)*c;
	slot = &t->module[hash % MODULES];
	if (!*slot || strcmp(*slot, module)) {
		const char *name = name__create(module, SYMBOL_NAME_MAX);

		if (!name)
			return NULL;
		name__put(*slot);
		*slot = name;
	}
	return name__get(*slot);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strncmp(a, b, SYMBOL_NAME_MAX) : a == b;
}

/**
 * symbol_book__tell - tell what stands at an address
 * @t: the table
 * @ip: the address
 * @offset: of it in the function
 * @name: the function; NULL: not known
 * @module: the file; NULL: not known
 *
 * Return: 0 or -ENOMEM.
 */
int symbol_book__tell(struct symbol_book *t, uint64_t ip, uint64_t offset,
		       const char *name, const char *module)
{
	struct entry e = { .ip = ip, .offset = offset, .used = ++t->clock };
	uint32_t at = index__find(t->index, ip);

	if (at != INDEX_NONE && t->entry[at].offset == offset &&
	    same_text(t->entry[at].name, name) &&
	    same_text(t->entry[at].module, module))
		return 0;
	if (name)
		e.name = name__create(name, SYMBOL_NAME_MAX);
	if (module)
		e.module = module_name(t, module);
	if ((name && !e.name) || (module && !e.module)) {
		drop(&e);
		return -ENOMEM;
	}
	t->told++;
	if (at != INDEX_NONE) {
		t->changed++;
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
 * symbol_book__resolve - name a frame
 * @t: the table
 * @f: its @ip is filled, and what it is named, if it is; filled, its names held
 *
 * Return: false if nothing was told about the address: the frame stays as it is.
 */
bool symbol_book__resolve(struct symbol_book *t, struct snapshot_frame *f)
{
	uint32_t at = index__find(t->index, f->ip);
	struct entry *e;

	if (at == INDEX_NONE)
		return false;
	e = &t->entry[at];
	e->used = ++t->clock;
	symbol_book__release(f);
	f->offset = e->offset;
	f->name = e->name ? name__get(e->name) : NULL;
	f->module = e->module ? name__get(e->module) : NULL;
	return true;
}

/** symbol_book__release - hold the names of a frame no longer */
void symbol_book__release(struct snapshot_frame *f)
{
	name__put(f->name);
	name__put(f->module);
	f->name = f->module = NULL;
}

/** symbol_book__told - how many were told: has it grown, a frame may be known now */
uint64_t symbol_book__told(const struct symbol_book *t)
{
	return t->told;
}

/** symbol_book__changed - how many of them were something else before */
uint64_t symbol_book__changed(const struct symbol_book *t)
{
	return t->changed;
}
