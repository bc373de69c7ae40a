// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Adds intervals to rows, series and parts of the time. A row is a mapping: it continues while a mapping of its name
 * overlaps its range.
 */
#include <stdlib.h>
#include <string.h>

#include "histogram.h"
#include "recording.h"
#include "space.h"

#define TIMES	SNAPSHOT_RECORDING_TIMES

/**
 * struct recording - the sums
 * @sums: the result
 * @histogram: latencies by class
 * @faults: sums by class, without their latency
 * @space: the address space
 * @per: intervals of each part of the time
 * @in_part: intervals in the last part
 * @seconds: length of all intervals
 * @series_of: for each row and class, index of its series plus 1; 0: none
 */
struct recording {
	struct snapshot_recording sums;
	struct histogram histogram[PGWALK_FAULT_CLASS_NR];
	struct snapshot_faults faults[PGWALK_FAULT_CLASS_NR];
	struct space *space;
	uint64_t per;
	uint64_t in_part;
	double seconds;
	uint16_t series_of[SNAPSHOT_RECORDING_ROWS][PGWALK_FAULT_CLASS_NR];
};

/** recording__create - begin with no interval; Return: NULL: no memory */
struct recording *recording__create(void)
{
	struct recording *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->per = 1;
	r->sums.nr_rows = 1;
	return r;
}

/** recording__destroy - free the sums; NULL is fine */
void recording__destroy(struct recording *r)
{
	if (!r)
		return;
	space__destroy(r->space);
	free(r);
}

/* Join each two parts of the time */
static void halve(struct recording *r)
{
	struct snapshot_recording *s = &r->sums;
	size_t i, t;

	for (i = 0; i < s->nr_series; i++)
		for (t = 0; t < TIMES; t++)
			s->series[i].count[t] = t < TIMES / 2 ? s->series[i].count[2 * t] +
								s->series[i].count[2 * t + 1] : 0;
	for (t = 0; t < TIMES / 2; t++)
		s->end_seconds[t] = s->end_seconds[2 * t + 1];
	s->nr_times = TIMES / 2;
	r->per *= 2;
}

static void begin_interval(struct recording *r, double seconds)
{
	struct snapshot_recording *s = &r->sums;

	if (s->nr_times && r->in_part < r->per) {
		r->in_part++;
	} else {
		if (s->nr_times == TIMES)
			halve(r);
		s->nr_times++;
		r->in_part = 1;
	}
	r->seconds += seconds;
	s->end_seconds[s->nr_times - 1] = r->seconds;
	s->intervals++;
}

static struct snapshot_recording_series *find_series(struct recording *r, uint32_t row, uint32_t class)
{
	struct snapshot_recording *s = &r->sums;
	uint16_t *index = &r->series_of[row][class];

	if (!*index && s->nr_series < SNAPSHOT_RECORDING_SERIES) {
		s->series[s->nr_series] = (struct snapshot_recording_series){ .row = row, .class = class };
		*index = (uint16_t)++s->nr_series;
	}
	return *index ? &s->series[*index - 1] : NULL;
}

/* The last PGWALK_FAULT_CLASS_NR series are reserved for the first row, so that there is always one */
static void add_count(struct recording *r, uint32_t row, uint32_t class, uint64_t count)
{
	struct snapshot_recording *s = &r->sums;
	struct snapshot_recording_series *series;

	if (!count || class >= PGWALK_FAULT_CLASS_NR)
		return;
	if (row && !r->series_of[row][class] &&
	    s->nr_series >= SNAPSHOT_RECORDING_SERIES - PGWALK_FAULT_CLASS_NR)
		row = 0;
	series = find_series(r, row, class);
	if (!series)
		return;
	series->count[s->nr_times - 1] += count;
	series->total += count;
	s->row[row].faults += count;
	if (!row)
		s->folded += class ? count : 0;
}

static bool is_row_of(const struct snapshot_recording_row *row, const struct snapshot_recording_row *of)
{
	if (row->id != of->id || row->foreign != of->foreign || (of->end && strcmp(row->name, of->name)))
		return false;
	return of->end ? row->start < of->end && of->start < row->end : !row->end && !strcmp(row->name, of->name);
}

/* Return the index of the row of a mapping or process; 0: there is no room for another one */
static uint32_t find_row(struct recording *r, const struct snapshot_recording_row *of)
{
	struct snapshot_recording *s = &r->sums;
	uint32_t i;

	for (i = 1; i < s->nr_rows; i++) {
		if (!is_row_of(&s->row[i], of))
			continue;
		if (of->start < s->row[i].start)
			s->row[i].start = of->start;
		if (of->end > s->row[i].end)
			s->row[i].end = of->end;
		return i;
	}
	if (s->nr_rows == SNAPSHOT_RECORDING_ROWS)
		return 0;
	s->row[s->nr_rows] = *of;
	s->row[s->nr_rows].faults = 0;
	return (uint32_t)s->nr_rows++;
}

static void set_name(struct snapshot_recording_row *row, const char *name)
{
	const size_t len = name ? strnlen(name, sizeof(row->name) - 1) : 0;

	if (len)
		memcpy(row->name, name, len);
	row->name[len] = '\0';
}

static void add_mapping(struct recording *r, const struct snapshot_mapping *m)
{
	struct snapshot_recording_row row = { .start = m->start, .end = m->end, .foreign = m->foreign };
	uint32_t index;
	size_t i;

	if (!m->nr_classes)
		return;
	set_name(&row, m->name);
	index = find_row(r, &row);
	for (i = 0; i < m->nr_classes; i++)
		add_count(r, index, m->class[i].class, m->class[i].faults.count);
}

static void add_task(struct recording *r, const struct snapshot_task *t)
{
	struct snapshot_recording_row row = { .id = t->id };
	uint32_t index;
	size_t i;

	set_name(&row, t->comm);
	index = find_row(r, &row);
	for (i = 0; i < t->nr_classes; i++)
		add_count(r, index, t->class[i].class, t->class[i].faults.count);
}

static void add_latency(struct histogram *h, const struct snapshot_latency *l)
{
	struct histogram one = { .samples = l->samples, .sum_ns = l->sum_ns, .max_ns = l->max_ns };

	if (!l->samples)
		return;
	memcpy(one.bucket, l->bucket, sizeof(one.bucket));
	one.end = PGWALK_HIST_BUCKETS;
	histogram__merge(h, &one);
}

static void add_class(struct recording *r, const struct snapshot_class *c)
{
	const struct snapshot_faults *from = &c->faults;
	struct snapshot_faults *to = &r->faults[c->class];

	to->count += from->count;
	to->major += from->major;
	to->missed_exit += from->missed_exit;
	to->missed_entry += from->missed_entry;
	to->read += from->read;
	to->write += from->write;
	to->exec += from->exec;
	to->kernel += from->kernel;
	to->gup += from->gup;
	to->retries += from->retries;
	to->leaf_4k += from->leaf_4k;
	to->leaf_2m += from->leaf_2m;
	to->leaf_1g += from->leaf_1g;
	to->retry_ns += from->retry_ns;
	to->around += from->around;
	to->thp_fallback += from->thp_fallback;
	add_latency(&r->histogram[c->class], &from->latency);
}

/**
 * recording__add - add an interval
 * @r: the sums
 * @s: the interval; it must stay valid until the next one is added, or until @r is not used any more
 */
void recording__add(struct recording *r, const struct snapshot *s)
{
	size_t i;

	r->sums.last = s;
	begin_interval(r, s->seconds);
	if (s->target->scope == SNAPSHOT_PROCESS)
		for (i = 0; i < s->nr_mappings; i++)
			add_mapping(r, &s->mapping[i]);
	else
		for (i = 0; i < s->nr_tasks; i++)
			add_task(r, &s->task[i]);
	add_count(r, 0, PGWALK_FAULT_UNATTRIBUTED, s->unattributed.count);
	for (i = 0; i < s->nr_classes; i++)
		add_class(r, &s->class[i]);
	r->sums.total += s->total.count;
}

static void take_space(struct recording *r)
{
	const struct snapshot *s = r->sums.last;
	size_t i;

	space__destroy(r->space);
	r->space = space__create(false);
	if (!r->space)
		return;
	for (i = 0; s && s->has_regions && i < s->nr_regions; i++) {
		const struct snapshot_region *g = &s->region[i];
		struct inspect_cell cell = { .start = g->start, .end = g->end, .mapped = g->end - g->start };

		if (g->counted) {
			cell.resident = g->resident;
			cell.huge = g->huge;
			cell.swapped = g->swapped;
		}
		space__mapping(r->space, &cell, g->kind);
	}
	space__take(r->space, &r->sums.space);
}

/**
 * recording__take - return the sums
 * @r: the sums
 *
 * Return: valid until an interval is added.
 */
const struct snapshot_recording *recording__take(struct recording *r)
{
	static const unsigned int permille[] = { 500, 900, 990 };
	struct snapshot_recording *s = &r->sums;
	uint32_t i;

	s->nr_classes = 0;
	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		const struct histogram *h = &r->histogram[i];
		struct snapshot_class *c = &s->class[s->nr_classes];
		uint64_t ns[3] = { 0 };

		if (!r->faults[i].count)
			continue;
		s->nr_classes++;
		*c = (struct snapshot_class){ .class = i, .faults = r->faults[i] };
		histogram__quantiles(h, permille, ns, 3);
		c->faults.latency = (struct snapshot_latency){
			.samples = h->samples, .sum_ns = h->sum_ns, .p50_ns = ns[0], .p90_ns = ns[1], .p99_ns = ns[2],
			.max_ns = h->max_ns, .bucket = h->samples ? h->bucket : NULL,
		};
	}
	take_space(r);
	return s;
}
