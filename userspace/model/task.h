/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The threads or processes that faulted in an interval. */
#ifndef PGWALK_MODEL_TASK_H
#define PGWALK_MODEL_TASK_H

#include <stdbool.h>

#include "faults.h"

/** TASKS_MAX - limit of rows in an interval, besides the rows of id 0 */
#define TASKS_MAX	4096
#define TASKS_ROWS	(PGWALK_SCOPE_NR + TASKS_MAX)

/**
 * struct task - a row of the closed interval
 * @id: tid or pid; 0: all tasks without a row of their own
 * @scope: PGWALK_SCOPE_THREAD or PGWALK_SCOPE_PROCESS
 * @ended: its exit was seen
 * @comm: its name, "" if unknown
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
void tasks__next_interval(struct tasks *t);

int tasks__add_closed(struct tasks *total, const struct tasks *t);
struct faults *tasks__faults(struct tasks *t);
unsigned int tasks__count(const struct tasks *t);
const struct task *tasks__at(const struct tasks *t, unsigned int row);

#endif
