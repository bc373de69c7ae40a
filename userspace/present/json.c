// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot as one line of JSON. Keys are those of the column tables; what is
 * not known is null; names are made valid UTF-8. It keeps no state.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../words.h"
#include "fault_columns.h"
#include "json.h"
#include "json_part.h"
#include "object.h"

static void add_scope(json_object *o, const struct snapshot_target *t,
		      bool *failed)
{
	static const char *const words[] = {
		[SNAPSHOT_PROCESS] = "process", [SNAPSHOT_ALL] = "all",
		[SNAPSHOT_CGROUP] = "cgroup",
	};

	object__add_text(o, "scope", words[t->scope], failed);
	if (t->scope == SNAPSHOT_PROCESS) {
		object__add(o, "pid", json_object_new_int(t->pid), failed);
		object__add_text(o, "comm", t->comm, failed);
	} else {
		object__add_null(o, "pid", failed);
		object__add_null(o, "comm", failed);
	}
	if (t->scope == SNAPSHOT_CGROUP)
		object__add_text(o, "cgroup", t->cgroup, failed);
	else
		object__add_null(o, "cgroup", failed);
}

static json_object *total_object(const struct snapshot *s, bool *failed)
{
	struct line line = { .snapshot = s, .faults = &s->total };
	json_object *object = json_object_new_object();

	if (object)
		object__add_columns(object, &fault_columns, &line, LINE_TOTAL,
				    failed);
	return object;
}

static json_object *base_object(const struct snapshot_target *t, bool *failed)
{
	json_object *object = json_object_new_object();

	if (object) {
		object__add_count(object, "minor", t->base_minor, failed);
		object__add_count(object, "major", t->base_major, failed);
	}
	return object;
}

/* A figure for which 0 means that it is not known */
static void add_known(json_object *o, const char *key, uint64_t n, bool *failed)
{
	if (n)
		object__add_count(o, key, n, failed);
	else
		object__add_null(o, key, failed);
}

static void add_faults(json_object *o, const struct snapshot *s, bool *failed)
{
	bool one = s->target->scope == SNAPSHOT_PROCESS;

	object__add(o, "mappings", json_part__mappings(s, failed), failed);
	object__add(o, "total", total_object(s, failed), failed);
	object__add(o, "classes",
		    json_part__classes(s, s->class, s->nr_classes, failed),
		    failed);
	object__add_count(o, "signals", s->signals, failed);
	if (!one || s->by_thread)
		object__add(o, one ? "threads" : "processes",
			    json_part__tasks(s, failed), failed);
	else
		object__add_null(o, "threads", failed);
	if (json_part__has_stacks(s))
		object__add(o, "stacks", json_part__stacks(s, failed), failed);
	else
		object__add_null(o, "stacks", failed);
	if (s->pages.end)
		object__add(o, "pages", json_part__pages(s, failed), failed);
	else
		object__add_null(o, "pages", failed);
}

static void add_quality(json_object *o, const struct snapshot *s, bool *failed)
{
	object__add_count(o, "lost", s->lost, failed);
	object__add_count(o, "folded", s->folded, failed);
	object__add_count(o, "missed_runs", s->missed_runs, failed);
	object__add_text(o, "preempt", s->target->preempt, failed);
	object__add(o, "base", base_object(s->target, failed), failed);
	object__add(o, "module", json_object_new_boolean(s->target->module), failed);
	if (s->target->module && s->regions)
		object__add_seconds(o, "age_seconds", s->age_seconds, failed);
	else
		object__add_null(o, "age_seconds", failed);
	if (s->complete)
		object__add_count(o, "quiet", s->quiet, failed);
	else
		object__add_null(o, "quiet", failed);
}

static void add_around(json_object *o, const struct snapshot *s, bool regions,
		       bool *failed)
{
	object__add(o, "system", json_part__system(&s->system, failed), failed);
	object__add_count(o, "self_ns", s->self_ns, failed);
	object__add_count(o, "walk_ns", s->walk_ns, failed);
	add_known(o, "tables_bytes", s->tables_bytes, failed);
	add_known(o, "nr_threads", s->nr_threads, failed);
	if (regions && s->has_regions)
		object__add(o, "regions", json_part__regions(s, failed), failed);
}

static void add_interval(json_object *o, const struct snapshot *s, bool regions,
			 bool *failed)
{
	object__add_text(o, "schema", fault_columns.schema, failed);
	object__add_text(o, "type", "interval", failed);
	add_scope(o, s->target, failed);
	object__add_count(o, "number", s->number, failed);
	object__add_seconds(o, "seconds", s->seconds, failed);
	add_faults(o, s, failed);
	add_quality(o, s, failed);
	add_around(o, s, regions, failed);
	object__add(o, "last", json_object_new_boolean(s->last), failed);
	object__add(o, "exited", json_object_new_boolean(s->exited), failed);
}

/**
 * json__format - write one interval as one line of JSON
 * @out: where to
 * @s: the interval
 * @regions: the whole address space too, if it is in there
 *
 * Return: 0; or -ENOMEM, with nothing written. Errors of @out are left to its
 * owner.
 */
int json__format(FILE *out, const struct snapshot *s, bool regions)
{
	json_object *object = json_object_new_object();
	const char *text = NULL;
	bool failed = !object;

	if (object)
		add_interval(object, s, regions, &failed);
	if (!failed)
		text = object__text(object);
	if (text)
		fprintf(out, "%s\n", text);
	json_object_put(object);
	return text ? 0 : -ENOMEM;
}
