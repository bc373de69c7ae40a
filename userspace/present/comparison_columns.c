// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of a comparison with the kernel's own files. */
#include "inspect_columns.h"

static void get_addr(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS,
		   ((const struct inspect_difference *)row)->addr);
}

static void get_property(const void *row, struct value *v)
{
	value__set_text(v, ((const struct inspect_difference *)row)->property);
}

static void get_ours(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, ((const struct inspect_difference *)row)->ours);
}

static void get_theirs(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX,
		   ((const struct inspect_difference *)row)->theirs);
}

static const struct column difference[] = {
	{ "addr",	"ADDRESS", 12, false, BOTH, get_addr, 0 },
	{ "what",	"DIFFERENT IN", 16, true, BOTH, get_property, 0 },
	{ "ours",	"PGWALK", 16, false, BOTH, get_ours, 0 },
	{ "theirs",	"KERNEL", 16, false, BOTH, get_theirs, 0 },
};

GET_FIELD(inspect_comparison, compared, VALUE_COUNT)
GET_FIELD(inspect_comparison, equal, VALUE_COUNT)
GET_FIELD(inspect_comparison, changed, VALUE_COUNT)
GET_FIELD(inspect_comparison, different, VALUE_COUNT)
GET_FIELD(inspect_comparison, skipped, VALUE_COUNT)

#define FIELD(name) { #name, #name, 0, false, BOTH, get_##name, 0 }

static const struct column comparison[] = {
	FIELD(compared), FIELD(equal), FIELD(changed), FIELD(different),
	FIELD(skipped),
};

COLUMNS(difference_columns, "pgwalk.difference/1", difference);
COLUMNS(comparison_columns, "pgwalk.verdict/1", comparison);
