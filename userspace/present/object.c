// SPDX-License-Identifier: GPL-2.0
/*
 * Values as JSON: what is not known is null, names are made valid UTF-8. It
 * knows json-c and no record; whether anything failed is kept by the caller.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/text.h"
#include "object.h"

/**
 * object__add - add a value
 * @object: where to
 * @key: its name, a constant
 * @value: taken over: it is freed with @object, and here if that fails. NULL:
 *	it could not be made, which json-c would print as null
 * @failed: set if it is not in there
 */
void object__add(json_object *object, const char *key, json_object *value,
		 bool *failed)
{
	if (value && !json_object_object_add(object, key, value))
		return;
	json_object_put(value);
	*failed = true;
}

/** object__add_null - add what is not known; see object__add() */
void object__add_null(json_object *object, const char *key, bool *failed)
{
	if (json_object_object_add(object, key, NULL))
		*failed = true;
}

/** object__add_count - add a number; see object__add() */
void object__add_count(json_object *object, const char *key, uint64_t n,
		       bool *failed)
{
	object__add(object, key, json_object_new_uint64(n), failed);
}

static json_object *new_text(const char *text)
{
	char *utf8 = malloc(TEXT_UTF8_SIZE(strlen(text)));
	json_object *value;

	if (!utf8)
		return NULL;
	text__utf8(utf8, TEXT_UTF8_SIZE(strlen(text)), text);
	value = json_object_new_string(utf8);
	free(utf8);
	return value;
}

/** object__add_text - add any bytes, as valid UTF-8; see object__add() */
void object__add_text(json_object *object, const char *key, const char *text,
		      bool *failed)
{
	object__add(object, key, new_text(text), failed);
}

/** object__add_seconds - add a time, to the microsecond; see object__add() */
void object__add_seconds(json_object *object, const char *key, double seconds,
			 bool *failed)
{
	char text[48];

	snprintf(text, sizeof(text), "%.6f", seconds);
	object__add(object, key, json_object_new_double_s(seconds, text),
		    failed);
}

/* "a,b" to ["a","b"] */
static void add_words(json_object *object, const char *key, const char *words,
		      bool *failed)
{
	json_object *array = json_object_new_array();

	while (array && *words) {
		size_t len = strcspn(words, ",");
		json_object *word = json_object_new_string_len(words, (int)len);

		if (!word || json_object_array_add(array, word)) {
			json_object_put(word);
			*failed = true;
		}
		words += len + (words[len] == ',');
	}
	object__add(object, key, array, failed);
}

static void add_array(json_object *object, const char *key,
		      const struct value *v, bool *failed)
{
	json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; array && i < v->n; i++) {
		json_object *number = json_object_new_uint64(v->array[i]);

		if (!number || json_object_array_add(array, number)) {
			json_object_put(number);
			*failed = true;
		}
	}
	object__add(object, key, array, failed);
}

static void add_value(json_object *object, const char *key,
		      const struct value *v, bool *failed)
{
	char address[VALUE_TEXT_MAX];

	switch (v->unit) {
	case VALUE_NONE:
		object__add_null(object, key, failed);
		break;
	case VALUE_BOOL:
		object__add(object, key,
			    json_object_new_boolean((json_bool)v->n), failed);
		break;
	case VALUE_ADDRESS:
	case VALUE_HEX:
		object__add_text(object, key,
				 value__format(v, true, address,
					       sizeof(address)), failed);
		break;
	case VALUE_TEXT:
	case VALUE_NAME:
		object__add_text(object, key, v->text, failed);
		break;
	case VALUE_WORDS:
		add_words(object, key, v->text, failed);
		break;
	case VALUE_ARRAY:
		add_array(object, key, v, failed);
		break;
	case VALUE_SIGNED:
		object__add(object, key,
			    json_object_new_int64((int64_t)v->n), failed);
		break;
	case VALUE_COUNT:
	case VALUE_RATE:
	case VALUE_NS:
	case VALUE_BYTES:
	case VALUE_SHARE:
		object__add_count(object, key, v->n, failed);
		break;
	}
}

/**
 * object__add_columns - add one record
 * @object: where to
 * @columns: of the record
 * @row: the record
 * @in: COLUMN_*: which of them
 * @failed: set if not all of it is in there
 */
void object__add_columns(json_object *object, const struct columns *columns,
			 const void *row, unsigned int in, bool *failed)
{
	struct value value;
	size_t i;

	for (i = 0; i < columns->count; i++) {
		const struct column *c = &columns->column[i];

		if (!(c->in & in))
			continue;
		column__get(c, row, &value);
		add_value(object, c->key, &value, failed);
	}
}

/**
 * object__text - make it one line of text
 * @object: what
 *
 * Return: the text, good as long as @object is; NULL: no memory.
 */
const char *object__text(json_object *object)
{
	return json_object_to_json_string_ext(object,
					      JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
}
