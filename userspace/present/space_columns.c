// SPDX-License-Identifier: GPL-2.0
/* The columns of an address space as a whole, of those who use it, of its tables. */
#include <stdio.h>

#include "../lib/quantity.h"
#include "../words.h"
#include "inspect_columns.h"

#define TABLE_BYTES	4096
#define TABLE_ENTRIES	512

GET_FIELD(pgwalk_mm, pgd, VALUE_HEX)
GET_FIELD(pgwalk_mm, pgd_pa, VALUE_HEX)
GET_FIELD(pgwalk_mm, users, VALUE_SIGNED)
GET_FIELD(pgwalk_mm, count, VALUE_SIGNED)
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
GET_FIELD(pgwalk_mm, nr_tasks, VALUE_COUNT)

/* Pages are told as bytes, as everything else is */
#define GET_PAGES(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct pgwalk_mm *mm = row;				\
									\
	value__set(v, VALUE_BYTES,					\
		   mm->field##_pages << PGWALK_PAGE_SHIFT);		\
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
				    mm->rss_shmem_pages) << PGWALK_PAGE_SHIFT);
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

GET_FIELD(pgwalk_census, tables, VALUE_COUNT)
GET_FIELD(pgwalk_census, empty, VALUE_COUNT)
GET_FIELD(pgwalk_census, used, VALUE_COUNT)
GET_FIELD(pgwalk_census, leafs, VALUE_COUNT)
GET_FIELD(pgwalk_census, deposited, VALUE_COUNT)

static void get_level(const void *row, struct value *v)
{
	const struct pgwalk_census *c = row;

	value__set_text(v, c->level ? words__level(c->level) : "total");
}

static void get_table_node(const void *row, struct value *v)
{
	const struct pgwalk_census *c = row;

	if (c->level && c->node >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)c->node);
}

static void get_table_bytes(const void *row, struct value *v)
{
	const struct pgwalk_census *c = row;

	value__set(v, VALUE_BYTES, (c->tables + c->deposited) * TABLE_BYTES);
}

/* Of the root only the user half is the process' own */
static void get_entries(const void *row, struct value *v)
{
	const struct pgwalk_census *c = row;

	if (c->level)
		value__set(v, VALUE_COUNT, c->tables *
			   (c->level == PGWALK_LEVEL_PGD ? TABLE_ENTRIES / 2 :
							   TABLE_ENTRIES));
}

static void get_fill(const void *row, struct value *v)
{
	const struct pgwalk_census *c = row;

	get_entries(row, v);
	if (v->unit != VALUE_NONE)
		value__set_text(v, quantity__share(v->buf, sizeof(v->buf),
						   c->used, v->n));
}

static const struct column census[] = {
	{ "level",	"LEVEL", 5, true, BOTH, get_level, 0 },
	{ "node",	"NODE", 4, false, BOTH, get_table_node, 0 },
	{ "tables",	"TABLES", 8, false, BOTH, get_tables, 0 },
	{ "bytes",	"BYTES", 5, false, BOTH, get_table_bytes, VALUE_BYTES },
	{ "empty",	"EMPTY", 6, false, BOTH, get_empty, 0 },
	{ "used",	"USED", 9, false, BOTH, get_used, 0 },
	{ "entries",	"ENTRIES", 9, false, BOTH, get_entries, 0 },
	{ "fill",	"FILL", 4, false, COLUMN_TEXT, get_fill, 0 },
	{ "leafs",	"LEAFS", 9, false, BOTH, get_leafs, 0 },
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
COLUMNS(census_columns, "pgwalk.census/1", census);
COLUMNS(tables_columns, "pgwalk.tables/1", tables);
