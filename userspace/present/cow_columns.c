// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of memory shared since fork(), of relatives, and of the sums. */
#include <stdio.h>
#include <string.h>

#include "../names/names.h"
#include "inspect_columns.h"

static const struct inspect_cow *cow_of(const void *row)
{
	return &((const struct inspect_cow_row *)row)->cow;
}

static const struct pgwalk_vma *vma_of(const void *row)
{
	return cow_of(row)->vma;
}

static void get_range(const void *row, struct value *v)
{
	value__set_range(v, vma_of(row)->start, vma_of(row)->end);
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
	value__set_text(v, v->buf);
	names__perms(v->buf, vma_of(row)->prot);
}

static void get_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(vma_of(row)->kind));
}

static void get_basename(const void *row, struct value *v)
{
	const char *slash = strrchr(vma_of(row)->name, '/');

	v->unit = VALUE_NAME;
	v->text = slash ? slash + 1 : vma_of(row)->name;
}

static void get_name(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = vma_of(row)->name;
}

#define GET_COW(field, unit)							\
static void get_##field(const void *row, struct value *v)			\
{										\
	value__set(v, unit, cow_of(row)->field);				\
}										\
										\
static void get_total_##field(const void *row, struct value *v)			\
{										\
	value__set(v, unit, ((const struct inspect_cow_total *)row)->sum.field);	\
}

GET_COW(resident, VALUE_BYTES)
GET_COW(exclusive, VALUE_BYTES)
GET_COW(shared, VALUE_BYTES)
GET_COW(file, VALUE_BYTES)
GET_COW(ksm, VALUE_BYTES)
GET_COW(zero, VALUE_BYTES)
GET_COW(swapped, VALUE_BYTES)
GET_COW(faults, VALUE_COUNT)
GET_COW(reused, VALUE_BYTES)
GET_COW(copied, VALUE_BYTES)
GET_COW(copied_file, VALUE_BYTES)
GET_COW(copied_zero, VALUE_BYTES)
GET_COW(unsure, VALUE_BYTES)
GET_COW(elsewhere, VALUE_BYTES)

/* The relatives that share pages, as many as there is room for */
static void get_with(const void *row, struct value *v)
{
	const struct inspect_cow_row *r = row;
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < r->nr_relatives; i++)
		if (r->cow.with[i] && at < sizeof(v->buf) - 12)
			at += (size_t)snprintf(v->buf + at, sizeof(v->buf) - at, "%s%d", at ? "," : "",
					       r->relative[i].pid);
	if (at)
		value__set_text(v, v->buf);
}

/* Copies of the columns of arrays: one row is printed at a time */
static uint64_t shared_pids[INSPECT_COW_RELATIVES], shared_bytes[INSPECT_COW_RELATIVES];

static void get_with_pids(const void *row, struct value *v)
{
	const struct inspect_cow_row *r = row;
	unsigned int i;

	v->unit = VALUE_ARRAY;
	v->array = shared_pids;
	for (i = 0; i < r->nr_relatives; i++)
		if (r->cow.with[i])
			shared_pids[v->n++] = (uint64_t)r->relative[i].pid;
}

static void get_with_bytes(const void *row, struct value *v)
{
	const struct inspect_cow_row *r = row;
	unsigned int i;

	v->unit = VALUE_ARRAY;
	v->array = shared_bytes;
	for (i = 0; i < r->nr_relatives; i++)
		if (r->cow.with[i])
			shared_bytes[v->n++] = r->cow.with[i];
}

static const struct column cow[] = {
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "start",	NULL, 0, false, JSON, get_start, 0 },
	{ "end",	NULL, 0, false, JSON, get_end, 0 },
	{ "perms",	"PERM", 4, true, JSON, get_perms, 0 },
	{ "kind",	"KIND", 6, true, BOTH, get_kind, 0 },
	{ "resident",	"RSS", 5, false, BOTH, get_resident, VALUE_BYTES },
	{ "exclusive",	"EXCL", 5, false, BOTH, get_exclusive, VALUE_BYTES },
	{ "shared",	"SHR", 5, false, BOTH, get_shared, VALUE_BYTES },
	{ "cache",	"CACHE", 5, false, JSON, get_file, VALUE_BYTES },
	{ "ksm",	"KSM", 5, false, JSON, get_ksm, VALUE_BYTES },
	{ "zero",	"ZERO", 5, false, JSON, get_zero, VALUE_BYTES },
	{ "swapped",	"SWAP", 5, false, JSON, get_swapped, VALUE_BYTES },
	{ "faults",	"FAULTS", 7, false, BOTH, get_faults, 0 },
	{ "copied",	"COPY", 5, false, BOTH, get_copied, VALUE_BYTES },
	{ "reused",	"REUSE", 5, false, JSON, get_reused, VALUE_BYTES },
	{ "copied_file", "CFILE", 5, false, JSON, get_copied_file, VALUE_BYTES },
	{ "copied_zero", "CZERO", 5, false, JSON, get_copied_zero, VALUE_BYTES },
	{ "unsure",	"UNSURE", 6, false, JSON, get_unsure, VALUE_BYTES },
	{ "elsewhere",	"ELSEW", 5, false, JSON, get_elsewhere, VALUE_BYTES },
	{ "file",	"NAME", 12, true, 0, get_basename, 0 },
	{ "with",	"WITH", 0, true, COLUMN_TEXT, get_with, 0 },
	{ "with_pids",	NULL, 0, false, JSON, get_with_pids, 0 },
	{ "with_bytes",	NULL, 0, false, JSON, get_with_bytes, 0 },
	{ "name",	"NAME", 0, true, JSON, get_name, 0 },
};

GET_FIELD(inspect_relative, pid, VALUE_COUNT)
GET_FIELD(inspect_relative, differ, VALUE_BYTES)

static void get_relation(const void *row, struct value *v)
{
	value__set_text(v, names__kinship(((const struct inspect_relative *)row)->relation));
}

static void get_comm(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = ((const struct inspect_relative *)row)->comm;
}

static void get_relative_shared(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, ((const struct inspect_relative *)row)->shared);
}

static const struct column relative[] = {
	{ "pid",	"PID", 7, false, BOTH, get_pid, 0 },
	{ "relation",	"RELATION", 10, true, BOTH, get_relation, 0 },
	{ "shared",	"SHARED", 6, false, BOTH, get_relative_shared, VALUE_BYTES },
	{ "differ",	"DIFFER", 6, false, BOTH, get_differ, VALUE_BYTES },
	{ "comm",	"COMMAND", 0, true, BOTH, get_comm, 0 },
};

#define GET_TOTAL(field)							\
static void get_total_##field(const void *row, struct value *v)			\
{										\
	value__set(v, VALUE_COUNT, ((const struct inspect_cow_total *)row)->field);	\
}

GET_TOTAL(mappings)
GET_TOTAL(relatives)
GET_TOTAL(left_out)

static void get_rules(const void *row, struct value *v)
{
	const uint32_t version = ((const struct inspect_cow_total *)row)->rules;

	snprintf(v->buf, sizeof(v->buf), "%u.%u", version >> 16, version >> 8 & 0xff);
	value__set_text(v, v->buf);
}

#define TOTAL(name) { #name, #name, 0, false, BOTH, get_total_##name, 0 }

static const struct column total[] = {
	TOTAL(mappings), TOTAL(resident), TOTAL(exclusive), TOTAL(shared),
	{ "cache", "cache", 0, false, BOTH, get_total_file, 0 },
	TOTAL(ksm), TOTAL(zero), TOTAL(swapped), TOTAL(faults), TOTAL(copied), TOTAL(reused), TOTAL(copied_file),
	TOTAL(copied_zero), TOTAL(unsure), TOTAL(elsewhere), TOTAL(relatives), TOTAL(left_out),
	{ "rules", "rules", 0, false, BOTH, get_rules, 0 },
};

COLUMNS(cow_columns, "pgwalk.cow/1", cow);
COLUMNS(relative_columns, "pgwalk.cow.relative/1", relative);
COLUMNS(cow_total_columns, "pgwalk.cow.total/1", total);
