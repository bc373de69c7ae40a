/* SPDX-License-Identifier: GPL-2.0 */
/* JSON objects, made of the values that columns give. */
#ifndef PGWALK_PRESENT_OBJECT_H
#define PGWALK_PRESENT_OBJECT_H

#include <json-c/json.h>

#include "column.h"

void object__add(json_object *object, const char *key, json_object *value,
		 bool *failed);
void object__add_null(json_object *object, const char *key, bool *failed);
void object__add_count(json_object *object, const char *key, uint64_t n,
		       bool *failed);
void object__add_text(json_object *object, const char *key, const char *text,
		      bool *failed);
void object__add_seconds(json_object *object, const char *key, double seconds,
			 bool *failed);
void object__add_columns(json_object *object, const struct columns *columns,
			 const void *row, unsigned int in, bool *failed);
const char *object__text(json_object *object);

#endif
