// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of segment registers and of descriptors. */
#include <stdio.h>

#include "../names/names.h"
#include "inspect_columns.h"

static const struct pgwalk_segment *segment_of(const void *row)
{
	return ((const struct inspect_register *)row)->segment;
}

static const struct pgwalk_thread *thread_of(const void *row)
{
	return ((const struct inspect_register *)row)->thread;
}

static void get_tid(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, (uint64_t)thread_of(row)->tid);
}

static void get_comm(const void *row, struct value *v)
{
	snprintf(v->buf, sizeof(v->buf), "%.*s",
		 (int)sizeof(thread_of(row)->comm), thread_of(row)->comm);
	v->unit = VALUE_NAME;
	v->text = v->buf;
}

static void get_running(const void *row, struct value *v)
{
	value__set(v, VALUE_BOOL,
		   !!(thread_of(row)->flags & PGWALK_THREAD_RUNNING));
}

static void get_bits(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT,
		   thread_of(row)->flags & PGWALK_THREAD_32BIT ? 32 : 64);
}

static void get_register(const void *row, struct value *v)
{
	value__set_text(v, names__segment(segment_of(row)->reg));
}

static void get_selector(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, segment_of(row)->selector);
}

static void get_index(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, segment_of(row)->selector >> 3);
}

static void get_table(const void *row, struct value *v)
{
	value__set_text(v, segment_of(row)->selector & 4 ? "ldt" : "gdt");
}

static void get_rpl(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, segment_of(row)->selector & 3);
}

static void get_base(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, segment_of(row)->base);
}

static void get_limit(const void *row, struct value *v)
{
	if (segment_of(row)->descriptor)
		value__set(v, VALUE_HEX, segment_of(row)->limit);
}

static void get_status(const void *row, struct value *v)
{
	value__set_text(v, names__segment_status(segment_of(row)->status));
}

static void get_descriptor(const void *row, struct value *v)
{
	if (!segment_of(row)->descriptor)
		return;
	snprintf(v->buf, sizeof(v->buf), "%016llx",
		 (unsigned long long)segment_of(row)->descriptor);
	value__set_text(v, v->buf);
}

static const struct column registers[] = {
	{ "tid",	"TID", 7, false, BOTH, get_tid, 0 },
	{ "comm",	"COMMAND", 15, true, BOTH, get_comm, 0 },
	{ "register",	"REG", 3, true, BOTH, get_register, 0 },
	{ "selector",	"SEL", 4, false, BOTH, get_selector, 0 },
	{ "index",	"IDX", 3, false, BOTH, get_index, 0 },
	{ "table",	"TBL", 3, true, BOTH, get_table, 0 },
	{ "rpl",	"RPL", 3, false, BOTH, get_rpl, 0 },
	{ "base",	"BASE", 12, false, BOTH, get_base, 0 },
	{ "limit",	"LIMIT", 8, false, BOTH, get_limit, 0 },
	{ "status",	"STATUS", 10, true, BOTH, get_status, 0 },
	{ "descriptor",	"DESCRIPTOR", 16, true, JSON, get_descriptor, 0 },
	{ "bits",	"BITS", 4, false, JSON, get_bits, 0 },
	{ "running",	"RUNNING", 7, false, JSON, get_running, 0 },
};

static const struct inspect_descriptor *descriptor_of(const void *row)
{
	return row;
}

static void get_cpu(const void *row, struct value *v)
{
	if (descriptor_of(row)->cpu >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)descriptor_of(row)->cpu);
}

static void get_slot(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, descriptor_of(row)->index);
}

static void get_slot_selector(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, descriptor_of(row)->index << 3 |
		   (descriptor_of(row)->cpu < 0 ? 4 : 0));
}

static void get_type(const void *row, struct value *v)
{
	value__set_text(v, descriptor_of(row)->type);
}

static void get_slot_base(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, descriptor_of(row)->base);
}

static void get_slot_limit(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, descriptor_of(row)->limit);
}

static void get_dpl(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, descriptor_of(row)->dpl);
}

/* P, AVL, L, D/B and G, and "flat" */
static void get_bits_set(const void *row, struct value *v)
{
	const struct inspect_descriptor *d = row;

	snprintf(v->buf, sizeof(v->buf), "%s%s%s%s%s%s",
		 d->present ? ",P" : "", d->avl ? ",AVL" : "",
		 d->code64 ? ",L" : "", d->big ? ",DB" : "",
		 d->granular ? ",G" : "", d->flat ? ",flat" : "");
	v->unit = VALUE_WORDS;
	v->text = v->buf + (v->buf[0] == ',');
}

static void get_slots(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, descriptor_of(row)->wide ? 2 : 1);
}

static void get_raw(const void *row, struct value *v)
{
	snprintf(v->buf, sizeof(v->buf), "%016llx",
		 (unsigned long long)descriptor_of(row)->raw);
	value__set_text(v, v->buf);
}

static void get_high(const void *row, struct value *v)
{
	if (!descriptor_of(row)->wide)
		return;
	snprintf(v->buf, sizeof(v->buf), "%016llx",
		 (unsigned long long)descriptor_of(row)->high);
	value__set_text(v, v->buf);
}

static const struct column descriptors[] = {
	{ "cpu",	"CPU", 3, false, BOTH, get_cpu, 0 },
	{ "index",	"IDX", 3, false, BOTH, get_slot, 0 },
	{ "selector",	"SEL", 4, false, BOTH, get_slot_selector, 0 },
	{ "type",	"TYPE", 9, true, BOTH, get_type, 0 },
	{ "dpl",	"DPL", 3, false, BOTH, get_dpl, 0 },
	{ "base",	"BASE", 16, false, BOTH, get_slot_base, 0 },
	{ "limit",	"LIMIT", 8, false, BOTH, get_slot_limit, 0 },
	{ "raw",	"RAW", 16, true, JSON, get_raw, 0 },
	{ "high",	"HIGH", 16, true, JSON, get_high, 0 },
	{ "slots",	"SLOTS", 5, false, JSON, get_slots, 0 },
	{ "flags",	"FLAGS", 0, true, BOTH, get_bits_set, 0 },
};

GET_FIELD(pgwalk_gdt, nr, VALUE_COUNT)
GET_FIELD(pgwalk_gdt, tr, VALUE_HEX)
GET_FIELD(pgwalk_gdt, ldtr, VALUE_HEX)

static void get_gdt_cpu(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, ((const struct pgwalk_gdt *)row)->cpu);
}

static void get_gdt_base(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, ((const struct pgwalk_gdt *)row)->base);
}

static void get_gdt_limit(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, ((const struct pgwalk_gdt *)row)->limit);
}

static const struct column gdt[] = {
	{ "cpu",	"", 0, false, JSON, get_gdt_cpu, 0 },
	{ "base",	"", 0, false, JSON, get_gdt_base, 0 },
	{ "limit",	"", 0, false, JSON, get_gdt_limit, 0 },
	{ "nr",		"", 0, false, JSON, get_nr, 0 },
	{ "tr",		"", 0, false, JSON, get_tr, 0 },
	{ "ldtr",	"", 0, false, JSON, get_ldtr, 0 },
};

COLUMNS(register_columns, "pgwalk.segment/1", registers);
COLUMNS(descriptor_columns, "pgwalk.descriptor/1", descriptors);
COLUMNS(gdt_columns, "pgwalk.gdt/1", gdt);
