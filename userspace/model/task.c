// SPDX-License-Identifier: GPL-2.0
/*
 * The threads, or processes, that faulted: a table for each interval, so that those
 * that come and go by the million take no more room than one interval's. It knows no
 * mappings, and keeps nothing of a task from one interval to the next.
 */
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "task.h"

/* Rows of id 0, by scope, come before the others */
#define OTHERS	PGWALK_SCOPE_NR

/**
 * struct table - the rows of an interval
 * @count: in use, those for all others among them
 * @task: the rows
 */
struct table {
	unsigned int count;
	struct task task[TASKS_ROWS];
};

/**
 * struct tasks - two intervals
 * @index: finds the rows of the running one by scope and id
 * @faults: of both
 * @running: the one that is under way
 * @closed: the one before
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

/** tasks__create - two intervals without a task; NULL: no memory */
struct tasks *tasks__create(void)
{
	struct tasks *t = calloc(1, sizeof(*t));

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

/** tasks__destroy - free them; NULL is fine */
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

/* The row of a task, made if need be; that of all others where there is no room */
static unsigned int row_of(struct tasks *t, uint32_t scope, int32_t id)
{
	uint64_t key = index_key(scope, id);
	unsigned int row;

	if (!id)
		return scope;
	row = index__find(t->index, key);
	if (row != INDEX_NONE)
		return row;
	if (t->running->count == TASKS_ROWS)
		return scope;
	row = t->running->count++;
	index__set(t->index, key, row);
	t->running->task[row] = (struct task) { .id = id, .scope = scope };
	return row;
}

/**
 * tasks__ingest - add faults of a task to the running interval
 * @t: the tasks
 * @key: scope, id and class; the class is known
 * @row: its faults
 *
 * Return: 0 or -ENOMEM.
 */
int tasks__ingest(struct tasks *t, const struct pgwalk_fault_key *key,
		  const struct pgwalk_fault_row *row)
{
	unsigned int number = row_of(t, key->scope, key->id);
	struct task *task = &t->running->task[number];

	if (task->id) {
		task->ended |= !!(row->kind & PGWALK_TASK_ENDED);
		if (row->name[0])
			memcpy(task->comm, row->name, PGWALK_NAME_MAX);
	}
	return faults__ingest(t->faults, number, key->class, row);
}

/** tasks__turn - the running interval is closed, and one without tasks begins */
void tasks__turn(struct tasks *t)
{
	struct table *closed = t->running;
	unsigned int i;

	t->running = t->closed;
	t->closed = closed;
	empty_table(t->running);
	if (closed->count > TASKS_MAX / 8) {	/* faster than one by one */
		index__clear(t->index);
	} else {
		for (i = OTHERS; i < closed->count; i++)
			index__remove(t->index, index_key(closed->task[i].scope,
							  closed->task[i].id));
	}
	faults__turn(t->faults);
}

/** tasks__faults - the faults of the closed interval, by row */
struct faults *tasks__faults(struct tasks *t)
{
	return t->faults;
}

/** tasks__count - rows of the closed interval */
unsigned int tasks__count(const struct tasks *t)
{
	return t->closed->count;
}

/** tasks__at - a row of the closed interval, below tasks__count() */
const struct task *tasks__at(const struct tasks *t, unsigned int row)
{
	return &t->closed->task[row];
}
