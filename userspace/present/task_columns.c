// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The columns of threads, processes and call stacks.
 */
#include <stdio.h>
#include <string.h>

#include "../lib/text.h"
#include "../names/names.h"
#include "fault_columns.h"

static void get_id(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->task && r->task->id > 0)
		value__set(v, VALUE_COUNT, (uint64_t)r->task->id);
}

static void get_name(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	v->unit = VALUE_NAME;
	if (r->label)
		v->text = r->label;
	else
		v->text = r->task->id ? r->task->comm : "(others)";
	if (r->task)
		fault_row__append_remote(v, r->task->faults.remote);
}

static void get_comm(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->task->id <= 0)
		return;
	v->unit = VALUE_NAME;
	v->text = r->task->comm;
}

static void get_outside(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_BOOL, r->task->id == PGWALK_ID_OUTSIDE);
}

static void get_live(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_BOOL, r->task->live);
}

static void get_unattributed(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_COUNT, r->task ? r->task->unattributed :
					     r->snapshot->unattributed.count);
}

static void get_write_share(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_SHARE, r->faults->write);
	v->whole = r->faults->count;
}

/* The class with the most faults */
static void get_busiest(const void *row, struct value *v)
{
	const struct fault_row *r = row;
	const struct snapshot_class *best = NULL;
	size_t i;

	for (i = 0; r->task && i < r->task->nr_classes; i++)
		if (!best || r->task->class[i].faults.count > best->faults.count)
			best = &r->task->class[i];
	if (best)
		value__set_text(v, names__class(best->class));
}

#define TEXT	COLUMN_TEXT
#define SCREEN	FAULT_ROW_SCREEN
#define BOTH	(TEXT | SCREEN)
#define JSON	COLUMN_JSON

/* fault_columns has the other properties of the faults, as FAULT_ROW_TASK */
static const struct column tasks[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, fault_row__rate, 0 },
	{ "time",	"TIME/s", 6, false, BOTH, fault_row__time, 0 },
	{ NULL,		"MAJOR/s", 7, false, BOTH, fault_row__major_rate, 0 },
	{ NULL,		"P50",	5, false, BOTH, fault_row__p50_ns, 0 },
	{ NULL,		"P99",	5, false, BOTH, fault_row__p99_ns, 0 },
	{ NULL,		"MAX",	5, false, BOTH, fault_row__max_ns, 0 },
	{ NULL,		"WR%",	4, false, BOTH, get_write_share, 0 },
	{ NULL,		"UNATTR", 6, false, SCREEN, get_unattributed, 0 },
	{ NULL,		"MOSTLY", 12, true, BOTH, get_busiest, 0 },
	{ "id",		"ID",	7, false, BOTH | JSON, get_id, 0 },
	{ NULL,		"NAME", 0, true, BOTH, get_name, 0 },
	{ "comm",	NULL,	0, true, JSON, get_comm, 0 },
	{ "live",	NULL,	0, false, JSON, get_live, 0 },
	{ "outside",	NULL,	0, false, JSON, get_outside, 0 },
	{ "unattributed", NULL,	0, false, JSON, get_unattributed, 0 },
	{ "faults",	NULL,	0, false, 0, fault_row__count, 0 },
	{ "major",	NULL,	0, false, 0, fault_row__major, 0 },
	{ "sum_ns",	NULL,	0, false, 0, fault_row__sum_ns, 0 },
	{ "p99_ns",	NULL,	0, false, 0, fault_row__p99_ns, 0 },
	{ "max_ns",	NULL,	0, false, 0, fault_row__max_ns, 0 },
};

COLUMNS(fault_task_columns, "pgtop.task/1", tasks);

#define GET_MEMORY(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct fault_row *r = row;				\
									\
	if (r->task && r->task->memory.counted)				\
		value__set(v, VALUE_BYTES, r->task->memory.field);	\
}

GET_MEMORY(resident)
GET_MEMORY(pss)
GET_MEMORY(uss)
GET_MEMORY(lazyfree)
GET_MEMORY(swapped)
GET_MEMORY(tables)

static void get_huge(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (!r->task || !r->task->memory.counted)
		return;
	value__set(v, VALUE_SHARE, r->task->memory.huge);
	v->whole = r->task->memory.resident + r->task->memory.hugetlb;
}

static const struct column memory[] = {
	{ "resident",	"RSS",	4, false, JSON, get_resident, 0 },
	{ "pss",	"PSS",	4, false, JSON, get_pss, 0 },
	{ "uss",	"USS",	4, false, JSON, get_uss, 0 },
	{ "lazyfree",	"LAZY",	4, false, JSON, get_lazyfree, 0 },
	{ "swapped",	"SWAP",	4, false, JSON, get_swapped, 0 },
	{ "huge",	"HUGE",	4, false, JSON, get_huge, 0 },
	{ "tables",	"TABLES", 6, false, JSON, get_tables, 0 },
};

COLUMNS(process_memory_columns, "pgtop.task/1", memory);

static void get_stack_rate(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	value__set(v, VALUE_RATE, r->snapshot->since_start ? r->stack->total : r->stack->count);
	v->seconds = r->snapshot->seconds;
}

#define GET_STACK(name, unit, expression)					\
static void get_stack_##name(const void *row, struct value *v)		\
{									\
	const struct fault_row *r = row;					\
									\
	value__set(v, unit, expression);					\
}

GET_STACK(count, VALUE_COUNT, r->stack->count)
GET_STACK(total, VALUE_COUNT, r->stack->total)
GET_STACK(latency, VALUE_NS, r->stack->latency_ns)
GET_STACK(total_ns, VALUE_NS, r->stack->total_ns)

static void get_stack_mean(const void *row, struct value *v)
{
	const struct fault_row *r = row;

	if (r->snapshot->since_start && r->stack->total)
		value__set(v, VALUE_NS, r->stack->total_ns / r->stack->total);
	else if (r->stack->count)
		value__set(v, VALUE_NS, r->stack->latency_ns / r->stack->count);
}

/* Write the function, else the file, else the address */
static size_t put_frame(char *to, size_t size, const struct snapshot_frame *f)
{
	const char *slash = f->module ? strrchr(f->module, '/') : NULL;
	int n;

	if (f->name)
		n = snprintf(to, size, "%s", f->name);
	else if (f->module && f->module[0] == '[')
		n = snprintf(to, size, "%s", f->module);
	else if (f->module)
		n = snprintf(to, size, "[%s]", slash ? slash + 1 : f->module);
	else
		n = snprintf(to, size, "%llx", (unsigned long long)f->ip);
	return n < 0 ? 0 : (size_t)n;
}

/* The innermost frames first, as many as fit */
static void get_where(const void *row, struct value *v)
{
	const struct fault_row *r = row;
	size_t at = 0, i;

	v->unit = VALUE_NAME;
	v->text = r->stack->nr_frames ? v->buf : "(no stack)";
	for (i = 0; i < r->stack->nr_frames && at + 4 < sizeof(v->buf); i++) {
		if (i && !r->stack->frame[i].ip)
			break;	/* wrong frame pointers end in 0 */
		if (i)
			at += (size_t)snprintf(v->buf + at,
					       sizeof(v->buf) - at, " < ");
		at += put_frame(v->buf + at, sizeof(v->buf) - at,
				&r->stack->frame[i]);
	}
}

static uint64_t faults_of(const struct fault_row *r, const struct snapshot_part *part)
{
	return r->snapshot->since_start ? part->total : part->count;
}

#define MAPPING_WIDTH	12	/* characters */

/* The mapping with the most faults of the stack, and the number of its other mappings */
static void get_mapping(const void *row, struct value *v)
{
	const struct fault_row *r = row;
	const struct snapshot_part *part = r->stack->part, *most = part;
	char name[4 * MAPPING_WIDTH + 1];
	const char *slash;
	size_t i, others = 0;
	int n = 0;

	for (i = 0; i < r->stack->nr_parts; i++) {
		others += !!faults_of(r, &part[i]);
		if (faults_of(r, &part[i]) > faults_of(r, most))
			most = &part[i];
	}
	if (!others)
		return;
	slash = most->name[0] == '/' ? strrchr(most->name, '/') : NULL;
	if (others > 1)
		n = snprintf(v->buf, sizeof(v->buf), "+%zu ", others - 1);
	text__fit(name, sizeof(name), most->mapping == SNAPSHOT_OTHERS ? "(other)" :
		  slash && slash[1] ? slash + 1 : most->name, (size_t)(MAPPING_WIDTH - n));
	snprintf(v->buf + n, sizeof(v->buf) - (size_t)n, "%s", name);
	v->unit = VALUE_NAME;
	v->text = v->buf;
}

/* The first of the mappings, with its first address */
static void get_place(const void *row, struct value *v)
{
	const struct fault_row *r = row;
	const struct snapshot_part *part = r->stack->part;

	if (!r->stack->nr_parts)
		return;
	v->unit = VALUE_NAME;
	v->text = part->name;
	if (!part->end)
		return;
	snprintf(v->buf, sizeof(v->buf), "%.440s %llx", part->name, (unsigned long long)part->start);
	v->text = v->buf;
}

static const struct column stacks[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, get_stack_rate, 0 },
	{ "time",	"TIME/s", 6, false, BOTH, fault_row__time, 0 },
	{ NULL,		"MEAN",	5, false, BOTH, get_stack_mean, 0 },
	{ "class",	"CLASS", 12, true, BOTH | JSON, fault_row__class, 0 },
	{ NULL,		"MAPPING", MAPPING_WIDTH, true, BOTH, get_mapping, 0 },
	{ NULL,		"WHERE < CALLED FROM", 0, true, BOTH, get_where, 0 },
	{ NULL,		"FAULTS IN", 0, true, SCREEN, get_place, 0 },
	{ "count",	NULL,	0, false, JSON, get_stack_count, 0 },
	{ "sum_ns",	NULL,	0, false, JSON, get_stack_latency, 0 },
	{ "total",	NULL,	0, false, JSON, get_stack_total, 0 },
	{ "total_ns",	NULL,	0, false, JSON, get_stack_total_ns, 0 },
};

COLUMNS(stack_columns, "pgtop.stack/1", stacks);
