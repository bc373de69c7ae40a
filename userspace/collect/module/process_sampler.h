/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the memory of processes that had faults, within a share of one CPU. */
#ifndef PGWALK_COLLECT_PROCESS_SAMPLER_H
#define PGWALK_COLLECT_PROCESS_SAMPLER_H

#include <stdint.h>
#include <sys/types.h>

#include "../../snapshot_memory.h"
#include "device.h"

/** typedef process_memory_fn - take the memory of a process; a value other than 0 ends the call */
typedef int (*process_memory_fn)(void *ctx, pid_t pid, const struct snapshot_memory *memory);

struct process_sampler;

struct process_sampler *process_sampler__create(struct device *device, uint64_t now_ns);
void process_sampler__destroy(struct process_sampler *s);

void process_sampler__need(struct process_sampler *s, pid_t pid);
int process_sampler__sample(struct process_sampler *s, uint64_t now_ns, process_memory_fn fn, void *ctx);
uint64_t process_sampler__spent_ns(const struct process_sampler *s);

#endif
