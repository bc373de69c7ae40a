// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The threads or processes that faulted. Each interval has a table of its own, so that
 * millions of short-lived tasks need no more room than those of one interval.
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/sparse.h"
#include "index.h"
#include "task.h"

/* Rows of id 0, by scope, come before the others */
#define OTHERS	PGWALK_SCOPE_NR

/**
 * struct table - the rows of an interval
 * @count: used rows, including those of id 0
 * @task: the rows
 */
struct table {
	unsigned int count;
	struct task task[TASKS_ROWS];
};

/**
 * struct tasks - two intervals
 * @index: rows of the running interval by scope and id
 * @faults: faults of both
 * @running: table of the running interval
 * @closed: table of the closed interval
 */
struct tasks {
	struct index *index;
	struct faults *faults;
	struct table *running;
	struct table *closed;
	struct table table[2];
};

static void empty_table(struct table *t)
{
	unsigned int scope;

	for (scope = 0; scope < OTHERS; scope++)
		t->task[scope] = (struct task) { .scope = scope };
	t->count = OTHERS;
}

/** tasks__create - make two empty intervals; NULL: no memory */
struct tasks *tasks__create(void)
{
	struct tasks *t = sparse__alloc(sizeof(*t));

	if (!t)
		return NULL;
	t->running = &t->table[0];
	t->closed = &t->table[1];
	empty_table(t->running);
	empty_table(t->closed);
	t->index = index__create(TASKS_MAX);
	t->faults = faults__create(TASKS_ROWS);
	if (t->index && t->faults)
		return t;
	tasks__destroy(t);
	return NULL;
}

/** tasks__destroy - free both intervals; NULL is fine */
void tasks__destroy(struct tasks *t)
{
	if (!t)
		return;
	index__destroy(t->index);
	faults__destroy(t->faults);
	free(t);
}

static uint64_t index_key(uint32_t scope, int32_t id)
{
	return (uint64_t)scope << 32 | (uint32_t)id;
}

/* Return the row of a task in a table, created if missing; without room, the row of id 0 */
static unsigned int row_of(struct tasks *t, struct table *table, uint32_t scope, int32_t id)
{
	uint64_t key = index_key(scope, id);
	unsigned int row;

	if (!id)
		return scope;
	row = index__find(t->index, key);
	if (row != INDEX_NONE)
		return row;
	if (table->count == TASKS_ROWS)
		return scope;
	row = table->count++;
	index__set(t->index, key, row);
	table->task[row] = (struct task) { .id = id, .scope = scope };
	return row;
}

/**
 * tasks__ingest - add faults of a task to the running interval
 * @t: the tasks
 * @key: scope, id and class; the class is of this ABI
 * @row: its faults
 *
 * Return: 0 or -ENOMEM.
 */
int tasks__ingest(struct tasks *t, const struct pgwalk_fault_key *key,
		  const struct pgwalk_fault_row *row)
{
	unsigned int number = row_of(t, t->running, key->scope, key->id);
	struct task *task = &t->running->task[number];

	if (task->id) {
		task->ended |= !!(row->kind & PGWALK_TASK_ENDED);
		if (row->name[0])
			memcpy(task->comm, row->name, PGWALK_NAME_MAX);
	}
	return faults__ingest(t->faults, number, key->class, row);
}

/** tasks__next_interval - close the running interval and begin an empty one */
void tasks__next_interval(struct tasks *t)
{
	struct table *closed = t->running;
	unsigned int i;

	t->running = t->closed;
	t->closed = closed;
	empty_table(t->running);
	if (closed->count > TASKS_MAX / 8) {	/* faster than single keys */
		index__clear(t->index);
	} else {
		for (i = OTHERS; i < closed->count; i++)
			index__remove(t->index, index_key(closed->task[i].scope,
							  closed->task[i].id));
	}
	faults__next_interval(t->faults);
}

/* The tasks of an interval, and the sums they are added to */
struct addition {
	struct tasks *total;
	const struct tasks *from;
};

static int add_sum(void *ctx, unsigned int row, unsigned int class, const struct fault_sum *sum)
{
	const struct addition *a = ctx;
	const struct task *task = &a->from->closed->task[row];
	unsigned int to = row_of(a->total, a->total->closed, task->scope, task->id);

	if (task->id && to >= OTHERS)
		a->total->closed->task[to] = *task;
	return faults__add_closed(a->total->faults, to, class, sum);
}

/* A task with the id of one that has ended is another one, and gets a row of its own */
static void forget_ended(struct tasks *total, const struct tasks *t)
{
	unsigned int i;

	for (i = OTHERS; i < t->closed->count; i++) {
		const struct task *task = &t->closed->task[i];
		uint64_t key = index_key(task->scope, task->id);
		unsigned int row = index__find(total->index, key);

		if (row != INDEX_NONE && total->closed->task[row].ended)
			index__remove(total->index, key);
	}
}

/**
 * tasks__add_closed - add the closed interval to tasks that are added up over intervals
 * @total: changed; it has no running interval. Tasks beyond TASKS_MAX are added to the row of id 0
 * @t: the tasks
 *
 * Return: 0 or -ENOMEM.
 */
int tasks__add_closed(struct tasks *total, const struct tasks *t)
{
	struct addition a = { total, t };

	forget_ended(total, t);
	return faults__each(t->faults, add_sum, &a);
}

/** tasks__faults - return the faults of the closed interval, by row */
struct faults *tasks__faults(struct tasks *t)
{
	return t->faults;
}

/** tasks__count - return the number of rows of the closed interval */
unsigned int tasks__count(const struct tasks *t)
{
	return t->closed->count;
}

/** tasks__at - return a row of the closed interval, below tasks__count() */
const struct task *tasks__at(const struct tasks *t, unsigned int row)
{
	return &t->closed->task[row];
}
