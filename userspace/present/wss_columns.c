// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of working sets, and of their sums. */
#include <string.h>

#include "../names/names.h"
#include "inspect_columns.h"

static const struct pgwalk_vma *vma_of(const void *row)
{
	return ((const struct inspect_wss *)row)->vma;
}

static void get_range(const void *row, struct value *v)
{
	if (vma_of(row))
		value__set_range(v, vma_of(row)->start, vma_of(row)->end);
	else
		value__set_text(v, "total");
}

static void get_start(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, vma_of(row)->start);
}

static void get_end(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, vma_of(row)->end);
}

static void get_perms(const void *row, struct value *v)
{
	if (!vma_of(row))
		return;
	value__set_text(v, v->buf);
	names__perms(v->buf, vma_of(row)->prot);
}

static void get_kind(const void *row, struct value *v)
{
	if (vma_of(row))
		value__set_text(v, names__kind(vma_of(row)->kind));
}

static void get_name(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = vma_of(row) ? vma_of(row)->name : "";
}

static void get_file(const void *row, struct value *v)
{
	const char *slash;

	get_name(row, v);
	slash = strrchr(v->text, '/');
	v->text = slash ? slash + 1 : v->text;
}

GET_FIELD(inspect_wss, resident, VALUE_BYTES)
GET_FIELD(inspect_wss, touched, VALUE_BYTES)
GET_FIELD(inspect_wss, touched_least, VALUE_BYTES)
GET_FIELD(inspect_wss, idle, VALUE_BYTES)
GET_FIELD(inspect_wss, unknown, VALUE_BYTES)

static void get_written(const void *row, struct value *v)
{
	const struct inspect_wss *w = row;

	if (w->written_known)
		value__set(v, VALUE_BYTES, w->written);
}

static void get_written_least(const void *row, struct value *v)
{
	const struct inspect_wss *w = row;

	if (w->written_known)
		value__set(v, VALUE_BYTES, w->written_least);
}

static const struct column wss[] = {
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "start",	NULL, 0, false, JSON, get_start, 0 },
	{ "end",	NULL, 0, false, JSON, get_end, 0 },
	{ "perms",	"PERM", 4, true, JSON, get_perms, 0 },
	{ "kind",	"KIND", 6, true, BOTH, get_kind, 0 },
	{ "resident",	"RSS", 5, false, BOTH, get_resident, VALUE_BYTES },
	{ "touched",	"TOUCH", 5, false, BOTH, get_touched, VALUE_BYTES },
	{ "touched_least", "LEAST", 5, false, BOTH, get_touched_least, VALUE_BYTES },
	{ "written",	"WRITE", 5, false, BOTH, get_written, VALUE_BYTES },
	{ "written_least", "WLEAST", 6, false, JSON, get_written_least, VALUE_BYTES },
	{ "idle",	"IDLE", 5, false, BOTH, get_idle, VALUE_BYTES },
	{ "unknown",	"UNKNOWN", 7, false, JSON, get_unknown, VALUE_BYTES },
	{ "file",	"NAME", 0, true, COLUMN_TEXT, get_file, 0 },
	{ "name",	"NAME", 0, true, JSON, get_name, 0 },
};

static const struct inspect_wss_total *total_of(const void *row)
{
	return row;
}

#define GET_SUM(field)								\
static void get_sum_##field(const void *row, struct value *v)			\
{										\
	get_##field(&total_of(row)->sum, v);					\
}

GET_SUM(resident)
GET_SUM(touched)
GET_SUM(touched_least)
GET_SUM(written)
GET_SUM(written_least)
GET_SUM(idle)
GET_SUM(unknown)

static void get_mappings(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, total_of(row)->mappings);
}

static void get_cleared(const void *row, struct value *v)
{
	value__set(v, VALUE_BOOL, total_of(row)->cleared);
}

static void get_ns(const void *row, struct value *v)
{
	if (total_of(row)->ns)
		value__set(v, VALUE_NS, total_of(row)->ns);
}

static void get_before(const void *row, struct value *v)
{
	if (total_of(row)->has_before)
		value__set(v, VALUE_BYTES, total_of(row)->before);
}

static void get_aging(const void *row, struct value *v)
{
	v->unit = VALUE_WORDS;
	v->text = names__aging(v->buf, sizeof(v->buf), total_of(row)->aging);
}

#define SUM(name) { #name, #name, 0, false, BOTH, get_sum_##name, 0 }

static const struct column total[] = {
	{ "mappings", "mappings", 0, false, BOTH, get_mappings, 0 },
	SUM(resident), SUM(touched), SUM(touched_least), SUM(written), SUM(written_least), SUM(idle), SUM(unknown),
	{ "cleared", "cleared", 0, false, BOTH, get_cleared, 0 },
	{ "interval_ns", "interval_ns", 0, false, BOTH, get_ns, 0 },
	{ "touched_before", "touched_before", 0, false, BOTH, get_before, 0 },
	{ "accessed_cleared_by", "accessed_cleared_by", 0, false, BOTH, get_aging, 0 },
};

COLUMNS(wss_columns, "pgwalk.wss/1", wss);
COLUMNS(wss_total_columns, "pgwalk.wss.total/1", total);
