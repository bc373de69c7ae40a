// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Queries the current state of pages from the module, limited in number and time. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "../../lib/i18n.h"
#include "../../lib/page_size.h"
#include "page_query.h"
#include "query.h"

#define PAGE		page_bytes()
#define RMAP_LIMIT_NS	100000000ULL
#define RMAP_ROOM	256
#define RMAP_TRIES	3	/* while another task holds a lock, or the page changes */

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

static bool has_pfn(unsigned int kind)
{
	return kind == PGWALK_KIND_PRESENT || kind == PGWALK_KIND_ZERO ||
	       kind == PGWALK_KIND_SPECIAL || kind == PGWALK_KIND_PROTNONE ||
	       kind == PGWALK_KIND_NUMA_HINT || kind == PGWALK_KIND_UFFD_RWP;
}

/* Reduce a record of several pages to one of them */
static void select_page(struct pgwalk_frame_run *run, uint64_t page)
{
	if (has_pfn(run->run.kind) && run->run.pfn)
		run->run.pfn += (page - run->run.start) / PAGE;
	run->run.start = page;
	run->run.end = page + PAGE;
}

static int query_page(struct device *d, uint64_t page,
		      struct pgwalk_frame_run *run)
{
	struct pgwalk_scan scan = {
		.flags = PGWALK_SCAN_PAGES, .start = page, .end = page + PAGE,
	};
	int err = query__scan(d, &scan, run, 1);

	if (err)
		return err;
	if (!scan.filled) {
		*run = (struct pgwalk_frame_run){
			.run = { .start = page, .kind = PGWALK_KIND_NONE,
				 .shift = (__u8)page_shift() },
			.mapcount = -1, .node = -1,
		};
	} else if (run->run.start > page || run->run.end < page + PAGE) {
		return -EPROTO;
	}
	select_page(run, page);
	return 0;
}

/**
 * page_query__pages - query the current state of pages
 * @d: attached to the process
 * @pages: the pages and limits
 * @fn: called for each page, in order, until the time is over; a value other than 0 stops
 * @ctx: argument of @fn
 *
 * Return: number of pages passed to @fn; -ESRCH: the address space is gone (after an
 * execve(), call device__attach() again); the value of @fn; or -errno.
 */
long page_query__pages(struct device *d, const struct page_query_pages *pages,
		       page_query_fn fn, void *ctx)
{
	uint64_t limit = now_ns() + pages->limit_ns;
	size_t i;

	for (i = 0; i < pages->count && i < PAGE_QUERY_MAX; i++) {
		struct pgwalk_frame_run run;
		int err;

		if (i && now_ns() >= limit)
			break;
		err = query_page(d, pages->addr[i] & ~(PAGE - 1), &run);
		if (!err)
			err = fn(ctx, &run);
		if (err)
			return err;
	}
	return (long)i;
}

static const char *reason(int err)
{
	switch (err) {
	case -ESRCH:
	case -ENOTCONN:
		return _("the process has exited or has executed another program");
	case -EPERM:
	case -EACCES:
		return _("not permitted (run as root; kernel lockdown may refuse it)");
	case -ENOTTY:
	case -EPROTO:
		return _("the module is of another version (load the pgwalk.ko that came with this pgtop)");
	case -ERANGE:
		return _("not an address of user space");
	case -EINTR:
		return _("interrupted (try again)");
	case -ENOMEM:
		return _("out of memory");
	}
	return _("the module reported an error (see dmesg)");
}

/* The PFN at the end of a walk; 0: none, or hidden */
static uint64_t page_of(const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf;
	uint64_t within;

	if (t->status != PGWALK_TRANSLATE_DONE || !t->nr_steps)
		return 0;
	leaf = &t->step[t->nr_steps - 1].entry;
	if (!has_pfn(leaf->kind) || !leaf->pfn || leaf->shift > 48)
		return 0;
	within = t->linear & ((1ULL << leaf->shift) - 1);
	return leaf->pfn + within / PAGE;
}

static bool query_frame(struct device *d, uint64_t pfn, struct pgwalk_frame *frame)
{
	struct pgwalk_frames frames = { .pfn = pfn, .count = 1 };

	return !query__frames(d, &frames, frame, 1);
}

/* Search until the end or until @limit */
static int search(struct device *d, struct snapshot_page_details *a, uint64_t limit)
{
	struct pgwalk_rmap_hit hit[RMAP_ROOM];
	unsigned int found = 0, room, i;
	int err;

	a->nr_hits = 0;
	do {
		room = SNAPSHOT_HITS - a->nr_hits;
		if (!room)
			room = RMAP_ROOM;
		err = query__rmap(d, &a->rmap, hit, room);
		if (err)
			return err;
		found += a->rmap.found;
		for (i = 0; i < a->rmap.filled && a->nr_hits < SNAPSHOT_HITS; i++)
			a->hit[a->nr_hits++] = hit[i];
	} while (a->rmap.status == PGWALK_RMAP_MORE && now_ns() < limit);
	a->rmap.found = found;
	return 0;
}

static void query_rmap(struct device *d, uint64_t pfn, struct snapshot_page_details *a)
{
	uint64_t limit = now_ns() + RMAP_LIMIT_NS;
	unsigned int tries = RMAP_TRIES;
	int err;

	do {
		a->rmap = (struct pgwalk_rmap){ .pfn = pfn };
		err = search(d, a, limit);
	} while (!err && --tries && !a->rmap.found && now_ns() < limit &&
		 (a->rmap.status == PGWALK_RMAP_BUSY ||
		  a->rmap.status == PGWALK_RMAP_MISMATCH ||
		  a->rmap.status == PGWALK_RMAP_CHANGED));
	/* clear our pointer, so that no reader of the result uses it */
	a->rmap.records = 0;
	a->has_rmap = !err;
	if (err == -EOPNOTSUPP)
		a->no_rmap = _("the kernel is newer than the newest tested with pgwalk.ko");
}

/**
 * page_query__translate - query the page at an address: its walk, its frame and its reverse map
 * @d: attached to the process; NULL: no module
 * @addr: the address
 * @answer: filled; @error is set on failure. Parts that are not available are missing. If a page
 *	has very many mappings, the search is cut, and @rmap.status is PGWALK_RMAP_MORE
 */
void page_query__translate(struct device *d, uint64_t addr, struct snapshot_page_details *answer)
{
	uint64_t pfn;
	int err;

	*answer = (struct snapshot_page_details){ .addr = addr };
	if (!d) {
		answer->error = _("pgwalk.ko is not loaded (modprobe pgwalk)");
		return;
	}
	answer->translate.addr = addr;
	err = query__translate(d, &answer->translate);
	if (err) {
		answer->error = reason(err);
		return;
	}
	pfn = page_of(&answer->translate);
	if (!pfn)
		return;
	answer->has_frame = query_frame(d, pfn, &answer->frame);
	query_rmap(d, pfn, answer);
}
