// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the module what pages are now, within bounds of number and time. It keeps
 * nothing between two questions and judges no answer.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "now.h"
#include "query.h"

#define PAGE		4096ULL
#define RMAP_LIMIT_NS	100000000ULL
#define RMAP_ROOM	256
#define RMAP_TRIES	3	/* while others hold a lock, or the page changes */

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

/* Of a record that tells of more, what it tells of one page */
static void cut_out(struct pgwalk_frame_run *run, uint64_t page)
{
	if (has_pfn(run->run.kind) && run->run.pfn)
		run->run.pfn += (page - run->run.start) / PAGE;
	run->run.start = page;
	run->run.end = page + PAGE;
}

static int ask_page(struct device *d, uint64_t page,
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
				 .shift = 12 },
			.mapcount = -1, .node = -1,
		};
	} else if (run->run.start > page || run->run.end < page + PAGE) {
		return -EPROTO;
	}
	cut_out(run, page);
	return 0;
}

/**
 * now__pages - ask what pages are now
 * @d: attached to their process
 * @pages: which, and how long it may take
 * @fn: called for each, in their order, until the time is over; what it returns other
 *	than 0 ends it
 * @ctx: for @fn
 *
 * Return: how many were told; -ESRCH: the target's memory is gone (after an execve:
 * device__attach() again); what @fn returned; or -errno.
 */
long now__pages(struct device *d, const struct now_pages *pages,
		now_page_fn fn, void *ctx)
{
	uint64_t limit = now_ns() + pages->limit_ns;
	size_t i;

	for (i = 0; i < pages->count && i < NOW_PAGES_MAX; i++) {
		struct pgwalk_frame_run run;
		int err;

		if (i && now_ns() >= limit)
			break;
		err = ask_page(d, pages->addr[i] & ~(PAGE - 1), &run);
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
		return "the process is gone, or executes another program";
	case -EPERM:
	case -EACCES:
		return "not permitted (run as root; kernel lockdown may refuse it)";
	case -ENOTTY:
	case -EPROTO:
		return "the module is of another version (load the pgwalk.ko that came with this pgtop)";
	case -ERANGE:
		return "no address that a process can have";
	case -EINTR:
		return "interrupted (ask again)";
	case -ENOMEM:
		return "out of memory";
	}
	return "the module does not answer (see dmesg)";
}

/* The page that a walk ends at; 0: none, or not to be told */
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

static bool ask_frame(struct device *d, uint64_t pfn, struct pgwalk_frame *frame)
{
	struct pgwalk_frames frames = { .pfn = pfn, .count = 1 };

	return !query__frames(d, &frames, frame, 1);
}

/* One search to its end, or to that of the time */
static int search(struct device *d, struct snapshot_answer *a, uint64_t limit)
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

static void ask_rmap(struct device *d, uint64_t pfn, struct snapshot_answer *a)
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
	/* nothing of ours is to be followed by who reads it */
	a->rmap.records = 0;
	a->has_rmap = !err;
	if (err == -EOPNOTSUPP)
		a->no_rmap = "this kernel is newer than the newest that pgwalk.ko was tested on";
}

/**
 * now__ask - find out about the page at an address: the walk to it, the frame, and who
 *	else maps it
 * @d: attached to the process; NULL: there is no module
 * @addr: the address
 * @answer: filled; what could not be told is said in its @error, or is not there. With
 *	very many who map it the search ends after a while: then its status is MORE.
 */
void now__ask(struct device *d, uint64_t addr, struct snapshot_answer *answer)
{
	uint64_t pfn;
	int err;

	*answer = (struct snapshot_answer){ .addr = addr };
	if (!d) {
		answer->error = "pgwalk.ko is not loaded (insmod pgwalk.ko)";
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
	answer->has_frame = ask_frame(d, pfn, &answer->frame);
	ask_rmap(d, pfn, answer);
}
