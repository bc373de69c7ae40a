/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The memory of processes as last read. */
#ifndef PGWALK_MODEL_PROCESS_MEMORY_H
#define PGWALK_MODEL_PROCESS_MEMORY_H

#include "../snapshot_memory.h"
#include "task.h"

struct process_memory;

struct process_memory *process_memory__create(void);
void process_memory__destroy(struct process_memory *p);

void process_memory__set(struct process_memory *p, int32_t pid, const struct snapshot_memory *memory);
void process_memory__forget_ended(struct process_memory *p, const struct tasks *tasks);
const struct snapshot_memory *process_memory__find(const struct process_memory *p, int32_t pid);

#endif
