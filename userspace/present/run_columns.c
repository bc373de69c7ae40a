// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of runs of equal pages, and of their sums. */
#include "../lib/digits.h"
#include "../names/names.h"
#include "inspect_columns.h"

static const struct pgwalk_run *run_of(const void *row)
{
	return &((const struct pgwalk_frame_run *)row)->run;
}

static const struct pgwalk_frame_run *frames_of(const void *row)
{
	return row;
}

static void get_range(const void *row, struct value *v)
{
	value__set_range(v, run_of(row)->start, run_of(row)->end);
}

static void get_start(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, run_of(row)->start);
}

static void get_end(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, run_of(row)->end);
}

static void get_size(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, run_of(row)->end - run_of(row)->start);
}

static void get_leaf(const void *row, struct value *v)
{
	names__size(v->buf, run_of(row)->shift);
	value__set_text(v, v->buf);
}

static void get_kind(const void *row, struct value *v)
{
	value__set_text(v, names__entry(run_of(row)->kind));
}

static bool is_redacted(const void *row)
{
	return run_of(row)->flags & PGWALK_F_REDACTED;
}

static bool has_pfn(const void *row)
{
	if (is_redacted(row))
		return false;
	switch (run_of(row)->kind) {
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		return false;
	}
	return true;
}

static void get_pfn(const void *row, struct value *v)
{
	if (has_pfn(row))
		value__set(v, VALUE_HEX, run_of(row)->pfn);
}

static void get_swap(const void *row, struct value *v)
{
	char *at;

	if (run_of(row)->kind != PGWALK_KIND_SWAP || is_redacted(row))
		return;
	at = digits__decimal(v->buf, run_of(row)->swap_type);
	*at++ = ':';
	digits__hex(at, run_of(row)->pfn, 1);
	value__set_text(v, v->buf);
}

/* The frame or the swap slot, one column in text */
static void get_location(const void *row, struct value *v)
{
	get_pfn(row, v);
	if (v->unit == VALUE_NONE)
		get_swap(row, v);
}

static void get_mapcount(const void *row, struct value *v)
{
	if (frames_of(row)->mapcount >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)frames_of(row)->mapcount);
}

static void get_node(const void *row, struct value *v)
{
	if (frames_of(row)->node >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)frames_of(row)->node);
}

static void get_entry(const void *row, struct value *v)
{
	names__entry_flags(v->buf, sizeof(v->buf), run_of(row)->flags,
			   run_of(row)->pkey);
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

/* Permissions and bits of the entry, a letter each */
static void get_letters(const void *row, struct value *v)
{
	uint64_t f = run_of(row)->flags;
	bool user = (f & PGWALK_F_PRESENT) && (f & PGWALK_F_USER);
	char *s = v->buf;

	*s++ = user ? 'r' : '-';
	*s++ = user && f & PGWALK_F_WRITE ? 'w' : '-';
	*s++ = user && !(f & PGWALK_F_NX) ? 'x' : '-';
	*s++ = f & PGWALK_F_ACCESSED ? 'a' : '-';
	*s++ = f & PGWALK_F_DIRTY ? 'd' : '-';
	*s++ = f & PGWALK_F_SOFT_DIRTY ? 's' : '-';
	*s++ = f & (PGWALK_F_UFFD_WP | PGWALK_F_MARK_UFFD_WP) ? 'u' : '-';
	*s = '\0';
	value__set_text(v, v->buf);
}

static void get_pkey(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, run_of(row)->pkey);
}

static void get_frame(const void *row, struct value *v)
{
	if (is_redacted(row))
		return;
	names__frame_flags(v->buf, sizeof(v->buf), frames_of(row)->frame_flags);
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

static void get_frame_letters(const void *row, struct value *v)
{
	if (is_redacted(row))
		return;
	names__frame_letters(v->buf, frames_of(row)->frame_flags);
	value__set_text(v, v->buf);
}

static void get_frame_kind(const void *row, struct value *v)
{
	if (is_redacted(row))
		return;
	value__set_text(v, names__frame(frames_of(row)->frame_kind));
}

static void get_order(const void *row, struct value *v)
{
	if (frames_of(row)->frame_kind)
		value__set(v, VALUE_COUNT, frames_of(row)->order);
}

static void get_bytes(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, ((const struct inspect_pages *)row)->bytes);
}

static void get_runs(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, ((const struct inspect_pages *)row)->runs);
}

#define GET_SUM(field)							\
static void get_##field(const void *row, struct value *v)		\
{									\
	value__set(v, VALUE_BYTES,					\
		   ((const struct inspect_pages *)row)->field);		\
}

GET_SUM(leaf_4k)
GET_SUM(leaf_2m)
GET_SUM(leaf_1g)
GET_SUM(young)
GET_SUM(dirty)
GET_SUM(soft_dirty)

/* Sums that a delegated file does not report */
#define GET_FRAMES(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct inspect_pages *total = row;			\
									\
	if (!total->redacted)						\
		value__set(v, VALUE_BYTES, total->field);		\
}

GET_FRAMES(exclusive)
GET_FRAMES(shared)
GET_FRAMES(large)

static void get_aging(const void *row, struct value *v)
{
	const struct inspect_pages *total = row;

	v->unit = VALUE_WORDS;
	v->text = names__aging(v->buf, sizeof(v->buf), total->aging);
}

#define GET_KIND(name, number)						\
static void get_##name(const void *row, struct value *v)		\
{									\
	value__set(v, VALUE_BYTES,					\
		   ((const struct inspect_pages *)row)->kind[number]);	\
}

GET_KIND(present, PGWALK_KIND_PRESENT)
GET_KIND(zero, PGWALK_KIND_ZERO)
GET_KIND(special, PGWALK_KIND_SPECIAL)
GET_KIND(protnone, PGWALK_KIND_PROTNONE)
GET_KIND(numa_hint, PGWALK_KIND_NUMA_HINT)
GET_KIND(uffd_rwp, PGWALK_KIND_UFFD_RWP)
GET_KIND(swapped, PGWALK_KIND_SWAP)
GET_KIND(migration, PGWALK_KIND_MIGRATION)
GET_KIND(hwpoison, PGWALK_KIND_HWPOISON)
GET_KIND(device, PGWALK_KIND_DEVICE)
GET_KIND(marker, PGWALK_KIND_MARKER)
GET_KIND(bad, PGWALK_KIND_BAD)
GET_KIND(raced, PGWALK_KIND_RACED)

static void get_node_bytes(const void *row, struct value *v)
{
	const struct inspect_pages *p = row;

	if (p->redacted)
		return;
	v->unit = VALUE_ARRAY;
	v->array = p->node;
	for (v->n = PGWALK_VMA_NODES; v->n > 1 && !p->node[v->n - 1]; v->n--)
		;
}

static const struct column table[] = {
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "start",	NULL, 0, false, JSON, get_start, 0 },
	{ "end",	NULL, 0, false, JSON, get_end, 0 },
	{ "size",	"SIZE", 4, false, BOTH, get_size, VALUE_BYTES },
	{ "leaf",	"LF", 2, false, BOTH, get_leaf, 0 },
	{ "kind",	"KIND", 9, true, BOTH, get_kind, 0 },
	{ "place",	"PFN", 8, false, COLUMN_TEXT, get_location, 0 },
	{ "pfn",	"PFN", 8, false, JSON, get_pfn, 0 },
	{ "swap",	"SWAP", 10, false, JSON, get_swap, 0 },
	{ "mapcount",	"MAP", 3, false, BOTH, get_mapcount, 0 },
	{ "node",	"N", 2, false, BOTH, get_node, 0 },
	{ "letters",	"ENTRY", 7, true, COLUMN_TEXT, get_letters, 0 },
	{ "entry",	"ENTRY", 24, true, JSON, get_entry, 0 },
	{ "pkey",	"PKEY", 4, false, JSON, get_pkey, 0 },
	{ "frame_kind",	"USE", 8, true, JSON, get_frame_kind, 0 },
	{ "order",	"ORDER", 5, false, JSON, get_order, 0 },
	{ "frame_letters", "FRAME", 0, true, COLUMN_TEXT, get_frame_letters, 0 },
	{ "frame",	"FRAME", 0, true, JSON, get_frame, 0 },
};

static const struct column sums[] = {
	{ "runs",	"", 0, false, BOTH, get_runs, 0 },
	{ "bytes",	"", 0, false, BOTH, get_bytes, 0 },
	{ "present",	"", 0, false, BOTH, get_present, 0 },
	{ "zero",	"", 0, false, BOTH, get_zero, 0 },
	{ "special",	"", 0, false, BOTH, get_special, 0 },
	{ "protnone",	"", 0, false, BOTH, get_protnone, 0 },
	{ "numa_hint",	"", 0, false, BOTH, get_numa_hint, 0 },
	{ "uffd_rwp",	"", 0, false, BOTH, get_uffd_rwp, 0 },
	{ "swapped",	"", 0, false, BOTH, get_swapped, 0 },
	{ "migration",	"", 0, false, BOTH, get_migration, 0 },
	{ "hwpoison",	"", 0, false, BOTH, get_hwpoison, 0 },
	{ "device",	"", 0, false, BOTH, get_device, 0 },
	{ "marker",	"", 0, false, BOTH, get_marker, 0 },
	{ "bad",	"", 0, false, BOTH, get_bad, 0 },
	{ "raced",	"", 0, false, BOTH, get_raced, 0 },
	{ "leaf_4k",	"", 0, false, BOTH, get_leaf_4k, 0 },
	{ "leaf_2m",	"", 0, false, BOTH, get_leaf_2m, 0 },
	{ "leaf_1g",	"", 0, false, BOTH, get_leaf_1g, 0 },
	{ "young",	"", 0, false, BOTH, get_young, 0 },
	{ "accessed_cleared_by", NULL, 0, false, JSON, get_aging, 0 },
	{ "dirty",	"", 0, false, BOTH, get_dirty, 0 },
	{ "soft_dirty",	"", 0, false, BOTH, get_soft_dirty, 0 },
	{ "exclusive",	"", 0, false, BOTH, get_exclusive, 0 },
	{ "shared",	"", 0, false, BOTH, get_shared, 0 },
	{ "large",	"", 0, false, BOTH, get_large, 0 },
	{ "node_bytes",	NULL, 0, false, JSON, get_node_bytes, 0 },
};

COLUMNS(run_columns, "pgwalk.pages/1", table);
COLUMNS(pages_columns, "pgwalk.pages.total/1", sums);
