// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the list of a process' mappings that may be executed, beyond the end of
 * the process. What is in them is not its business.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proc.h"
#include "symbol_maps.h"

#define MAPPINGS_MAX	65536

/* A list that is being made */
struct making {
	struct symbol_maps maps;
	size_t room;
};

static void free_mapping(struct symbol_mapping *m)
{
	free(m->path);
	free(m->module);
}

/** symbol_maps__clear - free all of them */
void symbol_maps__clear(struct symbol_maps *m)
{
	while (m->nr)
		free_mapping(&m->at[--m->nr]);
	free(m->at);
	*m = (struct symbol_maps){ 0 };
}

static char *module_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash && slash[1] ? slash + 1 : path;
	char *module = strdup(*name ? name : "[anon]"), *deleted;

	deleted = module ? strstr(module, " (deleted)") : NULL;
	if (deleted && !deleted[10] && deleted != module)
		*deleted = '\0';
	return module;
}

static int make_mapping(struct symbol_mapping *m, const struct pgwalk_vma *vma)
{
	*m = (struct symbol_mapping){
		.start = vma->start, .end = vma->end, .offset = vma->offset,
		.dev = (uint64_t)vma->dev_major << 32 | vma->dev_minor,
		.ino = vma->ino, .path = strdup(vma->name),
		.module = module_of(vma->name),
	};
	if (m->path && m->module)
		return 0;
	free_mapping(m);
	return -ENOMEM;
}

static int add(void *ctx, const struct pgwalk_vma *vma)
{
	struct making *making = ctx;
	struct symbol_maps *maps = &making->maps;

	if (!(vma->prot & PGWALK_PROT_EXEC) || maps->nr == MAPPINGS_MAX)
		return 0;
	if (maps->nr == making->room) {
		size_t room = making->room ? making->room * 2 : 64;
		void *at = reallocarray(maps->at, room, sizeof(*maps->at));

		if (!at)
			return -ENOMEM;
		maps->at = at;
		making->room = room;
	}
	if (make_mapping(&maps->at[maps->nr], vma))
		return -ENOMEM;
	maps->nr++;
	return 0;
}

static bool same(const struct symbol_mapping *a, const struct symbol_mapping *b)
{
	return a->start == b->start && a->end == b->end &&
	       a->offset == b->offset && a->dev == b->dev &&
	       a->ino == b->ino && !strcmp(a->path, b->path);
}

static void drop(struct symbol_maps *m, size_t i)
{
	free_mapping(&m->at[i]);
	memmove(&m->at[i], &m->at[i + 1], (--m->nr - i) * sizeof(*m->at));
}

/* A new list, with what is known of those that were in the old one */
static void replace(struct symbol_maps *m, const struct symbol_maps *new)
{
	size_t i;

	for (i = 0; i < new->nr; i++) {
		struct symbol_mapping *now = &new->at[i], *before;

		before = symbol_maps__find(m, now->start);
		if (before && same(before, now)) {
			now->file = before->file;
			now->tried = before->tried;
		}
	}
	symbol_maps__clear(m);
	*m = *new;
}

/**
 * symbol_maps__look - read the mappings anew
 * @m: the list; stays as it is if there is none any more
 * @proc: the process, by proc__open()
 *
 * Return: 0; -ESRCH: the process or its memory is gone; or -errno.
 */
int symbol_maps__look(struct symbol_maps *m, int proc)
{
	struct making making = { .room = 0 };
	int err = proc__maps(proc, add, &making);

	if (err) {
		symbol_maps__clear(&making.maps);
		return err;
	}
	replace(m, &making.maps);
	return 0;
}

static size_t first_above(const struct symbol_maps *m, uint64_t addr)
{
	size_t low = 0, high = m->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->at[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * symbol_maps__put - add a mapping in place of what it lies over
 * @m: the list
 * @vma: the mapping
 *
 * What it lies over in part is gone, too: a loader maps a whole file, then its parts.
 *
 * Return: 0; -ENOMEM; -E2BIG.
 */
int symbol_maps__put(struct symbol_maps *m, const struct pgwalk_vma *vma)
{
	size_t first = first_above(m, vma->start), last = first;
	struct symbol_mapping new, *at;

	while (last < m->nr && m->at[last].start < vma->end)
		last++;
	if (last == first && m->nr == MAPPINGS_MAX)
		return -E2BIG;
	at = reallocarray(m->at, m->nr + 1, sizeof(*at));
	if (!at)
		return -ENOMEM;
	m->at = at;
	if (make_mapping(&new, vma))
		return -ENOMEM;
	while (last > first + 1)
		drop(m, --last);
	if (last > first)
		free_mapping(&at[first]);
	else
		memmove(&at[first + 1], &at[first],
			(m->nr++ - first) * sizeof(*at));
	at[first] = new;
	return 0;
}

/**
 * symbol_maps__take - become the same as another list
 * @m: the list
 * @from: the other; stays as it is
 *
 * Return: 0 or -ENOMEM, with @m as it was.
 */
int symbol_maps__take(struct symbol_maps *m, const struct symbol_maps *from)
{
	struct symbol_maps copy = { .at = calloc(from->nr + 1, sizeof(*from->at)) };
	bool failed = !copy.at;
	size_t i;

	for (i = 0; i < from->nr && !failed; i++) {
		struct symbol_mapping *to = &copy.at[copy.nr++];

		*to = from->at[i];
		to->path = strdup(to->path);
		to->module = strdup(to->module);
		to->file = NULL;
		to->tried = false;
		failed = !to->path || !to->module;
	}
	if (failed) {
		symbol_maps__clear(&copy);
		return -ENOMEM;
	}
	replace(m, &copy);
	return 0;
}

/**
 * symbol_maps__find - the mapping that an address is in
 *
 * Return: good until the list changes; NULL: none.
 */
struct symbol_mapping *symbol_maps__find(const struct symbol_maps *m,
					 uint64_t addr)
{
	size_t i = first_above(m, addr);

	return i < m->nr && m->at[i].start <= addr ? &m->at[i] : NULL;
}
