// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Passes records, live or replayed, to the model, and closed intervals to their consumer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../model/monitor.h"
#include "ingest.h"

/**
 * struct ingest - the input of the model
 * @monitor: the model
 * @shown: consumer of closed intervals
 * @ctx: argument of @shown
 * @last: the last snapshot
 * @since: all faults since the start, until the end of interval @since_number
 * @since_number: 0: @since is not valid
 * @has_host: snapshots have the name of the machine
 * @host: its name
 */
struct ingest {
	struct monitor *monitor;
	ingest_shown_fn shown;
	void *ctx;
	struct snapshot last;
	struct snapshot since;
	uint64_t since_number;
	bool has_host;
	char host[SNAPSHOT_HOST];
};

/**
 * ingest__create - create an empty model
 * @out: filled; untouched on failure
 * @regions: snapshots include the whole address space
 * @shown: consumer of closed intervals
 * @ctx: argument of @shown
 *
 * Return: 0 or -ENOMEM.
 */
int ingest__create(struct ingest **out, bool regions, ingest_shown_fn shown,
		   void *ctx)
{
	struct ingest *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->shown = shown;
	f->ctx = ctx;
	f->monitor = monitor__create();
	if (!f->monitor) {
		free(f);
		return -ENOMEM;
	}
	monitor__want_regions(f->monitor, regions);
	*out = f;
	return 0;
}

/** ingest__destroy - free the model and the memory of its snapshots; NULL is fine */
void ingest__destroy(struct ingest *f)
{
	if (!f)
		return;
	monitor__destroy(f->monitor);
	free(f);
}

/** ingest__last - return the last snapshot; its number is 0 before the first interval */
const struct snapshot *ingest__last(const struct ingest *f)
{
	return &f->last;
}

/**
 * ingest__set_host - set the name of the machine in snapshots, where the stream does not have it
 * @f: the input, before the first record
 * @name: the name
 */
void ingest__set_host(struct ingest *f, const char *name)
{
	f->has_host = true;
	snprintf(f->host, sizeof(f->host), "%s", name);
}

/** ingest__want_memory - keep the memory of mappings for columns, from the next sample on */
void ingest__want_memory(struct ingest *f, bool want)
{
	monitor__want_memory(f->monitor, want);
}

/** ingest__want_since - add up the intervals from now on. Return: 0 or -ENOMEM */
int ingest__want_since(struct ingest *f)
{
	return monitor__want_since(f->monitor);
}

/**
 * ingest__since - return the faults since the start
 * @f: the input, after ingest__want_since() and at least one interval
 * @snapshot: filled; valid until the next interval is closed, or ingest__reset()
 *
 * Return: 0 or -ENOMEM.
 */
int ingest__since(struct ingest *f, const struct snapshot **snapshot)
{
	int err = 0;

	if (f->since_number != f->last.number) {
		f->since_number = 0;
		err = monitor__want_since(f->monitor);
		if (!err)
			err = monitor__since(f->monitor, &f->last, &f->since);
		if (!err)
			f->since_number = f->last.number;
	}
	*snapshot = &f->since;
	return err;
}

/** ingest__reset - reset the counts since the start; invalidates the snapshot of ingest__since() */
void ingest__reset(struct ingest *f)
{
	f->since_number = 0;
	monitor__reset(f->monitor);
}

static void ingest_target(struct ingest *f, const struct record_target *r)
{
	struct snapshot_target target = {
		.scope = r->flags & RECORD_TARGET_CGROUP ? SNAPSHOT_CGROUP :
			 r->flags & RECORD_TARGET_ALL ? SNAPSHOT_ALL :
							SNAPSHOT_PROCESS,
		.pid = r->pid,
		.module = r->flags & RECORD_TARGET_MODULE,
		.stacks = r->flags & RECORD_TARGET_STACKS,
		.base_minor = r->base_minor,
		.base_major = r->base_major,
	};

	if (f->has_host)
		snprintf(target.host, sizeof(target.host), "%s", f->host);
	snprintf(target.comm, sizeof(target.comm), "%s", r->comm);
	snprintf(target.preempt, sizeof(target.preempt), "%s", r->preempt);
	snprintf(target.cgroup, sizeof(target.cgroup), "%s", r->cgroup);
	monitor__set_target(f->monitor, &target);
}

static int ingest_interval(struct ingest *f, const struct record_interval *r)
{
	struct monitor_mark mark = {
		.now_ns = r->now_ns,
		.wall_ns = r->wall_ns,
		.span_ns = r->span_ns,
		.lost = r->lost,
		.folded = r->folded,
		.missed_runs = r->missed_runs,
		.self_ns = r->self_ns,
		.walk_ns = r->walk_ns,
		.tables_bytes = r->tables_bytes,
		.nr_threads = r->nr_threads,
		.events_lost = r->events_lost,
		.by_thread = r->flags & RECORD_INTERVAL_THREADS,
		.last = r->flags & RECORD_INTERVAL_LAST,
		.exited = r->flags & RECORD_INTERVAL_EXITED,
	};
	int err = monitor__close(f->monitor, &mark, &f->last);

	return err ? err : f->shown(f->ctx, &f->last);
}

static void ingest_system(struct ingest *f, const struct record_system *r)
{
	struct snapshot_system system = {
		.known = r->flags & RECORD_SYSTEM_VMSTAT,
		.tlb_known = r->flags & RECORD_SYSTEM_TLB,
		.scan_kswapd = r->scan_kswapd,
		.scan_direct = r->scan_direct,
		.steal_kswapd = r->steal_kswapd,
		.steal_direct = r->steal_direct,
		.swap_in = r->swap_in,
		.swap_out = r->swap_out,
		.thp_collapse = r->thp_collapse,
		.thp_split = r->thp_split,
		.thp_split_pmd = r->thp_split_pmd,
		.migrated = r->migrated,
		.numa_migrated = r->numa_migrated,
	};
	int i;

	for (i = 0; i < PGWALK_TLB_NR; i++) {
		system.tlb[i] = r->tlb[i];
		system.tlb_target[i] = r->tlb_target[i];
	}
	monitor__system(f->monitor, &system);
}

static int ingest_symbol(struct ingest *f, const struct record_symbol *r)
{
	return monitor__symbol(f->monitor, r->ip, r->offset,
			       r->name_len ? r->text : NULL,
			       r->module_len ? r->text + r->name_len : NULL);
}

static void ingest_detail(struct aspace *aspace, const struct record_vma_detail *r)
{
	const struct snapshot_memory detail = {
		.frames_known = r->flags & RECORD_VMA_DETAIL_FRAMES,
		.frames = r->frames,
		.eligible = (int8_t)r->eligible,
	};

	aspace__detail(aspace, r->start, &detail);
}

static int ingest_process(struct ingest *f, const struct record_process *r)
{
	const struct snapshot_memory memory = {
		.counted = true,
		.frames_counted = true,
		.eligible = -1,
		.pss = r->pss,
		.uss = r->uss,
		.lazyfree = r->lazyfree,
		.tables = r->tables,
		.resident = r->resident,
		.hugetlb = r->hugetlb,
		.swapped = r->swapped,
		.huge = r->huge,
	};

	return monitor__process_memory(f->monitor, r->pid, &memory);
}

/* Aligned like the widest member of any record */
union any {
	struct record_target target;
	struct record_fault fault;
	struct record_vmas vmas;
	struct record_vma vma;
	struct record_interval interval;
	struct record_event event;
	struct record_stack stack;
	struct record_frames frames;
	struct record_symbol symbol;
	struct record_trace look;
	struct record_page page;
	struct record_system system;
	struct record_cgroup cgroup;
	struct record_host host;
	struct record_vma_detail detail;
	struct record_process process;
};

/**
 * ingest__record - pass a record to the model
 * @f: the input
 * @record: a valid record, see record__is_valid()
 *
 * Return: 0; -ENOMEM; or the value of the consumer.
 */
int ingest__record(struct ingest *f, const struct record *record)
{
	struct aspace *aspace = monitor__aspace(f->monitor);
	const union any *r = (const void *)record;

	switch (record->type) {
	case RECORD_TARGET:
		ingest_target(f, &r->target);
		return 0;
	case RECORD_FAULT:
		return monitor__ingest(f->monitor, &r->fault.key, &r->fault.row);
	case RECORD_VMAS_BEGIN:
		aspace__begin(aspace, r->vmas.addr, r->vmas.now_ns);
		return 0;
	case RECORD_VMA:
		return aspace__add(aspace, &r->vma.vma);
	case RECORD_VMAS_END:
		return aspace__end(aspace, r->vmas.addr);
	case RECORD_INTERVAL:
		return ingest_interval(f, &r->interval);
	case RECORD_EVENT:
		return monitor__event(f->monitor, &r->event.event);
	case RECORD_STACK:
		return monitor__stack(f->monitor, &r->stack.stack);
	case RECORD_FRAMES:
		return monitor__frames(f->monitor, r->frames.stack,
				       (const uint64_t *)r->frames.ip,
				       r->frames.count);
	case RECORD_SYMBOL:
		return ingest_symbol(f, &r->symbol);
	case RECORD_TRACE:
		monitor__trace_range(f->monitor, r->look.start, r->look.end);
		return 0;
	case RECORD_PAGE:
		return monitor__page(f->monitor, &r->page.run);
	case RECORD_SYSTEM:
		ingest_system(f, &r->system);
		return 0;
	case RECORD_HOST:
		if (f->has_host && r->host.name[0])
			snprintf(f->host, sizeof(f->host), "%s", r->host.name);
		return 0;
	case RECORD_VMA_DETAIL:
		ingest_detail(aspace, &r->detail);
		return 0;
	case RECORD_PROCESS:
		return ingest_process(f, &r->process);
	case RECORD_CGROUP:
		return monitor__cgroup(f->monitor, r->cgroup.id, r->cgroup.path);
	}
	return 0;
}

/** ingest__next_unseen - see monitor__next_unseen() */
bool ingest__next_unseen(void *ctx, unsigned int *cursor, uint64_t *start,
			 uint64_t *end)
{
	const struct ingest *f = ctx;

	return monitor__next_unseen(f->monitor, cursor, start, end);
}

/** ingest__pages - return the pages of the last snapshot, the hottest first */
size_t ingest__pages(void *ctx, uint64_t *addr, size_t max)
{
	const struct ingest *f = ctx;
	const struct snapshot_pages *pages = &f->last.pages;
	size_t i;

	for (i = 0; i < pages->nr_pages && i < max; i++)
		addr[i] = pages->page[i].addr;
	return i;
}
