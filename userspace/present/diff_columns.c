// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of readings of a process, and of changes between two of them. */
#include "../lib/digits.h"
#include "../names/names.h"
#include "inspect_columns.h"

GET_FIELD(inspect_reading, mappings, VALUE_COUNT)
GET_FIELD(inspect_reading, runs, VALUE_COUNT)
GET_FIELD(inspect_reading, resident, VALUE_BYTES)
GET_FIELD(inspect_reading, swapped, VALUE_BYTES)
GET_FIELD(inspect_reading, raced, VALUE_BYTES)
GET_FIELD(inspect_reading, changed, VALUE_COUNT)
GET_FIELD(inspect_reading, read_ns, VALUE_NS)
GET_FIELD(inspect_reading, file_bytes, VALUE_BYTES)

#define FIELD(name) { #name, "", 0, false, BOTH, get_##name, 0 }

static const struct column sums[] = {
	FIELD(mappings), FIELD(runs), FIELD(resident), FIELD(swapped), FIELD(raced), FIELD(changed), FIELD(read_ns),
	FIELD(file_bytes),
};

static const struct inspect_page_change *page_of(const void *row)
{
	return row;
}

static void get_range(const void *row, struct value *v)
{
	value__set_range(v, page_of(row)->start, page_of(row)->end);
}

GET_FIELD(inspect_page_change, start, VALUE_ADDRESS)
GET_FIELD(inspect_page_change, end, VALUE_ADDRESS)
GET_FIELD(inspect_page_change, from, VALUE_ADDRESS)

static void get_bytes(const void *row, struct value *v)
{
	value__set(v, VALUE_BYTES, page_of(row)->end - page_of(row)->start);
}

static void get_changes(const void *row, struct value *v)
{
	v->unit = VALUE_WORDS;
	v->text = names__changes(v->buf, sizeof(v->buf), page_of(row)->changes);
}

static void get_vma_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(page_of(row)->kind));
}

static void get_name(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = page_of(row)->name;
}

static const struct pgwalk_frame_run *state_of(const void *row, unsigned int reading)
{
	return page_of(row)->has[reading] ? &page_of(row)->state[reading] : NULL;
}

/* The size of a present leaf, or the kind of the entry */
static void set_state(const void *row, unsigned int reading, struct value *v)
{
	const struct pgwalk_frame_run *run = state_of(row, reading);

	if (run && run->run.kind == PGWALK_KIND_PRESENT)
		value__set_text(v, names__size(v->buf, run->run.shift));
	else if (page_of(row)->mapped[reading])
		value__set_text(v, names__entry(run ? run->run.kind : PGWALK_KIND_NONE));
}

static void set_kind(const void *row, unsigned int reading, struct value *v)
{
	const struct pgwalk_frame_run *run = state_of(row, reading);

	if (page_of(row)->mapped[reading])
		value__set_text(v, names__entry(run ? run->run.kind : PGWALK_KIND_NONE));
}

static void set_leaf(const void *row, unsigned int reading, struct value *v)
{
	if (state_of(row, reading))
		value__set_text(v, names__size(v->buf, state_of(row, reading)->run.shift));
}

static bool has_pfn(const struct pgwalk_frame_run *run)
{
	switch (run->run.kind) {
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		return false;
	}
	return true;
}

static void set_pfn(const void *row, unsigned int reading, struct value *v)
{
	const struct pgwalk_frame_run *run = state_of(row, reading);

	if (run && has_pfn(run))
		value__set(v, VALUE_HEX, run->run.pfn);
}

static void set_swap(const void *row, unsigned int reading, struct value *v)
{
	const struct pgwalk_frame_run *run = state_of(row, reading);
	char *at;

	if (!run || run->run.kind != PGWALK_KIND_SWAP)
		return;
	at = digits__decimal(v->buf, run->run.swap_type);
	*at++ = ':';
	digits__hex(at, run->run.pfn, 1);
	value__set_text(v, v->buf);
}

static void set_node(const void *row, unsigned int reading, struct value *v)
{
	const struct pgwalk_frame_run *run = state_of(row, reading);

	if (run && run->node >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)run->node);
}

static void set_mapcount(const void *row, unsigned int reading, struct value *v)
{
	const struct pgwalk_frame_run *run = state_of(row, reading);

	if (run && run->mapcount >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)run->mapcount);
}

static void set_perms(const void *row, unsigned int reading, struct value *v)
{
	if (!page_of(row)->mapped[reading])
		return;
	names__perms(v->buf, page_of(row)->prot[reading]);
	value__set_text(v, v->buf);
}

#define GET_READING(property)					\
static void get_a_##property(const void *row, struct value *v)	\
{								\
	set_##property(row, 0, v);				\
}								\
								\
static void get_b_##property(const void *row, struct value *v)	\
{								\
	set_##property(row, 1, v);				\
}

GET_READING(state)
GET_READING(kind)
GET_READING(leaf)
GET_READING(pfn)
GET_READING(swap)
GET_READING(node)
GET_READING(mapcount)
GET_READING(perms)

static const struct column pages[] = {
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "start",	NULL, 0, false, JSON, get_start, 0 },
	{ "end",	NULL, 0, false, JSON, get_end, 0 },
	{ "bytes",	"BYTES", 5, false, BOTH, get_bytes, VALUE_BYTES },
	{ "a",		"A", 9, true, COLUMN_TEXT, get_a_state, 0 },
	{ "b",		"B", 9, true, COLUMN_TEXT, get_b_state, 0 },
	{ "a_kind",	"KIND-A", 9, true, JSON, get_a_kind, 0 },
	{ "b_kind",	"KIND-B", 9, true, JSON, get_b_kind, 0 },
	{ "a_leaf",	"LF-A", 4, false, JSON, get_a_leaf, 0 },
	{ "b_leaf",	"LF-B", 4, false, JSON, get_b_leaf, 0 },
	{ "a_pfn",	"PFN-A", 8, false, JSON, get_a_pfn, 0 },
	{ "b_pfn",	"PFN-B", 8, false, JSON, get_b_pfn, 0 },
	{ "a_swap",	"SWAP-A", 10, false, JSON, get_a_swap, 0 },
	{ "b_swap",	"SWAP-B", 10, false, JSON, get_b_swap, 0 },
	{ "a_node",	"N-A", 3, false, JSON, get_a_node, 0 },
	{ "b_node",	"N-B", 3, false, JSON, get_b_node, 0 },
	{ "a_mapcount",	"MAP-A", 5, false, JSON, get_a_mapcount, 0 },
	{ "b_mapcount",	"MAP-B", 5, false, JSON, get_b_mapcount, 0 },
	{ "a_perms",	"PERM-A", 6, true, JSON, get_a_perms, 0 },
	{ "b_perms",	"PERM-B", 6, true, JSON, get_b_perms, 0 },
	{ "a_start",	"START-A", 12, true, JSON, get_from, 0 },
	{ "vma_kind",	"KIND", 7, true, JSON, get_vma_kind, 0 },
	{ "changes",	"CHANGES", 0, true, BOTH, get_changes, 0 },
	{ "name",	"NAME", 0, true, JSON, get_name, 0 },
};

static const struct inspect_mapping_change *mapping_of(const void *row)
{
	return row;
}

static void get_mapping_start(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, mapping_of(row)->start);
}

static void get_mapping_end(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, mapping_of(row)->end);
}

static bool was_mapped(const void *row)
{
	return mapping_of(row)->mappings[0] || mapping_of(row)->mapping >> INSPECT_MAPPING_REMAPPED & 1;
}

static void get_mapping_from(const void *row, struct value *v)
{
	if (was_mapped(row))
		value__set(v, VALUE_ADDRESS, mapping_of(row)->from);
}

static void get_mapping_words(const void *row, struct value *v)
{
	v->unit = VALUE_WORDS;
	v->text = names__mapping_changes(v->buf, sizeof(v->buf), mapping_of(row)->mapping);
}

static void get_mapping_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(mapping_of(row)->kind));
}

static void get_mapping_name(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = mapping_of(row)->name;
}

static void get_a_mapping_perms(const void *row, struct value *v)
{
	if (!was_mapped(row))
		return;
	names__perms(v->buf, mapping_of(row)->prot[0]);
	value__set_text(v, v->buf);
}

static void get_b_mapping_perms(const void *row, struct value *v)
{
	if (!mapping_of(row)->mappings[1])
		return;
	names__perms(v->buf, mapping_of(row)->prot[1]);
	value__set_text(v, v->buf);
}

#define GET_PAIR(name, unit)						\
static void get_a_##name(const void *row, struct value *v)		\
{									\
	value__set(v, unit, mapping_of(row)->name[0]);			\
}									\
									\
static void get_b_##name(const void *row, struct value *v)		\
{									\
	value__set(v, unit, mapping_of(row)->name[1]);			\
}

GET_PAIR(mappings, VALUE_COUNT)
GET_PAIR(size, VALUE_BYTES)
GET_PAIR(resident, VALUE_BYTES)
GET_FIELD(inspect_mapping_change, unchanged, VALUE_BYTES)

#define X(name, word, key)							\
static void get_bytes_##name(const void *row, struct value *v)			\
{										\
	value__set(v, VALUE_BYTES, mapping_of(row)->bytes[INSPECT_CHANGE_##name]); \
}
INSPECT_CHANGES(X)
#undef X

static const struct column mapping[] = {
	{ "start",	NULL, 0, false, JSON, get_mapping_start, 0 },
	{ "end",	NULL, 0, false, JSON, get_mapping_end, 0 },
	{ "a_start",	NULL, 0, false, JSON, get_mapping_from, 0 },
	{ "a_mappings",	NULL, 0, false, JSON, get_a_mappings, 0 },
	{ "b_mappings",	NULL, 0, false, JSON, get_b_mappings, 0 },
	{ "a_size",	NULL, 0, false, JSON, get_a_size, 0 },
	{ "b_size",	NULL, 0, false, JSON, get_b_size, 0 },
	{ "a_perms",	NULL, 0, false, JSON, get_a_mapping_perms, 0 },
	{ "b_perms",	NULL, 0, false, JSON, get_b_mapping_perms, 0 },
	{ "vma_kind",	NULL, 0, false, JSON, get_mapping_kind, 0 },
	{ "mapping",	NULL, 0, false, JSON, get_mapping_words, 0 },
	{ "a_resident",	NULL, 0, false, JSON, get_a_resident, 0 },
	{ "b_resident",	NULL, 0, false, JSON, get_b_resident, 0 },
	{ "unchanged",	NULL, 0, false, JSON, get_unchanged, 0 },
#define X(name, word, key) { key, NULL, 0, false, JSON, get_bytes_##name, 0 },
	INSPECT_CHANGES(X)
#undef X
	{ "name",	NULL, 0, false, JSON, get_mapping_name, 0 },
};

static const struct inspect_diff *diff_of(const void *row)
{
	return row;
}

/* The sums of all mappings are a member of the total */
#define GET_TOTAL(name, get)						\
static void get_total_##name(const void *row, struct value *v)		\
{									\
	get(&diff_of(row)->sum, v);					\
}

#define X(name, word, key) GET_TOTAL(name, get_bytes_##name)
INSPECT_CHANGES(X)
#undef X
GET_TOTAL(a_mappings, get_a_mappings)
GET_TOTAL(b_mappings, get_b_mappings)
GET_TOTAL(a_size, get_a_size)
GET_TOTAL(b_size, get_b_size)
GET_TOTAL(a_resident, get_a_resident)
GET_TOTAL(b_resident, get_b_resident)
GET_TOTAL(unchanged, get_unchanged)

static void get_until(const void *row, struct value *v)
{
	if (diff_of(row)->until != ~0ULL)
		value__set(v, VALUE_ADDRESS, diff_of(row)->until);
}

static void get_a_changed(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, diff_of(row)->changed[0]);
}

static void get_b_changed(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, diff_of(row)->changed[1]);
}

GET_FIELD(inspect_diff, not_searched, VALUE_COUNT)

static const struct column total[] = {
	{ "until",	"", 0, false, BOTH, get_until, 0 },
	{ "a_changed",	"", 0, false, BOTH, get_a_changed, 0 },
	{ "b_changed",	"", 0, false, BOTH, get_b_changed, 0 },
	FIELD(not_searched),
	{ "a_mappings",	"", 0, false, BOTH, get_total_a_mappings, 0 },
	{ "b_mappings",	"", 0, false, BOTH, get_total_b_mappings, 0 },
	{ "a_size",	"", 0, false, BOTH, get_total_a_size, 0 },
	{ "b_size",	"", 0, false, BOTH, get_total_b_size, 0 },
	{ "a_resident",	"", 0, false, BOTH, get_total_a_resident, 0 },
	{ "b_resident",	"", 0, false, BOTH, get_total_b_resident, 0 },
	{ "unchanged",	"", 0, false, BOTH, get_total_unchanged, 0 },
#define X(name, word, key) { key, "", 0, false, BOTH, get_total_##name, 0 },
	INSPECT_CHANGES(X)
#undef X
};

static void get_relation(const void *row, struct value *v)
{
	value__set_text(v, names__relation(diff_of(row)->relation));
}

static void get_frames_compared(const void *row, struct value *v)
{
	value__set(v, VALUE_BOOL, diff_of(row)->relation != INSPECT_RELATION_BOOTS);
}

static void get_span_ns(const void *row, struct value *v)
{
	if (diff_of(row)->relation != INSPECT_RELATION_BOOTS)
		value__set(v, VALUE_NS, diff_of(row)->span_ns);
}

static bool has_range(const struct inspect_diff *diff)
{
	return diff->range.start || diff->range.end != ~0ULL;
}

static void get_range_start(const void *row, struct value *v)
{
	if (has_range(diff_of(row)))
		value__set(v, VALUE_ADDRESS, diff_of(row)->range.start);
}

static void get_range_end(const void *row, struct value *v)
{
	if (has_range(diff_of(row)))
		value__set(v, VALUE_ADDRESS, diff_of(row)->range.end);
}

static void set_name(const char *name, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = name;
}

#define GET_OF(property, set)						\
static void get_a_##property(const void *row, struct value *v)		\
{									\
	const struct inspect_reading_of *of = &diff_of(row)->of[0];	\
									\
	set;								\
}									\
									\
static void get_b_##property(const void *row, struct value *v)		\
{									\
	const struct inspect_reading_of *of = &diff_of(row)->of[1];	\
									\
	set;								\
}

GET_OF(pid, value__set(v, VALUE_COUNT, (uint64_t)of->pid))
GET_OF(comm, set_name(of->comm, v))
GET_OF(exe, set_name(of->exe, v))
GET_OF(time, value__set_text(v, of->time))
GET_OF(host, set_name(of->host, v))
GET_OF(release, set_name(of->release, v))
GET_OF(boot_id, set_name(of->boot_id, v))

#define BOTH_OF(property) FIELD(a_##property), FIELD(b_##property)

static const struct column readings[] = {
	FIELD(relation), FIELD(frames_compared), FIELD(span_ns), BOTH_OF(pid), BOTH_OF(comm), BOTH_OF(exe), BOTH_OF(time),
	BOTH_OF(host), BOTH_OF(release), BOTH_OF(boot_id), FIELD(range_start), FIELD(range_end),
};

COLUMNS(reading_columns, "pgwalk.snapshot/1", sums);
COLUMNS(page_change_columns, "pgwalk.diff/1", pages);
COLUMNS(mapping_change_columns, "pgwalk.diff.mapping/1", mapping);
COLUMNS(diff_columns, "pgwalk.diff.total/1", total);
COLUMNS(diff_readings_columns, "pgwalk.diff.readings/1", readings);
