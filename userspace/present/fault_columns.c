// SPDX-License-Identifier: GPL-2.0
/*
 * The columns of pgtop: faults by mapping and class. Text and JSON walk the same
 * table; nothing is printed here.
 */
#include <stdio.h>
#include <string.h>

#include "../words.h"
#include "fault_columns.h"

/* A counter of struct snapshot_faults, by its name */
#define GET_COUNTER(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct line *l = row;					\
									\
	value__set(v, VALUE_COUNT, l->faults->field);			\
}

GET_COUNTER(count)
GET_COUNTER(major)
GET_COUNTER(missed_exit)
GET_COUNTER(missed_entry)
GET_COUNTER(read)
GET_COUNTER(write)
GET_COUNTER(exec)
GET_COUNTER(kernel)
GET_COUNTER(gup)
GET_COUNTER(retries)
GET_COUNTER(leaf_4k)
GET_COUNTER(leaf_2m)
GET_COUNTER(leaf_1g)

static void get_minor(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_COUNT, l->faults->count - l->faults->major);
}

static void get_attributed(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_COUNT,
		   l->faults->count - l->snapshot->unattributed.count);
}

static void get_unattributed(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_COUNT, l->snapshot->unattributed.count);
}

static void get_rate(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_RATE, l->faults->count);
	v->seconds = l->snapshot->seconds;
}

/* A quantile of the latency: not known where no end was seen */
#define GET_LATENCY(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct line *l = row;					\
									\
	if (l->faults->latency.samples)					\
		value__set(v, VALUE_NS, l->faults->latency.field);	\
}

GET_LATENCY(p50_ns)
GET_LATENCY(p99_ns)
GET_LATENCY(max_ns)

static bool is_total(const struct line *l)
{
	return l->faults == &l->snapshot->total;
}

static void get_resident(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->mapping && !l->class && l->mapping->counted)
		value__set(v, VALUE_BYTES, l->mapping->resident);
	else if (is_total(l) && l->snapshot->counted)
		value__set(v, VALUE_BYTES, l->snapshot->resident);
}

static void get_huge(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->mapping && !l->class && l->mapping->counted) {
		value__set(v, VALUE_SHARE, l->mapping->huge);
		v->whole = l->mapping->resident;
	} else if (is_total(l) && l->snapshot->counted) {
		value__set(v, VALUE_SHARE, l->snapshot->huge);
		v->whole = l->snapshot->resident;
	}
}

static void get_swapped(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->mapping && !l->class && l->mapping->counted)
		value__set(v, VALUE_BYTES, l->mapping->swapped);
	else if (is_total(l) && l->snapshot->counted)
		value__set(v, VALUE_BYTES, l->snapshot->swapped);
}

static void get_start(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_ADDRESS, l->mapping->start);
}

static void get_end(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_ADDRESS, l->mapping->end);
}

static void get_live(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_BOOL, l->mapping->live);
}

static void get_perms(const void *row, struct value *v)
{
	const struct line *l = row;

	if (!l->mapping || l->class)
		return;
	v->unit = VALUE_TEXT;
	v->text = v->buf;
	words__perms(v->buf, l->mapping->prot);
	if (!l->mapping->end)
		v->buf[3] = '-';
}

static void get_kind(const void *row, struct value *v)
{
	const struct line *l = row;

	v->text = words__kind(l->mapping->kind);
	v->unit = v->text ? VALUE_TEXT : VALUE_NONE;
}

/* The range of a mapping; below it, a little to the right, its classes */
static void get_place(const void *row, struct value *v)
{
	const struct line *l = row;

	v->unit = VALUE_TEXT;
	v->text = v->buf;
	if (l->label)
		v->text = l->label;
	else if (l->class)
		snprintf(v->buf, sizeof(v->buf), "  %s",
			 words__class(l->class->class));
	else if (l->mapping->end)
		snprintf(v->buf, sizeof(v->buf), "%08llx-%08llx",
			 (unsigned long long)l->mapping->start,
			 (unsigned long long)l->mapping->end);
	else
		v->text = l->mapping->name;	/* "(other mappings)" */
}

static void get_name(const void *row, struct value *v)
{
	const struct line *l = row;

	if (!l->mapping)
		return;
	v->unit = VALUE_NAME;
	v->text = l->mapping->name;
}

/* The end of a path is enough for a person */
static void get_short_name(const void *row, struct value *v)
{
	const char *slash;

	get_name(row, v);
	if (v->unit != VALUE_NAME || v->text[0] != '/')
		return;
	slash = strrchr(v->text, '/');
	if (slash[1])
		v->text = slash + 1;
}

#define TEXT	COLUMN_TEXT
#define MAPPING	FAULT_MAPPING
#define CLASS	FAULT_CLASS
#define TOTAL	FAULT_TOTAL

/* New ones are appended, never put between: scripts count columns */
static const struct column table[] = {
	{ NULL,		"FAULT/s", 7, false, TEXT, get_rate, 0 },
	{ "start",	NULL,	0, false, MAPPING, get_start, 0 },
	{ "end",	NULL,	0, false, MAPPING, get_end, 0 },
	{ "count",	NULL,	0, false, CLASS, get_count, 0 },
	{ "faults",	NULL,	0, false, TOTAL, get_count, 0 },
	{ "minor",	NULL,	0, false, TOTAL, get_minor, 0 },
	{ "major",	NULL,	0, false, TOTAL, get_major, 0 },
	{ "attributed",	NULL,	0, false, TOTAL, get_attributed, 0 },
	{ "unattributed", NULL,	0, false, TOTAL, get_unattributed, 0 },
	{ "p50_ns",	"P50",	4, false, TEXT | CLASS | TOTAL, get_p50_ns, 0 },
	{ "p99_ns",	"P99",	4, false, TEXT | CLASS | TOTAL, get_p99_ns, 0 },
	{ "max_ns",	"MAX",	4, false, TEXT | CLASS | TOTAL, get_max_ns, 0 },
	{ "resident",	"RES",	4, false, TEXT | MAPPING | TOTAL, get_resident, 0 },
	{ "huge",	"HUGE",	4, false, TEXT | MAPPING | TOTAL, get_huge, 0 },
	{ "swapped",	NULL,	0, false, MAPPING | TOTAL, get_swapped, 0 },
	{ "perms",	"PERM",	4, true, TEXT | MAPPING, get_perms, 0 },
	{ NULL,		"RANGE, CLASS", 25, true, TEXT, get_place, 0 },
	{ NULL,		"MAPPING", 0, true, TEXT, get_short_name, 0 },
	{ "name",	NULL,	0, true, MAPPING, get_name, 0 },
	{ "kind",	NULL,	0, true, MAPPING, get_kind, 0 },
	{ "live",	NULL,	0, false, MAPPING, get_live, 0 },
	{ "major",	NULL,	0, false, CLASS, get_major, 0 },
	{ "missed_exit", NULL,	0, false, CLASS | TOTAL, get_missed_exit, 0 },
	{ "missed_entry", NULL,	0, false, CLASS | TOTAL, get_missed_entry, 0 },
	{ "read",	NULL,	0, false, CLASS | TOTAL, get_read, 0 },
	{ "write",	NULL,	0, false, CLASS | TOTAL, get_write, 0 },
	{ "exec",	NULL,	0, false, CLASS | TOTAL, get_exec, 0 },
	{ "kernel",	NULL,	0, false, CLASS | TOTAL, get_kernel, 0 },
	{ "gup",	NULL,	0, false, CLASS | TOTAL, get_gup, 0 },
	{ "retries",	NULL,	0, false, CLASS | TOTAL, get_retries, 0 },
	{ "leaf_4k",	NULL,	0, false, CLASS | TOTAL, get_leaf_4k, 0 },
	{ "leaf_2m",	NULL,	0, false, CLASS | TOTAL, get_leaf_2m, 0 },
	{ "leaf_1g",	NULL,	0, false, CLASS | TOTAL, get_leaf_1g, 0 },
};

COLUMNS(fault_columns, "pgtop.interval/1", table);
