/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The parts of an interval in JSON: each writes a key and its value. */
#ifndef PGWALK_PRESENT_JSON_PART_H
#define PGWALK_PRESENT_JSON_PART_H

#include <stdbool.h>

#include "../snapshot.h"
#include "fault_row.h"
#include "json_writer.h"

void json_part__classes(struct json_writer *w, const struct snapshot *s,
			const struct snapshot_class *class, size_t count);
void json_part__memory(struct json_writer *w, const struct columns *columns, const struct fault_row *row,
		       unsigned int memory);
void json_part__mappings(struct json_writer *w, const struct snapshot *s, unsigned int memory);
void json_part__tasks(struct json_writer *w, const char *key, const struct snapshot *s, unsigned int memory);
bool json_part__has_stacks(const struct snapshot *s);
void json_part__stacks(struct json_writer *w, const struct snapshot *s);
void json_part__pages(struct json_writer *w, const struct snapshot *s);
void json_part__regions(struct json_writer *w, const struct snapshot *s);
void json_part__system(struct json_writer *w, const struct snapshot_system *v);

#endif
