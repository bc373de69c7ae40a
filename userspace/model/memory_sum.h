/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Adds up the memory of mappings; a sum is known if each part is. */
#ifndef PGWALK_MODEL_MEMORY_SUM_H
#define PGWALK_MODEL_MEMORY_SUM_H

#include <stddef.h>

#include "../snapshot_memory.h"

void memory_sum__begin(struct snapshot_memory *sum);
void memory_sum__add(struct snapshot_memory *sum, const struct snapshot_memory *part);
void memory_sum__end(struct snapshot_memory *sum, size_t parts);

#endif
