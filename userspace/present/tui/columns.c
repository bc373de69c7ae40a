// SPDX-License-Identifier: GPL-2.0
/*
 * The columns that only the screen has: counts as short as rates, bars, and of a
 * class what is known of its mapping. The others are those of batch and JSON.
 */
#include <stdio.h>
#include <string.h>

#include "../../words.h"
#include "row.h"

static const struct line *line_of(const void *row)
{
	return row;
}

static void set_rate(const void *row, struct value *v, uint64_t n)
{
	value__set(v, VALUE_RATE, n);
	v->seconds = line_of(row)->snapshot->seconds;
}

/* Counts as rates are written, for there is little room: 17.2k */
#define GET_COUNT(name, expression)					\
static void get_##name(const void *row, struct value *v)		\
{									\
	const struct snapshot_faults *f = line_of(row)->faults;		\
									\
	value__set(v, VALUE_RATE, expression);				\
}

GET_COUNT(count, f->count)
GET_COUNT(minor, f->count - f->major)
GET_COUNT(major, f->major)
GET_COUNT(read, f->read)
GET_COUNT(write, f->write)
GET_COUNT(exec, f->exec)
GET_COUNT(user, f->count - f->kernel - f->gup)
GET_COUNT(kernel, f->kernel)
GET_COUNT(gup, f->gup)
GET_COUNT(leaf_4k, f->leaf_4k)
GET_COUNT(leaf_2m, f->leaf_2m)
GET_COUNT(leaf_1g, f->leaf_1g)
GET_COUNT(around, f->around)
GET_COUNT(fallback, f->thp_fallback)
GET_COUNT(retries, f->retries)

static void get_mean(const void *row, struct value *v)
{
	const struct snapshot_latency *l = &line_of(row)->faults->latency;

	if (l->samples)
		value__set(v, VALUE_NS, l->sum_ns / l->samples);
}

static void get_retry_time(const void *row, struct value *v)
{
	if (line_of(row)->faults->retries)
		value__set(v, VALUE_NS, line_of(row)->faults->retry_ns);
}

static void get_histogram(const void *row, struct value *v)
{
	const struct snapshot_latency *l = &line_of(row)->faults->latency;

	if (l->samples)
		value__set_text(v, row__histogram(((const struct row *)row)->paint,
						  l, v->buf, sizeof(v->buf)));
}

static void get_size(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = line_of(row)->mapping;

	if (m && m->end)
		value__set(v, VALUE_BYTES, m->end - m->start);
}

static void get_swapped(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = line_of(row)->mapping;

	if (m && m->counted && line_of(row)->alone)
		value__set(v, VALUE_BYTES, m->swapped);
}

static void get_perms(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = line_of(row)->mapping;

	if (!m || !m->end)
		return;
	words__perms(v->buf, m->prot);
	value__set_text(v, v->buf);
}

static void get_kind(const void *row, struct value *v)
{
	if (line_of(row)->mapping)
		value__set_text(v, words__kind(line_of(row)->mapping->kind));
}

static void get_range(const void *row, struct value *v)
{
	const struct snapshot_mapping *m = line_of(row)->mapping;

	if (!m || !m->end)
		return;
	snprintf(v->buf, sizeof(v->buf), "%08llx-%08llx",
		 (unsigned long long)m->start, (unsigned long long)m->end);
	value__set_text(v, v->buf);
}

/* What was asked, and by whom */
static void get_access(const void *row, struct value *v)
{
	const struct pgwalk_fault_event *e = &line_of(row)->page->last;

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
	set_rate(row, v, line_of(row)->page->interval_faults);
}

static void get_total(const void *row, struct value *v)
{
	value__set(v, VALUE_RATE, line_of(row)->stack->total);
}

static void get_stack_share(const void *row, struct value *v)
{
	value__set(v, VALUE_SHARE, line_of(row)->stack->count);
	v->whole = line_of(row)->snapshot->total.count;
	/* those that ended in a signal are in no total */
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

static void get_what(const void *row, struct value *v)
{
	value__set_text(v, ((const struct row *)row)->what);
}

#define SCREEN	LINE_SCREEN

static const struct column table[] = {
	{ "count", "COUNT", 5, false, SCREEN, get_count, 0 },
	{ "minor", "MINOR", 5, false, SCREEN, get_minor, 0 },
	{ "major", "MAJOR", 5, false, SCREEN, get_major, 0 },
	{ "p90_ns", "P90", 4, false, SCREEN, line__p90_ns, 0 },
	{ "mean_ns", "MEAN", 4, false, SCREEN, get_mean, 0 },
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
	{ NULL, "WHAT", 0, true, SCREEN, get_what, 0 },
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
 * @columns: those that batch and JSON have too; may be NULL
 * @title: as it stands above it
 *
 * Return: the one of @columns, but those that need less room on the screen are its
 * own; NULL: there is none.
 */
const struct column *row__column(const struct columns *columns,
				 const char *title)
{
	const struct column *own = find(&screen_columns, title);
	const struct column *c = find(columns, title);

	/* a stack has no struct snapshot_faults */
	if (own && !(columns == &stack_columns && c))
		return own;
	return c;
}
