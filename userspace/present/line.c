// SPDX-License-Identifier: GPL-2.0
/*
 * Cells that several of pgtop's tables have: how many faults, how long they took.
 * Only values are taken here; how they look is the column's.
 */
#include <stdio.h>

#include "../words.h"
#include "line.h"

#define COUNTER(field)							\
/** line__##field - that counter of the row's faults */			\
void line__##field(const void *row, struct value *v)			\
{									\
	const struct line *l = row;					\
									\
	value__set(v, VALUE_COUNT, l->faults->field);			\
}
LINE_COUNTERS(COUNTER)

/* Not known where no end was seen */
#define LATENCY(field)							\
/** line__##field - that figure of the row's latency */			\
void line__##field(const void *row, struct value *v)			\
{									\
	const struct line *l = row;					\
									\
	if (l->faults->latency.samples)					\
		value__set(v, VALUE_NS, l->faults->latency.field);	\
}
LINE_LATENCIES(LATENCY)

/** line__minor - faults that are not major */
void line__minor(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_COUNT, l->faults->count - l->faults->major);
}

static void set_rate(const struct line *l, struct value *v, uint64_t n)
{
	value__set(v, VALUE_RATE, n);
	v->seconds = l->snapshot->seconds;
}

/** line__rate - faults a second */
void line__rate(const void *row, struct value *v)
{
	const struct line *l = row;

	set_rate(l, v, l->faults->count);
}

/** line__major_rate - major faults a second */
void line__major_rate(const void *row, struct value *v)
{
	const struct line *l = row;

	set_rate(l, v, l->faults->major);
}

/** line__share - what part of all faults that is */
void line__share(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->class && l->class->class >= PGWALK_FAULT_SIGNAL_FIRST)
		return;		/* it is no part of the total */
	value__set(v, VALUE_SHARE, l->faults->count);
	v->whole = l->snapshot->total.count;
}

/** line__samples - how many latencies are known */
void line__samples(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_COUNT, l->faults->latency.samples);
}

/** line__histogram - latencies by bucket, as far as there are any */
void line__histogram(const void *row, struct value *v)
{
	const struct line *l = row;
	const struct snapshot_latency *latency = &l->faults->latency;

	if (!latency->samples || !latency->bucket)
		return;
	v->unit = VALUE_ARRAY;
	v->array = latency->bucket;
	v->n = PGWALK_HIST_BUCKETS;
	while (v->n && !v->array[v->n - 1])
		v->n--;
}

/**
 * line__others - append to a name how many faults others have had there
 * @v: holds the name
 * @remote: how many; 0: nothing is appended
 */
void line__others(struct value *v, uint64_t remote)
{
	if (!remote || v->text == v->buf)
		return;
	snprintf(v->buf, sizeof(v->buf), "%.440s (+%llu remote)",
		 v->text, (unsigned long long)remote);
	v->text = v->buf;
}

/** line__class - the class of the row, if it is about one */
void line__class(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->class)
		value__set_text(v, words__class(l->class->class));
	else if (l->stack)
		value__set_text(v, words__class(l->stack->class));
	else if (l->page)
		value__set_text(v, words__class(l->page->last.class));
}
