/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* All faults since the start. */
#ifndef PGWALK_MODEL_SINCE_H
#define PGWALK_MODEL_SINCE_H

#include "mappings.h"
#include "process_memory.h"
#include "task.h"
#include "../snapshot.h"

struct since;

struct since *since__create(void);
void since__destroy(struct since *t);

int since__add(struct since *t, const struct faults *faults, const struct tasks *tasks,
	       const struct snapshot *s);
void since__fold(struct since *t, unsigned int from, unsigned int to);
int since__take(struct since *t, struct mappings *mappings, struct faults *scratch, const struct process_memory *memory,
		const struct snapshot *last, struct snapshot *s);

#endif
