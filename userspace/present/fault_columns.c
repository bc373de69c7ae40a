// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The columns of faults by mapping and class, and by class alone, for text, screen
 * and JSON.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../names/names.h"
#include "fault_columns.h"

static void get_attributed(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_COUNT,
		   r->faults->count - r->snapshot->unattributed.count);
}

static void get_unattributed(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_COUNT, r->snapshot->unattributed.count);
}

static bool is_total(const struct fault_row *r)
{
	return r->faults == &r->snapshot->total;
}

/* Test if the row shows the properties of its mapping */
static bool shows_mapping(const struct fault_row *r)
{
	return r->mapping && (!r->class || r->single);
}

static void get_resident(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (shows_mapping(r) && r->mapping->counted)
		value__set(v, VALUE_BYTES, r->mapping->resident);
	else if (is_total(r) && r->snapshot->counted)
		value__set(v, VALUE_BYTES, r->snapshot->resident);
}

static void get_huge(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (shows_mapping(r) && r->mapping->counted) {
		value__set(v, VALUE_SHARE, r->mapping->huge);
		v->whole = r->mapping->resident;
	} else if (is_total(r) && r->snapshot->counted) {
		value__set(v, VALUE_SHARE, r->snapshot->huge);
		v->whole = r->snapshot->resident;
	}
}

static void get_swapped(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (shows_mapping(r) && r->mapping->counted)
		value__set(v, VALUE_BYTES, r->mapping->swapped);
	else if (is_total(r) && r->snapshot->counted)
		value__set(v, VALUE_BYTES, r->snapshot->swapped);
}

static void get_size(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (shows_mapping(r) && r->mapping->end)
		value__set(v, VALUE_BYTES, r->mapping->end - r->mapping->start);
}

static void get_start(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->mapping)
		value__set(v, VALUE_ADDRESS, r->mapping->start);
}

static void get_end(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->mapping)
		value__set(v, VALUE_ADDRESS, r->mapping->end);
}

static void get_live(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_BOOL, r->mapping->live);
}

static void get_foreign(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_BOOL, r->mapping->foreign);
}

static void get_perms(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (!shows_mapping(r))
		return;
	value__set_text(v, v->buf);
	names__perms(v->buf, r->mapping->prot);
	if (!r->mapping->end)
		v->buf[3] = '-';
}

static void get_kind(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set_text(v, names__kind(r->mapping->kind));
}

/* The class of a single row, or the label of a sum */
static void get_class(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->label)
		value__set_text(v, r->label);
	else
		fault_row__class(row, v);
}

/* The first address of a mapping, or the class of a row below it, indented */
static void get_start_class(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->label) {
		value__set_text(v, r->label);
	} else if (r->class) {
		value__set_text(v, v->buf);
		stpcpy(stpcpy(v->buf, "  "), names__class(r->class->class));
	} else if (r->mapping->end) {
		value__set(v, VALUE_ADDRESS, r->mapping->start);
	}
}

static void get_name(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (!r->mapping)
		return;
	v->unit = VALUE_NAME;
	v->text = r->mapping->name;
}

/* The last component of a path */
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

/** fault_columns__label - get the name, with "(foreign)" or the number of remote faults */
void fault_columns__label(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	get_short_name(row, v);
	if (v->unit != VALUE_NAME)
		return;
	if (r->mapping->foreign) {
		snprintf(v->buf, sizeof(v->buf), "%.440s (foreign)", v->text);
		v->text = v->buf;
	} else if (shows_mapping(r)) {
		fault_row__append_remote(v, r->mapping->faults.remote);
	}
}

static void get_host(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	v->unit = VALUE_NAME;
	v->text = r->snapshot->target->host;
}

const struct column host_column = { "host", "HOST", 12, true, 0, get_host, 0 };

#define TEXT	COLUMN_TEXT
#define SCREEN	FAULT_ROW_SCREEN
#define BOTH	(TEXT | SCREEN)
#define MAPPING	FAULT_ROW_MAPPING
#define CLASS	FAULT_ROW_CLASS
#define TOTAL	FAULT_ROW_TOTAL
#define FAULTS	FAULT_ROW_FAULTS

static const struct column table[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, fault_row__rate, 0 },
	{ "time",	"TIME/s", 6, false, BOTH, fault_row__time, 0 },
	{ NULL,		"CLASS", 12, true, SCREEN, get_class, 0 },
	{ "start",	NULL,	0, false, MAPPING, get_start, 0 },
	{ "end",	NULL,	0, false, MAPPING, get_end, 0 },
	{ "count",	NULL,	0, false, CLASS, fault_row__count, 0 },
	{ "faults",	NULL,	0, false, TOTAL | FAULT_ROW_TASK, fault_row__count, 0 },
	{ "minor",	NULL,	0, false, TOTAL | FAULT_ROW_TASK, fault_row__minor, 0 },
	{ "major",	NULL,	0, false, FAULTS, fault_row__major, 0 },
	{ "attributed",	NULL,	0, false, TOTAL, get_attributed, 0 },
	{ "unattributed", NULL,	0, false, TOTAL, get_unattributed, 0 },
	{ "p50_ns",	"P50",	5, false, BOTH | FAULTS, fault_row__p50_ns, 0 },
	{ "p90_ns",	NULL,	0, false, FAULTS, fault_row__p90_ns, 0 },
	{ "p99_ns",	"P99",	5, false, BOTH | FAULTS, fault_row__p99_ns, 0 },
	{ "max_ns",	"MAX",	5, false, BOTH | FAULTS, fault_row__max_ns, 0 },
	{ "sum_ns",	NULL,	0, false, FAULTS, fault_row__sum_ns, 0 },
	{ "samples",	NULL,	0, false, FAULTS, fault_row__samples, 0 },
	{ "histogram",	NULL,	0, false, FAULTS, fault_row__histogram, 0 },
	{ "resident",	"RES",	4, false, BOTH | MAPPING | TOTAL, get_resident, 0 },
	{ "huge",	"HUGE",	4, false, BOTH | MAPPING | TOTAL, get_huge, 0 },
	{ "swapped",	NULL,	0, false, MAPPING | TOTAL, get_swapped, 0 },
	{ NULL,		"SIZE",	4, false, BOTH, get_size, 0 },
	{ "perms",	"PERM",	4, true, BOTH | MAPPING, get_perms, 0 },
	{ NULL,		"START, CLASS", 14, true, TEXT, get_start_class, 0 },
	{ NULL,		"MAPPING", 0, true, BOTH, fault_columns__label, 0 },
	{ "name",	NULL,	0, true, MAPPING, get_name, 0 },
	{ "kind",	NULL,	0, true, MAPPING, get_kind, 0 },
	{ "live",	NULL,	0, false, MAPPING, get_live, 0 },
	{ "missed_exit", NULL,	0, false, FAULTS, fault_row__missed_exit, 0 },
	{ "missed_entry", NULL,	0, false, FAULTS, fault_row__missed_entry, 0 },
	{ "read",	NULL,	0, false, FAULTS, fault_row__read, 0 },
	{ "write",	NULL,	0, false, FAULTS, fault_row__write, 0 },
	{ "exec",	NULL,	0, false, FAULTS, fault_row__exec, 0 },
	{ "kernel",	NULL,	0, false, FAULTS, fault_row__kernel, 0 },
	{ "gup",	NULL,	0, false, FAULTS, fault_row__gup, 0 },
	{ "retries",	NULL,	0, false, FAULTS, fault_row__retries, 0 },
	{ "retry_ns",	NULL,	0, false, FAULTS, fault_row__retry_ns, 0 },
	{ "leaf_4k",	NULL,	0, false, FAULTS, fault_row__leaf_4k, 0 },
	{ "leaf_2m",	NULL,	0, false, FAULTS, fault_row__leaf_2m, 0 },
	{ "leaf_1g",	NULL,	0, false, FAULTS, fault_row__leaf_1g, 0 },
	{ "around",	NULL,	0, false, FAULTS, fault_row__around, 0 },
	{ "thp_fallback", NULL,	0, false, FAULTS, fault_row__thp_fallback, 0 },
	{ "remote",	NULL,	0, false, MAPPING | TOTAL | FAULT_ROW_TASK, fault_row__remote, 0 },
	{ "foreign",	NULL,	0, false, MAPPING, get_foreign, 0 },
};

COLUMNS(fault_columns, "pgtop.interval/1", table);

/* The memory of the row's mapping, or of all mappings; NULL: it has none */
static const struct snapshot_memory *memory_of(const struct fault_row *r)
{
	if (shows_mapping(r))
		return &r->mapping->memory;
	return is_total(r) && r->snapshot->counted ? &r->snapshot->memory : NULL;
}

#define GET_MEMORY(field, known)					\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct snapshot_memory *m = memory_of(row);		\
									\
	if (m && m->known)						\
		value__set(v, VALUE_BYTES, m->field);			\
}

GET_MEMORY(pss, frames_counted)
GET_MEMORY(uss, frames_counted)
GET_MEMORY(lazyfree, frames_counted)
GET_MEMORY(frames, frames_known)
GET_MEMORY(tables, counted)

static void get_eligible(const void *row, struct value *v)
{
	const struct snapshot_memory *m = memory_of(row);

	if (m && m->eligible >= 0)
		value__set(v, VALUE_BOOL, (uint64_t)m->eligible);
}

#define JSON	COLUMN_JSON

static const struct column memory[] = {
	{ "pss",	"PSS",	4, false, JSON, get_pss, 0 },
	{ "uss",	"USS",	4, false, JSON, get_uss, 0 },
	{ "frames",	"FRAMES", 6, false, JSON, get_frames, 0 },
	{ "lazyfree",	"LAZY",	4, false, JSON, get_lazyfree, 0 },
	{ "swapped",	"SWAP",	4, false, 0, get_swapped, 0 },	/* in JSON it is always there */
	{ "eligible",	"ELIG",	4, true, JSON, get_eligible, 0 },
	{ "tables",	"TABLES", 6, false, JSON, get_tables, 0 },
};

COLUMNS(mapping_memory_columns, "pgtop.interval/1", memory);

static const struct column by_class[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, fault_row__rate, 0 },
	{ "class",	"CLASS", 12, true, BOTH, fault_row__class, 0 },
	{ "time",	"TIME/s", 6, false, BOTH, fault_row__time, 0 },
	{ "share",	"SHARE", 5, false, BOTH, fault_row__share, 0 },
	{ "p50_ns",	"P50",	5, false, BOTH, fault_row__p50_ns, 0 },
	{ "p90_ns",	"P90",	5, false, SCREEN, fault_row__p90_ns, 0 },
	{ "p99_ns",	"P99",	5, false, BOTH, fault_row__p99_ns, 0 },
	{ "max_ns",	"MAX",	5, false, BOTH, fault_row__max_ns, 0 },
	{ "major",	"MAJ",	5, false, TEXT, fault_row__major, 0 },
	{ "leaf_2m",	"2M",	4, false, SCREEN, fault_row__leaf_2m, 0 },
	{ "leaf_1g",	"1G",	3, false, SCREEN, fault_row__leaf_1g, 0 },
	{ "around",	"AROUND", 6, false, SCREEN, fault_row__around, 0 },
	{ "retries",	"RETRY", 5, false, SCREEN, fault_row__retries, 0 },
	{ "thp_fallback", "NOTHP", 5, false, SCREEN, fault_row__thp_fallback, 0 },
	{ "read",	"READ",	6, false, SCREEN, fault_row__read, 0 },
	{ "write",	"WRITE", 6, false, SCREEN, fault_row__write, 0 },
	{ "exec",	"EXEC",	6, false, SCREEN, fault_row__exec, 0 },
	{ "kernel",	"KERNEL", 6, false, SCREEN, fault_row__kernel, 0 },
	{ "gup",	"GUP",	5, false, SCREEN, fault_row__gup, 0 },
	{ "count",	"COUNT", 10, false, TEXT, fault_row__count, 0 },
};

COLUMNS(class_columns, "pgtop.class/1", by_class);

/**
 * fault_columns__memory - return the columns of memory that a table can have
 * @columns: of the table
 *
 * Return: the columns; NULL: none.
 */
const struct columns *fault_columns__memory(const struct columns *columns)
{
	if (columns == &fault_columns)
		return &mapping_memory_columns;
	return columns == &fault_task_columns ? &process_memory_columns : NULL;
}

/** fault_columns__memory_bit - return the SNAPSHOT_MEMORY_* of a column of memory */
unsigned int fault_columns__memory_bit(const struct column *c)
{
	return names__find_memory(c->key, strlen(c->key));
}

static const struct column *find(const struct columns *columns, const char *word)
{
	size_t i;

	for (i = 0; columns && i < columns->count; i++) {
		const struct column *c = &columns->column[i];

		if (c->get == fault_row__histogram)
			continue;
		if ((c->key && !strcasecmp(c->key, word)) ||
		    (c->title && !strcasecmp(c->title, word)))
			return c;
	}
	return NULL;
}

/**
 * fault_columns__find - find a column by key or title
 * @columns: of the table; its columns of memory are found, too
 * @word: a key or a title, in upper or lower case
 *
 * Return: the column; NULL: none to sort by.
 */
const struct column *fault_columns__find(const struct columns *columns,
					 const char *word)
{
	const struct column *c = find(columns, word);

	return c ? c : find(fault_columns__memory(columns), word);
}
