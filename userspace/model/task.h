/* SPDX-License-Identifier: GPL-2.0 */
/* The threads, or processes, that faulted in an interval. */
#ifndef PGWALK_MODEL_TASK_H
#define PGWALK_MODEL_TASK_H

#include <stdbool.h>

#include "faults.h"

/** TASKS_MAX - rows of both scopes in an interval, beside those for all others */
#define TASKS_MAX	4096
#define TASKS_ROWS	(PGWALK_SCOPE_NR + TASKS_MAX)

/**
 * struct task - a row of the closed interval
 * @id: tid or pid; 0: all those that found no row of their own
 * @scope: PGWALK_SCOPE_THREAD or PGWALK_SCOPE_PROCESS
 * @ended: it was seen to end
 * @comm: its name, "" if it is not known
 */
struct task {
	int32_t id;
	uint32_t scope;
	bool ended;
	char comm[PGWALK_NAME_MAX + 1];
};

struct tasks;

struct tasks *tasks__create(void);
void tasks__destroy(struct tasks *t);

int tasks__ingest(struct tasks *t, const struct pgwalk_fault_key *key,
		  const struct pgwalk_fault_row *row);
void tasks__turn(struct tasks *t);

struct faults *tasks__faults(struct tasks *t);
unsigned int tasks__count(const struct tasks *t);
const struct task *tasks__at(const struct tasks *t, unsigned int row);

#endif
