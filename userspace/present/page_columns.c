// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The columns of pages: their last fault, and their current entry.
 */
#include <stdio.h>

#include "../lib/page_size.h"
#include "../names/names.h"
#include "fault_columns.h"

static const struct snapshot_page *page_of(const void *row)
{
	return ((const struct fault_row *)row)->page;
}

static const struct pgwalk_fault_event *last_of(const void *row)
{
	return &page_of(row)->last;
}

static void get_addr(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, page_of(row)->addr);
}

static void get_faults(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, page_of(row)->faults);
}

static void get_interval_faults(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, page_of(row)->interval_faults);
}

static void get_tid(const void *row, struct value *v)
{
	value__set(v, VALUE_SIGNED, (uint64_t)(int64_t)last_of(row)->tid);
}

static void get_time(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, last_of(row)->time_ns);
}

static void get_latency(const void *row, struct value *v)
{
	if (last_of(row)->flags & PGWALK_EVENT_TIMED)
		value__set(v, VALUE_NS, last_of(row)->latency_ns);
}

static void get_retries(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, last_of(row)->retries);
}

static void get_access(const void *row, struct value *v)
{
	uint32_t flags = last_of(row)->flags;

	value__set_text(v, flags & PGWALK_EVENT_EXEC ? "exec" :
			   flags & PGWALK_EVENT_WRITE ? "write" : "read");
}

#define GET_FLAG(name, flag)						\
static void get_##name(const void *row, struct value *v)		\
{									\
	value__set(v, VALUE_BOOL, !!(last_of(row)->flags & (flag)));	\
}

GET_FLAG(kernel, PGWALK_EVENT_KERNEL)
GET_FLAG(gup, PGWALK_EVENT_GUP)
GET_FLAG(major, PGWALK_EVENT_MAJOR)

static bool has_pfn(const struct pgwalk_entry *e)
{
	if (e->flags & PGWALK_F_REDACTED)
		return false;
	switch (e->kind) {
	case PGWALK_KIND_UNSET:
	case PGWALK_KIND_NONE:
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		return false;
	}
	return true;
}

/* "none", or the permissions, the accessed and dirty bits, the frame and the size */
static void show_entry(const struct pgwalk_entry *e, struct value *v)
{
	uint64_t f = e->flags;
	char size[8] = "";

	if (e->kind == PGWALK_KIND_UNSET)
		return;
	if (!(f & PGWALK_F_PRESENT) || !has_pfn(e)) {
		value__set_text(v, names__entry(e->kind));
		return;
	}
	if (e->shift > page_shift())
		names__size(size, e->shift);
	snprintf(v->buf, sizeof(v->buf), "r%c%c%c%c %llx%s%s",
		 f & PGWALK_F_WRITE ? 'w' : '-', f & PGWALK_F_NX ? '-' : 'x',
		 f & PGWALK_F_ACCESSED ? 'a' : '-',
		 f & PGWALK_F_DIRTY ? 'd' : '-', (unsigned long long)e->pfn,
		 size[0] ? " " : "", size);
	value__set_text(v, v->buf);
}

/* Columns of an entry; unknown without an entry */
#define GET_ENTRY(name, entry)						\
static void get_##name(const void *row, struct value *v)		\
{									\
	show_entry(entry, v);						\
}									\
static void get_##name##_kind(const void *row, struct value *v)		\
{									\
	if ((entry)->kind)						\
		value__set_text(v, names__entry((entry)->kind));	\
}									\
static void get_##name##_flags(const void *row, struct value *v)	\
{									\
	if (!(entry)->kind)						\
		return;							\
	v->unit = VALUE_WORDS;						\
	v->text = names__entry_flags(v->buf, sizeof(v->buf),		\
				     (entry)->flags, (entry)->pkey);	\
}									\
static void get_##name##_pfn(const void *row, struct value *v)		\
{									\
	if (has_pfn(entry))						\
		value__set(v, VALUE_HEX, (entry)->pfn);			\
}									\
static void get_##name##_leaf(const void *row, struct value *v)		\
{									\
	if ((entry)->kind && (entry)->shift)				\
		value__set_text(v, names__size(v->buf, (entry)->shift)); \
}

GET_ENTRY(before, &last_of(row)->before)
GET_ENTRY(after, &last_of(row)->after)

static const struct pgwalk_entry *now_of(const void *row)
{
	static const struct pgwalk_entry unset;

	return page_of(row)->now_known ? &page_of(row)->now : &unset;
}

GET_ENTRY(now, now_of(row))

static void get_mapcount(const void *row, struct value *v)
{
	if (page_of(row)->now_known && page_of(row)->mapcount >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)page_of(row)->mapcount);
}

static void get_node(const void *row, struct value *v)
{
	if (page_of(row)->now_known && page_of(row)->node >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)page_of(row)->node);
}

static void get_frame_flags(const void *row, struct value *v)
{
	if (!page_of(row)->now_known)
		return;
	v->unit = VALUE_WORDS;
	v->text = names__frame_flags(v->buf, sizeof(v->buf),
				     page_of(row)->frame_flags);
}

#define TEXT	COLUMN_TEXT
#define BOTH	(TEXT | FAULT_ROW_SCREEN)
#define JSON	COLUMN_JSON

#define ENTRY(name)							\
	{ #name, NULL, 0, true, JSON, get_##name##_kind, 0 },		\
	{ #name "_flags", NULL, 0, true, JSON, get_##name##_flags, 0 },	\
	{ #name "_pfn", NULL, 0, true, JSON, get_##name##_pfn, 0 },	\
	{ #name "_leaf", NULL, 0, true, JSON, get_##name##_leaf, 0 }

static const struct column table[] = {
	{ "addr",	"ADDR",	12, false, BOTH | JSON, get_addr, 0 },
	{ "faults",	"FAULTS", 6, false, BOTH | JSON, get_faults, 0 },
	{ "interval_faults", NULL, 0, false, JSON, get_interval_faults, 0 },
	{ "class",	"CLASS", 12, true, BOTH | JSON, fault_row__class, 0 },
	{ NULL,		"BEFORE", 13, true, BOTH, get_before, 0 },
	{ NULL,		"AFTER", 13, true, BOTH, get_after, 0 },
	{ NULL,		"NOW",	13, true, BOTH, get_now, 0 },
	{ "mapcount",	"MAPS",	4, false, BOTH | JSON, get_mapcount, 0 },
	{ "node",	"NODE",	4, false, BOTH | JSON, get_node, 0 },
	{ "latency_ns",	"LAT",	5, false, FAULT_ROW_SCREEN | JSON, get_latency, 0 },
	{ "tid",	"TID",	7, false, FAULT_ROW_SCREEN | JSON, get_tid, 0 },
	{ "time_ns",	NULL,	0, false, JSON, get_time, 0 },
	{ "access",	NULL,	0, true, JSON, get_access, 0 },
	{ "kernel",	NULL,	0, false, JSON, get_kernel, 0 },
	{ "gup",	NULL,	0, false, JSON, get_gup, 0 },
	{ "major",	NULL,	0, false, JSON, get_major, 0 },
	{ "retries",	NULL,	0, false, JSON, get_retries, 0 },
	ENTRY(before),
	ENTRY(after),
	ENTRY(now),
	{ "frame_flags", NULL,	0, true, JSON, get_frame_flags, 0 },
};

COLUMNS(page_columns, "pgtop.page/1", table);
