// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of a step of "pgwalk lab". */
#include "../lib/page_size.h"
#include "../names/names.h"
#include "inspect_columns.h"

static const struct inspect_lab *step_of(const void *row)
{
	return row;
}

static void get_scene(const void *row, struct value *v)
{
	value__set_text(v, step_of(row)->scene);
}

GET_FIELD(inspect_lab, step, VALUE_COUNT)
GET_FIELD(inspect_lab, addr, VALUE_ADDRESS)
GET_FIELD(inspect_lab, minor, VALUE_COUNT)
GET_FIELD(inspect_lab, major, VALUE_COUNT)
GET_FIELD(inspect_lab, ns, VALUE_NS)
GET_FIELD(inspect_lab, tables_before, VALUE_BYTES)
GET_FIELD(inspect_lab, tables, VALUE_BYTES)

static void get_action(const void *row, struct value *v)
{
	value__set_text(v, step_of(row)->action);
}

static void get_text(const void *row, struct value *v)
{
	value__set_text(v, step_of(row)->text);
}

static void get_result(const void *row, struct value *v)
{
	const struct inspect_lab *s = row;

	value__set_text(v, s->error ? s->error : s->signal ? s->signal : "ok");
}

static void get_byte(const void *row, struct value *v)
{
	if (step_of(row)->byte >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)step_of(row)->byte);
}

static void get_class(const void *row, struct value *v)
{
	if (step_of(row)->class)
		value__set_text(v, names__class(step_of(row)->class));
}

/* Tables that the step allocated; less than 0: freed */
static void get_built(const void *row, struct value *v)
{
	const struct inspect_lab *s = row;
	const int64_t bytes = (int64_t)(s->tables - s->tables_before);

	value__set(v, VALUE_SIGNED, (uint64_t)(bytes / (int64_t)page_bytes()));
}

/* Return the last entry of a walk; NULL: none was read */
static const struct pgwalk_entry *leaf_of(const struct pgwalk_translate *t)
{
	return t->status == PGWALK_TRANSLATE_DONE && t->nr_steps ? &t->step[t->nr_steps - 1].entry : NULL;
}

static void set_kind(struct value *v, const struct pgwalk_translate *t)
{
	if (leaf_of(t))
		value__set_text(v, names__entry(leaf_of(t)->kind));
}

static void set_pfn(struct value *v, const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf = leaf_of(t);

	if (leaf && (leaf->kind == PGWALK_KIND_PRESENT || leaf->kind == PGWALK_KIND_ZERO))
		value__set(v, VALUE_HEX, leaf->pfn);
}

static void get_kind_before(const void *row, struct value *v)
{
	set_kind(v, step_of(row)->before);
}

static void get_kind(const void *row, struct value *v)
{
	set_kind(v, step_of(row)->after);
}

static void get_pfn_before(const void *row, struct value *v)
{
	set_pfn(v, step_of(row)->before);
}

static void get_pfn(const void *row, struct value *v)
{
	set_pfn(v, step_of(row)->after);
}

static void get_levels_before(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, step_of(row)->before->nr_steps);
}

static void get_levels(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, step_of(row)->after->nr_steps);
}

static void set_flush(const void *row, struct value *v, int64_t n)
{
	if (step_of(row)->is_flush && step_of(row)->flush_known)
		value__set(v, VALUE_SIGNED, (uint64_t)n);
}

static void get_local(const void *row, struct value *v)
{
	set_flush(row, v, step_of(row)->local);
}

static void get_pages(const void *row, struct value *v)
{
	if (step_of(row)->local)
		set_flush(row, v, step_of(row)->pages);
}

static void get_sent(const void *row, struct value *v)
{
	set_flush(row, v, step_of(row)->sent);
}

static void get_remote(const void *row, struct value *v)
{
	set_flush(row, v, step_of(row)->remote);
}

static void get_cpu(const void *row, struct value *v)
{
	if (step_of(row)->is_flush)
		value__set(v, VALUE_COUNT, step_of(row)->cpu);
}

static void get_cpus(const void *row, struct value *v)
{
	if (step_of(row)->is_flush)
		value__set(v, VALUE_COUNT, step_of(row)->nr_cpus);
}

static const struct column lab[] = {
	{ "scene",	NULL, 0, true, JSON, get_scene, 0 },
	{ "step",	NULL, 0, false, JSON, get_step, 0 },
	{ "action",	NULL, 0, true, JSON, get_action, 0 },
	{ "text",	NULL, 0, true, JSON, get_text, 0 },
	{ "addr",	NULL, 0, false, JSON, get_addr, 0 },
	{ "result",	"RESULT", 8, true, BOTH, get_result, 0 },
	{ "byte",	NULL, 0, false, JSON, get_byte, 0 },
	{ "class",	"CLASS", 11, true, BOTH, get_class, 0 },
	{ "minor",	"MINOR", 5, false, BOTH, get_minor, 0 },
	{ "major",	"MAJOR", 5, false, BOTH, get_major, 0 },
	{ "ns",		"TIME", 7, false, BOTH, get_ns, 0 },
	{ "built",	"NEW", 3, false, BOTH, get_built, 0 },
	{ "tables_before", NULL, 0, false, JSON, get_tables_before, 0 },
	{ "tables",	"VMPTE", 7, false, BOTH, get_tables, VALUE_BYTES },
	{ "kind_before", NULL, 0, true, JSON, get_kind_before, 0 },
	{ "kind",	"ENTRY", 9, true, BOTH, get_kind, 0 },
	{ "pfn_before",	NULL, 0, false, JSON, get_pfn_before, 0 },
	{ "pfn",	"FRAME", 9, false, BOTH, get_pfn, 0 },
	{ "levels_before", NULL, 0, false, JSON, get_levels_before, 0 },
	{ "levels",	NULL, 0, false, JSON, get_levels, 0 },
	{ "cpu",	NULL, 0, false, JSON, get_cpu, 0 },
	{ "cpus",	NULL, 0, false, JSON, get_cpus, 0 },
	{ "flush_local", NULL, 0, false, JSON, get_local, 0 },
	{ "flush_pages", NULL, 0, false, JSON, get_pages, 0 },
	{ "flush_sent",	NULL, 0, false, JSON, get_sent, 0 },
	{ "flush_remote", NULL, 0, false, JSON, get_remote, 0 },
};

static void get_name(const void *row, struct value *v)
{
	value__set_text(v, ((const struct inspect_scene *)row)->name);
}

static void get_what(const void *row, struct value *v)
{
	value__set_prose(v, ((const struct inspect_scene *)row)->what);
}

static const struct column scene[] = {
	{ "name",	"SCENE", 10, true, BOTH, get_name, 0 },
	{ "what",	"CONTENT", 0, true, BOTH, get_what, 0 },
};

COLUMNS(lab_columns, "pgwalk.lab/1", lab);
COLUMNS(scene_columns, "pgwalk.scene/1", scene);
