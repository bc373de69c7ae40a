// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of a file: its pages in the page cache, its mappings, and their sums. */
#include "../lib/page_size.h"
#include "../names/names.h"
#include "inspect_columns.h"

static const struct inspect_file_run *run_of(const void *row)
{
	return row;
}

static uint64_t bytes_of(const void *row)
{
	return run_of(row)->pages.run.end - run_of(row)->pages.run.start;
}

static void get_range(const void *row, struct value *v)
{
	value__set_range(v, run_of(row)->offset, run_of(row)->offset + bytes_of(row));
}

static void get_run_offset(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, run_of(row)->offset);
}

static void get_bytes(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, bytes_of(row));
}

static void get_pfn(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, run_of(row)->pages.run.pfn);
}

static void get_folio(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, 1ULL << (run_of(row)->pages.order + page_shift()));
}

static void get_mapcount(const void *row, struct value *v)
{
	if (run_of(row)->pages.mapcount >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)run_of(row)->pages.mapcount);
}

static void get_node(const void *row, struct value *v)
{
	if (run_of(row)->pages.node >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)run_of(row)->pages.node);
}

static void get_frame_kind(const void *row, struct value *v)
{
	value__set_text(v, names__frame(run_of(row)->pages.frame_kind));
}

static void get_frame(const void *row, struct value *v)
{
	names__frame_flags(v->buf, sizeof(v->buf), run_of(row)->pages.frame_flags);
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

static const struct column run[] = {
	{ "range",	"OFFSETS", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "offset",	"OFFSET", 12, false, JSON, get_run_offset, VALUE_BYTES },
	{ "size",	"SIZE", 4, false, BOTH, get_bytes, VALUE_BYTES },
	{ "pfn",	"PFN", 8, false, BOTH, get_pfn, 0 },
	{ "folio",	"FOLIO", 5, false, BOTH, get_folio, VALUE_BYTES },
	{ "mapcount",	"MAP", 3, false, BOTH, get_mapcount, 0 },
	{ "node",	"N", 2, false, BOTH, get_node, 0 },
	{ "frame_kind",	"USE", 7, true, JSON, get_frame_kind, 0 },
	{ "frame",	"FRAME", 0, true, BOTH, get_frame, 0 },
};

GET_FIELD(inspect_file_mapping, pid, VALUE_COUNT)
GET_FIELD(inspect_file_mapping, offset, VALUE_BYTES)
GET_FIELD(inspect_file_mapping, resident, VALUE_BYTES)
GET_FIELD(inspect_file_mapping, copied, VALUE_BYTES)

static const struct inspect_file_mapping *mapping_of(const void *row)
{
	return row;
}

static void get_comm(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = mapping_of(row)->comm;
}

static void get_addresses(const void *row, struct value *v)
{
	value__set_range(v, mapping_of(row)->start, mapping_of(row)->end);
}

static void get_start(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, mapping_of(row)->start);
}

static void get_end(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, mapping_of(row)->end);
}

static void get_size(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, mapping_of(row)->end - mapping_of(row)->start);
}

/* The offset as a number, because it is compared with the offsets of pages */
static void get_first(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, mapping_of(row)->offset);
}

static void get_perms(const void *row, struct value *v)
{
	names__perms(v->buf, mapping_of(row)->prot);
	value__set_text(v, v->buf);
}

static const struct column mapping[] = {
	{ "pid",	"PID", 7, false, BOTH, get_pid, 0 },
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_addresses, 0 },
	{ "start",	"START", 12, false, JSON, get_start, 0 },
	{ "end",	"END", 12, false, JSON, get_end, 0 },
	{ "perms",	"PERM", 4, true, BOTH, get_perms, 0 },
	{ "first",	"OFFSET", 8, false, COLUMN_TEXT, get_first, 0 },
	{ "offset",	"OFFSET", 12, false, JSON, get_offset, VALUE_BYTES },
	{ "size",	"SIZE", 4, false, BOTH, get_size, VALUE_BYTES },
	{ "resident",	"RES", 4, false, BOTH, get_resident, VALUE_BYTES },
	{ "copied",	"COPY", 4, false, BOTH, get_copied, VALUE_BYTES },
	{ "comm",	"COMMAND", 0, true, BOTH, get_comm, 0 },
};

static const struct inspect_file_total *total_of(const void *row)
{
	return row;
}

#define GET_TOTAL(field, kind)						\
static void get_total_##field(const void *row, struct value *v)		\
{									\
	value__set(v, kind, total_of(row)->field);			\
}

/* Unknown of a file on hugetlbfs */
#define GET_CACHED(field)						\
static void get_total_##field(const void *row, struct value *v)		\
{									\
	if (!total_of(row)->hugetlbfs)					\
		value__set(v, VALUE_BYTES, total_of(row)->field);	\
}

GET_TOTAL(size, VALUE_BYTES)
GET_TOTAL(start, VALUE_BYTES)
GET_TOTAL(end, VALUE_BYTES)
GET_CACHED(cached)
GET_CACHED(large)
GET_CACHED(dirty)
GET_CACHED(writeback)
GET_CACHED(mapped)
GET_CACHED(lost)
GET_TOTAL(mappings, VALUE_COUNT)
GET_TOTAL(processes, VALUE_COUNT)
GET_TOTAL(exited, VALUE_COUNT)
GET_TOTAL(unreadable, VALUE_COUNT)

static void get_node_bytes(const void *row, struct value *v)
{
	const struct inspect_file_total *t = row;

	if (t->hugetlbfs)
		return;
	v->unit = VALUE_ARRAY;
	v->array = t->node;
	for (v->n = PGWALK_VMA_NODES; v->n > 1 && !t->node[v->n - 1]; v->n--)
		;
}

static const struct column total[] = {
	{ "size",	"", 0, false, BOTH, get_total_size, 0 },
	{ "start",	"", 0, false, BOTH, get_total_start, 0 },
	{ "end",	"", 0, false, BOTH, get_total_end, 0 },
	{ "cached",	"", 0, false, BOTH, get_total_cached, 0 },
	{ "large",	"", 0, false, BOTH, get_total_large, 0 },
	{ "dirty",	"", 0, false, BOTH, get_total_dirty, 0 },
	{ "writeback",	"", 0, false, BOTH, get_total_writeback, 0 },
	{ "mapped",	"", 0, false, BOTH, get_total_mapped, 0 },
	{ "lost",	"", 0, false, BOTH, get_total_lost, 0 },
	{ "mappings",	"", 0, false, BOTH, get_total_mappings, 0 },
	{ "processes",	"", 0, false, BOTH, get_total_processes, 0 },
	{ "exited",	"", 0, false, BOTH, get_total_exited, 0 },
	{ "unreadable",	"", 0, false, BOTH, get_total_unreadable, 0 },
	{ "node_bytes",	NULL, 0, false, JSON, get_node_bytes, 0 },
};

COLUMNS(file_columns, "pgwalk.file/1", run);
COLUMNS(file_mapping_columns, "pgwalk.file.mapping/1", mapping);
COLUMNS(file_total_columns, "pgwalk.file.total/1", total);
