// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk verify: compares every page with the kernel's own files. Reads the module, the files, and
 * the module again, and compares pages that are equal in both reads of the module.
 */
#include <errno.h>
#include <string.h>

#include "../collect/procfs/pagefile.h"
#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../model/compare.h"
#include "../pagemap.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define PAGE		page_bytes()
#define WINDOW		512U		/* pages per comparison */
#define TRIES		4		/* for pages that change or differ */
#define GAP_MAX		(64ULL << 20)	/* bytes of a hole in which pagemap is read */
#define VM_PFNMAP	0x400		/* pagemap has no entries of such mappings */
#define VM_HUGETLB	0x400000

enum state { UNSEEN, CHANGED, DIFFERENT, ALIKE };

/**
 * struct verification - state of the comparison
 * @run: the run
 * @files: the kernel's files
 * @verdict: counts so far
 * @before: one window, first read of the module
 * @after: one window, second read of the module
 * @theirs: one window of the kernel's files, read in between
 * @state: result of each page
 * @difference: first difference of each page in state DIFFERENT
 * @hugetlb: the current mapping is hugetlb
 * @err: reason of the end
 */
struct verification {
	struct run *run;
	struct pagefile *files;
	struct inspect_comparison verdict;
	struct compare_ours before[WINDOW];
	struct compare_ours after[WINDOW];
	struct pagefile_page theirs[WINDOW];
	enum state state[WINDOW];
	struct inspect_difference difference[WINDOW];
	bool hugetlb;
	int err;
};

/* Read all runs of a range, expanded to pages */
static int read_ours(struct verification *v, uint64_t start, unsigned int count,
		     struct compare_ours *page)
{
	struct pgwalk_frame_run run[64];
	struct pgwalk_scan scan = { .start = start, .end = start + count * PAGE };
	const __u64 end = scan.end;
	unsigned int i;

	memset(page, 0, count * sizeof(*page));
	while (scan.start < end) {
		int err = query__scan(v->run->device, &scan, run, 64);

		if (err)
			return run__fail(v->run, err);
		for (i = 0; i < scan.filled; i++)
			compare__expand(page, start, count, &run[i],
					v->hugetlb);
		scan.start = scan.resume;
	}
	return 0;
}

static int read_theirs(struct verification *v, uint64_t start,
		       unsigned int count)
{
	int err = pagefile__read(v->files, start, v->theirs, count);

	return err ? error__set(v->run->error, ERROR_FAILURE,
				"%s/%d/pagemap: %s", v->run->options->proc,
				v->run->pid, strerror(-err)) : 0;
}

static enum state compare_one(struct verification *v, unsigned int i, uint64_t addr)
{
	const struct compare_theirs theirs = {
		.entry = v->theirs[i].entry,
		.has_frame = v->theirs[i].has_frame,
		.flags = v->theirs[i].flags,
		.mapcount = v->theirs[i].mapcount,
	};

	if (!compare__is_same(&v->before[i], &v->after[i]))
		return CHANGED;
	if (!compare__page(&v->before[i], &theirs, &v->difference[i]))
		return ALIKE;
	v->difference[i].addr = addr;
	return DIFFERENT;
}

static void count_states(struct verification *v, unsigned int count)
{
	unsigned int i;

	v->verdict.compared += count;
	for (i = 0; i < count; i++) {
		if (v->state[i] == ALIKE) {
			v->verdict.equal++;
		} else if (v->state[i] == CHANGED) {
			v->verdict.changed++;
		} else {
			v->verdict.different++;
			report__row(&v->run->report, &v->difference[i]);
		}
	}
}

/* Compare a window. Pages that are not equal are read again, up to TRIES times */
static int compare_window(struct verification *v, uint64_t start,
			  unsigned int count)
{
	unsigned int try, i, left = count;
	int err = 0;

	memset(v->state, 0, sizeof(v->state));
	for (try = 0; try < TRIES && left && !err; try++) {
		err = read_ours(v, start, count, v->before);
		if (!err)
			err = read_theirs(v, start, count);
		if (!err)
			err = read_ours(v, start, count, v->after);
		for (i = 0; i < count && !err; i++) {
			if (v->state[i] == ALIKE)
				continue;
			v->state[i] = compare_one(v, i, start + i * PAGE);
			left -= v->state[i] == ALIKE;
		}
	}
	if (!err)
		count_states(v, count);
	return err;
}

/* The module has no entries up to @end: check that pagemap has none either */
static int compare_gap(struct verification *v, uint64_t start, uint64_t end)
{
	const uint64_t until = end - start > GAP_MAX ? start + GAP_MAX : end;
	int err = 0;

	v->verdict.skipped += (end - until) / PAGE;
	for (; start < until && !err; start += WINDOW * PAGE) {
		uint64_t left = (until - start) / PAGE;
		unsigned int count = left < WINDOW ? (unsigned int)left : WINDOW;
		bool listed = false;
		unsigned int i;

		err = read_theirs(v, start, count);
		for (i = 0; i < count && !err; i++)
			listed |= !!(v->theirs[i].entry &
				     (PAGEMAP_PRESENT | PAGEMAP_SWAPPED));
		if (listed) {
			err = compare_window(v, start, count);
		} else if (!err) {
			v->verdict.compared += count;
			v->verdict.equal += count;
		}
	}
	return err;
}

/* Find the first address from @start that the module lists, or @end */
static int find_next(struct verification *v, uint64_t start, uint64_t end,
		     uint64_t *next)
{
	struct pgwalk_frame_run run;
	struct pgwalk_scan scan = { .start = start, .end = end };

	*next = end;
	while (scan.start < end) {
		int err = query__scan(v->run->device, &scan, &run, 1);

		if (err)
			return run__fail(v->run, err);
		if (scan.filled) {
			*next = run.run.start > start ? run.run.start : start;
			break;
		}
		scan.start = scan.resume;
	}
	return 0;
}

/* pagemap has no entries of the range: check that the module lists only special pages and copies */
static int check_special(struct verification *v, uint64_t start, uint64_t end)
{
	struct pgwalk_frame_run run[64];
	struct pgwalk_scan scan = {
		.start = start,
		.end = end,
		.kinds = ~0ULL >> (64 - PGWALK_KIND_NR) &
			 ~(7ULL | 1ULL << PGWALK_KIND_SPECIAL),
	};
	unsigned int i;

	v->verdict.skipped += (end - start) / PAGE;
	while (scan.start < end) {
		int err = query__scan(v->run->device, &scan, run, 64);

		if (err)
			return run__fail(v->run, err);
		for (i = 0; i < scan.filled; i++) {
			/* a page copied on write is an ordinary page */
			const bool copied =
				run[i].run.kind == PGWALK_KIND_PRESENT &&
				run[i].frame_kind == PGWALK_FRAME_ANON;
			const struct inspect_difference d = {
				.addr = run[i].run.start,
				.property = "kind",
				.ours = run[i].run.kind,
			};

			if (copied)
				continue;
			v->verdict.different++;
			report__row(&v->run->report, &d);
		}
		scan.start = scan.resume;
	}
	return 0;
}

static int compare_range(struct verification *v, uint64_t start, uint64_t end)
{
	int err = 0;

	while (!err && start < end && !v->run->closed) {
		uint64_t left = (end - start) / PAGE, next;

		err = find_next(v, start, end, &next);
		if (!err && next > start) {
			err = compare_gap(v, start, next);
			start = next;
			continue;
		}
		if (left > WINDOW)
			left = WINDOW;
		if (!err)
			err = compare_window(v, start, (unsigned int)left);
		start += left * PAGE;
		progress__set(v->run->progress, start, v->run->info.user_end);
		if (!err)
			err = run__flush(v->run);
	}
	return err;
}

static int compare_vma(void *ctx, const struct pgwalk_vma *vma)
{
	struct verification *v = ctx;

	if (vma->end > v->run->info.user_end)
		return 0;
	v->hugetlb = vma->vm_flags & VM_HUGETLB;
	if (vma->vm_flags & VM_PFNMAP)
		v->err = check_special(v, vma->start, vma->end);
	else
		v->err = compare_range(v, vma->start, vma->end);
	/* stop the iteration; the reason is in @err */
	return v->err || v->run->closed ? 1 : 0;
}

static int compare_all(struct verification *v)
{
	__u64 at = 0;
	int err;

	do {
		err = device__vmas(v->run->device, at, 0, 0, compare_vma, v,
				   &at);
		if (err > 0)
			return v->err;
		if (err)
			return run__fail(v->run, err);
	} while (at);
	return 0;
}

static int print(struct run *run, const struct inspect_comparison *verdict)
{
	struct report *r = &run->report;

	if (r->json)
		report__record(r, &comparison_columns, verdict);
	report__comment(r, "%llu pages compared: %llu equal, %llu changed during the comparison, %llu different",
			(unsigned long long)verdict->compared,
			(unsigned long long)verdict->equal,
			(unsigned long long)verdict->changed,
			(unsigned long long)verdict->different);
	if (verdict->skipped)
		report__comment(r, "%llu not compared: without entries in pagemap, or in holes of more than 64M",
				(unsigned long long)verdict->skipped);
	if (run__flush(run))
		return -1;
	if (!verdict->different)
		return 0;
	return error__set(run->error, ERROR_FAILURE,
			  "%d: %llu pages differ from the kernel's files (listed above; see BUGS in pgwalk(8))",
			  run->pid, (unsigned long long)verdict->different);
}

static int run_verify(struct run *run)
{
	static struct verification v;
	const char *what;
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = run__columns(run, run->verb->columns);
	if (err)
		return err;
	v.run = run;
	err = pagefile__open(&v.files, run->options->proc, run->pid, &what);
	if (err)
		return error__set(run->error, err == -EACCES || err == -EPERM ?
				  ERROR_PERMISSION : ERROR_FAILURE,
				  "%s: %s", what, strerror(-err));
	report__comment(&run->report, "pgwalk verify %d %s", run->pid, run->comm);
	report__header(&run->report);
	err = compare_all(&v);
	if (!err && !run->closed)
		err = print(run, &v.verdict);
	pagefile__close(v.files);
	return err;
}

const struct verb verify_verb = {
	.name = "verify",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "",
	.columns = &difference_columns,
	.what = N_("Compare every page of a process with /proc/PID/pagemap, /proc/kpageflags and /proc/kpagecount."),
	.more = N_("The module is read before and after the files; pages that change in between are read again. Pages that differ are listed with both values."),
	.frames = N_("the frames to compare are not reported"),
	.run = run_verify,
};
