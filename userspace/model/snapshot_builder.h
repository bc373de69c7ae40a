/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Builds the rows of a snapshot: mappings and tasks with their classes, and all sums. */
#ifndef PGWALK_MODEL_SNAPSHOT_BUILDER_H
#define PGWALK_MODEL_SNAPSHOT_BUILDER_H

#include "../snapshot.h"
#include "mappings.h"
#include "process_memory.h"
#include "task.h"

struct snapshot_builder;

struct snapshot_builder *snapshot_builder__create(void);
void snapshot_builder__destroy(struct snapshot_builder *b);

int snapshot_builder__mappings(struct snapshot_builder *b, struct mappings *m,
			       const struct faults *f, struct faults *scratch, struct snapshot *s);
int snapshot_builder__tasks(struct snapshot_builder *b, struct tasks *tasks,
			    struct faults *scratch, uint32_t scope, const struct process_memory *memory,
			    struct snapshot *s);

#endif
