// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Adds the faults of processes up by cgroup. Each interval has a table of its own. The paths are
 * kept in a ring: the collector passes a path again before CGROUP_PATHS_MAX others replace it.
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/sparse.h"
#include "../lib/text.h"
#include "cgroups.h"
#include "index.h"

/** CGROUP_PATHS - paths that are kept: as many as the collector passes once, and those of an interval */
#define CGROUP_PATHS	(4096 + CGROUPS_MAX)
#define OTHERS		0

/**
 * struct path - the path of a cgroup
 * @id: the cgroup; 0: none
 * @text: the path
 */
struct path {
	uint64_t id;
	char text[SNAPSHOT_CGROUP_PATH];
};

/**
 * struct table - the cgroups of an interval
 * @count: used rows
 * @row: the rows; OTHERS has all faults without a row
 */
struct table {
	unsigned int count;
	struct snapshot_cgroup row[1 + CGROUPS_MAX];
};

/**
 * struct cgroups - two intervals, and the paths
 * @index: rows of the running interval
 * @known: paths, by id
 * @running: table of the running interval
 * @closed: table of the closed interval
 * @next: next path to replace
 * @path: the paths
 */
struct cgroups {
	struct index *index;
	struct index *known;
	struct table *running;
	struct table *closed;
	struct table table[2];
	unsigned int next;
	struct path path[CGROUP_PATHS];
};

static void empty_table(struct table *t)
{
	memset(t->row, 0, t->count * sizeof(t->row[0]));
	t->count = OTHERS + 1;
}

/** cgroups__create - make two empty intervals; NULL: no memory */
struct cgroups *cgroups__create(void)
{
	struct cgroups *c = sparse__alloc(sizeof(*c));

	if (!c)
		return NULL;
	c->running = &c->table[0];
	c->closed = &c->table[1];
	empty_table(c->running);
	empty_table(c->closed);
	c->index = index__create(CGROUPS_MAX);
	c->known = index__create(CGROUP_PATHS);
	if (c->index && c->known)
		return c;
	cgroups__destroy(c);
	return NULL;
}

/** cgroups__destroy - free both intervals; NULL is fine */
void cgroups__destroy(struct cgroups *c)
{
	if (!c)
		return;
	index__destroy(c->index);
	index__destroy(c->known);
	free(c);
}

/** cgroups__path - set the path of a cgroup; the oldest path is forgotten if there are too many */
void cgroups__path(struct cgroups *c, uint64_t id, const char *path)
{
	uint32_t at = index__find(c->known, id);

	if (!id)
		return;
	if (at == INDEX_NONE) {
		at = c->next++ % CGROUP_PATHS;
		if (c->path[at].id)
			index__remove(c->known, c->path[at].id);
		c->path[at].id = id;
		index__set(c->known, id, at);
	}
	text__append(c->path[at].text, sizeof(c->path[at].text), 0, path);
}

static struct snapshot_cgroup *row_of(struct cgroups *c, uint64_t id)
{
	struct table *t = c->running;
	uint32_t row;

	if (!id)
		return &t->row[OTHERS];
	row = index__find(c->index, id);
	if (row == INDEX_NONE) {
		if (t->count == 1 + CGROUPS_MAX)
			return &t->row[OTHERS];
		row = t->count++;
		index__set(c->index, id, row);
		t->row[row].id = id;
	}
	return &t->row[row];
}

/**
 * cgroups__ingest - add faults of a process to the running interval
 * @c: the cgroups
 * @key: a key of a process: its cgroup and class; the class is of this ABI
 * @row: the faults
 */
void cgroups__ingest(struct cgroups *c, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	struct snapshot_cgroup *to = row_of(c, key->ino);

	to->faults[key->class] += row->count;
	to->latency_ns[key->class] += row->latency_ns;
}

/** cgroups__next_interval - close the running interval and begin an empty one */
void cgroups__next_interval(struct cgroups *c)
{
	struct table *closed = c->running;

	c->running = c->closed;
	c->closed = closed;
	empty_table(c->running);
	index__clear(c->index);
}

/** cgroups__take - fill the cgroups of a snapshot: those of the closed interval */
void cgroups__take(struct cgroups *c, struct snapshot *s)
{
	for (unsigned int i = 0; i < c->closed->count; i++) {
		struct snapshot_cgroup *row = &c->closed->row[i];
		uint32_t at = row->id ? index__find(c->known, row->id) : INDEX_NONE;

		row->path = at == INDEX_NONE ? NULL : c->path[at].text;
	}
	s->cgroup = c->closed->row;
	s->nr_cgroups = c->closed->count;
}
