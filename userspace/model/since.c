// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Adds up the closed intervals, so that a snapshot of all faults since the start can be built. */
#include <stdlib.h>

#include "since.h"
#include "snapshot_builder.h"

/**
 * struct since - the sums
 * @faults: by row of the mappings, in the closed interval
 * @tasks: by task, in the closed interval
 * @builder: rows of the last snapshot
 * @seconds: length of all intervals
 * @lost: this and the others: sums over the intervals, as struct snapshot
 */
struct since {
	struct faults *faults;
	struct tasks *tasks;
	struct snapshot_builder *builder;
	double seconds;
	uint64_t lost;
	uint64_t folded;
	uint64_t missed_runs;
	uint64_t self_ns;
	uint64_t walk_ns;
	struct snapshot_system system;
};

/** since__create - make empty sums; NULL: no memory */
struct since *since__create(void)
{
	struct since *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->faults = faults__create(MAPPING_ROWS);
	t->tasks = tasks__create();
	t->builder = snapshot_builder__create();
	if (t->faults && t->tasks && t->builder)
		return t;
	since__destroy(t);
	return NULL;
}

/** since__destroy - free the sums and the last snapshot; NULL is fine */
void since__destroy(struct since *t)
{
	if (!t)
		return;
	snapshot_builder__destroy(t->builder);
	tasks__destroy(t->tasks);
	faults__destroy(t->faults);
	free(t);
}

static int add_sum(void *ctx, unsigned int row, unsigned int class, const struct fault_sum *sum)
{
	return faults__add_closed(ctx, row, class, sum);
}

static void add_count(uint64_t *to, uint64_t n)
{
	if (n == SNAPSHOT_NOT_KNOWN || *to == SNAPSHOT_NOT_KNOWN)
		*to = SNAPSHOT_NOT_KNOWN;
	else
		*to += n;
}

static void add_system(struct snapshot_system *to, const struct snapshot_system *s)
{
	int i;

	to->known |= s->known;
	to->tlb_known |= s->tlb_known;
	add_count(&to->scan_kswapd, s->scan_kswapd);
	add_count(&to->scan_direct, s->scan_direct);
	add_count(&to->steal_kswapd, s->steal_kswapd);
	add_count(&to->steal_direct, s->steal_direct);
	add_count(&to->swap_in, s->swap_in);
	add_count(&to->swap_out, s->swap_out);
	add_count(&to->thp_collapse, s->thp_collapse);
	add_count(&to->thp_split, s->thp_split);
	add_count(&to->thp_split_pmd, s->thp_split_pmd);
	add_count(&to->migrated, s->migrated);
	add_count(&to->numa_migrated, s->numa_migrated);
	for (i = 0; i < PGWALK_TLB_NR; i++) {
		to->tlb[i] += s->tlb[i];
		to->tlb_target[i] += s->tlb_target[i];
	}
}

/**
 * since__add - add an interval
 * @t: the sums
 * @faults: faults by mapping, of the closed interval
 * @tasks: tasks of the closed interval
 * @s: its snapshot
 *
 * Return: 0 or -ENOMEM.
 */
int since__add(struct since *t, const struct faults *faults, const struct tasks *tasks,
	       const struct snapshot *s)
{
	int err = faults__each(faults, add_sum, t->faults);

	if (!err)
		err = tasks__add_closed(t->tasks, tasks);
	t->seconds += s->seconds;
	t->lost += s->lost;
	t->folded += s->folded;
	t->missed_runs += s->missed_runs;
	t->self_ns += s->self_ns;
	t->walk_ns += s->walk_ns;
	add_system(&t->system, &s->system);
	return err;
}

/** since__fold - add the faults of a row of the mappings to another row, before its eviction */
void since__fold(struct since *t, unsigned int from, unsigned int to)
{
	faults__fold_closed(t->faults, from, to);
}

/**
 * since__take - fill a snapshot of all faults since the start
 * @t: the sums; own the rows that @s points to until the next call
 * @mappings: the rows
 * @scratch: faults by mapping, of the last interval; allocates sums
 * @memory: memory of processes; NULL: not read
 * @last: the last interval; the state of the target is copied
 * @s: filled in; valid as long as @last
 *
 * Return: 0 or -ENOMEM.
 */
int since__take(struct since *t, struct mappings *mappings, struct faults *scratch,
		const struct process_memory *memory, const struct snapshot *last, struct snapshot *s)
{
	bool one = last->target->scope == SNAPSHOT_PROCESS;
	int err = 0;

	*s = *last;
	s->since_start = true;
	s->seconds = t->seconds;
	s->lost = t->lost;
	s->missed_runs = t->missed_runs;
	s->self_ns = t->self_ns;
	s->walk_ns = t->walk_ns;
	s->system = t->system;
	s->nr_classes = 0;
	s->signals = 0;
	if (one)
		err = snapshot_builder__mappings(t->builder, mappings, t->faults, scratch, s);
	if (!err)
		err = snapshot_builder__tasks(t->builder, t->tasks, scratch, one ?
					      PGWALK_SCOPE_THREAD : PGWALK_SCOPE_PROCESS, memory, s);
	/* the builder counts those of the row that aggregates many */
	s->folded = t->folded;
	return err;
}
