// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of the module's parameters and of the machine's paging. */
#include <stdio.h>

#include "../names/names.h"
#include "inspect_columns.h"

/* Fields that a delegated file does not report */
#define GET_UNREDACTED(field, unit)					\
static void get_##field(const void *row, struct value *v)		\
{									\
	const struct pgwalk_info *info = row;				\
									\
	if (!(info->features & PGWALK_FEATURE_REDACTED))		\
		value__set(v, unit, info->field);			\
}

GET_FIELD(pgwalk_info, abi, VALUE_COUNT)
GET_FIELD(pgwalk_info, nr_levels, VALUE_COUNT)
GET_UNREDACTED(attached, VALUE_COUNT)
GET_FIELD(pgwalk_info, user_end, VALUE_ADDRESS)
GET_UNREDACTED(zero_pfn, VALUE_HEX)

/* Kernel version such as 7.3; unknown if the module does not report it */
static void get_newest_tested(const void *row, struct value *v)
{
	uint32_t tested = ((const struct pgwalk_info *)row)->newest_tested;

	if (!tested)
		return;
	snprintf(v->buf, sizeof(v->buf), "%u.%u", tested >> 16, tested >> 8 & 0xff);
	value__set_text(v, v->buf);
}

GET_FIELD(pgwalk_info, page_shift, VALUE_COUNT)

static void get_arch(const void *row, struct value *v)
{
	const char *name = names__arch(((const struct pgwalk_info *)row)->arch);

	if (name)
		value__set_text(v, name);
}

GET_UNREDACTED(tables, VALUE_COUNT)
GET_UNREDACTED(raced, VALUE_COUNT)
GET_UNREDACTED(lock_holds, VALUE_COUNT)
GET_UNREDACTED(lock_hold_max_ns, VALUE_COUNT)
GET_UNREDACTED(lock_hold_total_ns, VALUE_COUNT)
GET_UNREDACTED(rmap_lock_holds, VALUE_COUNT)
GET_UNREDACTED(rmap_lock_hold_max_ns, VALUE_COUNT)
GET_UNREDACTED(rmap_max_vmas, VALUE_COUNT)
GET_UNREDACTED(rmap_vmas, VALUE_COUNT)
GET_UNREDACTED(rmap_passes, VALUE_COUNT)
GET_UNREDACTED(buffer_bytes, VALUE_COUNT)

static void join(struct value *v, uint64_t bits, const char *const *words,
		 unsigned int count)
{
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < 64; i++) {
		if (!(bits & 1ULL << i))
			continue;
		if (i < count)
			at += (size_t)snprintf(v->buf + at,
					       sizeof(v->buf) - at, "%s%s",
					       at ? "," : "", words[i]);
		else
			at += (size_t)snprintf(v->buf + at,
					       sizeof(v->buf) - at, "%sbit%u",
					       at ? "," : "", i);
	}
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

static void get_features(const void *row, struct value *v)
{
	static const char *const words[] = {
		"scan", "vmas", "kfunc", "numa-hint", "frames", "rmap", "mm",
		"tables", "translate", "segments", "delegate", "redacted",
	};

	join(v, ((const struct pgwalk_info *)row)->features, words,
	     sizeof(words) / sizeof(words[0]));
}

static void get_paging(const void *row, struct value *v)
{
	static const char *const words[] = {
		"la57", "pti", "rcu-tables", "1g", "nx", "pku", "pcid",
	};

	join(v, ((const struct pgwalk_info *)row)->paging, words,
	     sizeof(words) / sizeof(words[0]));
}

#define FIELD(name) { #name, #name, 0, false, BOTH, get_##name, 0 }

static const struct column info[] = {
	FIELD(abi), FIELD(features), FIELD(paging), FIELD(nr_levels),
	FIELD(attached), FIELD(user_end), FIELD(zero_pfn),
	FIELD(page_shift), FIELD(arch), FIELD(newest_tested), FIELD(tables),
	FIELD(raced), FIELD(lock_holds), FIELD(lock_hold_max_ns), FIELD(lock_hold_total_ns),
	FIELD(rmap_lock_holds), FIELD(rmap_lock_hold_max_ns), FIELD(rmap_max_vmas),
	FIELD(rmap_vmas), FIELD(rmap_passes), FIELD(buffer_bytes),
};

static void get_level(const void *row, struct value *v)
{
	value__set_text(v, names__level(((const struct pgwalk_geometry *)
					 row)->level));
}

GET_FIELD(pgwalk_geometry, shift, VALUE_COUNT)
GET_FIELD(pgwalk_geometry, entries, VALUE_COUNT)

static void get_covers(const void *row, struct value *v)
{
	names__size(v->buf, ((const struct pgwalk_geometry *)row)->shift);
	value__set_text(v, v->buf);
}

static void get_leaf(const void *row, struct value *v)
{
	value__set(v, VALUE_BOOL, !!((const struct pgwalk_geometry *)row)->leaf);
}

static void get_leaf_word(const void *row, struct value *v)
{
	value__set_text(v, ((const struct pgwalk_geometry *)row)->leaf ?
			   "yes" : "no");
}

static const struct column geometry[] = {
	{ "level",	"LEVEL", 5, true, BOTH, get_level, 0 },
	{ "shift",	"SHIFT", 5, false, BOTH, get_shift, 0 },
	{ "entries",	"ENTRIES", 7, false, BOTH, get_entries, 0 },
	{ "covers",	"COVERS", 6, false, BOTH, get_covers, 0 },
	{ "leaf",	NULL, 0, false, JSON, get_leaf, 0 },
	{ "may_map",	"LEAF", 4, true, COLUMN_TEXT, get_leaf_word, 0 },
};

COLUMNS(info_columns, "pgwalk.info/1", info);
COLUMNS(geometry_columns, "pgwalk.level/1", geometry);
