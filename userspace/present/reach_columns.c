// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of contiguity by size, of its sums, and of TLBs. */
#include "../lib/units.h"
#include "../names/names.h"
#include "inspect_columns.h"

GET_FIELD(inspect_reach_size, runs, VALUE_COUNT)
GET_FIELD(inspect_reach_size, run_bytes, VALUE_BYTES)
GET_FIELD(inspect_reach_size, leaves, VALUE_COUNT)
GET_FIELD(inspect_reach_size, leaf_bytes, VALUE_BYTES)
GET_FIELD(inspect_reach_size, exec_leaves, VALUE_COUNT)
GET_FIELD(inspect_reach_size, folios, VALUE_COUNT)
GET_FIELD(inspect_reach_size, folio_bytes, VALUE_BYTES)
GET_FIELD(inspect_reach_size, misaligned, VALUE_COUNT)
GET_FIELD(inspect_reach_size, part_bytes, VALUE_BYTES)

static void get_size(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, 1ULL << ((const struct inspect_reach_size *)row)->shift);
}

/* Sizes of rows are powers of two: 64K also where bytes are exact */
static void get_name(const void *row, struct value *v)
{
	value__set_text(v, names__size(v->buf, ((const struct inspect_reach_size *)row)->shift));
}

static void get_share(const void *row, struct value *v)
{
	const struct inspect_reach_size *s = row;

	value__set_text(v, units__share(v->buf, sizeof(v->buf), s->run_bytes, s->resident));
}

static const struct column size[] = {
	{ "name",	"SIZE", 5, false, COLUMN_TEXT, get_name, 0 },
	{ "size",	"SIZE", 5, false, JSON, get_size, 0 },
	{ "runs",	"RUNS", 9, false, BOTH, get_runs, 0 },
	{ "run_bytes",	"BYTES", 5, false, BOTH, get_run_bytes, VALUE_BYTES },
	{ "share",	"SHARE", 5, false, COLUMN_TEXT, get_share, 0 },
	{ "leaves",	"LEAVES", 9, false, BOTH, get_leaves, 0 },
	{ "leaf_bytes",	"BYTES", 5, false, BOTH, get_leaf_bytes, VALUE_BYTES },
	{ "exec_leaves", "EXEC", 9, false, JSON, get_exec_leaves, 0 },
	{ "folios",	"FOLIOS", 8, false, BOTH, get_folios, 0 },
	{ "folio_bytes", "BYTES", 5, false, BOTH, get_folio_bytes, VALUE_BYTES },
	{ "misaligned",	"MISAL", 5, false, BOTH, get_misaligned, 0 },
	{ "part_bytes",	"PART", 5, false, BOTH, get_part_bytes, VALUE_BYTES },
};

#define GET_TOTAL(field, unit)								\
static void get_total_##field(const void *row, struct value *v)			\
{											\
	value__set(v, unit, ((const struct inspect_reach_total *)row)->reach.field);	\
}

GET_TOTAL(resident, VALUE_BYTES)
GET_TOTAL(not_counted, VALUE_BYTES)
GET_TOTAL(raced, VALUE_BYTES)
GET_TOTAL(runs, VALUE_COUNT)
GET_TOTAL(longest, VALUE_BYTES)
GET_TOTAL(entries, VALUE_COUNT)
GET_TOTAL(entries_folios, VALUE_COUNT)
GET_TOTAL(entries_contiguous, VALUE_COUNT)

static void get_longest_start(const void *row, struct value *v)
{
	const struct inspect_reach_total *t = row;

	if (t->reach.longest)
		value__set(v, VALUE_ADDRESS, t->reach.longest_start);
}

static void get_cpu(const void *row, struct value *v)
{
	const struct inspect_reach_total *t = row;

	if (t->cpu >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)t->cpu);
}

static void get_vendor(const void *row, struct value *v)
{
	const struct inspect_reach_total *t = row;

	if (t->vendor[0]) {
		v->unit = VALUE_NAME;
		v->text = t->vendor;
	}
}

static void get_hypervisor(const void *row, struct value *v)
{
	value__set(v, VALUE_BOOL, ((const struct inspect_reach_total *)row)->hypervisor);
}

static void get_tlbs(const void *row, struct value *v)
{
	const struct inspect_reach_total *t = row;

	if (t->nr_tlbs)
		value__set(v, VALUE_COUNT, t->nr_tlbs);
}

static const struct column total[] = {
	{ "resident",	"", 0, false, BOTH, get_total_resident, 0 },
	{ "not_counted", "", 0, false, BOTH, get_total_not_counted, 0 },
	{ "raced",	"", 0, false, BOTH, get_total_raced, 0 },
	{ "runs",	"", 0, false, BOTH, get_total_runs, 0 },
	{ "longest",	"", 0, false, BOTH, get_total_longest, 0 },
	{ "longest_start", "", 0, false, BOTH, get_longest_start, 0 },
	{ "entries",	"", 0, false, BOTH, get_total_entries, 0 },
	{ "entries_folios", "", 0, false, BOTH, get_total_entries_folios, 0 },
	{ "entries_contiguous", "", 0, false, BOTH, get_total_entries_contiguous, 0 },
	{ "tlbs",	"", 0, false, BOTH, get_tlbs, 0 },
	{ "cpu",	"", 0, false, BOTH, get_cpu, 0 },
	{ "vendor",	"", 0, false, BOTH, get_vendor, 0 },
	{ "hypervisor",	"", 0, false, BOTH, get_hypervisor, 0 },
};

GET_FIELD(inspect_tlb, level, VALUE_COUNT)
GET_FIELD(inspect_tlb, entries, VALUE_COUNT)
GET_FIELD(inspect_tlb, needed, VALUE_COUNT)

static void get_type(const void *row, struct value *v)
{
	value__set_text(v, names__tlb(((const struct inspect_tlb *)row)->type));
}

static void get_sizes(const void *row, struct value *v)
{
	v->unit = VALUE_WORDS;
	v->text = names__sizes(v->buf, sizeof(v->buf), ((const struct inspect_tlb *)row)->sizes);
}

static void get_ways(const void *row, struct value *v)
{
	const struct inspect_tlb *tlb = row;

	if (tlb->ways)
		value__set(v, VALUE_COUNT, tlb->ways);
}

/* Bytes that all entries map, with the smallest and with the largest size */
static void get_reach(const void *row, struct value *v)
{
	const struct inspect_tlb *tlb = row;

	value__set(v, VALUE_BYTES, (uint64_t)tlb->entries << __builtin_ctzll(tlb->sizes));
}

static void get_reach_max(const void *row, struct value *v)
{
	const struct inspect_tlb *tlb = row;

	value__set(v, VALUE_BYTES, (uint64_t)tlb->entries << (63 - __builtin_clzll(tlb->sizes)));
}

static const struct column tlb[] = {
	{ "level",	"LEVEL", 5, false, BOTH, get_level, 0 },
	{ "type",	"TYPE", 11, true, BOTH, get_type, 0 },
	{ "sizes",	"PAGES", 8, true, BOTH, get_sizes, 0 },
	{ "entries",	"ENTRIES", 7, false, BOTH, get_entries, 0 },
	{ "ways",	"WAYS", 4, false, BOTH, get_ways, 0 },
	{ "reach",	"REACH", 5, false, BOTH, get_reach, VALUE_BYTES },
	{ "reach_max",	"MAX", 5, false, BOTH, get_reach_max, VALUE_BYTES },
	{ "needed",	"NEEDED", 9, false, BOTH, get_needed, 0 },
};

COLUMNS(reach_columns, "pgwalk.reach/1", size);
COLUMNS(reach_total_columns, "pgwalk.reach.total/1", total);
COLUMNS(tlb_columns, "pgwalk.tlb/1", tlb);
