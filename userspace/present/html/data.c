// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The data of a page in JSON: the keys of the verbs and of pgtop, with the same columns. */
#include "../../names/names.h"
#include "../fault_columns.h"
#include "../inspect_columns.h"
#include "compact.h"
#include "content.h"

/* The unit of addresses and sizes in tables and cells, whatever the page size */
#define UNIT	4096ULL

GET_FIELD(inspect_space_kind, mappings, VALUE_COUNT)
GET_FIELD(inspect_space_kind, reserved, VALUE_BYTES)
GET_FIELD(inspect_space_kind, resident, VALUE_BYTES)
GET_FIELD(inspect_space_kind, unique, VALUE_BYTES)
GET_FIELD(inspect_space_kind, huge, VALUE_BYTES)
GET_FIELD(inspect_space_kind, swapped, VALUE_BYTES)

static void get_kind(const void *row, struct value *v)
{
	const char *word = names__kind(((const struct inspect_space_kind *)row)->kind);

	value__set_text(v, word ? word : "other");
}

#define FIELD(name) { #name, NULL, 0, false, JSON, get_##name, 0 }

static const struct column kinds[] = {
	FIELD(kind), FIELD(mappings), FIELD(reserved), FIELD(resident),
	{ "unique", NULL, 0, false, COLUMN_PAGE, get_unique, 0 },	/* only if the frames were read */
	FIELD(huge), FIELD(swapped),
};

static COLUMNS(kind_columns, "pgwalk.kind/1", kinds);

#define REGION(name, unit)							\
static void get_region_##name(const void *row, struct value *v)		\
{										\
	const struct snapshot_region *r = row;					\
										\
	if (r->counted)								\
		value__set(v, unit, r->name);					\
}

REGION(resident, VALUE_BYTES)
REGION(huge, VALUE_BYTES)
REGION(giant, VALUE_BYTES)
REGION(swapped, VALUE_BYTES)

static void get_region_start(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, ((const struct snapshot_region *)row)->start);
}

static void get_region_end(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, ((const struct snapshot_region *)row)->end);
}

static void get_region_perms(const void *row, struct value *v)
{
	value__set_text(v, v->buf);
	names__perms(v->buf, ((const struct snapshot_region *)row)->prot);
}

static void get_region_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(((const struct snapshot_region *)row)->kind));
}

static void get_region_name(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = ((const struct snapshot_region *)row)->name;
	if (!v->text)
		v->text = "";
}

static const struct column region[] = {
	{ "start",	NULL, 0, false, COLUMN_PAGE, get_region_start, 0 },
	{ "end",	NULL, 0, false, COLUMN_PAGE, get_region_end, 0 },
	{ "perms",	NULL, 0, false, COLUMN_PAGE, get_region_perms, 0 },
	{ "kind",	NULL, 0, false, COLUMN_PAGE, get_region_kind, 0 },
	{ "resident",	NULL, 0, false, COLUMN_PAGE, get_region_resident, 0 },
	{ "huge",	NULL, 0, false, COLUMN_PAGE, get_region_huge, 0 },
	{ "giant",	NULL, 0, false, COLUMN_PAGE, get_region_giant, 0 },
	{ "swapped",	NULL, 0, false, COLUMN_PAGE, get_region_swapped, 0 },
	{ "name",	NULL, 0, false, COLUMN_PAGE, get_region_name, 0 },
};

static COLUMNS(region_columns, "pgtop.region/1", region);

static void put_object(struct json_writer *w, const char *key, const struct columns *columns, const void *row)
{
	json_writer__open_object(w, key);
	json_writer__columns(w, columns, row, COLUMN_JSON);
	json_writer__close_object(w);
}

static void put_kinds(struct json_writer *w, const struct inspect_space *space)
{
	uint32_t i;

	json_writer__open_array(w, "kinds");
	for (i = 0; i < PGWALK_VMA_NR; i++) {
		if (!space->kind[i].mappings)
			continue;
		json_writer__open_object(w, NULL);
		json_writer__columns(w, &kind_columns, &space->kind[i],
				     COLUMN_JSON | (space->has_frames ? COLUMN_PAGE : 0));
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
	json_writer__bool(w, "unique_known", space->has_frames);
}

/*
 * A cell is [distance from the end of the one before, pages, type] if all its pages are of one type, else
 * [distance, size, mapped, resident, unique, huge, swapped], all in units of 4096 bytes. A type has the bits 1 resident, 2 unique,
 * 4 huge, 8 swapped.
 */
static void put_cell(struct json_writer *w, const struct inspect_cell *c, uint64_t before)
{
	const uint64_t size = c->end - c->start;
	const uint64_t part[] = { c->mapped, c->resident, c->unique, c->huge, c->swapped };
	unsigned int type = 0, i;
	bool pure = part[0] == size;

	for (i = 1; i < 5; i++) {
		type |= part[i] ? 1U << (i - 1) : 0;
		pure = pure && (!part[i] || part[i] == size);
	}
	json_writer__open_array(w, NULL);
	json_writer__count(w, NULL, (c->start - before) / UNIT);
	json_writer__count(w, NULL, size / UNIT);
	if (pure)
		json_writer__count(w, NULL, type);
	for (i = 0; i < 5 && !pure; i++)
		json_writer__count(w, NULL, part[i] / UNIT);
	json_writer__close_array(w);
}

static void put_cells(struct json_writer *w, const struct inspect_space *space)
{
	uint64_t before = 0;
	size_t i;

	json_writer__open_object(w, "cells");
	json_writer__count(w, "granule", space->granule);
	json_writer__open_array(w, "rows");
	for (i = 0; i < space->nr_cells; i++) {
		put_cell(w, &space->cell[i], before);
		before = space->cell[i].end;
	}
	json_writer__close_array(w);
	json_writer__close_object(w);
}

static void put_tables(struct json_writer *w, const struct inspect_report *r)
{
	unsigned int i;

	json_writer__open_array(w, "levels");
	for (i = 0; i < r->info->nr_levels && i < PGWALK_MAX_LEVELS; i++)
		put_object(w, NULL, &geometry_columns, &r->info->geometry[i]);
	json_writer__close_array(w);
	json_writer__open_array(w, "tables");
	for (i = 0; i < r->nr_stats; i++)
		put_object(w, NULL, &pgtable_columns, &r->stats[i]);
	json_writer__close_array(w);
	put_object(w, "tables_total", &tables_columns, r->tables);
}

static void put_reach(struct json_writer *w, const struct inspect_report *r)
{
	unsigned int i;

	json_writer__open_array(w, "reach");
	for (i = 0; i < r->nr_reach; i++)
		if (r->reach[i].runs || r->reach[i].leaves || r->reach[i].folios || r->reach[i].part_bytes)
			put_object(w, NULL, &reach_columns, &r->reach[i]);
	json_writer__close_array(w);
	put_object(w, "reach_total", &reach_total_columns, r->reach_total);
	json_writer__open_array(w, "tlbs");
	for (i = 0; i < r->reach_total->nr_tlbs; i++)
		put_object(w, NULL, &tlb_columns, &r->tlb[i]);
	json_writer__close_array(w);
}

static void put_walk(struct json_writer *w, const struct pgwalk_translate *t)
{
	unsigned int i;

	json_writer__open_array(w, "steps");
	for (i = 0; t->status == PGWALK_TRANSLATE_DONE && i < t->nr_steps; i++)
		put_object(w, NULL, &step_columns, &t->step[i]);
	json_writer__close_array(w);
	put_object(w, "translation", &translate_columns, t);
}

/** data__report - write the keys of a live process, after its mappings */
void data__report(struct json_writer *w, const struct inspect_report *r)
{
	put_object(w, "mappings_total", &vma_total_columns, r->total);
	json_writer__count(w, "pid", (uint64_t)r->pid);
	json_writer__text(w, "comm", r->comm);
	json_writer__count(w, "made", r->made);
	put_object(w, "mm", &mm_columns, r->mm);
	put_kinds(w, &r->space);
	put_cells(w, &r->space);
	put_tables(w, r);
	put_reach(w, r);
	put_walk(w, r->walk);
}

static void put_regions(struct json_writer *w, const struct snapshot *s)
{
	struct compact table;
	size_t i;

	compact__begin(&table, w, "mappings", &region_columns, COLUMN_PAGE);
	for (i = 0; i < s->nr_regions; i++)
		compact__row(&table, &s->region[i]);
	compact__end(&table);
}

static void put_series(struct json_writer *w, const struct snapshot_recording *r)
{
	size_t i, t;

	json_writer__open_array(w, "series");
	for (i = 0; i < r->nr_series; i++) {
		json_writer__open_object(w, NULL);
		json_writer__count(w, "row", r->series[i].row);
		json_writer__text(w, "class", names__class(r->series[i].class));
		json_writer__count(w, "count", r->series[i].total);
		json_writer__open_array(w, "counts");
		for (t = 0; t < r->nr_times; t++)
			json_writer__count(w, NULL, r->series[i].count[t]);
		json_writer__close_array(w);
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
}

static void put_rows(struct json_writer *w, const struct snapshot_recording *r)
{
	size_t i;

	json_writer__open_array(w, "rows");
	for (i = 0; i < r->nr_rows; i++) {
		json_writer__open_object(w, NULL);
		json_writer__address(w, "start", r->row[i].start);
		json_writer__address(w, "end", r->row[i].end);
		if (r->row[i].id > 0)
			json_writer__count(w, "id", (uint64_t)r->row[i].id);
		else
			json_writer__null(w, "id");
		json_writer__text(w, "name", r->row[i].name);
		json_writer__bool(w, "foreign", r->row[i].foreign);
		json_writer__count(w, "faults", r->row[i].faults);
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
}

static void put_classes(struct json_writer *w, const struct snapshot_recording *r)
{
	size_t i;

	json_writer__open_array(w, "classes");
	for (i = 0; i < r->nr_classes; i++) {
		const struct snapshot_class *c = &r->class[i];
		struct fault_row row = { .snapshot = r->last, .class = c, .faults = &c->faults };

		json_writer__open_object(w, NULL);
		json_writer__text(w, "class", names__class(c->class));
		json_writer__columns(w, &fault_columns, &row, FAULT_ROW_CLASS);
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
}

/** data__recording - write the keys of a recorded stream */
void data__recording(struct json_writer *w, const struct snapshot_recording *r)
{
	const struct snapshot_target *target = r->last->target;
	size_t i;

	if (target->scope == SNAPSHOT_PROCESS)
		json_writer__count(w, "pid", (uint64_t)target->pid);
	else
		json_writer__null(w, "pid");
	json_writer__text(w, "comm", target->scope == SNAPSHOT_PROCESS ? target->comm : target->cgroup);
	if (r->space.nr_cells) {
		put_regions(w, r->last);
		put_kinds(w, &r->space);
		put_cells(w, &r->space);
	}
	json_writer__count(w, "intervals", r->intervals);
	json_writer__count(w, "faults", r->total);
	json_writer__count(w, "folded", r->folded);
	json_writer__open_array(w, "times");
	for (i = 0; i < r->nr_times; i++)
		json_writer__seconds(w, NULL, r->end_seconds[i]);
	json_writer__close_array(w);
	put_rows(w, r);
	put_series(w, r);
	put_classes(w, r);
}

/** data__diff - write the keys of two readings, after the tables of changes */
void data__diff(struct json_writer *w, const struct inspect_diff_page *d)
{
	json_writer__count(w, "mappings_left_out", d->mappings_left_out);
	json_writer__count(w, "pages_left_out", d->pages_left_out);
	json_writer__count(w, "made", d->made);
	put_object(w, "readings", &diff_readings_columns, d->diff);
	put_object(w, "changes_total", &diff_columns, d->diff);
}
