// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of folios by size: in mappings, and the sums by reason. */
#include "../names/names.h"
#include "inspect_columns.h"

static const struct inspect_folio *folio_of(const void *row)
{
	return row;
}

static void get_range(const void *row, struct value *v)
{
	value__set_range(v, folio_of(row)->start, folio_of(row)->end);
}

GET_FIELD(inspect_folio, start, VALUE_ADDRESS)
GET_FIELD(inspect_folio, end, VALUE_ADDRESS)
GET_FIELD(inspect_folio, bytes, VALUE_BYTES)
GET_FIELD(inspect_folio, slots, VALUE_COUNT)
GET_FIELD(inspect_folio, whole, VALUE_COUNT)
GET_FIELD(inspect_folio, smaller, VALUE_COUNT)

static void get_size(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, 1ULL << folio_of(row)->shift);
}

static void get_name(const void *row, struct value *v)
{
	value__set_text(v, names__size(v->buf, folio_of(row)->shift));
	v->n = folio_of(row)->shift;
}

static void get_empty(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, folio_of(row)->slots - folio_of(row)->whole - folio_of(row)->smaller);
}

static void get_collapsible(const void *row, struct value *v)
{
	if (folio_of(row)->collapsible != ~0ULL)
		value__set(v, VALUE_COUNT, folio_of(row)->collapsible);
}

static void get_state(const void *row, struct value *v)
{
	value__set_text(v, names__huge_state(folio_of(row)->state));
}

static void get_reason(const void *row, struct value *v)
{
	value__set_text(v, names__folio_reason(folio_of(row)->reason));
}

static void get_setting(const void *row, struct value *v)
{
	value__set_text(v, names__thp(folio_of(row)->setting));
}

static void get_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(folio_of(row)->kind));
}

static const struct column folios[] = {
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "start",	NULL, 0, false, JSON, get_start, 0 },
	{ "end",	NULL, 0, false, JSON, get_end, 0 },
	{ "name",	"SIZE", 4, false, COLUMN_TEXT, get_name, 0 },
	{ "size",	"SIZE", 7, false, JSON, get_size, 0 },
	{ "bytes",	"BYTES", 5, false, BOTH, get_bytes, VALUE_BYTES },
	{ "slots",	"SLOTS", 6, false, JSON, get_slots, 0 },
	{ "whole",	"WHOLE", 5, false, BOTH, get_whole, 0 },
	{ "smaller",	"SMALLER", 7, false, BOTH, get_smaller, 0 },
	{ "empty",	"EMPTY", 6, false, BOTH, get_empty, 0 },
	{ "collapsible", "COLL", 6, false, JSON, get_collapsible, 0 },
	{ "state",	"STATE", 7, true, JSON, get_state, 0 },
	{ "setting",	"SETTING", 11, true, JSON, get_setting, 0 },
	{ "kind",	"KIND", 4, true, BOTH, get_kind, 0 },
	{ "reason",	"REASON", 0, true, BOTH, get_reason, 0 },
};

static const struct inspect_folio_sum *sum_of(const void *row)
{
	return row;
}

static uint8_t state_of(const struct inspect_folio_sum *sum)
{
	static const uint8_t states[] = {
#define X(name, state, word, text) INSPECT_HUGE_##state,
		INSPECT_FOLIO_REASONS(X)
#undef X
	};

	return sum->slots && sum->whole == sum->slots ? INSPECT_HUGE_NOW : states[sum->reason];
}

static void get_sum_size(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, 1ULL << sum_of(row)->shift);
}

static void get_sum_name(const void *row, struct value *v)
{
	value__set_text(v, names__size(v->buf, sum_of(row)->shift));
}

static void get_sum_state(const void *row, struct value *v)
{
	value__set_text(v, names__huge_state(state_of(row)));
}

static void get_sum_reason(const void *row, struct value *v)
{
	value__set_text(v, names__folio_reason(sum_of(row)->reason));
}

#define GET_SUM(field, kind)					\
static void get_sum_##field(const void *row, struct value *v)	\
{								\
	value__set(v, kind, sum_of(row)->field);		\
}

GET_SUM(mappings, VALUE_COUNT)
GET_SUM(bytes, VALUE_BYTES)
GET_SUM(slots, VALUE_COUNT)
GET_SUM(whole, VALUE_COUNT)
GET_SUM(smaller, VALUE_COUNT)

static void get_sum_empty(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, sum_of(row)->slots - sum_of(row)->whole - sum_of(row)->smaller);
}

static void get_sum_change(const void *row, struct value *v)
{
	value__set_prose(v, names__folio_change(sum_of(row)->reason));
}

static const struct column sums[] = {
	{ "name",	"SIZE", 5, false, COLUMN_TEXT, get_sum_name, 0 },
	{ "size",	"SIZE", 7, false, JSON, get_sum_size, 0 },
	{ "state",	"STATE", 7, true, BOTH, get_sum_state, 0 },
	{ "reason",	"REASON", 15, true, BOTH, get_sum_reason, 0 },
	{ "mappings",	"MAPPINGS", 8, false, JSON, get_sum_mappings, 0 },
	{ "bytes",	"BYTES", 5, false, BOTH, get_sum_bytes, VALUE_BYTES },
	{ "slots",	"SLOTS", 7, false, BOTH, get_sum_slots, 0 },
	{ "whole",	"WHOLE", 7, false, JSON, get_sum_whole, 0 },
	{ "smaller",	"SMALLER", 7, false, JSON, get_sum_smaller, 0 },
	{ "empty",	"EMPTY", 7, false, JSON, get_sum_empty, 0 },
	{ "change",	"CAUSE, AND WHAT TO DO", 0, true, BOTH, get_sum_change, 0 },
};

COLUMNS(folio_columns, "pgwalk.huge.folio/1", folios);
COLUMNS(folio_sum_columns, "pgwalk.huge.folio_reason/1", sums);
