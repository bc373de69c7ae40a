// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Sums of cgroups over intervals, for the cgroups with the most faults. A cgroup that has no slot takes
 * a free one, or that of the cgroup with the fewest recent faults if it has more. No sum ever loses a fault: a cgroup
 * without a slot counts in "other", and a cgroup that loses its slot leaves its sums to "past".
 */
#include <string.h>

#include "../lib/text.h"
#include "container.h"
#include "metrics_cgroups.h"

/* A cgroup without faults for so many seconds loses its slot: it may have been removed */
#define IDLE_SECONDS	3600

static void add(struct snapshot_metrics_sums *to, const struct snapshot_metrics_sums *from)
{
	for (unsigned int i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		to->faults[i] += from->faults[i];
		to->latency_ns[i] += from->latency_ns[i];
	}
}

static uint64_t all_of(const struct snapshot_metrics_sums *s)
{
	uint64_t count = 0;

	for (unsigned int i = 0; i < PGWALK_FAULT_CLASS_NR; i++)
		count += s->faults[i];
	return count;
}

/* Take the slot from its cgroup */
static void release(struct snapshot_metrics *m, struct snapshot_metrics_cgroup *slot)
{
	add(&m->past, &slot->sums);
	*slot = (struct snapshot_metrics_cgroup) { .id = 0 };
}

static struct snapshot_metrics_cgroup *find(const struct snapshot_metrics *m, uint64_t id)
{
	for (unsigned int i = 0; i < m->max_cgroups; i++)
		if (m->cgroup[i].id == id)
			return &m->cgroup[i];
	return NULL;
}

/*
 * Copy the path as a label shows it: two paths that differ only in bytes outside of UTF-8, or after the end of the copy, are
 * one series.
 */
static void copy_path(char *to, size_t size, const char *path)
{
	size_t n, at = 0;

	for (; *path && at + 4 < size; path += n ? n : 1) {
		n = text__sequence(path);
		if (!n || (unsigned char)*path < 0x20 || *path == 0x7F)
			to[at++] = '?';
		else
			for (size_t i = 0; i < n; i++)
				to[at++] = path[i];
	}
	to[at] = '\0';
}

static struct snapshot_metrics_cgroup *find_path(const struct snapshot_metrics *m, const char *path)
{
	for (unsigned int i = 0; i < m->max_cgroups; i++)
		if (m->cgroup[i].id && !strcmp(m->cgroup[i].path, path))
			return &m->cgroup[i];
	return NULL;
}

/* Return a free slot, or the one with the lowest score */
static struct snapshot_metrics_cgroup *lowest(const struct snapshot_metrics *m)
{
	struct snapshot_metrics_cgroup *low = NULL;

	for (unsigned int i = 0; i < m->max_cgroups; i++) {
		struct snapshot_metrics_cgroup *slot = &m->cgroup[i];

		if (!slot->id)
			return slot;
		if (!low || slot->score < low->score)
			low = slot;
	}
	return low;
}

/*
 * Return the slot of a cgroup that has none yet; NULL: it gets none. A cgroup that was removed and made again, as by the restart
 * of a service, continues the series of its path.
 */
static struct snapshot_metrics_cgroup *place(struct snapshot_metrics *m, const struct snapshot_cgroup *c,
					     uint64_t count, uint64_t begin_ns)
{
	struct snapshot_metrics_cgroup *slot;
	char path[sizeof(slot->path)];

	if (!c->path || *c->path != '/')
		return NULL;
	copy_path(path, sizeof(path), c->path);
	slot = find_path(m, path);
	if (slot) {
		slot->id = c->id;
		return slot;
	}
	slot = lowest(m);
	if (!slot || (slot->id && slot->score >= count))
		return NULL;
	if (slot->id)
		release(m, slot);
	slot->id = c->id;
	slot->begin_ns = begin_ns;
	memcpy(slot->path, path, sizeof(path));
	container__parse(&slot->container, c->path);
	return slot;
}

static void add_cgroup(struct snapshot_metrics *m, const struct snapshot_cgroup *c, uint64_t begin_ns)
{
	struct snapshot_metrics_sums sums;
	struct snapshot_metrics_cgroup *slot = c->id ? find(m, c->id) : NULL;
	uint64_t count;

	memcpy(sums.faults, c->faults, sizeof(sums.faults));
	memcpy(sums.latency_ns, c->latency_ns, sizeof(sums.latency_ns));
	count = all_of(&sums);
	if (!slot)
		slot = place(m, c, count, begin_ns);
	if (slot) {
		slot->score += count;
		slot->idle = count ? 0 : slot->idle;
	}
	add(slot ? &slot->sums : &m->other, &sums);
}

/**
 * metrics_cgroups__add - add an interval
 * @m: the sums
 * @s: the interval, of several processes
 * @begin_ns: time of day at its beginning; 0: unknown
 */
void metrics_cgroups__add(struct snapshot_metrics *m, const struct snapshot *s, uint64_t begin_ns)
{
	for (unsigned int i = 0; i < m->max_cgroups; i++) {
		struct snapshot_metrics_cgroup *slot = &m->cgroup[i];

		slot->score /= 2;
		slot->idle += s->seconds;
		if (slot->id && slot->idle > IDLE_SECONDS)
			release(m, slot);
	}
	for (size_t i = 0; i < s->nr_cgroups; i++)
		add_cgroup(m, &s->cgroup[i], begin_ns);
}
