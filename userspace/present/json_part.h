/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of an interval in JSON: objects and arrays that the caller is to free. */
#ifndef PGWALK_PRESENT_JSON_PART_H
#define PGWALK_PRESENT_JSON_PART_H

#include <json-c/json.h>
#include <stdbool.h>

#include "../snapshot.h"

/* NULL, or @failed set: no memory */
json_object *json_part__classes(const struct snapshot *s,
				const struct snapshot_class *class,
				size_t count, bool *failed);
json_object *json_part__mappings(const struct snapshot *s, bool *failed);
json_object *json_part__tasks(const struct snapshot *s, bool *failed);
bool json_part__has_stacks(const struct snapshot *s);
json_object *json_part__stacks(const struct snapshot *s, bool *failed);
json_object *json_part__pages(const struct snapshot *s, bool *failed);
json_object *json_part__regions(const struct snapshot *s, bool *failed);
json_object *json_part__system(const struct snapshot_system *v, bool *failed);

#endif
