// SPDX-License-Identifier: GPL-2.0
/*
 * The columns: where each value comes from, what it is called, how it looks.
 * Text and JSON walk the same table; nothing is printed here.
 */
#include <stdio.h>
#include <string.h>

#include "../lib/quantity.h"
#include "../words.h"
#include "column.h"

static void set(struct value *v, enum value_unit unit, uint64_t n)
{
	v->unit = unit;
	v->n = n;
}

/* A counter of struct snapshot_faults, by its name */
#define GET_COUNTER(field)						\
static void get_##field(const struct line *l, struct value *v)		\
{									\
	set(v, VALUE_COUNT, l->faults->field);				\
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

static void get_minor(const struct line *l, struct value *v)
{
	set(v, VALUE_COUNT, l->faults->count - l->faults->major);
}

static void get_attributed(const struct line *l, struct value *v)
{
	set(v, VALUE_COUNT,
	    l->faults->count - l->snapshot->unattributed.count);
}

static void get_unattributed(const struct line *l, struct value *v)
{
	set(v, VALUE_COUNT, l->snapshot->unattributed.count);
}

static void get_rate(const struct line *l, struct value *v)
{
	set(v, VALUE_RATE, l->faults->count);
	v->seconds = l->snapshot->seconds;
}

/* A quantile of the latency: not known where no end was seen */
#define GET_LATENCY(field)						\
static void get_##field(const struct line *l, struct value *v)		\
{									\
	if (l->faults->latency.samples)					\
		set(v, VALUE_NS, l->faults->latency.field);		\
}

GET_LATENCY(p50_ns)
GET_LATENCY(p99_ns)
GET_LATENCY(max_ns)

static bool is_total(const struct line *l)
{
	return l->faults == &l->snapshot->total;
}

static void get_resident(const struct line *l, struct value *v)
{
	if (l->mapping && !l->class && l->mapping->counted)
		set(v, VALUE_BYTES, l->mapping->resident);
	else if (is_total(l) && l->snapshot->counted)
		set(v, VALUE_BYTES, l->snapshot->resident);
}

static void get_huge(const struct line *l, struct value *v)
{
	if (l->mapping && !l->class && l->mapping->counted) {
		set(v, VALUE_SHARE, l->mapping->huge);
		v->whole = l->mapping->resident;
	} else if (is_total(l) && l->snapshot->counted) {
		set(v, VALUE_SHARE, l->snapshot->huge);
		v->whole = l->snapshot->resident;
	}
}

static void get_swapped(const struct line *l, struct value *v)
{
	if (l->mapping && !l->class && l->mapping->counted)
		set(v, VALUE_BYTES, l->mapping->swapped);
	else if (is_total(l) && l->snapshot->counted)
		set(v, VALUE_BYTES, l->snapshot->swapped);
}

static void get_start(const struct line *l, struct value *v)
{
	set(v, VALUE_ADDRESS, l->mapping->start);
}

static void get_end(const struct line *l, struct value *v)
{
	set(v, VALUE_ADDRESS, l->mapping->end);
}

static void get_live(const struct line *l, struct value *v)
{
	set(v, VALUE_BOOL, l->mapping->live);
}

static void get_perms(const struct line *l, struct value *v)
{
	if (!l->mapping || l->class)
		return;
	v->unit = VALUE_TEXT;
	v->text = v->buf;
	words__perms(v->buf, l->mapping->prot);
	if (!l->mapping->end)
		v->buf[3] = '-';
}

static void get_kind(const struct line *l, struct value *v)
{
	v->text = words__kind(l->mapping->kind);
	v->unit = v->text ? VALUE_TEXT : VALUE_NONE;
}

/* The range of a mapping; below it, a little to the right, its classes */
static void get_place(const struct line *l, struct value *v)
{
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

static void get_name(const struct line *l, struct value *v)
{
	if (!l->mapping)
		return;
	v->unit = VALUE_NAME;
	v->text = l->mapping->name;
}

/* The end of a path is enough for a person */
static void get_short_name(const struct line *l, struct value *v)
{
	const char *slash;

	get_name(l, v);
	if (v->unit != VALUE_NAME || v->text[0] != '/')
		return;
	slash = strrchr(v->text, '/');
	if (slash[1])
		v->text = slash + 1;
}

#define TEXT	COLUMN_TEXT
#define MAPPING	COLUMN_MAPPING
#define CLASS	COLUMN_CLASS
#define TOTAL	COLUMN_TOTAL

/* New ones are appended, never put between: scripts count columns */
const struct column column_table[] = {
	{ NULL,		"FAULT/s", 7, false, TEXT, get_rate },
	{ "start",	NULL,	0, false, MAPPING, get_start },
	{ "end",	NULL,	0, false, MAPPING, get_end },
	{ "count",	NULL,	0, false, CLASS, get_count },
	{ "faults",	NULL,	0, false, TOTAL, get_count },
	{ "minor",	NULL,	0, false, TOTAL, get_minor },
	{ "major",	NULL,	0, false, TOTAL, get_major },
	{ "attributed",	NULL,	0, false, TOTAL, get_attributed },
	{ "unattributed", NULL,	0, false, TOTAL, get_unattributed },
	{ "p50_ns",	"P50",	4, false, TEXT | CLASS | TOTAL, get_p50_ns },
	{ "p99_ns",	"P99",	4, false, TEXT | CLASS | TOTAL, get_p99_ns },
	{ "max_ns",	"MAX",	4, false, TEXT | CLASS | TOTAL, get_max_ns },
	{ "resident",	"RES",	4, false, TEXT | MAPPING | TOTAL, get_resident },
	{ "huge",	"HUGE",	4, false, TEXT | MAPPING | TOTAL, get_huge },
	{ "swapped",	NULL,	0, false, MAPPING | TOTAL, get_swapped },
	{ "perms",	"PERM",	4, true, TEXT | MAPPING, get_perms },
	{ NULL,		"RANGE, CLASS", 25, true, TEXT, get_place },
	{ NULL,		"MAPPING", 0, true, TEXT, get_short_name },
	{ "name",	NULL,	0, true, MAPPING, get_name },
	{ "kind",	NULL,	0, true, MAPPING, get_kind },
	{ "live",	NULL,	0, false, MAPPING, get_live },
	{ "major",	NULL,	0, false, CLASS, get_major },
	{ "missed_exit", NULL,	0, false, CLASS | TOTAL, get_missed_exit },
	{ "missed_entry", NULL,	0, false, CLASS | TOTAL, get_missed_entry },
	{ "read",	NULL,	0, false, CLASS | TOTAL, get_read },
	{ "write",	NULL,	0, false, CLASS | TOTAL, get_write },
	{ "exec",	NULL,	0, false, CLASS | TOTAL, get_exec },
	{ "kernel",	NULL,	0, false, CLASS | TOTAL, get_kernel },
	{ "gup",	NULL,	0, false, CLASS | TOTAL, get_gup },
	{ "retries",	NULL,	0, false, CLASS | TOTAL, get_retries },
	{ "leaf_4k",	NULL,	0, false, CLASS | TOTAL, get_leaf_4k },
	{ "leaf_2m",	NULL,	0, false, CLASS | TOTAL, get_leaf_2m },
	{ "leaf_1g",	NULL,	0, false, CLASS | TOTAL, get_leaf_1g },
};

const size_t column_count = sizeof(column_table) / sizeof(*column_table);

/**
 * column__get - take the value of one cell
 * @c: the column
 * @line: the line
 * @value: filled; its text is good as long as both are
 */
void column__get(const struct column *c, const struct line *line,
		 struct value *value)
{
	memset(value, 0, sizeof(*value));
	c->get(line, value);
}

/**
 * column__compare - order two lines by a column of numbers
 * @c: the column
 * @a: a line
 * @b: another one
 *
 * Return: as strcmp(); what is not known comes first.
 */
int column__compare(const struct column *c, const struct line *a,
		    const struct line *b)
{
	struct value x, y;

	column__get(c, a, &x);
	column__get(c, b, &y);
	if (x.n != y.n)
		return x.n < y.n ? -1 : 1;
	return (x.unit != VALUE_NONE) - (y.unit != VALUE_NONE);
}

/**
 * value__format - make a value text for people
 * @value: the value; a VALUE_NAME comes out as it is
 * @buf: where to, if it needs to be written
 * @size: bytes of @buf, QUANTITY_MAX is enough
 *
 * Return: @buf or the value's own text.
 */
char *value__format(const struct value *value, char *buf, size_t size)
{
	switch (value->unit) {
	case VALUE_NONE:
		break;
	case VALUE_RATE:
		return quantity__rate(buf, size, value->seconds > 0 ?
				      (double)value->n / value->seconds :
				      (double)value->n);
	case VALUE_NS:
		return quantity__time(buf, size, value->n);
	case VALUE_BYTES:
		return quantity__bytes(buf, size, value->n);
	case VALUE_SHARE:
		return quantity__share(buf, size, value->n, value->whole);
	case VALUE_TEXT:
	case VALUE_NAME:
		return (char *)value->text;
	case VALUE_ADDRESS:
		snprintf(buf, size, "%08llx", (unsigned long long)value->n);
		return buf;
	case VALUE_COUNT:
	case VALUE_BOOL:
		snprintf(buf, size, "%llu", (unsigned long long)value->n);
		return buf;
	}
	snprintf(buf, size, "-");
	return buf;
}
