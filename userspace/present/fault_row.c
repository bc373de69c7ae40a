// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Cells that several of pgtop's tables have: counts and latencies of faults.
 */
#include <stdio.h>

#include "../names/names.h"
#include "fault_row.h"

#define COUNTER(field)							\
/** fault_row__##field - get this counter of the row's faults */		\
void fault_row__##field(const void *row, struct value *v)			\
{									\
	const struct fault_row *r = row;					\
									\
	value__set(v, VALUE_COUNT, r->faults->field);			\
}
FAULT_ROW_COUNTERS(COUNTER)

/* Unknown without samples */
#define LATENCY(field)							\
/** fault_row__##field - get this figure of the row's latency */		\
void fault_row__##field(const void *row, struct value *v)			\
{									\
	const struct fault_row *r = row;					\
									\
	if (r->faults->latency.samples)					\
		value__set(v, VALUE_NS, r->faults->latency.field);	\
}
FAULT_ROW_LATENCIES(LATENCY)

/** fault_row__minor - get the faults that are not major */
void fault_row__minor(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_COUNT, r->faults->count - r->faults->major);
}

static void set_rate(const struct fault_row *r, struct value *v, uint64_t n)
{
	value__set(v, VALUE_RATE, n);
	v->seconds = r->snapshot->seconds;
}

/** fault_row__rate - get the faults per second */
void fault_row__rate(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	set_rate(r, v, r->faults->count);
}

/** fault_row__major_rate - get the major faults per second */
void fault_row__major_rate(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	set_rate(r, v, r->faults->major);
}

/* The summed latency of the row; false: no latency is known */
static bool get_sum(const struct fault_row *r, uint64_t *ns)
{
	if (r->stack) {
		*ns = r->snapshot->since_start ? r->stack->total_ns : r->stack->latency_ns;
		return r->snapshot->since_start ? r->stack->total : r->stack->count;
	}
	*ns = r->faults->latency.sum_ns;
	return r->faults->latency.samples;
}

/** fault_row__time - get the time in faults per second of the interval */
void fault_row__time(const void *row, struct value *v)
{
	const struct fault_row *r = row;
	double seconds = r->snapshot->seconds;
	uint64_t ns;

	if (get_sum(r, &ns))
		value__set(v, VALUE_NS, seconds > 0 ? (uint64_t)((double)ns / seconds) : ns);
}

/** fault_row__time_share - get the time in faults, as a share of the interval */
void fault_row__time_share(const void *row, struct value *v)
{
	const struct fault_row *r = row;
	uint64_t ns;

	if (!get_sum(r, &ns))
		return;
	value__set(v, VALUE_PERCENT, ns);
	v->whole = (uint64_t)(r->snapshot->seconds * 1e9);
}

/** fault_row__share - get the share of all faults */
void fault_row__share(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->class && r->class->class >= PGWALK_FAULT_SIGNAL_FIRST)
		return;		/* not part of the total */
	value__set(v, VALUE_SHARE, r->faults->count);
	v->whole = r->snapshot->total.count;
}

/** fault_row__samples - get the number of measured latencies */
void fault_row__samples(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_COUNT, r->faults->latency.samples);
}

/** fault_row__histogram - get the latencies by bucket, if there are any */
void fault_row__histogram(const void *row, struct value *v)
{
	const struct fault_row *r = row;
	const struct snapshot_latency *latency = &r->faults->latency;

	if (!latency->samples || !latency->bucket)
		return;
	v->unit = VALUE_ARRAY;
	v->array = latency->bucket;
	v->n = PGWALK_HIST_BUCKETS;
	while (v->n && !v->array[v->n - 1])
		v->n--;
}

/**
 * fault_row__append_remote - append the number of remote faults to a name
 * @v: value with the name
 * @remote: number of faults; 0: the name does not change
 */
void fault_row__append_remote(struct value *v, uint64_t remote)
{
	if (!remote || v->text == v->buf)
		return;
	snprintf(v->buf, sizeof(v->buf), "%.440s (+%llu remote)",
		 v->text, (unsigned long long)remote);
	v->text = v->buf;
}

/** fault_row__class - get the class of the row, if it has one */
void fault_row__class(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->class)
		value__set_text(v, names__class(r->class->class));
	else if (r->stack)
		value__set_text(v, names__class(r->stack->class));
	else if (r->page)
		value__set_text(v, names__class(r->page->last.class));
}
