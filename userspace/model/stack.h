/* SPDX-License-Identifier: GPL-2.0 */
/* Where faults came from: call stacks, the faults of each by class, and their symbols. */
#ifndef PGWALK_MODEL_STACK_H
#define PGWALK_MODEL_STACK_H

#include "../snapshot.h"

/** STACKS_MAX - stacks that are kept, and rows of a stack and a class */
#define STACKS_MAX	8192

struct stacks;

struct stacks *stacks__create(void);
void stacks__destroy(struct stacks *s);

int stacks__frames(struct stacks *s, int32_t id, const uint64_t *ip,
		   unsigned int count);
int stacks__symbol(struct stacks *s, uint64_t ip, uint64_t offset,
		   const char *name, const char *module);
void stacks__ingest(struct stacks *s, const struct pgwalk_fault_stack *stack);
void stacks__reset(struct stacks *s);

void stacks__take(struct stacks *s, struct snapshot *snapshot);

#endif
