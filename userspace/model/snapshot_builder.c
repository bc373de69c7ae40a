// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Builds the rows of a snapshot from the faults of a closed interval. It owns the memory
 * of the last snapshot until the next one is built.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/sparse.h"
#include "process_memory.h"
#include "summary.h"
#include "string_pool.h"
#include "snapshot_builder.h"

/**
 * struct order - sort key of a row
 * @first: first key
 * @then: second key
 * @row: index of the row
 */
struct order {
	uint64_t first;
	uint64_t then;
	unsigned int row;
};

/**
 * struct classes - the classes of many rows, consecutive in memory
 * @at: the array
 * @room: allocated elements
 * @count: used elements
 */
struct classes {
	struct snapshot_class *at;
	size_t room;
	size_t count;
};

/**
 * struct snapshot_builder - memory of the last snapshot
 * @order: sort keys of the rows with faults
 * @mapping: mappings; their names are in the string pool
 * @nr_mappings: number of @mapping
 * @task: tasks
 * @of_mapping: classes of the mappings
 * @of_task: classes of the tasks
 * @all: classes of all mappings, or of all tasks
 */
struct snapshot_builder {
	struct order order[MAPPING_ROWS + TASKS_ROWS];
	struct snapshot_mapping mapping[MAPPING_ROWS];
	size_t nr_mappings;
	struct snapshot_task task[TASKS_ROWS];
	struct classes of_mapping;
	struct classes of_task;
	struct snapshot_class all[PGWALK_FAULT_CLASS_NR];
};

/**
 * struct totals - sums over rows
 * @class: by class; NULL: no faults
 */
struct totals {
	struct fault_sum *class[PGWALK_FAULT_CLASS_NR];
};

static const struct fault_sum no_faults;

/** snapshot_builder__create - allocate the memory of a snapshot; NULL: no memory */
struct snapshot_builder *snapshot_builder__create(void)
{
	return sparse__alloc(sizeof(struct snapshot_builder));
}

static void drop_names(struct snapshot_builder *b)
{
	while (b->nr_mappings)
		string_pool__put(b->mapping[--b->nr_mappings].name);
}

/** snapshot_builder__destroy - free the memory; NULL is fine */
void snapshot_builder__destroy(struct snapshot_builder *b)
{
	if (!b)
		return;
	drop_names(b);
	free(b->of_mapping.at);
	free(b->of_task.at);
	free(b);
}

/* Add to a sum, which is allocated if missing */
static int add_sum(struct faults *f, struct fault_sum **to,
		   const struct fault_sum *sum)
{
	if (!*to)
		*to = faults__alloc_sum(f);
	if (!*to)
		return -ENOMEM;
	fault_sum__merge(*to, sum);
	return 0;
}

/* Allocate the classes of all rows of @f, before any pointer into them is set */
static int make_room(struct classes *c, const struct faults *f)
{
	size_t need = faults__count(f);
	struct snapshot_class *at;

	c->count = 0;
	if (need <= c->room)
		return 0;
	at = realloc(c->at, (need + need / 4) * sizeof(*at));
	if (!at)
		return -ENOMEM;
	c->at = at;
	c->room = need + need / 4;
	return 0;
}

/**
 * take_row - fill the classes of a row, and their sum
 * @f: the faults
 * @scratch: allocates sums for the time of the snapshot
 * @row: the row
 * @none: include faults without a class in the sum
 * @classes: the classes are appended
 * @totals: all faults are added; NULL: not needed
 * @all: set to the sum of the faults that did not end in a signal
 *
 * Return: 0 or -ENOMEM.
 */
static int take_row(const struct faults *f, struct faults *scratch, unsigned int row, bool none,
		    struct classes *classes, struct totals *totals,
		    struct snapshot_faults *all)
{
	const struct fault_sum *only = &no_faults;
	struct fault_sum *several = NULL;
	unsigned int i, plain = 0;

	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		const struct fault_sum *sum = faults__find(f, row, i);

		if (!sum)
			continue;
		if (totals && add_sum(scratch, &totals->class[i], sum))
			return -ENOMEM;
		if (i && sum->n.count) {
			struct snapshot_class *to =
				&classes->at[classes->count++];

			to->class = i;
			summary__fill(&to->faults, sum);
		}
		if (i >= PGWALK_FAULT_SIGNAL_FIRST || (!i && !none))
			continue;
		if (plain == 1 && add_sum(scratch, &several, only))
			return -ENOMEM;
		if (plain++ && add_sum(scratch, &several, sum))
			return -ENOMEM;
		only = sum;
	}
	summary__fill(all, several ? several : only);
	return 0;
}

/* Fill the sums over all rows; @totals has faults without a class, too */
static int take_totals(struct snapshot_builder *b, struct faults *f,
		       const struct totals *totals, struct snapshot *s)
{
	struct fault_sum *total = NULL;
	unsigned int i;

	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		const struct fault_sum *sum = totals->class[i];

		if (!sum)
			continue;
		if (i && sum->n.count) {
			b->all[s->nr_classes].class = i;
			summary__fill(&b->all[s->nr_classes++].faults, sum);
		}
		if (i >= PGWALK_FAULT_SIGNAL_FIRST)
			s->signals += sum->n.count;
		else if (add_sum(f, &total, sum))
			return -ENOMEM;
	}
	summary__fill(&s->total, total ? total : &no_faults);
	summary__fill(&s->unattributed,
		    totals->class[0] ? totals->class[0] : &no_faults);
	s->class = b->all;
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->then != y->then)
		return x->then < y->then ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static bool has_faults(const struct faults *f, unsigned int row,
		       unsigned int first_class)
{
	unsigned int class;

	for (class = first_class; class < PGWALK_FAULT_CLASS_NR; class++)
		if (faults__find(f, row, class))
			return true;
	return false;
}

/* Sort the rows with a class by address; @active: only rows with faults in the interval have one */
static size_t order_mappings(struct snapshot_builder *b, struct mappings *m,
			     const struct faults *f, const uint16_t *active, unsigned int rows)
{
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < rows; i++) {
		unsigned int index = active ? active[i] : i;
		const struct mapping *row = mappings__at(m, index);

		if (has_faults(f, index, 1))
			b->order[count++] = (struct order) {
				row->start, row->end, index };
	}
	qsort(b->order, count, sizeof(*b->order), by_order);
	return count;
}

static int take_mapping(struct snapshot_builder *b, const struct mapping *row,
			unsigned int index, const struct faults *f,
			struct faults *scratch, struct totals *totals)
{
	struct snapshot_mapping *to = &b->mapping[b->nr_mappings];
	size_t first = b->of_mapping.count;
	int err;

	*to = (struct snapshot_mapping) {
		.id = row->generation,
		.start = row->start,
		.end = row->end,
		.prot = row->prot,
		.kind = row->kind,
		.live = row->live,
		.foreign = row->foreign,
		.counted = row->counted,
		.resident = row->resident,
		.huge = row->huge,
		.swapped = row->swapped,
		.memory = row->memory,
		.class = &b->of_mapping.at[first],
	};
	err = take_row(f, scratch, index, false, &b->of_mapping, totals, &to->faults);
	if (err)
		return err;
	to->name = string_pool__get(row->name);
	to->nr_classes = b->of_mapping.count - first;
	b->nr_mappings++;
	return 0;
}

/**
 * snapshot_builder__mappings - fill the mappings of a snapshot, and all sums
 * @b: owns the memory @s points to
 * @m: the rows
 * @f: their faults, of the interval or since the start; those without a class are in the row
 *	MAPPING_OTHER
 * @scratch: faults of the interval, allocates sums; may be @f
 * @s: @number, @regions and @since_start are set already; filled in
 *
 * Return: 0 or -ENOMEM.
 */
int snapshot_builder__mappings(struct snapshot_builder *b, struct mappings *m,
			       const struct faults *f, struct faults *scratch, struct snapshot *s)
{
	const struct fault_sum *none = faults__find(f, MAPPING_OTHER, 0);
	unsigned int rows = mappings__count(m);
	struct totals totals = { 0 };
	size_t i, count, live = 0;
	const uint16_t *active;
	int err;

	active = s->since_start ? NULL : mappings__active(m, s->number, &rows);
	drop_names(b);
	err = make_room(&b->of_mapping, f);
	count = order_mappings(b, m, f, active, rows);
	for (i = 0; !err && i < count; i++) {
		unsigned int index = b->order[i].row;
		const struct mapping *row = mappings__at(m, index);

		live += row->live;
		err = take_mapping(b, row, index, f, scratch, &totals);
		if (index == MAPPING_OTHER && !err)
			s->folded = b->mapping[i].faults.count;
	}
	/* the loop skips the row MAPPING_OTHER if it has no class */
	if (!err && none && !totals.class[0])
		err = add_sum(scratch, &totals.class[0], none);
	s->mapping = b->mapping;
	s->nr_mappings = b->nr_mappings;
	s->quiet = s->regions > live ? s->regions - live : 0;
	return err ? err : take_totals(b, scratch, &totals, s);
}

/* Sort the rows with faults by id */
static size_t order_tasks(struct snapshot_builder *b, struct tasks *tasks, uint32_t scope)
{
	const struct faults *f = tasks__faults(tasks);
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < tasks__count(tasks); i++) {
		const struct task *task = tasks__at(tasks, i);

		if (task->scope == scope && has_faults(f, i, 0))
			b->order[count++] = (struct order) {
				(uint32_t)task->id, 0, i };
	}
	qsort(b->order, count, sizeof(*b->order), by_order);
	return count;
}

static int take_task(struct snapshot_builder *b, struct tasks *tasks, struct faults *scratch,
		     unsigned int row, struct snapshot_task *to, struct totals *totals)
{
	struct faults *f = tasks__faults(tasks);
	const struct fault_sum *none = faults__find(f, row, 0);
	const struct task *task = tasks__at(tasks, row);
	size_t first = b->of_task.count;
	int err;

	*to = (struct snapshot_task) {
		.id = task->id,
		.comm = task->id == PGWALK_ID_OUTSIDE ?
			"(outside)" :
			task->id ? task->comm :
			task->scope == PGWALK_SCOPE_THREAD ?
			"(other threads)" : "(other processes)",
		.live = !task->ended,
		.unattributed = none ? none->n.count : 0,
		.class = &b->of_task.at[first],
	};
	err = take_row(f, scratch, row, true, &b->of_task, totals, &to->faults);
	to->nr_classes = b->of_task.count - first;
	return err;
}

static void take_memory(struct snapshot_task *to, const struct process_memory *memory)
{
	const struct snapshot_memory *found = memory && to->id > 0 ? process_memory__find(memory, to->id) : NULL;

	to->memory = found ? *found : (struct snapshot_memory){ .eligible = -1 };
}

/**
 * snapshot_builder__tasks - fill the tasks of a snapshot; for processes, all sums too
 * @b: owns the memory @s points to
 * @tasks: the rows, and their faults, of the interval or since the start
 * @scratch: faults of the interval, allocates sums; may be those of @tasks
 * @scope: PGWALK_SCOPE_THREAD or PGWALK_SCOPE_PROCESS
 * @memory: memory of processes; NULL: not read
 * @s: filled in
 *
 * Return: 0 or -ENOMEM.
 */
int snapshot_builder__tasks(struct snapshot_builder *b, struct tasks *tasks,
			    struct faults *scratch, uint32_t scope, const struct process_memory *memory,
			    struct snapshot *s)
{
	bool all = scope == PGWALK_SCOPE_PROCESS;
	struct totals totals = { 0 };
	size_t i, count;
	int err;

	err = make_room(&b->of_task, tasks__faults(tasks));
	count = order_tasks(b, tasks, scope);
	for (i = 0; !err && i < count; i++) {
		err = take_task(b, tasks, scratch, b->order[i].row, &b->task[i],
				all ? &totals : NULL);
		b->task[i].live &= all || !s->exited;
		take_memory(&b->task[i], memory);
	}
	s->task = b->task;
	s->nr_tasks = count;
	if (err || !all)
		return err;
	if (count && !b->task[0].id)
		s->folded = b->task[0].faults.count;
	return take_totals(b, scratch, &totals, s);
}
