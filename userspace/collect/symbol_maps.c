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
	size_t i;

	for (i = 0; i < m->nr; i++)
		free_mapping(&m->at[i]);
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

static int add(void *ctx, const struct pgwalk_vma *vma)
{
	struct making *making = ctx;
	struct symbol_maps *maps = &making->maps;
	struct symbol_mapping m = {
		.start = vma->start, .end = vma->end, .offset = vma->offset,
		.dev = (uint64_t)vma->dev_major << 32 | vma->dev_minor,
		.ino = vma->ino,
	};

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
	m.path = strdup(vma->name);
	m.module = module_of(vma->name);
	if (!m.path || !m.module) {
		free_mapping(&m);
		return -ENOMEM;
	}
	maps->at[maps->nr++] = m;
	return 0;
}

static bool same(const struct symbol_mapping *a, const struct symbol_mapping *b)
{
	return a->start == b->start && a->end == b->end &&
	       a->offset == b->offset && a->dev == b->dev &&
	       a->ino == b->ino && !strcmp(a->path, b->path);
}

/**
 * symbol_maps__look - read the mappings anew
 * @m: the list; stays as it is if there is none any more
 * @pid: the process
 *
 * Return: 0; -ESRCH: the process or its memory is gone; or -errno.
 */
int symbol_maps__look(struct symbol_maps *m, pid_t pid)
{
	struct making making = { .room = 0 };
	int err = proc__maps(pid, add, &making);
	size_t i;

	if (err) {
		symbol_maps__clear(&making.maps);
		return err;
	}
	for (i = 0; i < making.maps.nr; i++) {
		struct symbol_mapping *now = &making.maps.at[i], *before;

		before = symbol_maps__find(m, now->start);
		if (before && same(before, now)) {
			now->file = before->file;
			now->tried = before->tried;
		}
	}
	symbol_maps__clear(m);
	*m = making.maps;
	return 0;
}

/**
 * symbol_maps__find - the mapping that an address is in
 *
 * Return: good until the next look; NULL: none.
 */
struct symbol_mapping *symbol_maps__find(const struct symbol_maps *m,
					 uint64_t addr)
{
	size_t low = 0, high = m->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->at[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low < m->nr && m->at[low].start <= addr ? &m->at[low] : NULL;
}
