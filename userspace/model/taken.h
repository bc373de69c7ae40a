/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of a snapshot: mappings and tasks with their classes, and the sums of all. */
#ifndef PGWALK_MODEL_TAKEN_H
#define PGWALK_MODEL_TAKEN_H

#include "../snapshot.h"
#include "mappings.h"
#include "task.h"

struct taken;

struct taken *taken__create(void);
void taken__destroy(struct taken *t);

int taken__mappings(struct taken *t, struct mappings *m, struct faults *f,
		    struct snapshot *s);
int taken__tasks(struct taken *t, struct tasks *tasks, uint32_t scope,
		 struct snapshot *s);

#endif
