// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds the paths of cgroups: the id of a cgroup is the inode number of its directory, which readdir()
 * returns. The tree is read only after a process of a new cgroup faulted.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "cgroup_paths.h"

/* Ids that are kept. Then all are forgotten, and found again when they are needed */
#define KEPT		4096
#define SLOTS		(2 * KEPT)	/* a power of two */
#define DEPTH_MAX	32
#define PATH_ROOM	4096

/**
 * struct cgroup_paths - ids whose paths were found or are needed
 * @slot: a hash table of ids; 0: a free slot
 * @needed: the path of the id in the slot was not searched yet
 * @used: used slots
 * @left: number of needed paths
 */
struct cgroup_paths {
	uint64_t slot[SLOTS];
	bool needed[SLOTS];
	unsigned int used;
	unsigned int left;
};

/** cgroup_paths__create - make an empty table; NULL: no memory */
struct cgroup_paths *cgroup_paths__create(void)
{
	return calloc(1, sizeof(struct cgroup_paths));
}

/** cgroup_paths__destroy - free it; NULL is fine */
void cgroup_paths__destroy(struct cgroup_paths *c)
{
	free(c);
}

/** cgroup_paths__forget - find each path again when it is needed */
void cgroup_paths__forget(struct cgroup_paths *c)
{
	memset(c, 0, sizeof(*c));
}

/* Return the slot of an id, or the free one where it belongs */
static unsigned int slot_of(const struct cgroup_paths *c, uint64_t id)
{
	unsigned int i = (unsigned int)((id * 0x9E3779B97F4A7C15ULL) >> 32) % SLOTS;

	while (c->slot[i] && c->slot[i] != id)
		i = (i + 1) % SLOTS;
	return i;
}

/** cgroup_paths__need - search the path of this cgroup in the next call of cgroup_paths__find() */
void cgroup_paths__need(struct cgroup_paths *c, uint64_t id)
{
	unsigned int i = slot_of(c, id);

	if (!id || c->slot[i])
		return;
	if (c->used == KEPT) {
		cgroup_paths__forget(c);
		i = slot_of(c, id);
	}
	c->slot[i] = id;
	c->needed[i] = true;
	c->used++;
	c->left++;
}

/**
 * struct search - a search of the tree
 * @paths: the needed ids
 * @fn: takes the paths
 * @ctx: argument of @fn
 * @level: open directories from the root on, and the lengths of their paths
 * @path: path of the current directory; "" is the root
 */
struct search {
	struct cgroup_paths *paths;
	cgroup_path_fn fn;
	void *ctx;
	struct {
		DIR *dir;
		size_t len;
	} level[DEPTH_MAX];
	char path[PATH_ROOM];
};

static int take(struct search *s, uint64_t id)
{
	unsigned int i = slot_of(s->paths, id);

	if (!s->paths->slot[i] || !s->paths->needed[i])
		return 0;
	s->paths->needed[i] = false;
	s->paths->left--;
	return s->fn(s->ctx, id, s->path[0] ? s->path : "/");
}

/* Open a directory of the tree as level @depth; closes @fd on failure. Return the next depth */
static unsigned int descend(struct search *s, int fd, unsigned int depth)
{
	DIR *dir = fd >= 0 && depth < DEPTH_MAX ? fdopendir(fd) : NULL;

	if (!dir) {
		/* it was removed, or is too deep */
		if (fd >= 0)
			close(fd);
		return depth;
	}
	s->level[depth].dir = dir;
	s->level[depth].len = strlen(s->path);
	return depth + 1;
}

/* Take the next directory in the innermost open one. Return the next depth */
static unsigned int advance(struct search *s, unsigned int depth, int *err)
{
	DIR *dir = s->level[depth - 1].dir;
	size_t len = s->level[depth - 1].len;
	const struct dirent *entry = readdir(dir);

	s->path[len] = '\0';
	if (!entry) {
		closedir(dir);
		return depth - 1;
	}
	if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
	    len + strlen(entry->d_name) + 2 > sizeof(s->path))
		return depth;
	snprintf(s->path + len, sizeof(s->path) - len, "/%s", entry->d_name);
	*err = take(s, entry->d_ino);
	return descend(s, openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), depth);
}

/* Search below the root; closes it */
static int search_below(struct search *s, int root)
{
	unsigned int depth = descend(s, root, 0);
	int err = 0;

	while (depth && !err && s->paths->left)
		depth = advance(s, depth, &err);
	while (depth)
		closedir(s->level[--depth].dir);
	return err;
}

/**
 * cgroup_paths__find - search all needed paths
 * @c: the table
 * @fn: called with each that was found; a value other than 0 ends the search
 * @ctx: argument of @fn
 *
 * A cgroup that was removed, or is not below the root of the caller's cgroup namespace, has no path.
 *
 * Return: 0 or the value of @fn.
 */
int cgroup_paths__find(struct cgroup_paths *c, cgroup_path_fn fn, void *ctx)
{
	struct search s = { .paths = c, .fn = fn, .ctx = ctx };
	struct stat st;
	int root, err = 0;

	if (!c->left)
		return 0;
	root = cgroup__open("/");
	if (root >= 0 && !fstat(root, &st))
		err = take(&s, st.st_ino);
	if (root >= 0 && !err)
		err = search_below(&s, root);
	else if (root >= 0)
		close(root);
	memset(c->needed, 0, sizeof(c->needed));
	c->left = 0;
	return err;
}
