// SPDX-License-Identifier: GPL-2.0
/*
 * One monitored process: puts address space, mapping rows and faults together,
 * and takes a snapshot of them at the end of an interval. No I/O, no clock: time
 * comes in with the marks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "mapping.h"
#include "monitor.h"

/**
 * struct monitor - everything that is known of the target
 * @interval: number of the running interval, from 1
 * @shown: memory of the last snapshot
 * @class: the classes of its mappings, one after the other
 */
struct monitor {
	struct snapshot_target target;
	struct aspace *aspace;
	struct mappings *mappings;
	struct faults *faults;
	uint64_t interval;
	struct snapshot_mapping *shown;
	struct snapshot_class *class;
	size_t shown_room, class_room;
	struct snapshot_system system;
};

/** monitor__create - a target without faults and mappings; NULL: no memory */
struct monitor *monitor__create(void)
{
	struct monitor *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->interval = 1;
	m->aspace = aspace__create();
	if (m->aspace)
		m->mappings = mappings__create(m->aspace);
	if (m->mappings)
		m->faults = faults__create(m->mappings);
	if (!m->faults) {
		monitor__destroy(m);
		return NULL;
	}
	return m;
}

/** monitor__destroy - free it and its last snapshot; NULL is fine */
void monitor__destroy(struct monitor *m)
{
	if (!m)
		return;
	faults__destroy(m->faults);
	mappings__destroy(m->mappings);
	aspace__destroy(m->aspace);
	free(m->shown);
	free(m->class);
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

/**
 * monitor__ingest - add faults to the running interval
 * @m: the monitor
 * @key: mapping and class
 * @row: the faults
 *
 * Faults with user registers are the task's own, so their mm is the one that
 * the observed mappings are of; others may touch another process' memory.
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__ingest(struct monitor *m, const struct pgwalk_fault_key *key,
		    const struct pgwalk_fault_row *row)
{
	if (key->mm && row->gup < row->count)
		mappings__set_mm(m->mappings, key->mm);
	return faults__ingest(m->faults, key, row, m->interval);
}

/** monitor__event - one fault of the range that is looked into: 0 or -ENOMEM */
int monitor__event(struct monitor *m, const struct pgwalk_fault_event *event)
{
	(void)m;
	(void)event;
	return 0;
}

/** monitor__stack - faults of one call stack and class: 0 or -ENOMEM */
int monitor__stack(struct monitor *m, const struct pgwalk_fault_stack *stack)
{
	(void)m;
	(void)stack;
	return 0;
}

/** monitor__frames - the addresses of a call stack: 0 or -ENOMEM */
int monitor__frames(struct monitor *m, int32_t stack, const uint64_t *ip,
		    unsigned int count)
{
	(void)m;
	(void)stack;
	(void)ip;
	(void)count;
	return 0;
}

/** monitor__symbol - what stands at an address of code: 0 or -ENOMEM */
int monitor__symbol(struct monitor *m, uint64_t ip, uint64_t offset,
		    const char *name, const char *module)
{
	(void)m;
	(void)ip;
	(void)offset;
	(void)name;
	(void)module;
	return 0;
}

/** monitor__look_into - single events are of this range from now on */
void monitor__look_into(struct monitor *m, uint64_t start, uint64_t end)
{
	(void)m;
	(void)start;
	(void)end;
}

/** monitor__page - what a page that faulted is now: 0 or -ENOMEM */
int monitor__page(struct monitor *m, const struct pgwalk_frame_run *run)
{
	(void)m;
	(void)run;
	return 0;
}

/** monitor__system - what the kernel did in the running interval */
void monitor__system(struct monitor *m, const struct snapshot_system *system)
{
	m->system = *system;
}

/** monitor__want_regions - show the whole address space from now on */
void monitor__want_regions(struct monitor *m, bool want)
{
	(void)m;
	(void)want;
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
	while (++*cursor < mappings__count(m->mappings)) {
		struct mapping *row = mappings__at(m->mappings, *cursor);

		if (row->interval != m->interval || row->live)
			continue;
		*start = row->span[0].start;
		*end = row->span[0].end;
		return true;
	}
	return false;
}

static void *grow(void *at, size_t *room, size_t need, size_t size)
{
	void *bigger;

	if (need <= *room)
		return at;
	bigger = realloc(at, 2 * need * size);
	if (bigger)
		*room = 2 * need;
	return bigger;
}

static void take_faults(struct snapshot_faults *to, const struct fault_sum *sum)
{
	const struct fault_counts *n = &sum->n;

	*to = (struct snapshot_faults) {
		.count = n->count,
		.major = n->major,
		.missed_exit = n->missed_exit,
		.missed_entry = n->missed_entry,
		.read = n->read,
		.write = n->write,
		.exec = n->exec,
		.kernel = n->kernel,
		.gup = n->gup,
		.retries = n->retries,
		.retry_ns = n->retry_ns,
		.around = n->around,
		.thp_fallback = n->thp_fallback,
		.leaf_4k = n->leaf_4k,
		.leaf_2m = n->leaf_2m,
		.leaf_1g = n->leaf_1g,
		.latency = {
			.samples = sum->latency.samples,
			.sum_ns = sum->latency.sum_ns,
			.p50_ns = histogram__quantile(&sum->latency, 500),
			.p90_ns = histogram__quantile(&sum->latency, 900),
			.p99_ns = histogram__quantile(&sum->latency, 990),
			.max_ns = sum->latency.max_ns,
		},
	};
}

/* Counts rows and (row, class) pairs with faults, for the memory they take */
static void count_active(struct monitor *m, size_t *rows, size_t *classes)
{
	unsigned int i, class;

	*rows = *classes = 0;
	for (i = 0; i < mappings__count(m->mappings); i++) {
		size_t before = *classes;

		for (class = 1; class < PGWALK_FAULT_CLASS_NR; class++)
			*classes += !!faults__find(m->faults, i, class);
		*rows += *classes != before;
	}
}

/* One row; returns how many of its classes had faults */
static size_t take_mapping(struct monitor *m, unsigned int index,
			   struct snapshot_mapping *to,
			   struct snapshot_class *class, struct fault_sum *total)
{
	const struct mapping *row = mappings__at(m->mappings, index);
	struct fault_sum all = { 0 };
	size_t count = 0;
	unsigned int i;

	for (i = 1; i < PGWALK_FAULT_CLASS_NR; i++) {
		const struct fault_sum *sum = faults__find(m->faults, index, i);

		if (!sum)
			continue;
		class[count].class = i;
		take_faults(&class[count++].faults, sum);
		fault_sum__merge(&all, sum);
	}
	if (!count)
		return 0;
	*to = (struct snapshot_mapping) {
		.start = row->start,
		.end = row->end,
		.prot = row->prot,
		.kind = row->kind,
		.live = row->live,
		.counted = row->counted,
		.resident = row->resident,
		.huge = row->huge,
		.swapped = row->swapped,
		.name = row->name,
		.class = class,
		.nr_classes = count,
	};
	take_faults(&to->faults, &all);
	fault_sum__merge(total, &all);
	return count;
}

static int by_address(const void *a, const void *b)
{
	const struct snapshot_mapping *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

static void take_mappings(struct monitor *m, struct snapshot *s,
			  struct fault_sum *total)
{
	size_t rows = 0, classes = 0, live = 0;
	unsigned int i;

	for (i = 0; i < mappings__count(m->mappings); i++) {
		size_t count = take_mapping(m, i, &m->shown[rows],
					    &m->class[classes], total);

		if (!count)
			continue;
		live += m->shown[rows].live;
		classes += count;
		rows++;
	}
	qsort(m->shown, rows, sizeof(*m->shown), by_address);
	s->mapping = m->shown;
	s->nr_mappings = rows;
	s->quiet = s->regions > live ? s->regions - live : 0;
}

static void take_aspace(const struct monitor *m, uint64_t now_ns,
			struct snapshot *s)
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

/**
 * monitor__close - end the interval, show it and begin the next one
 * @m: the monitor
 * @mark: when and how it ended
 * @snapshot: filled; good until the next call of any function with @m
 *
 * Return: 0 or -ENOMEM.
 */
int monitor__close(struct monitor *m, const struct monitor_mark *mark,
		   struct snapshot *snapshot)
{
	struct fault_sum total = { 0 };
	size_t rows, classes;
	void *at;
	int err;

	err = mappings__refresh(m->mappings);
	if (err)
		return err;
	count_active(m, &rows, &classes);
	at = grow(m->shown, &m->shown_room, rows + 1, sizeof(*m->shown));
	if (!at)
		return -ENOMEM;
	m->shown = at;
	at = grow(m->class, &m->class_room, classes + PGWALK_FAULT_CLASS_NR,
		  sizeof(*m->class));
	if (!at)
		return -ENOMEM;
	m->class = at;

	*snapshot = (struct snapshot) {
		.target = &m->target,
		.number = m->interval,
		.seconds = (double)mark->span_ns / 1e9,
		.lost = mark->lost,
		.folded = mark->folded,
		.missed_runs = mark->missed_runs,
		.self_ns = mark->self_ns,
		.walk_ns = mark->walk_ns,
		.tables_bytes = mark->tables_bytes,
		.nr_threads = mark->nr_threads,
		.by_thread = mark->by_thread,
		.system = m->system,
		.last = mark->last,
		.exited = mark->exited,
	};
	take_aspace(m, mark->now_ns, snapshot);
	take_mappings(m, snapshot, &total);
	fault_sum__merge(&total, faults__unattributed(m->faults));
	take_faults(&snapshot->unattributed, faults__unattributed(m->faults));
	take_faults(&snapshot->total, &total);
	faults__clear(m->faults);
	m->interval++;
	return 0;
}
