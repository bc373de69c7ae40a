// SPDX-License-Identifier: GPL-2.0
/*
 * The columns of pgtop: faults by mapping and class, and by class alone. Text,
 * screen and JSON walk the same tables; nothing is printed here.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../words.h"
#include "fault_columns.h"

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

static bool is_total(const struct line *l)
{
	return l->faults == &l->snapshot->total;
}

/* Does the row tell what is known of its mapping? */
static bool of_mapping(const struct line *l)
{
	return l->mapping && (!l->class || l->alone);
}

static void get_resident(const void *row, struct value *v)
{
	const struct line *l = row;

	if (of_mapping(l) && l->mapping->counted)
		value__set(v, VALUE_BYTES, l->mapping->resident);
	else if (is_total(l) && l->snapshot->counted)
		value__set(v, VALUE_BYTES, l->snapshot->resident);
}

static void get_huge(const void *row, struct value *v)
{
	const struct line *l = row;

	if (of_mapping(l) && l->mapping->counted) {
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

	if (of_mapping(l) && l->mapping->counted)
		value__set(v, VALUE_BYTES, l->mapping->swapped);
	else if (is_total(l) && l->snapshot->counted)
		value__set(v, VALUE_BYTES, l->snapshot->swapped);
}

static void get_size(const void *row, struct value *v)
{
	const struct line *l = row;

	if (of_mapping(l) && l->mapping->end)
		value__set(v, VALUE_BYTES, l->mapping->end - l->mapping->start);
}

static void get_start(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->mapping)
		value__set(v, VALUE_ADDRESS, l->mapping->start);
}

static void get_end(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->mapping)
		value__set(v, VALUE_ADDRESS, l->mapping->end);
}

static void get_live(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_BOOL, l->mapping->live);
}

static void get_foreign(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_BOOL, l->mapping->foreign);
}

static void get_perms(const void *row, struct value *v)
{
	const struct line *l = row;

	if (!of_mapping(l))
		return;
	value__set_text(v, v->buf);
	words__perms(v->buf, l->mapping->prot);
	if (!l->mapping->end)
		v->buf[3] = '-';
}

static void get_kind(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set_text(v, words__kind(l->mapping->kind));
}

/* The class of a row that stands alone, or what it sums up */
static void get_class(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->label)
		value__set_text(v, l->label);
	else
		line__class(row, v);
}

/* The range of a mapping; below it, a little to the right, its classes */
static void get_place(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set_text(v, v->buf);
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

/* The name, and where it is not the whole story, whose memory or whose faults they are */
static void get_label(const void *row, struct value *v)
{
	const struct line *l = row;

	get_short_name(row, v);
	if (v->unit != VALUE_NAME)
		return;
	if (l->mapping->foreign) {
		snprintf(v->buf, sizeof(v->buf), "%.440s (foreign)", v->text);
		v->text = v->buf;
	} else if (of_mapping(l)) {
		line__others(v, l->mapping->faults.remote);
	}
}

#define TEXT	COLUMN_TEXT
#define SCREEN	LINE_SCREEN
#define BOTH	(TEXT | SCREEN)
#define MAPPING	LINE_MAPPING
#define CLASS	LINE_CLASS
#define TOTAL	LINE_TOTAL
#define FAULTS	LINE_FAULTS

/* New ones are appended, never put between: scripts count columns of text */
static const struct column table[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, line__rate, 0 },
	{ NULL,		"CLASS", 12, true, SCREEN, get_class, 0 },
	{ "start",	NULL,	0, false, MAPPING, get_start, 0 },
	{ "end",	NULL,	0, false, MAPPING, get_end, 0 },
	{ "count",	NULL,	0, false, CLASS, line__count, 0 },
	{ "faults",	NULL,	0, false, TOTAL | LINE_TASK, line__count, 0 },
	{ "minor",	NULL,	0, false, TOTAL | LINE_TASK, line__minor, 0 },
	{ "major",	NULL,	0, false, FAULTS, line__major, 0 },
	{ "attributed",	NULL,	0, false, TOTAL, get_attributed, 0 },
	{ "unattributed", NULL,	0, false, TOTAL, get_unattributed, 0 },
	{ "p50_ns",	"P50",	4, false, BOTH | FAULTS, line__p50_ns, 0 },
	{ "p90_ns",	NULL,	0, false, FAULTS, line__p90_ns, 0 },
	{ "p99_ns",	"P99",	4, false, BOTH | FAULTS, line__p99_ns, 0 },
	{ "max_ns",	"MAX",	4, false, BOTH | FAULTS, line__max_ns, 0 },
	{ "sum_ns",	NULL,	0, false, FAULTS, line__sum_ns, 0 },
	{ "samples",	NULL,	0, false, FAULTS, line__samples, 0 },
	{ "histogram",	NULL,	0, false, FAULTS, line__histogram, 0 },
	{ "resident",	"RES",	4, false, BOTH | MAPPING | TOTAL, get_resident, 0 },
	{ "huge",	"HUGE",	4, false, BOTH | MAPPING | TOTAL, get_huge, 0 },
	{ "swapped",	NULL,	0, false, MAPPING | TOTAL, get_swapped, 0 },
	{ NULL,		"SIZE",	4, false, SCREEN, get_size, 0 },
	{ "perms",	"PERM",	4, true, BOTH | MAPPING, get_perms, 0 },
	{ NULL,		"RANGE, CLASS", 25, true, TEXT, get_place, 0 },
	{ NULL,		"MAPPING", 0, true, BOTH, get_label, 0 },
	{ "name",	NULL,	0, true, MAPPING, get_name, 0 },
	{ "kind",	NULL,	0, true, MAPPING, get_kind, 0 },
	{ "live",	NULL,	0, false, MAPPING, get_live, 0 },
	{ "missed_exit", NULL,	0, false, FAULTS, line__missed_exit, 0 },
	{ "missed_entry", NULL,	0, false, FAULTS, line__missed_entry, 0 },
	{ "read",	NULL,	0, false, FAULTS, line__read, 0 },
	{ "write",	NULL,	0, false, FAULTS, line__write, 0 },
	{ "exec",	NULL,	0, false, FAULTS, line__exec, 0 },
	{ "kernel",	NULL,	0, false, FAULTS, line__kernel, 0 },
	{ "gup",	NULL,	0, false, FAULTS, line__gup, 0 },
	{ "retries",	NULL,	0, false, FAULTS, line__retries, 0 },
	{ "retry_ns",	NULL,	0, false, FAULTS, line__retry_ns, 0 },
	{ "leaf_4k",	NULL,	0, false, FAULTS, line__leaf_4k, 0 },
	{ "leaf_2m",	NULL,	0, false, FAULTS, line__leaf_2m, 0 },
	{ "leaf_1g",	NULL,	0, false, FAULTS, line__leaf_1g, 0 },
	{ "around",	NULL,	0, false, FAULTS, line__around, 0 },
	{ "thp_fallback", NULL,	0, false, FAULTS, line__thp_fallback, 0 },
	{ "remote",	NULL,	0, false, MAPPING | TOTAL | LINE_TASK, line__remote, 0 },
	{ "foreign",	NULL,	0, false, MAPPING, get_foreign, 0 },
};

COLUMNS(fault_columns, "pgtop.interval/2", table);

static const struct column by_class[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, line__rate, 0 },
	{ "class",	"CLASS", 12, true, BOTH, line__class, 0 },
	{ "share",	"SHARE", 5, false, BOTH, line__share, 0 },
	{ "p50_ns",	"P50",	4, false, BOTH, line__p50_ns, 0 },
	{ "p90_ns",	"P90",	4, false, BOTH, line__p90_ns, 0 },
	{ "p99_ns",	"P99",	4, false, BOTH, line__p99_ns, 0 },
	{ "max_ns",	"MAX",	4, false, BOTH, line__max_ns, 0 },
	{ "major",	"MAJ",	5, false, TEXT, line__major, 0 },
	{ "leaf_2m",	"2M",	4, false, BOTH, line__leaf_2m, 0 },
	{ "leaf_1g",	"1G",	3, false, TEXT, line__leaf_1g, 0 },
	{ "around",	"AROUND", 6, false, BOTH, line__around, 0 },
	{ "retries",	"RETRY", 5, false, BOTH, line__retries, 0 },
	{ "thp_fallback", "NOTHP", 5, false, BOTH, line__thp_fallback, 0 },
	{ "read",	"READ",	6, false, SCREEN, line__read, 0 },
	{ "write",	"WRITE", 6, false, SCREEN, line__write, 0 },
	{ "exec",	"EXEC",	6, false, SCREEN, line__exec, 0 },
	{ "kernel",	"KERNEL", 6, false, SCREEN, line__kernel, 0 },
	{ "gup",	"GUP",	5, false, SCREEN, line__gup, 0 },
};

COLUMNS(class_columns, "pgtop.class/2", by_class);

/**
 * fault_columns__find - find the column that a person means
 * @columns: of the table
 * @word: a key or a title, in upper or lower case
 *
 * Return: the column; NULL: there is none to order by.
 */
const struct column *fault_columns__find(const struct columns *columns,
					 const char *word)
{
	size_t i;

	for (i = 0; i < columns->count; i++) {
		const struct column *c = &columns->column[i];

		if (c->get == line__histogram)
			continue;
		if ((c->key && !strcasecmp(c->key, word)) ||
		    (c->title && !strcasecmp(c->title, word)))
			return c;
	}
	return NULL;
}

static bool is_name(const struct value *v)
{
	return v->unit == VALUE_TEXT || v->unit == VALUE_NAME;
}

/**
 * fault_columns__compare - order two rows by a column
 * @c: the column
 * @a: a row
 * @b: another one
 *
 * Numbers from the largest, names and addresses from the first; what is not
 * known comes last.
 *
 * Return: as strcmp().
 */
int fault_columns__compare(const struct column *c, const void *a,
			   const void *b)
{
	struct value x, y;

	column__get(c, a, &x);
	column__get(c, b, &y);
	if (x.unit == VALUE_NONE || y.unit == VALUE_NONE)
		return (x.unit == VALUE_NONE) - (y.unit == VALUE_NONE);
	if (is_name(&x) && is_name(&y))
		return strcmp(x.text, y.text);
	if (x.n == y.n)
		return 0;
	return (x.n < y.n) == (x.unit == VALUE_ADDRESS) ? -1 : 1;
}
