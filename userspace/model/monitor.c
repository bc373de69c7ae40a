// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Passes records of the target to the parts of the model and combines their snapshots
 * at the end of an interval. No I/O, no clock: time comes in with the marks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cgroups.h"
#include "history.h"
#include "monitor.h"
#include "page.h"
#include "process_memory.h"
#include "region.h"
#include "since.h"
#include "stack.h"
#include "snapshot_builder.h"

/**
 * struct monitor - the parts
 * @target: the monitored processes
 * @shown_target: @target of the last snapshot
 * @interval: number of the running interval, from 1
 * @faults: by row of @mappings
 * @cgroups: NULL until a process of a cgroup faults
 * @memory: memory of processes; NULL until one is read
 * @pages: NULL until a mapping is traced
 * @stacks: NULL until a stack is added
 * @regions: NULL until they are requested
 * @want_regions: @regions are requested now
 * @since: faults since the start; NULL until they are requested
 * @system: activity of the kernel in the running interval
 * @builder: rows of the last snapshot
 */
struct monitor {
	struct snapshot_target target;
	struct snapshot_target shown_target;
	uint64_t interval;
	struct aspace *aspace;
	struct mappings *mappings;
	struct faults *faults;
	struct tasks *tasks;
	struct cgroups *cgroups;
	struct process_memory *memory;
	struct pages *pages;
	struct stacks *stacks;
	struct regions *regions;
	bool want_regions;
	struct since *since;
	struct snapshot_system system;
	struct snapshot_builder *builder;
	struct history history;
};

static void fold_faults(void *ctx, unsigned int row)
{
	struct monitor *m = ctx;

	faults__fold(m->faults, row, MAPPING_OTHER);
	if (m->since)
		since__fold(m->since, row, MAPPING_OTHER);
}

/** monitor__create - make a monitor without faults and mappings; NULL: no memory */
struct monitor *monitor__create(void)
{
	struct monitor *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->interval = 1;
	m->aspace = aspace__create();
	m->faults = faults__create(MAPPING_ROWS);
	m->tasks = tasks__create();
	m->builder = snapshot_builder__create();
	if (m->aspace)
		m->mappings = mappings__create(m->aspace);
	if (!m->mappings || !m->faults || !m->tasks || !m->builder) {
		monitor__destroy(m);
		return NULL;
	}
	mappings__on_fold(m->mappings, fold_faults, m);
	return m;
}

/** monitor__destroy - free it and its last snapshot; NULL is fine */
void monitor__destroy(struct monitor *m)
{
	if (!m)
		return;
	snapshot_builder__destroy(m->builder);
	since__destroy(m->since);
	regions__destroy(m->regions);
	stacks__destroy(m->stacks);
	pages__destroy(m->pages);
	cgroups__destroy(m->cgroups);
	process_memory__destroy(m->memory);
	tasks__destroy(m->tasks);
	faults__destroy(m->faults);
	mappings__destroy(m->mappings);
	aspace__destroy(m->aspace);
	free(m);
}

/** monitor__aspace - return the address space that observations of mappings go to */
struct aspace *monitor__aspace(struct monitor *m)
{
	return m->aspace;
}

/** monitor__set_target - set or correct the target */
void monitor__set_target(struct monitor *m, const struct snapshot_target *t)
{
	m->target = *t;
}

/*
 * Test if a key has the mm of the observed mappings. Faults with user registers are in
 * the task's own mm; others may be in another process' memory. Faults of other processes
 * in the memory of the target are remote.
 */
static bool is_own(const struct pgwalk_fault_key *key,
		   const struct pgwalk_fault_row *row)
{
	return key->mm && !(row->kind & PGWALK_MAPPING_FOREIGN) &&
	       (row->gup < row->count || row->remote);
}

static int ingest_mapping(struct monitor *m, const struct pgwalk_fault_key *key,
			  const struct pgwalk_fault_row *row)
{
	int index = MAPPING_OTHER;

	if (is_own(key, row))
		mappings__set_mm(m->mappings, key->mm);
	if (key->class)
		index = mappings__ingest(m->mappings, key, row, m->interval);
	if (index < 0)
		return index;
	mappings__at(m->mappings, (unsigned int)index)->total[key->class] +=
		row->count;
	return faults__ingest(m->faults, (unsigned int)index, key->class, row);
}

static bool have_cgroups(struct monitor *m)
{
	if (!m->cgroups)
		m->cgroups = cgroups__create();
	return m->cgroups;
}

static int ingest_process(struct monitor *m, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	if (!have_cgroups(m))
		return -ENOMEM;
	cgroups__ingest(m->cgroups, key, row);
	return tasks__ingest(m->tasks, key, row);
}

/**
 * monitor__cgroup - set the path of a cgroup
 * @m: the monitor
 * @id: the cgroup, as in keys of processes
 * @path: its path
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__cgroup(struct monitor *m, uint64_t id, const char *path)
{
	if (!have_cgroups(m))
		return -ENOMEM;
	cgroups__path(m->cgroups, id, path);
	return 0;
}

/**
 * monitor__process_memory - set the memory of a process, if several are watched
 * @m: the monitor
 * @pid: the process, as in keys of processes
 * @memory: its memory
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__process_memory(struct monitor *m, int32_t pid, const struct snapshot_memory *memory)
{
	if (!m->memory)
		m->memory = process_memory__create();
	if (!m->memory)
		return -ENOMEM;
	process_memory__set(m->memory, pid, memory);
	return 0;
}

/**
 * monitor__ingest - add faults to the running interval
 * @m: the monitor
 * @key: mapping, thread or process, and class; a class of later ABIs counts as "other"
 * @row: the faults
 *
 * A scope of later ABIs is ignored, because it has the same faults again.
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__ingest(struct monitor *m, const struct pgwalk_fault_key *key,
		    const struct pgwalk_fault_row *row)
{
	struct pgwalk_fault_key known = *key;

	if (known.class >= PGWALK_FAULT_CLASS_NR)
		known.class = PGWALK_FAULT_OTHER;
	switch (known.scope) {
	case PGWALK_SCOPE_MAPPING:
		return ingest_mapping(m, &known, row);
	case PGWALK_SCOPE_THREAD:
		return tasks__ingest(m->tasks, &known, row);
	case PGWALK_SCOPE_PROCESS:
		return ingest_process(m, &known, row);
	}
	return 0;
}

/**
 * monitor__trace_range - set the range of the trace
 * @m: the monitor
 * @start: first address; 0 with @end: no trace
 * @end: first address after the range
 *
 * The range may grow and shrink: see pages__set_range().
 */
void monitor__trace_range(struct monitor *m, uint64_t start, uint64_t end)
{
	if (!m->pages && start < end)
		m->pages = pages__create();
	if (m->pages)
		pages__set_range(m->pages, start, end);
}

/** monitor__event - add an event; outside the range it is ignored. Return: 0 */
int monitor__event(struct monitor *m, const struct pgwalk_fault_event *event)
{
	if (m->pages)
		pages__event(m->pages, event);
	return 0;
}

/** monitor__page - set the state of a page; without faults it is ignored. Return: 0 */
int monitor__page(struct monitor *m, const struct pgwalk_frame_run *run)
{
	if (m->pages)
		pages__now(m->pages, run);
	return 0;
}

static bool have_stacks(struct monitor *m)
{
	if (!m->stacks)
		m->stacks = stacks__create();
	return m->stacks;
}

/**
 * monitor__stack - add faults of a call stack to the running interval
 * @m: the monitor
 * @stack: the faults; without frames added before, the stack is unavailable
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__stack(struct monitor *m, const struct pgwalk_fault_stack *stack)
{
	unsigned int mapping;

	if (!have_stacks(m))
		return -ENOMEM;
	mapping = mappings__find(m->mappings, &stack->key);
	stacks__ingest(m->stacks, stack, mapping, mappings__at(m->mappings, mapping)->generation);
	return 0;
}

/** monitor__frames - add the addresses of a call stack, as stacks__frames() */
int monitor__frames(struct monitor *m, int32_t stack, const uint64_t *ip,
		    unsigned int count)
{
	if (!have_stacks(m))
		return -ENOMEM;
	return stacks__frames(m->stacks, stack, ip, count);
}

/** monitor__symbol - add the symbol of an address, as symbol_table__set() */
int monitor__symbol(struct monitor *m, uint64_t ip, uint64_t offset,
		    const char *name, const char *module)
{
	if (!have_stacks(m))
		return -ENOMEM;
	return stacks__symbol(m->stacks, ip, offset, name, module);
}

/**
 * monitor__system - set the activity of the kernel in the running interval
 * @m: the monitor
 * @system: the known parts; unknown parts keep the values of earlier calls
 */
void monitor__system(struct monitor *m, const struct snapshot_system *system)
{
	const struct snapshot_system old = m->system, *tlb = system;

	if (system->known || !old.known)
		m->system = *system;
	if (!tlb->tlb_known)
		tlb = &old;
	m->system.tlb_known = tlb->tlb_known;
	memcpy(m->system.tlb, tlb->tlb, sizeof(tlb->tlb));
	memcpy(m->system.tlb_target, tlb->tlb_target, sizeof(tlb->tlb_target));
}

/** monitor__want_regions - set if snapshots have the whole address space */
void monitor__want_regions(struct monitor *m, bool want)
{
	m->want_regions = want;
}

/** monitor__want_memory - set if snapshots have the memory of mappings; see aspace__want_memory() */
void monitor__want_memory(struct monitor *m, bool want)
{
	aspace__want_memory(m->aspace, want);
}

/**
 * monitor__want_since - add up the intervals from now on, for monitor__since()
 * @m: the monitor
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__want_since(struct monitor *m)
{
	if (!m->since)
		m->since = since__create();
	return m->since ? 0 : -ENOMEM;
}

/**
 * monitor__since - fill a snapshot of the faults since the start
 * @m: the monitor, after monitor__want_since()
 * @last: the last snapshot
 * @snapshot: filled in; valid as long as @last
 *
 * Each call for one interval takes memory until the next interval.
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__since(struct monitor *m, const struct snapshot *last, struct snapshot *snapshot)
{
	int err = since__take(m->since, m->mappings, m->faults, m->memory, last, snapshot);

	if (!err && m->stacks)
		stacks__take_all(m->stacks, snapshot);
	return err;
}

/**
 * monitor__reset - reset the counts since the beginning
 * @m: the monitor
 *
 * The running interval becomes the first one and keeps its counts. The last snapshot
 * does not change, but a snapshot since the start is no longer valid.
 */
void monitor__reset(struct monitor *m)
{
	if (m->since) {
		since__destroy(m->since);
		/* without memory, monitor__want_since() of the next interval tries again */
		m->since = since__create();
	}
	if (m->pages)
		pages__reset(m->pages);
	if (m->stacks)
		stacks__reset(m->stacks);
	history__clear(&m->history);
}

/**
 * monitor__next_unseen - find a mapping with faults that is not in the address space
 * @m: the monitor
 * @cursor: 0 for the first call
 * @start: set to the first address of its latest range
 * @end: set to the first address after its latest range
 *
 * Return: false if there is no other mapping.
 */
bool monitor__next_unseen(struct monitor *m, unsigned int *cursor,
			  uint64_t *start, uint64_t *end)
{
	unsigned int count = mappings__count(m->mappings);

	if (*cursor < MAPPING_FIRST)
		*cursor = MAPPING_FIRST - 1;
	while (++*cursor < count) {
		struct mapping *row = mappings__at(m->mappings, *cursor);

		if (row->interval != m->interval || row->live)
			continue;
		*start = row->span[0].start;
		*end = row->span[0].end;
		return true;
	}
	return false;
}

static void take_aspace(struct monitor *m, uint64_t now_ns, struct snapshot *s)
{
	struct aspace_sum sum;

	aspace__sum(m->aspace, &sum);
	s->complete = sum.complete;
	s->regions = sum.regions;
	s->counted = sum.complete && sum.counted;
	s->resident = sum.resident;
	s->huge = sum.huge;
	s->swapped = sum.swapped;
	s->memory = sum.memory;
	if (sum.counted && now_ns > sum.oldest_ns)
		s->age_seconds = (double)(now_ns - sum.oldest_ns) / 1e9;
}

static int take_regions(struct monitor *m, struct snapshot *s)
{
	if (!m->want_regions) {
		if (m->regions)
			regions__drop(m->regions);
		return 0;
	}
	if (!m->regions)
		m->regions = regions__create();
	if (!m->regions)
		return -ENOMEM;
	return regions__take(m->regions, m->aspace, m->mappings, m->interval,
			     s);
}

/* One process has rows by mapping, and optionally by thread; many have rows by process */
static int take_rows(struct monitor *m, struct snapshot *s)
{
	int err;

	if (m->target.scope != SNAPSHOT_PROCESS) {
		err = snapshot_builder__tasks(m->builder, m->tasks, tasks__faults(m->tasks),
					      PGWALK_SCOPE_PROCESS, m->memory, s);
		if (m->memory)
			process_memory__forget_ended(m->memory, m->tasks);
		return err;
	}
	err = snapshot_builder__mappings(m->builder, m->mappings, m->faults, m->faults, s);
	if (!err)
		err = snapshot_builder__tasks(m->builder, m->tasks, tasks__faults(m->tasks),
					      PGWALK_SCOPE_THREAD, NULL, s);
	return err ? err : take_regions(m, s);
}

static void take_rest(struct monitor *m, const struct monitor_mark *mark,
		      struct snapshot *s)
{
	const struct snapshot_past past = {
		.seconds = s->seconds,
		.faults = s->total.count,
		.major = s->total.major,
	};

	if (m->pages)
		pages__take(m->pages, &s->pages);
	s->pages.lost = mark->events_lost;
	if (m->cgroups)
		cgroups__take(m->cgroups, s);
	if (m->stacks)
		stacks__take(m->stacks, m->target.scope == SNAPSHOT_PROCESS ? m->mappings : NULL, s);
	s->system = m->system;
	history__add(&m->history, &past);
	s->past = &m->history.past[m->history.first];
	s->nr_past = m->history.count;
	if (mark->folded > s->folded)	/* the probes fold threads too */
		s->folded = mark->folded;
}

/**
 * monitor__close - end the interval, fill its snapshot and begin the next interval
 * @m: the monitor
 * @mark: time and state at the end
 * @snapshot: filled in; the memory it points to is valid and unchanged until the next
 *	call, whatever records are added
 *
 * Return: 0; -ENOMEM: neither this snapshot nor the last one is valid.
 */
int monitor__close(struct monitor *m, const struct monitor_mark *mark,
		   struct snapshot *snapshot)
{
	int err = mappings__refresh(m->mappings, m->interval);

	if (err)
		return err;
	faults__next_interval(m->faults);
	tasks__next_interval(m->tasks);
	if (m->cgroups)
		cgroups__next_interval(m->cgroups);
	m->shown_target = m->target;
	*snapshot = (struct snapshot) {
		.target = &m->shown_target,
		.number = m->interval,
		.wall_ns = mark->wall_ns,
		.seconds = (double)mark->span_ns / 1e9,
		.lost = mark->lost,
		.missed_runs = mark->missed_runs,
		.self_ns = mark->self_ns,
		.walk_ns = mark->walk_ns,
		.tables_bytes = mark->tables_bytes,
		.nr_threads = mark->nr_threads,
		.by_thread = mark->by_thread,
		.last = mark->last,
		.exited = mark->exited,
	};
	take_aspace(m, mark->now_ns, snapshot);
	err = take_rows(m, snapshot);
	if (err)
		return err;
	take_rest(m, mark, snapshot);
	err = m->since ? since__add(m->since, m->faults, m->tasks, snapshot) : 0;
	if (err)
		return err;
	m->system = (struct snapshot_system) { 0 };
	m->interval++;
	return 0;
}
