// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The columns that only the screen has: short counts, bars, and the mapping of a class.
 * Batch and JSON share the other columns.
 */
#include <stdio.h>
#include <string.h>

#include "../../names/names.h"
#include "row.h"

static const struct fault_row *fault_row_of(const void *row)
{
	return row;
}

static void set_rate(const void *row, struct value *v, uint64_t n)
{
	value__set(v, VALUE_RATE, n);
	v->seconds = fault_row_of(row)->snapshot->seconds;
}

/* The count has the format of rates, to be short: 17.2k */
static void get_count(const void *row, struct value *v)
{
	value__set(v, VALUE_RATE, fault_row_of(row)->faults->count);
}

/* Parts of the faults are per second, as the faults are */
#define GET_RATE(name, expression)					\
static void get_##name(const void *row, struct value *v)		\
{									\
	const struct snapshot_faults *f = fault_row_of(row)->faults;		\
									\
	set_rate(row, v, expression);					\
}

GET_RATE(minor, f->count - f->major)
GET_RATE(major, f->major)
GET_RATE(read, f->read)
GET_RATE(write, f->write)
GET_RATE(exec, f->exec)
GET_RATE(user, f->count - f->kernel - f->gup)
GET_RATE(kernel, f->kernel)
GET_RATE(gup, f->gup)
GET_RATE(leaf_4k, f->leaf_4k)
GET_RATE(leaf_2m, f->leaf_2m)
GET_RATE(leaf_1g, f->leaf_1g)
GET_RATE(around, f->around)
GET_RATE(fallback, f->thp_fallback)
GET_RATE(retries, f->retries)

static void get_mean(const void *row, struct value *v)
{
	const struct snapshot_latency *r = &fault_row_of(row)->faults->latency;

	if (r->samples)
		value__set(v, VALUE_NS, r->sum_ns / r->samples);
}

static void get_retry_time(const void *row, struct value *v)
{
	if (fault_row_of(row)->faults->retries)
		value__set(v, VALUE_NS, fault_row_of(row)->faults->retry_ns);
}

static void get_histogram(const void *row, struct value *v)
{
	const struct snapshot_latency *r = &fault_row_of(row)->faults->latency;

	if (r->samples)
		value__set_text(v, row__histogram(((const struct row *)row)->paint,
						  r, v->buf, sizeof(v->buf)));
}

static void get_size(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = fault_row_of(row)->mapping;

	if (m && m->end)
		value__set(v, VALUE_BYTES, m->end - m->start);
}

static void get_swapped(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = fault_row_of(row)->mapping;

	if (m && m->counted && fault_row_of(row)->single)
		value__set(v, VALUE_BYTES, m->swapped);
}

static void get_perms(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = fault_row_of(row)->mapping;

	if (!m || !m->end)
		return;
	names__perms(v->buf, m->prot);
	value__set_text(v, v->buf);
}

static void get_kind(const void *row, struct value *v)
{
	if (fault_row_of(row)->mapping)
		value__set_text(v, names__kind(fault_row_of(row)->mapping->kind));
}

static void get_range(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = fault_row_of(row)->mapping;

	if (!m || !m->end)
		return;
	snprintf(v->buf, sizeof(v->buf), "%08llx-%08llx",
		 (unsigned long long)m->start, (unsigned long long)m->end);
	value__set_text(v, v->buf);
}

/* Test if a mapping has no name that tells it from others: anon, [anon:name], bss */
static bool is_anonymous(const struct snapshot_mapping *m)
{
	return m->end && (m->kind == PGWALK_VMA_ANON || m->kind == PGWALK_VMA_BSS ||
			  !strncmp(m->name, "[anon", 5) || !strcmp(m->name, "anon"));
}

/* The name; that of an anonymous mapping with its first address */
static void get_mapping(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = fault_row_of(row)->mapping;

	fault_columns__label(row, v);
	if (v->unit != VALUE_NAME || v->text == v->buf || !is_anonymous(m))
		return;
	snprintf(v->buf, sizeof(v->buf), "%.440s %llx", v->text, (unsigned long long)m->start);
	v->text = v->buf;
}

/* The kind of access and the mode of the CPU */
static void get_access(const void *row, struct value *v)
{
	const struct pgwalk_fault_event *e = &fault_row_of(row)->page->last;

	snprintf(v->buf, sizeof(v->buf), "%s %s%s",
		 e->flags & PGWALK_EVENT_EXEC ? "exec" :
		 e->flags & PGWALK_EVENT_WRITE ? "write" : "read",
		 e->flags & PGWALK_EVENT_GUP ? "gup" :
		 e->flags & PGWALK_EVENT_KERNEL ? "kernel" : "user",
		 e->flags & PGWALK_EVENT_MAJOR ? " major" : "");
	value__set_text(v, v->buf);
}

static void get_page_rate(const void *row, struct value *v)
{
	/* unknown since the start: the trace of the mapping began later */
	if (!fault_row_of(row)->snapshot->since_start)
		set_rate(row, v, fault_row_of(row)->page->interval_faults);
}

static void get_total(const void *row, struct value *v)
{
	value__set(v, VALUE_RATE, fault_row_of(row)->stack->total);
}

static void get_stack_share(const void *row, struct value *v)
{
	const struct fault_row *r = fault_row_of(row);

	value__set(v, VALUE_SHARE, r->snapshot->since_start ? r->stack->total : r->stack->count);
	v->whole = fault_row_of(row)->snapshot->total.count;
	/* the total does not include faults that ended in a signal */
	if (v->n > v->whole)
		v->unit = VALUE_NONE;
}

static uint64_t number_of(const void *row)
{
	return ((const struct row *)row)->number;
}

static void get_rate(const void *row, struct value *v)
{
	if (number_of(row) != SNAPSHOT_NOT_KNOWN)
		set_rate(row, v, number_of(row));
}

static void get_number(const void *row, struct value *v)
{
	if (number_of(row) != SNAPSHOT_NOT_KNOWN)
		value__set(v, VALUE_COUNT, number_of(row));
}

static void get_text(const void *row, struct value *v)
{
	value__set_text(v, ((const struct row *)row)->text);
}

#define SCREEN	FAULT_ROW_SCREEN

static const struct column table[] = {
	{ "count", "COUNT", 5, false, SCREEN, get_count, 0 },
	{ "minor", "MINOR", 5, false, SCREEN, get_minor, 0 },
	{ "major", "MAJOR", 5, false, SCREEN, get_major, 0 },
	{ "p90_ns", "P90", 5, false, SCREEN, fault_row__p90_ns, 0 },
	{ "mean_ns", "MEAN", 5, false, SCREEN, get_mean, 0 },
	{ NULL, ROW_HISTOGRAM_TITLE, ROW_HISTOGRAM, true, SCREEN, get_histogram, 0 },
	{ "read", "READ", 5, false, SCREEN, get_read, 0 },
	{ "write", "WRITE", 5, false, SCREEN, get_write, 0 },
	{ "exec", "EXEC", 5, false, SCREEN, get_exec, 0 },
	{ "user", "USER", 5, false, SCREEN, get_user, 0 },
	{ "kernel", "KERNEL", 6, false, SCREEN, get_kernel, 0 },
	{ "gup", "GUP", 5, false, SCREEN, get_gup, 0 },
	{ "leaf_4k", "NEW4K", 5, false, SCREEN, get_leaf_4k, 0 },
	{ "leaf_2m", "NEW2M", 5, false, SCREEN, get_leaf_2m, 0 },
	{ "leaf_1g", "NEW1G", 5, false, SCREEN, get_leaf_1g, 0 },
	{ "around", "AROUND", 6, false, SCREEN, get_around, 0 },
	{ "thp_fallback", "NOTHP", 5, false, SCREEN, get_fallback, 0 },
	{ "retries", "RETRY", 5, false, SCREEN, get_retries, 0 },
	{ "retry_ns", "RTIME", 5, false, SCREEN, get_retry_time, 0 },
	{ "size", "SIZE", 4, false, SCREEN, get_size, 0 },
	{ "swapped", "SWAP", 4, false, SCREEN, get_swapped, 0 },
	{ "perms", "PERM", 4, true, SCREEN, get_perms, 0 },
	{ "kind", "KIND", 7, true, SCREEN, get_kind, 0 },
	{ "start", "RANGE", 25, true, SCREEN, get_range, 0 },
	{ NULL, "ACCESS", 18, true, SCREEN, get_access, 0 },
	{ NULL, "PAGE/s", 6, false, SCREEN, get_page_rate, 0 },
	{ "total", "TOTAL", 5, false, SCREEN, get_total, 0 },
	{ NULL, "PART", 4, false, SCREEN, get_stack_share, 0 },
	{ NULL, "RATE/s", 7, false, SCREEN, get_rate, 0 },
	{ NULL, "NUMBER", 12, false, SCREEN, get_number, 0 },
	{ NULL, "WHAT", 0, true, SCREEN, get_text, 0 },
	{ "time_share", "TIME%", 5, false, SCREEN, fault_row__time_share, 0 },
	{ NULL, "MAPPING", 0, true, SCREEN, get_mapping, 0 },
};

static COLUMNS(screen_columns, "", table);

static const struct column *find(const struct columns *columns,
				 const char *title)
{
	size_t i;

	for (i = 0; columns && i < columns->count; i++)
		if (columns->column[i].title &&
		    !strcmp(columns->column[i].title, title))
			return &columns->column[i];
	return NULL;
}

/**
 * row__column - find a column by its title
 * @columns: columns shared with batch and JSON; may be NULL
 * @title: the title
 *
 * Return: the column of the screen, or of @columns if the screen has none; NULL: unknown
 * title.
 */
const struct column *row__column(const struct columns *columns,
				 const char *title)
{
	const struct column *own = find(&screen_columns, title);
	const struct column *c = find(columns, title);

	/* stack columns: a stack has no struct snapshot_faults */
	if (own && !(columns == &stack_columns && c))
		return own;
	return c;
}
