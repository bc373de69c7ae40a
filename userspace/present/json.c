// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot as one line of JSON. Keys are those of the column table; what is
 * not known is null; names are made valid UTF-8. It keeps no state.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../words.h"
#include "fault_columns.h"
#include "json.h"
#include "object.h"

static json_object *mapping_object(const struct snapshot *s,
				   const struct snapshot_mapping *m,
				   bool *failed)
{
	struct line line = { .snapshot = s, .mapping = m, .faults = &m->faults };
	json_object *object = json_object_new_object();
	json_object *classes = json_object_new_object();
	size_t i;

	if (!object || !classes) {
		json_object_put(object);
		json_object_put(classes);
		return NULL;
	}
	object__add_columns(object, &fault_columns, &line, LINE_MAPPING,
				    failed);
	for (i = 0; i < m->nr_classes; i++) {
		json_object *class = json_object_new_object();

		line.class = &m->class[i];
		line.faults = &m->class[i].faults;
		if (class)
			object__add_columns(class, &fault_columns, &line, LINE_CLASS,
				    failed);
		object__add(classes, words__class(m->class[i].class), class, failed);
	}
	object__add(object, "classes", classes, failed);
	return object;
}

static json_object *mapping_array(const struct snapshot *s, bool *failed)
{
	json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; array && i < s->nr_mappings; i++) {
		json_object *m = mapping_object(s, &s->mapping[i], failed);

		if (!m || json_object_array_add(array, m)) {
			json_object_put(m);
			*failed = true;
		}
	}
	return array;
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

static void add_interval(json_object *o, const struct snapshot *s, bool *failed)
{
	object__add_text(o, "type", "interval", failed);
	object__add(o, "pid", json_object_new_int(s->target->pid), failed);
	object__add_text(o, "comm", s->target->comm, failed);
	object__add_count(o, "number", s->number, failed);
	object__add_seconds(o, "seconds", s->seconds, failed);
	object__add(o, "mappings", mapping_array(s, failed), failed);
	object__add(o, "total", total_object(s, failed), failed);
	object__add_count(o, "lost", s->lost, failed);
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
	object__add(o, "last", json_object_new_boolean(s->last), failed);
	object__add(o, "exited", json_object_new_boolean(s->exited), failed);
}

/**
 * json__format - write one interval as one line of JSON
 * @out: where to
 * @s: the interval
 *
 * Return: 0; or -ENOMEM, with nothing written. Errors of @out are left to its
 * owner.
 */
int json__format(FILE *out, const struct snapshot *s)
{
	json_object *object = json_object_new_object();
	const char *text = NULL;
	bool failed = !object;

	if (object)
		add_interval(object, s, &failed);
	if (!failed)
		text = object__text(object);
	if (text)
		fprintf(out, "%s\n", text);
	json_object_put(object);
	return text ? 0 : -ENOMEM;
}
