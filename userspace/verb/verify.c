// SPDX-License-Identifier: GPL-2.0
/*
 * pgwalk verify: every page against the kernel's own files: ours, theirs, ours
 * again; only what stood still between the first and the last counts.
 */
#include <errno.h>
#include <string.h>

#include "../collect/pagefile.h"
#include "../collect/query.h"
#include "../model/compare.h"
#include "../pagemap.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define PAGE		(1ULL << PGWALK_PAGE_SHIFT)
#define WINDOW		512U		/* pages that are looked at in one go */
#define TRIES		4		/* for those that move, or differ */
#define GAP_MAX		(64ULL << 20)	/* of a hole, bytes that pagemap is read of */
#define VM_PFNMAP	0x400		/* pagemap leaves such mappings out */
#define VM_HUGETLB	0x400000

enum state { UNSEEN, CHANGED, DIFFERENT, ALIKE };

/**
 * struct verification - what is compared
 * @files: the kernel's
 * @verdict: so far
 * @before: one window, as the module told of it
 * @after: and told again
 * @theirs: meanwhile
 * @state: of each page
 * @difference: in what respect, of those that differ
 * @hugetlb: the mapping that is being compared is of hugetlb
 * @err: why it ended
 */
struct verification {
	struct run *run;
	struct pagefile *files;
	struct inspect_verdict verdict;
	struct compare_ours before[WINDOW];
	struct compare_ours after[WINDOW];
	struct pagefile_page theirs[WINDOW];
	enum state state[WINDOW];
	struct inspect_difference difference[WINDOW];
	bool hugetlb;
	int err;
};

/* All runs of a range, each page apart */
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

static enum state judge(struct verification *v, unsigned int i, uint64_t addr)
{
	const struct compare_theirs theirs = {
		.entry = v->theirs[i].entry,
		.framed = v->theirs[i].framed,
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

/* A page that was seen equal is; others get another try */
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
			v->state[i] = judge(v, i, start + i * PAGE);
			left -= v->state[i] == ALIKE;
		}
	}
	if (!err)
		count_states(v, count);
	return err;
}

/* Where the module lists nothing up to @end, pagemap may not either */
static int compare_gap(struct verification *v, uint64_t start, uint64_t end)
{
	const uint64_t until = end - start > GAP_MAX ? start + GAP_MAX : end;
	int err = 0;

	v->verdict.skipped += (end - until) / PAGE;
	for (; start < until && !err; start += WINDOW * PAGE) {
		uint64_t left = (until - start) / PAGE;
		unsigned int count = left < WINDOW ? (unsigned int)left : WINDOW;
		bool told = false;
		unsigned int i;

		err = read_theirs(v, start, count);
		for (i = 0; i < count && !err; i++)
			told |= !!(v->theirs[i].entry &
				   (PAGEMAP_PRESENT | PAGEMAP_SWAPPED));
		if (told) {
			err = compare_window(v, start, count);
		} else if (!err) {
			v->verdict.compared += count;
			v->verdict.equal += count;
		}
	}
	return err;
}

/* The first address from @start on that the module lists, or @end */
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

/* pagemap has nothing of it: there may be what has no page, and copies */
static int check_untold(struct verification *v, uint64_t start, uint64_t end)
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
			/* what was copied on write is a page like others */
			const bool copied =
				run[i].run.kind == PGWALK_KIND_PRESENT &&
				run[i].frame_kind == PGWALK_FRAME_ANON;
			const struct inspect_difference d = {
				.addr = run[i].run.start,
				.what = "kind",
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
		v->err = check_untold(v, vma->start, vma->end);
	else
		v->err = compare_range(v, vma->start, vma->end);
	/* only to end it: the reason is kept */
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

static int tell(struct run *run, const struct inspect_verdict *verdict)
{
	struct report *r = &run->report;

	if (r->json)
		report__record(r, &verdict_columns, verdict);
	report__remark(r, "%llu pages compared: %llu equal, %llu changed while looking, %llu different",
		       (unsigned long long)verdict->compared,
		       (unsigned long long)verdict->equal,
		       (unsigned long long)verdict->changed,
		       (unsigned long long)verdict->different);
	if (verdict->skipped)
		report__remark(r, "%llu not compared: pagemap leaves them out, or in holes of more than 64M",
			       (unsigned long long)verdict->skipped);
	if (run__flush(run))
		return -1;
	if (!verdict->different)
		return 0;
	return error__set(run->error, ERROR_FAILURE,
			  "%d: %llu pages differ from what the kernel tells (listed above; see BUGS in pgwalk(8))",
			  run->pid, (unsigned long long)verdict->different);
}

static int run_verify(struct run *run)
{
	static struct verification v;
	const char *what;
	int err = run__attach(run, run->options->arg[0]);

	if (!err)
		err = run__columns(run, &difference_columns);
	if (err)
		return err;
	v.run = run;
	err = pagefile__open(&v.files, run->options->proc, run->pid, &what);
	if (err)
		return error__set(run->error, err == -EACCES || err == -EPERM ?
				  ERROR_PERMISSION : ERROR_FAILURE,
				  "%s: %s", what, strerror(-err));
	report__remark(&run->report, "pgwalk verify %d %s", run->pid, run->comm);
	report__header(&run->report);
	err = compare_all(&v);
	if (!err && !run->closed)
		err = tell(run, &v.verdict);
	pagefile__close(v.files);
	return err;
}

const struct verb verify_verb = {
	.name = "verify",
	.args = "PID",
	.min = 1,
	.max = 1,
	.options = "",
	.what = "Every page of a process against /proc/PID/pagemap, /proc/kpageflags and /proc/kpagecount.",
	.more = "Ours, theirs, ours again: only a page that stood still is judged. Pages that differ are listed with both answers.",
	.run = run_verify,
};
