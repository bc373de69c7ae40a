// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of slots, of their reasons, of sizes of folios, and of the sums. */
#include <errno.h>
#include <stdio.h>

#include "../names/names.h"
#include "inspect_columns.h"

static const struct inspect_huge *huge_of(const void *row)
{
	return row;
}

static void get_range(const void *row, struct value *v)
{
	value__set_range(v, huge_of(row)->start, huge_of(row)->end);
}

GET_FIELD(inspect_huge, start, VALUE_ADDRESS)
GET_FIELD(inspect_huge, end, VALUE_ADDRESS)
GET_FIELD(inspect_huge, slots, VALUE_COUNT)
GET_FIELD(inspect_huge, least, VALUE_COUNT)
GET_FIELD(inspect_huge, most, VALUE_COUNT)
GET_FIELD(inspect_huge, pages, VALUE_COUNT)

static void get_bytes(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, huge_of(row)->end - huge_of(row)->start);
}

static void get_state(const void *row, struct value *v)
{
	value__set_text(v, names__huge_state(huge_of(row)->state));
}

static void get_reason(const void *row, struct value *v)
{
	value__set_text(v, names__huge_reason(huge_of(row)->reason));
}

/* 23, or 1-512 of several slots; the largest come first in the order */
static void get_count(const void *row, struct value *v)
{
	const struct inspect_huge *h = row;

	if (h->least == h->most)
		snprintf(v->buf, sizeof(v->buf), "%u", h->most);
	else
		snprintf(v->buf, sizeof(v->buf), "%u-%u", h->least, h->most);
	if (h->most)
		value__set_text(v, v->buf);
	v->n = UINT64_MAX - h->most;
}

static void get_limit(const void *row, struct value *v)
{
	if (huge_of(row)->limit >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)huge_of(row)->limit);
}

static void get_collapse(const void *row, struct value *v)
{
	switch (huge_of(row)->error) {
	case 0:
		value__set_text(v, "ok");
		break;
	case EINVAL:
		value__set_text(v, "EINVAL");
		break;
	case EAGAIN:
		value__set_text(v, "EAGAIN");
		break;
	case EBUSY:
		value__set_text(v, "EBUSY");
		break;
	}
}

static void get_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(huge_of(row)->kind));
}

static void get_eligible(const void *row, struct value *v)
{
	if (huge_of(row)->eligible >= 0)
		value__set(v, VALUE_BOOL, (uint64_t)huge_of(row)->eligible);
}

static const struct column slots[] = {
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "start",	NULL, 0, false, JSON, get_start, 0 },
	{ "end",	NULL, 0, false, JSON, get_end, 0 },
	{ "bytes",	"BYTES", 5, false, BOTH, get_bytes, VALUE_BYTES },
	{ "slots",	"SLOTS", 5, false, BOTH, get_slots, 0 },
	{ "state",	"STATE", 5, true, BOTH, get_state, 0 },
	{ "reason",	"REASON", 13, true, BOTH, get_reason, 0 },
	{ "count",	"PAGES", 7, false, COLUMN_TEXT, get_count, 0 },
	{ "least",	NULL, 0, false, JSON, get_least, 0 },
	{ "most",	NULL, 0, false, JSON, get_most, 0 },
	{ "limit",	"LIMIT", 5, false, BOTH, get_limit, 0 },
	{ "pages",	"OF", 5, false, JSON, get_pages, 0 },
	{ "collapse",	"COLLAPSE", 8, true, JSON, get_collapse, 0 },
	{ "eligible",	"ELIGIBLE", 8, true, JSON, get_eligible, 0 },
	{ "kind",	"KIND", 0, true, BOTH, get_kind, 0 },
};

static void get_sum_state(const void *row, struct value *v)
{
	static const uint8_t states[] = {
#define X(name, state, word, text) INSPECT_HUGE_##state,
		INSPECT_HUGE_REASONS(X)
#undef X
	};

	value__set_text(v, names__huge_state(states[((const struct inspect_huge_sum *)row)->reason]));
}

static void get_sum_reason(const void *row, struct value *v)
{
	value__set_text(v, names__huge_reason(((const struct inspect_huge_sum *)row)->reason));
}

static void get_sum_slots(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, ((const struct inspect_huge_sum *)row)->slots);
}

static void get_sum_bytes(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, ((const struct inspect_huge_sum *)row)->bytes);
}

static void get_change(const void *row, struct value *v)
{
	value__set_prose(v, names__huge_change(((const struct inspect_huge_sum *)row)->reason));
}

static const struct column sums[] = {
	{ "state",	"STATE", 7, true, BOTH, get_sum_state, 0 },
	{ "reason",	"REASON", 13, true, BOTH, get_sum_reason, 0 },
	{ "slots",	"SLOTS", 8, false, BOTH, get_sum_slots, 0 },
	{ "bytes",	"BYTES", 5, false, BOTH, get_sum_bytes, VALUE_BYTES },
	{ "change",	"CAUSE, AND WHAT TO DO", 0, true, BOTH, get_change, 0 },
};

static const struct inspect_huge_size *size_of(const void *row)
{
	return row;
}

static void get_size(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, 1ULL << size_of(row)->size->shift);
}

static void get_size_name(const void *row, struct value *v)
{
	value__set_text(v, names__size(v->buf, size_of(row)->size->shift));
}

static void get_anon(const void *row, struct value *v)
{
	value__set_text(v, names__thp(size_of(row)->setting.anon));
}

static void get_shmem(const void *row, struct value *v)
{
	value__set_text(v, names__thp(size_of(row)->setting.shmem));
}

static void get_folios(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, size_of(row)->size->folios);
}

static void get_folio_bytes(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, size_of(row)->size->folio_bytes);
}

static void get_part_bytes(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, size_of(row)->size->part_bytes);
}

static const struct column sizes[] = {
	{ "name",	"SIZE", 7, false, COLUMN_TEXT, get_size_name, 0 },
	{ "size",	"SIZE", 7, false, JSON, get_size, 0 },
	{ "anon",	"ANON", 8, true, BOTH, get_anon, 0 },
	{ "shmem",	"SHMEM", 11, true, BOTH, get_shmem, 0 },
	{ "folios",	"FOLIOS", 9, false, BOTH, get_folios, 0 },
	{ "folio_bytes", "BYTES", 5, false, BOTH, get_folio_bytes, VALUE_BYTES },
	{ "part_bytes",	"PART", 5, false, BOTH, get_part_bytes, VALUE_BYTES },
};

static const struct inspect_huge_total *total_of(const void *row)
{
	return row;
}

#define GET_BYTES(name, state)							\
static void get_##name(const void *row, struct value *v)			\
{										\
	value__set(v, VALUE_BYTES, total_of(row)->bytes[INSPECT_HUGE_##state]);	\
}

GET_BYTES(huge, NOW)
GET_BYTES(could, COULD)
GET_BYTES(after, AFTER)
GET_BYTES(never, NEVER)
GET_BYTES(unknown, UNKNOWN)

#define GET_THP(field, unit)							\
static void get_##field(const void *row, struct value *v)			\
{										\
	value__set(v, unit, total_of(row)->thp->field);				\
}

GET_THP(disabled, VALUE_BOOL)
GET_THP(max_none, VALUE_COUNT)
GET_THP(max_swap, VALUE_COUNT)
GET_THP(max_shared, VALUE_COUNT)
GET_THP(scan_sleep_ms, VALUE_COUNT)
GET_THP(pages_to_scan, VALUE_COUNT)
GET_THP(full_scans, VALUE_COUNT)

static void get_total_anon(const void *row, struct value *v)
{
	value__set_text(v, names__thp(total_of(row)->thp->anon));
}

static void get_total_shmem(const void *row, struct value *v)
{
	value__set_text(v, names__thp(total_of(row)->thp->shmem));
}

static void get_rules(const void *row, struct value *v)
{
	const uint32_t version = total_of(row)->rules;

	snprintf(v->buf, sizeof(v->buf), "%u.%u", version >> 16, version >> 8 & 0xff);
	value__set_text(v, v->buf);
}

static void get_exact(const void *row, struct value *v)
{
	value__set(v, VALUE_BOOL, total_of(row)->exact);
}

#define FIELD(name, get) { name, name, 0, false, BOTH, get, 0 }

static const struct column total[] = {
	FIELD("huge", get_huge), FIELD("could", get_could), FIELD("after", get_after),
	FIELD("never", get_never), FIELD("unknown", get_unknown), FIELD("anon", get_total_anon),
	FIELD("shmem", get_total_shmem), FIELD("disabled", get_disabled), FIELD("max_ptes_none", get_max_none),
	FIELD("max_ptes_swap", get_max_swap), FIELD("max_ptes_shared", get_max_shared),
	FIELD("scan_sleep_ms", get_scan_sleep_ms), FIELD("pages_to_scan", get_pages_to_scan),
	FIELD("full_scans", get_full_scans), FIELD("rules", get_rules), FIELD("rules_exact", get_exact),
};

COLUMNS(huge_columns, "pgwalk.huge/1", slots);
COLUMNS(huge_sum_columns, "pgwalk.huge.reason/1", sums);
COLUMNS(huge_size_columns, "pgwalk.huge.size/1", sizes);
COLUMNS(huge_total_columns, "pgwalk.huge.total/1", total);
