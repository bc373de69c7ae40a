// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of an address space, of the tasks that use it, and of its page tables. */
#include <stdio.h>

#include "../lib/page_size.h"
#include "../lib/units.h"
#include "../names/names.h"
#include "inspect_columns.h"

/* Fields that a delegated file does not report */
#define GET_UNREDACTED(field, unit)					\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct pgwalk_mm *mm = row;				\
									\
	if (!(mm->flags & PGWALK_REDACTED))				\
		value__set(v, unit, (uint64_t)mm->field);		\
}

GET_UNREDACTED(pgd, VALUE_HEX)
GET_UNREDACTED(pgd_pa, VALUE_HEX)
GET_UNREDACTED(users, VALUE_SIGNED)
GET_UNREDACTED(count, VALUE_SIGNED)
GET_UNREDACTED(nr_tasks, VALUE_COUNT)
GET_FIELD(pgwalk_mm, start_code, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, end_code, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, start_data, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, end_data, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, start_brk, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, brk, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, start_stack, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, arg_start, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, arg_end, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, env_start, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, env_end, VALUE_ADDRESS)
GET_FIELD(pgwalk_mm, map_count, VALUE_COUNT)

/* Pages are shown as bytes */
#define GET_PAGES(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct pgwalk_mm *mm = row;				\
									\
	value__set(v, VALUE_BYTES,					\
		   mm->field##_pages << page_shift());		\
}

GET_PAGES(total)
GET_PAGES(locked)
GET_PAGES(pinned)
GET_PAGES(data)
GET_PAGES(exec)
GET_PAGES(stack)
GET_PAGES(rss_file)
GET_PAGES(rss_anon)
GET_PAGES(rss_shmem)
GET_PAGES(swap)
GET_PAGES(peak_rss)
GET_PAGES(peak_total)

static void get_rss(const void *row, struct value *v)
{
	const struct pgwalk_mm *mm = row;

	value__set(v, VALUE_BYTES, (mm->rss_file_pages + mm->rss_anon_pages +
				    mm->rss_shmem_pages) << page_shift());
}

static void get_pgtables(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES,
		   ((const struct pgwalk_mm *)row)->pgtables_bytes);
}

#define FIELD(name) { #name, #name, 0, false, BOTH, get_##name, 0 }

static const struct column mm[] = {
	FIELD(pgd), FIELD(pgd_pa), FIELD(users), FIELD(count),
	FIELD(start_code), FIELD(end_code), FIELD(start_data), FIELD(end_data),
	FIELD(start_brk), FIELD(brk), FIELD(start_stack), FIELD(arg_start),
	FIELD(arg_end), FIELD(env_start), FIELD(env_end), FIELD(total),
	FIELD(peak_total), FIELD(locked), FIELD(pinned), FIELD(data),
	FIELD(exec), FIELD(stack), FIELD(rss), FIELD(rss_anon), FIELD(rss_file),
	FIELD(rss_shmem), FIELD(peak_rss), FIELD(swap), FIELD(pgtables),
	FIELD(map_count), FIELD(nr_tasks),
};

static void get_task_pid(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, (uint64_t)((const struct pgwalk_task *)row)->tgid);
}

static void get_task_tid(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, (uint64_t)((const struct pgwalk_task *)row)->tid);
}

static void get_task_comm(const void *row, struct value *v)
{
	const struct pgwalk_task *t = row;

	snprintf(v->buf, sizeof(v->buf), "%.*s", (int)sizeof(t->comm), t->comm);
	v->unit = VALUE_NAME;
	v->text = v->buf;
}

static const struct column task[] = {
	{ "pid",	"PID", 8, false, BOTH, get_task_pid, 0 },
	{ "tid",	"TID", 8, false, BOTH, get_task_tid, 0 },
	{ "comm",	"COMMAND", 0, true, BOTH, get_task_comm, 0 },
};

GET_FIELD(pgwalk_pgtable_stats, tables, VALUE_COUNT)
GET_FIELD(pgwalk_pgtable_stats, empty, VALUE_COUNT)
GET_FIELD(pgwalk_pgtable_stats, used, VALUE_COUNT)
GET_FIELD(pgwalk_pgtable_stats, leaves, VALUE_COUNT)
GET_FIELD(pgwalk_pgtable_stats, deposited, VALUE_COUNT)

static void get_level(const void *row, struct value *v)
{
	const struct pgwalk_pgtable_stats *c = row;

	value__set_text(v, c->level ? names__level(c->level) : "total");
}

static void get_table_node(const void *row, struct value *v)
{
	const struct pgwalk_pgtable_stats *c = row;

	if (c->level && c->node >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)c->node);
}

static void get_table_bytes(const void *row, struct value *v)
{
	const struct pgwalk_pgtable_stats *c = row;

	value__set(v, VALUE_BYTES, c->level ? (c->tables + c->deposited) << c->bytes_shift :
					      ((const struct inspect_pgtable_total *)row)->bytes);
}

/* Only the user half of the root table belongs to the process */
static void get_entries(const void *row, struct value *v)
{
	const struct pgwalk_pgtable_stats *c = row;

	if (c->level)
		value__set(v, VALUE_COUNT, c->tables << c->entries_shift);
}

static void get_fill(const void *row, struct value *v)
{
	const struct pgwalk_pgtable_stats *c = row;

	get_entries(row, v);
	if (v->unit != VALUE_NONE)
		value__set_text(v, units__share(v->buf, sizeof(v->buf),
						c->used, v->n));
}

static const struct column pgtable[] = {
	{ "level",	"LEVEL", 5, true, BOTH, get_level, 0 },
	{ "node",	"NODE", 4, false, BOTH, get_table_node, 0 },
	{ "tables",	"TABLES", 8, false, BOTH, get_tables, 0 },
	{ "bytes",	"BYTES", 5, false, BOTH, get_table_bytes, VALUE_BYTES },
	{ "empty",	"EMPTY", 6, false, BOTH, get_empty, 0 },
	{ "used",	"USED", 9, false, BOTH, get_used, 0 },
	{ "entries",	"ENTRIES", 9, false, BOTH, get_entries, 0 },
	{ "fill",	"FILL", 4, false, COLUMN_TEXT, get_fill, 0 },
	{ "leaves",	"LEAVES", 9, false, BOTH, get_leaves, 0 },
	{ "deposited",	"DEPOSIT", 7, false, BOTH, get_deposited, 0 },
};

GET_FIELD(pgwalk_tables, raced, VALUE_COUNT)
GET_FIELD(pgwalk_tables, flat_bytes, VALUE_BYTES)
GET_FIELD(pgwalk_tables, pgtables_bytes, VALUE_BYTES)

static const struct column tables[] = {
	{ "raced",	"", 0, false, BOTH, get_raced, 0 },
	{ "flat_bytes",	"", 0, false, BOTH, get_flat_bytes, 0 },
	{ "pgtables_bytes", "", 0, false, BOTH, get_pgtables_bytes, 0 },
};

COLUMNS(mm_columns, "pgwalk.mm/1", mm);
COLUMNS(task_columns, "pgwalk.task/1", task);
COLUMNS(pgtable_columns, "pgwalk.pgtable/1", pgtable);
COLUMNS(tables_columns, "pgwalk.tables/1", tables);
