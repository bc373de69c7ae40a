/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the figures of mappings that need more than the record of the mapping. */
#ifndef PGWALK_SESSION_MEMORY_H
#define PGWALK_SESSION_MEMORY_H

#include "../collect/module/device.h"
#include "../snapshot_memory.h"

#define MEMORY_STEP_CALLS	256	/* of the module in a step, each for up to 512 runs of pages: some 10 ms */

/* Return value: the step has no call left */
#define MEMORY_MORE		1

struct memory;

struct memory *memory__create(void);
void memory__destroy(struct memory *m);

void memory__begin(struct memory *m);
void memory__step(struct memory *m);
int memory__read(struct memory *m, struct device *device, const struct pgwalk_vma *vma, unsigned int columns,
		 struct snapshot_memory *out);
int memory__continue(struct memory *m, struct device *device, struct snapshot_memory *out);

#endif
