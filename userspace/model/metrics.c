// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Sums of intervals: faults by class and kind of mapping, latencies by class. */
#include "histogram.h"
#include "metrics.h"
#include "metrics_cgroups.h"

static void add_latency(struct snapshot_metrics_latency *to, const struct snapshot_latency *from)
{
	unsigned int i, bound = 0;

	if (!from->samples)
		return;
	to->samples += from->samples;
	to->sum_ns += from->sum_ns;
	for (i = 0; i < PGWALK_HIST_BUCKETS; i++) {
		while (bound < SNAPSHOT_METRICS_BOUNDS && histogram__upper_edge(i) >
		       (uint64_t)SNAPSHOT_METRICS_FIRST_BOUND << bound)
			bound++;
		for (unsigned int b = bound; from->bucket[i] && b < SNAPSHOT_METRICS_BOUNDS; b++)
			to->below[b] += from->bucket[i];
	}
}

/* Add the faults of a mapping; those of @kind 0 are of several mappings */
static void add_classes(struct snapshot_metrics *m, const struct snapshot_class *class,
			size_t nr, uint32_t kind)
{
	for (size_t i = 0; i < nr; i++)
		m->faults[class[i].class][kind < PGWALK_VMA_NR ? kind : 0] += class[i].faults.count;
}

/* Return the time of day at the beginning of an interval; 0: unknown */
static uint64_t begin_of(const struct snapshot *s)
{
	uint64_t span_ns = (uint64_t)(s->seconds * 1e9);

	return s->wall_ns > span_ns ? s->wall_ns - span_ns : 0;
}

/**
 * metrics__add - add an interval
 * @m: the sums; all zeroes at the start
 * @s: the interval; it must stay valid while @m is used, or until the next one is added
 */
void metrics__add(struct snapshot_metrics *m, const struct snapshot *s)
{
	size_t i;

	if (!m->last)
		m->begin_ns = begin_of(s);
	m->last = s;
	if (s->target->scope == SNAPSHOT_PROCESS)
		for (i = 0; i < s->nr_mappings; i++)
			add_classes(m, s->mapping[i].class, s->mapping[i].nr_classes,
				    s->mapping[i].kind);
	else
		add_classes(m, s->class, s->nr_classes, 0);
	metrics_cgroups__add(m, s, begin_of(s));
	m->faults[PGWALK_FAULT_UNATTRIBUTED][0] += s->unattributed.count;
	for (i = 0; i < s->nr_classes; i++)
		add_latency(&m->latency[s->class[i].class], &s->class[i].faults.latency);
	m->total += s->total.count;
	m->major += s->total.major;
	m->lost += s->lost;
	m->folded += s->folded;
	m->missed_runs += s->missed_runs;
	m->self_ns += s->self_ns;
	m->walk_ns += s->walk_ns;
	m->giant = 0;
	for (i = 0; i < s->nr_regions; i++)
		m->giant += s->region[i].counted ? s->region[i].giant : 0;
}
