// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of processes, and of their total. */
#include <string.h>

#include "inspect_columns.h"

static const struct inspect_process *process_of(const void *row)
{
	return row;
}

static bool is_total(const void *row)
{
	return !process_of(row)->pid;
}

/* Bytes of the mappings, unknown for a process that may not be read */
#define GET_BYTES(name, member)						\
static void get_##name(const void *row, struct value *v)		\
{									\
	if (process_of(row)->sum.frames_counted)			\
		value__set(v, VALUE_BYTES, process_of(row)->member);	\
}

GET_BYTES(pss, sum.pss)
GET_BYTES(uss, uss)
GET_BYTES(swapped, sum.swapped)
GET_BYTES(dirty, sum.dirty)
GET_BYTES(huge_2m, sum.huge_2m)
GET_BYTES(huge_1g, sum.huge_1g)
GET_BYTES(anon_huge, sum.anon_huge)
GET_BYTES(hugetlb, sum.hugetlb)
GET_BYTES(lazyfree, sum.lazyfree)

/* Fields that a delegated file does not report */
#define GET_UNREDACTED(name)						\
static void get_##name(const void *row, struct value *v)		\
{									\
	if (process_of(row)->sum.frames_counted == 1)			\
		value__set(v, VALUE_BYTES, process_of(row)->sum.name);	\
}

GET_UNREDACTED(large)
GET_UNREDACTED(ksm)

static void get_pid(const void *row, struct value *v)
{
	if (is_total(row))
		value__set_text(v, "total");
	else
		value__set(v, VALUE_COUNT, (uint64_t)process_of(row)->pid);
}

/* Processes share pages: a sum would count them several times */
static void get_resident(const void *row, struct value *v)
{
	if (!is_total(row) && process_of(row)->sum.counted)
		value__set(v, VALUE_BYTES, process_of(row)->sum.resident);
}

/* Leaves of 2M and 1G, as share of the resident pages and hugetlb */
static void get_huge(const void *row, struct value *v)
{
	const struct pgwalk_vma *sum = &process_of(row)->sum;

	if (is_total(row) || !sum->counted)
		return;
	value__set(v, VALUE_SHARE, sum->huge_2m + sum->huge_1g);
	v->whole = sum->resident + sum->hugetlb;
}

static void get_mappings(const void *row, struct value *v)
{
	if (process_of(row)->mappings)
		value__set(v, VALUE_COUNT, process_of(row)->mappings);
}

static void get_tables(const void *row, struct value *v)
{
	if (process_of(row)->tables)
		value__set(v, VALUE_BYTES, process_of(row)->tables);
}

static void set_rate(const void *row, struct value *v, uint64_t n)
{
	if (process_of(row)->seconds <= 0)
		return;
	value__set(v, VALUE_RATE, n);
	v->seconds = process_of(row)->seconds;
}

static void get_faults(const void *row, struct value *v)
{
	set_rate(row, v, process_of(row)->new_faults);
}

static void get_major(const void *row, struct value *v)
{
	set_rate(row, v, process_of(row)->new_major);
}

static void get_milliseconds(const void *row, struct value *v)
{
	if (process_of(row)->seconds > 0)
		value__set(v, VALUE_COUNT, (uint64_t)(process_of(row)->seconds * 1e3 + 0.5));
}

/* Counters of a process whose stat may be read, also if its memory may not */
static void set_counter(const void *row, struct value *v, uint64_t n)
{
	if (is_total(row) || process_of(row)->comm[0])
		value__set(v, VALUE_COUNT, n);
}

static void get_minor_total(const void *row, struct value *v)
{
	set_counter(row, v, process_of(row)->minor);
}

static void get_major_total(const void *row, struct value *v)
{
	set_counter(row, v, process_of(row)->major);
}

static void get_error(const void *row, struct value *v)
{
	if (process_of(row)->error)
		value__set_text(v, strerrordesc_np(process_of(row)->error));
}

static void get_name(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = process_of(row)->comm;
}

#define CHOSEN	COLUMN_JSON	/* has a title: may be chosen */

static const struct column table[] = {
	{ "pid",	"PID", 7, false, BOTH, get_pid, 0 },
	{ "resident",	"RSS", 5, false, BOTH, get_resident, VALUE_BYTES },
	{ "pss",	"PSS", 5, false, BOTH, get_pss, VALUE_BYTES },
	{ "uss",	"USS", 5, false, BOTH, get_uss, VALUE_BYTES },
	{ "swapped",	"SWAP", 4, false, BOTH, get_swapped, VALUE_BYTES },
	{ "huge",	"HUGE", 4, false, COLUMN_TEXT, get_huge, VALUE_SHARE },
	{ "tables",	"TABLES", 6, false, BOTH, get_tables, VALUE_BYTES },
	{ "faults",	"FAULT/s", 7, false, BOTH, get_faults, 0 },
	{ "major",	"MAJOR/s", 7, false, BOTH, get_major, 0 },
	{ "milliseconds", NULL, 0, false, JSON, get_milliseconds, 0 },
	{ "minor_total", "MINOR", 9, false, CHOSEN, get_minor_total, 0 },
	{ "major_total", "MAJOR", 7, false, CHOSEN, get_major_total, 0 },
	{ "dirty",	"DIRTY", 5, false, CHOSEN, get_dirty, VALUE_BYTES },
	{ "huge_2m",	"2M", 4, false, CHOSEN, get_huge_2m, VALUE_BYTES },
	{ "huge_1g",	"1G", 4, false, CHOSEN, get_huge_1g, VALUE_BYTES },
	{ "anon_huge",	"THP", 4, false, CHOSEN, get_anon_huge, VALUE_BYTES },
	{ "hugetlb",	"HTLB", 4, false, CHOSEN, get_hugetlb, VALUE_BYTES },
	{ "large",	"MTHP", 4, false, CHOSEN, get_large, VALUE_BYTES },
	{ "ksm",	"KSM", 4, false, CHOSEN, get_ksm, VALUE_BYTES },
	{ "lazyfree",	"LAZY", 4, false, CHOSEN, get_lazyfree, VALUE_BYTES },
	{ "mappings",	"MAPS", 6, false, CHOSEN, get_mappings, 0 },
	{ "error",	"ERROR", 22, true, CHOSEN, get_error, 0 },
	{ "name",	"NAME", 0, true, BOTH, get_name, 0 },
};

GET_FIELD(inspect_process_total, processes, VALUE_COUNT)
GET_FIELD(inspect_process_total, unreadable, VALUE_COUNT)
GET_FIELD(inspect_process_total, exited, VALUE_COUNT)
GET_FIELD(inspect_process_total, zombies, VALUE_COUNT)
GET_FIELD(inspect_process_total, kernel_threads, VALUE_COUNT)
GET_FIELD(inspect_process_total, outside, VALUE_COUNT)

GET_FIELD(inspect_process_total, near_limit, VALUE_COUNT)

static void get_map_limit(const void *row, struct value *v)
{
	const struct inspect_process_total *t = row;

	if (t->map_limit)
		value__set(v, VALUE_COUNT, t->map_limit);
}

/* The first member of struct inspect_process_total is a struct inspect_process */
static const struct column total[] = {
	{ "processes",	NULL, 0, false, JSON, get_processes, 0 },
	{ "unreadable",	NULL, 0, false, JSON, get_unreadable, 0 },
	{ "exited",	NULL, 0, false, JSON, get_exited, 0 },
	{ "zombies",	NULL, 0, false, JSON, get_zombies, 0 },
	{ "kernel_threads", NULL, 0, false, JSON, get_kernel_threads, 0 },
	{ "outside",	NULL, 0, false, JSON, get_outside, 0 },
	{ "map_limit",	NULL, 0, false, JSON, get_map_limit, 0 },
	{ "near_limit", NULL, 0, false, JSON, get_near_limit, 0 },
	{ "pss",	NULL, 0, false, JSON, get_pss, 0 },
	{ "uss",	NULL, 0, false, JSON, get_uss, 0 },
	{ "swapped",	NULL, 0, false, JSON, get_swapped, 0 },
	{ "tables",	NULL, 0, false, JSON, get_tables, 0 },
	{ "faults",	NULL, 0, false, JSON, get_faults, 0 },
	{ "major",	NULL, 0, false, JSON, get_major, 0 },
	{ "milliseconds", NULL, 0, false, JSON, get_milliseconds, 0 },
};

COLUMNS(process_columns, "pgwalk.process/1", table);
COLUMNS(process_total_columns, "pgwalk.process.total/1", total);
