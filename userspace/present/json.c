// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot as one line of JSON. Keys are those of the column table; what is
 * not known is null; names are made valid UTF-8. It keeps no state.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "../lib/text.h"
#include "../words.h"
#include "column.h"
#include "json.h"

/*
 * Takes over @value: it is freed with @object, and here if that fails. A value
 * that could not be made is NULL, which json-c would print as null: @failed
 * tells it apart.
 */
static void add(json_object *object, const char *key, json_object *value,
		bool *failed)
{
	if (value && !json_object_object_add(object, key, value))
		return;
	json_object_put(value);
	*failed = true;
}

static void add_null(json_object *object, const char *key, bool *failed)
{
	if (json_object_object_add(object, key, NULL))
		*failed = true;
}

static void add_count(json_object *object, const char *key, uint64_t n,
		      bool *failed)
{
	add(object, key, json_object_new_uint64(n), failed);
}

static void add_text(json_object *object, const char *key, const char *text,
		     bool *failed)
{
	char *utf8 = malloc(TEXT_UTF8_SIZE(strlen(text)));

	if (!utf8) {
		*failed = true;
		return;
	}
	text__utf8(utf8, TEXT_UTF8_SIZE(strlen(text)), text);
	add(object, key, json_object_new_string(utf8), failed);
	free(utf8);
}

static void add_seconds(json_object *object, const char *key, double seconds,
			bool *failed)
{
	char text[48];

	snprintf(text, sizeof(text), "%.6f", seconds);
	add(object, key, json_object_new_double_s(seconds, text), failed);
}

static void add_value(json_object *object, const char *key,
		      const struct value *v, bool *failed)
{
	char address[32];

	switch (v->unit) {
	case VALUE_NONE:
		add_null(object, key, failed);
		break;
	case VALUE_BOOL:
		add(object, key, json_object_new_boolean((json_bool)v->n),
		    failed);
		break;
	case VALUE_ADDRESS:
		add_text(object, key, value__format(v, address,
						    sizeof(address)), failed);
		break;
	case VALUE_TEXT:
	case VALUE_NAME:
		add_text(object, key, v->text, failed);
		break;
	case VALUE_COUNT:
	case VALUE_RATE:
	case VALUE_NS:
	case VALUE_BYTES:
	case VALUE_SHARE:
		add_count(object, key, v->n, failed);
		break;
	}
}

/* The columns that stand in @in, for one line */
static void add_columns(json_object *object, const struct line *line,
			unsigned int in, bool *failed)
{
	struct value value;
	size_t i;

	for (i = 0; i < column_count; i++) {
		if (!(column_table[i].in & in))
			continue;
		column__get(&column_table[i], line, &value);
		add_value(object, column_table[i].key, &value, failed);
	}
}

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
	add_columns(object, &line, COLUMN_MAPPING, failed);
	for (i = 0; i < m->nr_classes; i++) {
		json_object *class = json_object_new_object();

		line.class = &m->class[i];
		line.faults = &m->class[i].faults;
		if (class)
			add_columns(class, &line, COLUMN_CLASS, failed);
		add(classes, words__class(m->class[i].class), class, failed);
	}
	add(object, "classes", classes, failed);
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
		add_columns(object, &line, COLUMN_TOTAL, failed);
	return object;
}

static json_object *base_object(const struct snapshot_target *t, bool *failed)
{
	json_object *object = json_object_new_object();

	if (object) {
		add_count(object, "minor", t->base_minor, failed);
		add_count(object, "major", t->base_major, failed);
	}
	return object;
}

static void add_interval(json_object *o, const struct snapshot *s, bool *failed)
{
	add_text(o, "type", "interval", failed);
	add(o, "pid", json_object_new_int(s->target->pid), failed);
	add_text(o, "comm", s->target->comm, failed);
	add_count(o, "number", s->number, failed);
	add_seconds(o, "seconds", s->seconds, failed);
	add(o, "mappings", mapping_array(s, failed), failed);
	add(o, "total", total_object(s, failed), failed);
	add_count(o, "lost", s->lost, failed);
	add_text(o, "preempt", s->target->preempt, failed);
	add(o, "base", base_object(s->target, failed), failed);
	add(o, "module", json_object_new_boolean(s->target->module), failed);
	if (s->target->module && s->regions)
		add_seconds(o, "age_seconds", s->age_seconds, failed);
	else
		add_null(o, "age_seconds", failed);
	if (s->complete)
		add_count(o, "quiet", s->quiet, failed);
	else
		add_null(o, "quiet", failed);
	add(o, "last", json_object_new_boolean(s->last), failed);
	add(o, "exited", json_object_new_boolean(s->exited), failed);
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
		text = json_object_to_json_string_ext(object,
				JSON_C_TO_STRING_PLAIN |
				JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text)
		fprintf(out, "%s\n", text);
	json_object_put(object);
	return text ? 0 : -ENOMEM;
}
