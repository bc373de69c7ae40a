// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Keeps the executable mappings of a process, also after its exit. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../procfs/proc.h"
#include "proc_maps.h"

#define MAPPINGS_MAX	65536

/* A list under construction */
struct builder {
	struct proc_maps maps;
	size_t room;
};

static void free_mapping(struct symbol_mapping *m)
{
	free(m->path);
	free(m->module);
}

/** proc_maps__clear - free all mappings */
void proc_maps__clear(struct proc_maps *m)
{
	while (m->nr)
		free_mapping(&m->at[--m->nr]);
	free(m->at);
	*m = (struct proc_maps){ 0 };
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
	struct builder *builder = ctx;
	struct proc_maps *maps = &builder->maps;

	if (!(vma->prot & PGWALK_PROT_EXEC) || maps->nr == MAPPINGS_MAX)
		return 0;
	if (maps->nr == builder->room) {
		size_t room = builder->room ? builder->room * 2 : 64;
		void *at = reallocarray(maps->at, room, sizeof(*maps->at));

		if (!at)
			return -ENOMEM;
		maps->at = at;
		builder->room = room;
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

static void drop(struct proc_maps *m, size_t i)
{
	free_mapping(&m->at[i]);
	memmove(&m->at[i], &m->at[i + 1], (--m->nr - i) * sizeof(*m->at));
}

/* Replace the list; keep the files of unchanged mappings */
static void replace(struct proc_maps *m, const struct proc_maps *new)
{
	size_t i;

	for (i = 0; i < new->nr; i++) {
		struct symbol_mapping *now = &new->at[i], *before;

		before = proc_maps__find(m, now->start);
		if (before && same(before, now)) {
			now->file = before->file;
			now->tried = before->tried;
		}
	}
	proc_maps__clear(m);
	*m = *new;
}

/**
 * proc_maps__read - read the mappings
 * @m: the list; unchanged on failure
 * @proc: descriptor from proc__open()
 *
 * Return: 0; -ESRCH: the process has exited or has no memory; or -errno.
 */
int proc_maps__read(struct proc_maps *m, int proc)
{
	struct builder builder = { .room = 0 };
	int err = proc__maps(proc, add, &builder);

	if (err) {
		proc_maps__clear(&builder.maps);
		return err;
	}
	replace(m, &builder.maps);
	return 0;
}

static size_t first_above(const struct proc_maps *m, uint64_t addr)
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
 * proc_maps__put - add a mapping and remove all mappings that it overlaps
 * @m: the list
 * @vma: the mapping
 *
 * Mappings that overlap partly are removed as a whole: a loader maps a whole file first, then its
 * parts.
 *
 * Return: 0; -ENOMEM; -E2BIG.
 */
int proc_maps__put(struct proc_maps *m, const struct pgwalk_vma *vma)
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
 * proc_maps__copy - copy another list
 * @m: the list
 * @from: the list to copy
 *
 * Return: 0 or -ENOMEM, with @m unchanged.
 */
int proc_maps__copy(struct proc_maps *m, const struct proc_maps *from)
{
	struct proc_maps copy = { .at = calloc(from->nr + 1, sizeof(*from->at)) };
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
		proc_maps__clear(&copy);
		return -ENOMEM;
	}
	replace(m, &copy);
	return 0;
}

/**
 * proc_maps__find - find the mapping of an address
 *
 * Return: the mapping, valid until the list changes; or NULL.
 */
struct symbol_mapping *proc_maps__find(const struct proc_maps *m,
				       uint64_t addr)
{
	size_t i = first_above(m, addr);

	return i < m->nr && m->at[i].start <= addr ? &m->at[i] : NULL;
}
