// SPDX-License-Identifier: GPL-2.0
/*
 * The rows of a snapshot, made of the faults of a closed interval. It holds what
 * the last one points to until the next one is taken; it changes nothing else.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "name.h"
#include "taken.h"

/**
 * struct order - a row and where it comes
 * @first: rows are by this
 * @then: and by this
 * @row: its index
 */
struct order {
	uint64_t first;
	uint64_t then;
	unsigned int row;
};

/**
 * struct classes - the classes of many rows, one after the other
 * @at: memory for them
 * @room: so many fit
 * @count: in use
 */
struct classes {
	struct snapshot_class *at;
	size_t room;
	size_t count;
};

/**
 * struct taken - memory of the last snapshot
 * @order: of the rows with faults
 * @mapping: its mappings; their names are held
 * @nr_mappings: how many
 * @task: its tasks
 * @of_mapping: classes of its mappings
 * @of_task: classes of its tasks
 * @all: classes of all mappings, or tasks
 */
struct taken {
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
 * @class: by class; NULL: none
 */
struct totals {
	struct fault_sum *class[PGWALK_FAULT_CLASS_NR];
};

static const struct fault_sum nothing;

/** taken__create - memory for a snapshot; NULL: there is none */
struct taken *taken__create(void)
{
	return calloc(1, sizeof(struct taken));
}

static void drop_names(struct taken *t)
{
	while (t->nr_mappings)
		name__put(t->mapping[--t->nr_mappings].name);
}

/** taken__destroy - free it; NULL is fine */
void taken__destroy(struct taken *t)
{
	if (!t)
		return;
	drop_names(t);
	free(t->of_mapping.at);
	free(t->of_task.at);
	free(t);
}

/* Adds to a sum that is made if need be */
static int add_sum(struct faults *f, struct fault_sum **to,
		   const struct fault_sum *sum)
{
	if (!*to)
		*to = faults__spare(f);
	if (!*to)
		return -ENOMEM;
	fault_sum__merge(*to, sum);
	return 0;
}

/* Memory for the classes of all rows of @f, before there is a pointer into it */
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
 * take_row - the classes of a row, and all of them together
 * @f: the faults
 * @row: the row
 * @none: those without a class are the row's too
 * @classes: gets the others
 * @totals: gets all of them; NULL: they are not wanted
 * @all: filled: those that did not end in a signal
 *
 * Return: 0 or -ENOMEM.
 */
static int take_row(struct faults *f, unsigned int row, bool none,
		    struct classes *classes, struct totals *totals,
		    struct snapshot_faults *all)
{
	const struct fault_sum *only = &nothing;
	struct fault_sum *several = NULL;
	unsigned int i, plain = 0;

	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		const struct fault_sum *sum = faults__find(f, row, i);

		if (!sum)
			continue;
		if (totals && add_sum(f, &totals->class[i], sum))
			return -ENOMEM;
		if (i && sum->n.count) {
			struct snapshot_class *to =
				&classes->at[classes->count++];

			to->class = i;
			figures__show(&to->faults, sum);
		}
		if (i >= PGWALK_FAULT_SIGNAL_FIRST || (!i && !none))
			continue;
		if (plain == 1 && add_sum(f, &several, only))
			return -ENOMEM;
		if (plain++ && add_sum(f, &several, sum))
			return -ENOMEM;
		only = sum;
	}
	figures__show(all, several ? several : only);
	return 0;
}

/* All rows together; those without a class are in @totals too */
static int take_totals(struct taken *t, struct faults *f,
		       const struct totals *totals, struct snapshot *s)
{
	struct fault_sum *total = NULL;
	unsigned int i;

	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++) {
		const struct fault_sum *sum = totals->class[i];

		if (!sum)
			continue;
		if (i && sum->n.count) {
			t->all[s->nr_classes].class = i;
			figures__show(&t->all[s->nr_classes++].faults, sum);
		}
		if (i >= PGWALK_FAULT_SIGNAL_FIRST)
			s->signals += sum->n.count;
		else if (add_sum(f, &total, sum))
			return -ENOMEM;
	}
	figures__show(&s->total, total ? total : &nothing);
	figures__show(&s->unattributed,
		    totals->class[0] ? totals->class[0] : &nothing);
	s->class = t->all;
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

/* Rows with a class, by address */
static size_t order_mappings(struct taken *t, struct mappings *m,
			     const struct faults *f, uint64_t interval)
{
	unsigned int i, nr_active;
	const uint16_t *active = mappings__active(m, interval, &nr_active);
	size_t count = 0;

	for (i = 0; i < nr_active; i++) {
		const struct mapping *row = mappings__at(m, active[i]);

		if (has_faults(f, active[i], 1))
			t->order[count++] = (struct order) {
				row->start, row->end, active[i] };
	}
	qsort(t->order, count, sizeof(*t->order), by_order);
	return count;
}

static int take_mapping(struct taken *t, const struct mapping *row,
			unsigned int index, struct faults *f,
			struct totals *totals)
{
	struct snapshot_mapping *to = &t->mapping[t->nr_mappings];
	size_t first = t->of_mapping.count;
	int err;

	*to = (struct snapshot_mapping) {
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
		.class = &t->of_mapping.at[first],
	};
	err = take_row(f, index, false, &t->of_mapping, totals, &to->faults);
	if (err)
		return err;
	to->name = name__get(row->name);
	to->nr_classes = t->of_mapping.count - first;
	t->nr_mappings++;
	return 0;
}

/**
 * taken__mappings - the mappings of a snapshot, and all sums
 * @t: holds what it points to
 * @m: the rows
 * @f: their faults; those of no class are in the row MAPPING_OTHER
 * @s: @number and @regions are filled already; filled
 *
 * Return: 0 or -ENOMEM.
 */
int taken__mappings(struct taken *t, struct mappings *m, struct faults *f,
		    struct snapshot *s)
{
	const struct fault_sum *none = faults__find(f, MAPPING_OTHER, 0);
	struct totals totals = { 0 };
	size_t i, count, live = 0;
	int err;

	drop_names(t);
	err = make_room(&t->of_mapping, f);
	count = order_mappings(t, m, f, s->number);
	for (i = 0; !err && i < count; i++) {
		unsigned int index = t->order[i].row;
		const struct mapping *row = mappings__at(m, index);

		live += row->live;
		err = take_mapping(t, row, index, f, &totals);
		if (index == MAPPING_OTHER && !err)
			s->folded = t->mapping[i].faults.count;
	}
	/* where that row has no class it was not among them */
	if (!err && none && !totals.class[0])
		err = add_sum(f, &totals.class[0], none);
	s->mapping = t->mapping;
	s->nr_mappings = t->nr_mappings;
	s->quiet = s->regions > live ? s->regions - live : 0;
	return err ? err : take_totals(t, f, &totals, s);
}

/* Rows with faults, by id */
static size_t order_tasks(struct taken *t, struct tasks *tasks, uint32_t scope)
{
	const struct faults *f = tasks__faults(tasks);
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < tasks__count(tasks); i++) {
		const struct task *task = tasks__at(tasks, i);

		if (task->scope == scope && has_faults(f, i, 0))
			t->order[count++] = (struct order) {
				(uint32_t)task->id, 0, i };
	}
	qsort(t->order, count, sizeof(*t->order), by_order);
	return count;
}

static int take_task(struct taken *t, struct tasks *tasks, unsigned int row,
		     struct snapshot_task *to, struct totals *totals)
{
	struct faults *f = tasks__faults(tasks);
	const struct fault_sum *none = faults__find(f, row, 0);
	const struct task *task = tasks__at(tasks, row);
	size_t first = t->of_task.count;
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
		.class = &t->of_task.at[first],
	};
	err = take_row(f, row, true, &t->of_task, totals, &to->faults);
	to->nr_classes = t->of_task.count - first;
	return err;
}

/**
 * taken__tasks - the tasks of a snapshot; of processes, all sums too
 * @t: holds what it points to
 * @tasks: the rows, and their faults
 * @scope: PGWALK_SCOPE_THREAD or PGWALK_SCOPE_PROCESS
 * @s: filled
 *
 * Return: 0 or -ENOMEM.
 */
int taken__tasks(struct taken *t, struct tasks *tasks, uint32_t scope,
		 struct snapshot *s)
{
	bool all = scope == PGWALK_SCOPE_PROCESS;
	struct totals totals = { 0 };
	size_t i, count;
	int err;

	err = make_room(&t->of_task, tasks__faults(tasks));
	count = order_tasks(t, tasks, scope);
	for (i = 0; !err && i < count; i++) {
		err = take_task(t, tasks, t->order[i].row, &t->task[i],
				all ? &totals : NULL);
		t->task[i].live &= all || !s->exited;
	}
	s->task = t->task;
	s->nr_tasks = count;
	if (err || !all)
		return err;
	if (count && !t->task[0].id)
		s->folded = t->task[0].faults.count;
	return take_totals(t, tasks__faults(tasks), &totals, s);
}
