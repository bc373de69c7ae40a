// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Keeps the memory of processes as last read, by PID, because not every process is read in every interval.
 */
#include <stdlib.h>

#include "../lib/sparse.h"
#include "index.h"
#include "process_memory.h"

/**
 * struct process_row - a process
 * @pid: the process
 * @memory: its memory
 */
struct process_row {
	int32_t pid;
	struct snapshot_memory memory;
};

/**
 * struct process_memory - at most TASKS_MAX processes
 * @index: rows by PID
 * @nr: number of @row
 * @row: the processes
 */
struct process_memory {
	struct index *index;
	unsigned int nr;
	struct process_row row[TASKS_MAX];
};

/** process_memory__create - begin without a process; NULL: no memory */
struct process_memory *process_memory__create(void)
{
	struct process_memory *p = sparse__alloc(sizeof(*p));

	if (!p)
		return NULL;
	p->index = index__create(TASKS_MAX);
	if (p->index)
		return p;
	free(p);
	return NULL;
}

/** process_memory__destroy - free it; NULL is fine */
void process_memory__destroy(struct process_memory *p)
{
	if (!p)
		return;
	index__destroy(p->index);
	free(p);
}

/**
 * process_memory__set - set the memory of a process
 * @p: the processes
 * @pid: the process
 * @memory: its memory
 *
 * Beyond TASKS_MAX processes, the memory of another one is forgotten.
 */
void process_memory__set(struct process_memory *p, int32_t pid, const struct snapshot_memory *memory)
{
	uint32_t at = index__find(p->index, (uint32_t)pid);

	if (at == INDEX_NONE) {
		at = p->nr < TASKS_MAX ? p->nr++ : (uint32_t)pid % TASKS_MAX;
		if (p->row[at].pid)
			index__remove(p->index, (uint32_t)p->row[at].pid);
		p->row[at] = (struct process_row){ .pid = pid };
		index__set(p->index, (uint32_t)pid, at);
	}
	p->row[at].memory = *memory;
}

static void drop(struct process_memory *p, uint32_t at)
{
	index__remove(p->index, (uint32_t)p->row[at].pid);
	p->nr--;
	if (at == p->nr)
		return;
	p->row[at] = p->row[p->nr];
	index__set(p->index, (uint32_t)p->row[at].pid, at);
}

/**
 * process_memory__forget_ended - forget the processes that have ended
 * @p: the processes
 * @tasks: the closed interval
 */
void process_memory__forget_ended(struct process_memory *p, const struct tasks *tasks)
{
	unsigned int i;

	for (i = 0; i < tasks__count(tasks); i++) {
		const struct task *task = tasks__at(tasks, i);
		uint32_t at = task->ended && task->id > 0 ? index__find(p->index, (uint32_t)task->id) : INDEX_NONE;

		if (at != INDEX_NONE)
			drop(p, at);
	}
}

/** process_memory__find - return the memory of a process, valid until another one is set; NULL: not read */
const struct snapshot_memory *process_memory__find(const struct process_memory *p, int32_t pid)
{
	uint32_t at = index__find(p->index, (uint32_t)pid);

	return at == INDEX_NONE ? NULL : &p->row[at].memory;
}
