// SPDX-License-Identifier: GPL-2.0
/*
 * The columns of threads and of processes, and of the call stacks that faults came
 * from. Nothing is printed here.
 */
#include <stdio.h>
#include <string.h>

#include "../words.h"
#include "fault_columns.h"

static void get_id(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->task && l->task->id > 0)
		value__set(v, VALUE_COUNT, (uint64_t)l->task->id);
}

static void get_name(const void *row, struct value *v)
{
	const struct line *l = row;

	v->unit = VALUE_NAME;
	if (l->label)
		v->text = l->label;
	else
		v->text = l->task->id ? l->task->comm : "(others)";
	if (l->task)
		line__others(v, l->task->faults.remote);
}

static void get_comm(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->task->id <= 0)
		return;
	v->unit = VALUE_NAME;
	v->text = l->task->comm;
}

static void get_outside(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_BOOL, l->task->id == PGWALK_ID_OUTSIDE);
}

static void get_live(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_BOOL, l->task->live);
}

static void get_unattributed(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_COUNT, l->task ? l->task->unattributed :
					     l->snapshot->unattributed.count);
}

static void get_write_share(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_SHARE, l->faults->write);
	v->whole = l->faults->count;
}

/* What it does most */
static void get_busiest(const void *row, struct value *v)
{
	const struct line *l = row;
	const struct snapshot_class *best = NULL;
	size_t i;

	for (i = 0; l->task && i < l->task->nr_classes; i++)
		if (!best || l->task->class[i].faults.count > best->faults.count)
			best = &l->task->class[i];
	if (best)
		value__set_text(v, words__class(best->class));
}

#define TEXT	COLUMN_TEXT
#define SCREEN	LINE_SCREEN
#define BOTH	(TEXT | SCREEN)
#define JSON	COLUMN_JSON

/* What else is known of its faults stands in fault_columns, as LINE_TASK */
static const struct column tasks[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, line__rate, 0 },
	{ NULL,		"MAJOR/s", 7, false, BOTH, line__major_rate, 0 },
	{ NULL,		"P50",	4, false, BOTH, line__p50_ns, 0 },
	{ NULL,		"P99",	4, false, BOTH, line__p99_ns, 0 },
	{ NULL,		"MAX",	4, false, BOTH, line__max_ns, 0 },
	{ NULL,		"WR%",	4, false, BOTH, get_write_share, 0 },
	{ NULL,		"UNATTR", 6, false, BOTH, get_unattributed, 0 },
	{ NULL,		"MOSTLY", 12, true, BOTH, get_busiest, 0 },
	{ "id",		"ID",	7, false, BOTH | JSON, get_id, 0 },
	{ NULL,		"NAME", 0, true, BOTH, get_name, 0 },
	{ "comm",	NULL,	0, true, JSON, get_comm, 0 },
	{ "live",	NULL,	0, false, JSON, get_live, 0 },
	{ "outside",	NULL,	0, false, JSON, get_outside, 0 },
	{ "unattributed", NULL,	0, false, JSON, get_unattributed, 0 },
	{ "faults",	NULL,	0, false, 0, line__count, 0 },
	{ "major",	NULL,	0, false, 0, line__major, 0 },
	{ "sum_ns",	NULL,	0, false, 0, line__sum_ns, 0 },
	{ "p99_ns",	NULL,	0, false, 0, line__p99_ns, 0 },
	{ "max_ns",	NULL,	0, false, 0, line__max_ns, 0 },
};

COLUMNS(who_columns, "pgtop.task/2", tasks);

static void get_stack_rate(const void *row, struct value *v)
{
	const struct line *l = row;

	value__set(v, VALUE_RATE, l->stack->count);
	v->seconds = l->snapshot->seconds;
}

#define GET_STACK(name, unit, what)					\
static void get_stack_##name(const void *row, struct value *v)		\
{									\
	const struct line *l = row;					\
									\
	value__set(v, unit, what);					\
}

GET_STACK(count, VALUE_COUNT, l->stack->count)
GET_STACK(total, VALUE_COUNT, l->stack->total)
GET_STACK(latency, VALUE_NS, l->stack->latency_ns)
GET_STACK(total_ns, VALUE_NS, l->stack->total_ns)

static void get_stack_mean(const void *row, struct value *v)
{
	const struct line *l = row;

	if (l->stack->count)
		value__set(v, VALUE_NS, l->stack->latency_ns / l->stack->count);
}

/* A function, else the file it is in, else the address */
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

/* The innermost first, as far as there is room: whoever shows it cuts it anyhow */
static void get_where(const void *row, struct value *v)
{
	const struct line *l = row;
	size_t at = 0, i;

	v->unit = VALUE_NAME;
	v->text = l->stack->nr_frames ? v->buf : "(no stack)";
	for (i = 0; i < l->stack->nr_frames && at + 4 < sizeof(v->buf); i++) {
		if (i && !l->stack->frame[i].ip)
			break;	/* where frame pointers lead astray */
		if (i)
			at += (size_t)snprintf(v->buf + at,
					       sizeof(v->buf) - at, " < ");
		at += put_frame(v->buf + at, sizeof(v->buf) - at,
				&l->stack->frame[i]);
	}
}

static const struct column stacks[] = {
	{ NULL,		"FAULT/s", 7, false, BOTH, get_stack_rate, 0 },
	{ NULL,		"MEAN",	4, false, BOTH, get_stack_mean, 0 },
	{ "class",	"CLASS", 12, true, BOTH | JSON, line__class, 0 },
	{ NULL,		"WHERE < CALLED FROM", 0, true, BOTH, get_where, 0 },
	{ "count",	NULL,	0, false, JSON, get_stack_count, 0 },
	{ "sum_ns",	NULL,	0, false, JSON, get_stack_latency, 0 },
	{ "total",	NULL,	0, false, JSON, get_stack_total, 0 },
	{ "total_ns",	NULL,	0, false, JSON, get_stack_total_ns, 0 },
};

COLUMNS(stack_columns, "pgtop.stack/2", stacks);
