// SPDX-License-Identifier: GPL-2.0
/*
 * What a record means to the model. Live and recorded ones take the same way; it
 * keeps nothing but the last snapshot.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../model/monitor.h"
#include "feed.h"

/**
 * struct feed - the way into the model
 * @monitor: the model
 * @shown: takes what comes out
 * @ctx: for it
 * @last: the last snapshot
 */
struct feed {
	struct monitor *monitor;
	feed_shown_fn shown;
	void *ctx;
	struct snapshot last;
};

/**
 * feed__create - begin with an empty model
 * @out: filled; untouched on failure
 * @regions: the whole address space is wanted
 * @shown: takes closed intervals
 * @ctx: for it
 *
 * Return: 0 or -ENOMEM.
 */
int feed__create(struct feed **out, bool regions, feed_shown_fn shown,
		 void *ctx)
{
	struct feed *f = calloc(1, sizeof(*f));

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

/** feed__destroy - free it, and what its snapshots are made of; NULL is fine */
void feed__destroy(struct feed *f)
{
	if (!f)
		return;
	monitor__destroy(f->monitor);
	free(f);
}

/** feed__last - the last snapshot; its number is 0 if there is none yet */
const struct snapshot *feed__last(const struct feed *f)
{
	return &f->last;
}

/** feed__reset - what counts since the beginning begins anew */
void feed__reset(struct feed *f)
{
	monitor__reset(f->monitor);
}

static void feed_target(struct feed *f, const struct record_target *r)
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

	snprintf(target.comm, sizeof(target.comm), "%s", r->comm);
	snprintf(target.preempt, sizeof(target.preempt), "%s", r->preempt);
	snprintf(target.cgroup, sizeof(target.cgroup), "%s", r->cgroup);
	monitor__set_target(f->monitor, &target);
}

static int feed_interval(struct feed *f, const struct record_interval *r)
{
	struct monitor_mark mark = {
		.now_ns = r->now_ns,
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

static void feed_system(struct feed *f, const struct record_system *r)
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

static int feed_symbol(struct feed *f, const struct record_symbol *r)
{
	return monitor__symbol(f->monitor, r->ip, r->offset,
			       r->name_len ? r->text : NULL,
			       r->module_len ? r->text + r->name_len : NULL);
}

/* Records are aligned like their widest member: a union of them says so */
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
	struct record_look look;
	struct record_page page;
	struct record_system system;
};

/**
 * feed__record - tell the model
 * @f: the feed
 * @record: whole: see record__is_whole()
 *
 * Return: 0; -ENOMEM; or what took the snapshot returned.
 */
int feed__record(struct feed *f, const struct record *record)
{
	struct aspace *aspace = monitor__aspace(f->monitor);
	const union any *r = (const void *)record;

	switch (record->type) {
	case RECORD_TARGET:
		feed_target(f, &r->target);
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
		return feed_interval(f, &r->interval);
	case RECORD_EVENT:
		return monitor__event(f->monitor, &r->event.event);
	case RECORD_STACK:
		return monitor__stack(f->monitor, &r->stack.stack);
	case RECORD_FRAMES:
		return monitor__frames(f->monitor, r->frames.stack,
				       (const uint64_t *)r->frames.ip,
				       r->frames.count);
	case RECORD_SYMBOL:
		return feed_symbol(f, &r->symbol);
	case RECORD_LOOK:
		monitor__look_into(f->monitor, r->look.start, r->look.end);
		return 0;
	case RECORD_PAGE:
		return monitor__page(f->monitor, &r->page.run);
	case RECORD_SYSTEM:
		feed_system(f, &r->system);
		return 0;
	}
	return 0;
}

/** feed__next_unseen - see monitor__next_unseen() */
bool feed__next_unseen(void *ctx, unsigned int *cursor, uint64_t *start,
		       uint64_t *end)
{
	const struct feed *f = ctx;

	return monitor__next_unseen(f->monitor, cursor, start, end);
}

/** feed__pages - the pages of the last snapshot, the hottest first */
size_t feed__pages(void *ctx, uint64_t *addr, size_t max)
{
	const struct feed *f = ctx;
	const struct snapshot_pages *pages = &f->last.pages;
	size_t i;

	for (i = 0; i < pages->nr_pages && i < max; i++)
		addr[i] = pages->page[i].addr;
	return i;
}
