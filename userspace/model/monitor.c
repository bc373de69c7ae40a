// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that is known of the target: hands what it is told to the part of the
 * model that is about it, and puts their snapshots together at the end of an
 * interval. No I/O, no clock: time comes in with the marks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "monitor.h"
#include "page.h"
#include "region.h"
#include "stack.h"
#include "taken.h"

/**
 * struct monitor - the parts
 * @target: whom it is about
 * @shown_target: the same, of the last snapshot
 * @interval: number of the running interval, from 1
 * @faults: by row of @mappings
 * @pages: NULL until somebody looks into a mapping
 * @stacks: NULL until there are any
 * @regions: NULL until they are wanted
 * @want_regions: they are, now
 * @system: of the running interval
 * @taken: rows of the last snapshot
 */
struct monitor {
	struct snapshot_target target;
	struct snapshot_target shown_target;
	uint64_t interval;
	struct aspace *aspace;
	struct mappings *mappings;
	struct faults *faults;
	struct tasks *tasks;
	struct pages *pages;
	struct stacks *stacks;
	struct regions *regions;
	bool want_regions;
	struct snapshot_system system;
	struct taken *taken;
	struct history history;
};

static void fold_faults(void *ctx, unsigned int row)
{
	faults__fold(ctx, row, MAPPING_OTHER);
}

/** monitor__create - a target without faults and mappings; NULL: no memory */
struct monitor *monitor__create(void)
{
	struct monitor *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->interval = 1;
	m->aspace = aspace__create();
	m->faults = faults__create(MAPPING_ROWS);
	m->tasks = tasks__create();
	m->taken = taken__create();
	if (m->aspace)
		m->mappings = mappings__create(m->aspace);
	if (!m->mappings || !m->faults || !m->tasks || !m->taken) {
		monitor__destroy(m);
		return NULL;
	}
	mappings__on_fold(m->mappings, fold_faults, m->faults);
	return m;
}

/** monitor__destroy - free it and its last snapshot; NULL is fine */
void monitor__destroy(struct monitor *m)
{
	if (!m)
		return;
	taken__destroy(m->taken);
	regions__destroy(m->regions);
	stacks__destroy(m->stacks);
	pages__destroy(m->pages);
	tasks__destroy(m->tasks);
	faults__destroy(m->faults);
	mappings__destroy(m->mappings);
	aspace__destroy(m->aspace);
	free(m);
}

/** monitor__aspace - where observations of mappings go */
struct aspace *monitor__aspace(struct monitor *m)
{
	return m->aspace;
}

/** monitor__set_target - tell or correct whom it is about */
void monitor__set_target(struct monitor *m, const struct snapshot_target *t)
{
	m->target = *t;
}

/*
 * Faults with user registers are the task's own, so their mm is the one that the
 * observed mappings are of; others may touch another process' memory. Faults that other
 * processes have in the memory of the target are remote.
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
		index = mappings__join(m->mappings, key, row, m->interval);
	if (index < 0)
		return index;
	mappings__at(m->mappings, (unsigned int)index)->total[key->class] +=
		row->count;
	return faults__ingest(m->faults, (unsigned int)index, key->class, row);
}

/**
 * monitor__ingest - add faults to the running interval
 * @m: the monitor
 * @key: mapping, thread or process, and class; a class of later ABIs counts as "other"
 * @row: the faults
 *
 * Of a scope of later ABIs nothing is taken: it tells of the same faults again.
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
	case PGWALK_SCOPE_PROCESS:
		return tasks__ingest(m->tasks, &known, row);
	}
	return 0;
}

/**
 * monitor__look_into - single faults are of this range from now on
 * @m: the monitor
 * @start: first address; 0 with @end: none are
 * @end: the first address behind it
 *
 * It may grow and shrink: see pages__look_into().
 */
void monitor__look_into(struct monitor *m, uint64_t start, uint64_t end)
{
	if (!m->pages && start < end)
		m->pages = pages__create();
	if (m->pages)
		pages__look_into(m->pages, start, end);
}

/** monitor__event - one fault; of another range it is ignored. Return: 0 */
int monitor__event(struct monitor *m, const struct pgwalk_fault_event *event)
{
	if (m->pages)
		pages__event(m->pages, event);
	return 0;
}

/** monitor__page - what a page is now; of one without faults it is ignored. Return: 0 */
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
 * monitor__stack - add faults to the running interval, by where they came from
 * @m: the monitor
 * @stack: the faults; its frames were told before, else they could not be had
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__stack(struct monitor *m, const struct pgwalk_fault_stack *stack)
{
	if (!have_stacks(m))
		return -ENOMEM;
	stacks__ingest(m->stacks, stack);
	return 0;
}

/** monitor__frames - tell the addresses of a call stack: as stacks__frames() */
int monitor__frames(struct monitor *m, int32_t stack, const uint64_t *ip,
		    unsigned int count)
{
	if (!have_stacks(m))
		return -ENOMEM;
	return stacks__frames(m->stacks, stack, ip, count);
}

/** monitor__symbol - tell what stands at an address: as symbol_book__tell() */
int monitor__symbol(struct monitor *m, uint64_t ip, uint64_t offset,
		    const char *name, const char *module)
{
	if (!have_stacks(m))
		return -ENOMEM;
	return stacks__symbol(m->stacks, ip, offset, name, module);
}

/**
 * monitor__system - tell what the kernel did in the running interval
 * @m: the monitor
 * @system: what is known of it; what is not may be told by another call
 */
void monitor__system(struct monitor *m, const struct snapshot_system *system)
{
	const struct snapshot_system was = m->system, *tlb = system;

	if (system->known || !was.known)
		m->system = *system;
	if (!tlb->tlb_known)
		tlb = &was;
	m->system.tlb_known = tlb->tlb_known;
	memcpy(m->system.tlb, tlb->tlb, sizeof(tlb->tlb));
	memcpy(m->system.tlb_target, tlb->tlb_target, sizeof(tlb->tlb_target));
}

/** monitor__want_regions - is the whole address space to be shown from now on? */
void monitor__want_regions(struct monitor *m, bool want)
{
	m->want_regions = want;
}

/**
 * monitor__reset - what is counted since the beginning begins anew
 * @m: the monitor
 *
 * The running interval is the first one again, with all it has. The last snapshot
 * stays as it is.
 */
void monitor__reset(struct monitor *m)
{
	if (m->pages)
		pages__reset(m->pages);
	if (m->stacks)
		stacks__reset(m->stacks);
	history__clear(&m->history);
}

/**
 * monitor__next_unseen - find a mapping with faults that was never looked at
 * @m: the monitor
 * @cursor: 0 to begin with; where to go on
 * @start: filled: the range it was seen with
 * @end: filled
 *
 * Return: false if there is no other one.
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

/* One process is told by mapping, and perhaps by thread; many are told by process */
static int take_rows(struct monitor *m, struct snapshot *s)
{
	int err;

	if (m->target.scope != SNAPSHOT_PROCESS)
		return taken__tasks(m->taken, m->tasks, PGWALK_SCOPE_PROCESS,
				    s);
	err = taken__mappings(m->taken, m->mappings, m->faults, s);
	if (!err)
		err = taken__tasks(m->taken, m->tasks, PGWALK_SCOPE_THREAD, s);
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
	if (m->stacks)
		stacks__take(m->stacks, s);
	s->system = m->system;
	history__add(&m->history, &past);
	s->past = &m->history.past[m->history.first];
	s->nr_past = m->history.count;
	if (mark->folded > s->folded)	/* the probes fold by thread too */
		s->folded = mark->folded;
}

/**
 * monitor__close - end the interval, show it and begin the next one
 * @m: the monitor
 * @mark: when and how it ended
 * @snapshot: filled; what it points to is good, and does not change, until this is
 *	called again, whatever else @m is told meanwhile
 *
 * Return: 0; or -ENOMEM: neither this snapshot nor the last one is any good.
 */
int monitor__close(struct monitor *m, const struct monitor_mark *mark,
		   struct snapshot *snapshot)
{
	int err = mappings__refresh(m->mappings, m->interval);

	if (err)
		return err;
	faults__turn(m->faults);
	tasks__turn(m->tasks);
	m->shown_target = m->target;
	*snapshot = (struct snapshot) {
		.target = &m->shown_target,
		.number = m->interval,
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
	m->system = (struct snapshot_system) { 0 };
	m->interval++;
	return 0;
}
