/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Faults by call stack and class, with symbols. */
#ifndef PGWALK_MODEL_STACK_H
#define PGWALK_MODEL_STACK_H

#include "../snapshot.h"
#include "mappings.h"

/** STACKS_MAX - limit of stacks, and of rows of a stack and a class */
#define STACKS_MAX	8192

struct stacks;

struct stacks *stacks__create(void);
void stacks__destroy(struct stacks *s);

int stacks__frames(struct stacks *s, int32_t id, const uint64_t *ip,
		   unsigned int count);
int stacks__symbol(struct stacks *s, uint64_t ip, uint64_t offset,
		   const char *name, const char *module);
void stacks__ingest(struct stacks *s, const struct pgwalk_fault_stack *stack,
		    unsigned int mapping, uint32_t mapping_id);
void stacks__reset(struct stacks *s);

void stacks__take_all(const struct stacks *s, struct snapshot *snapshot);
void stacks__take(struct stacks *s, struct mappings *mappings, struct snapshot *snapshot);

#endif
