// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgwalk wss: the working set of a process, by accessed and soft-dirty bits, with or without clearing them before. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "../collect/module/query.h"
#include "../collect/procfs/aging.h"
#include "../collect/procfs/clear_refs.h"
#include "../lib/i18n.h"
#include "../lib/units.h"
#include "../model/wss.h"
#include "../present/inspect_columns.h"
#include "run.h"

#define ROOM		512
#define NS		1000000000ULL

/**
 * struct reading - state of the verb
 * @run: the run
 * @row: the current mapping
 * @total: the sums
 * @quiet: add up only: no row is printed
 * @first: first requested address
 * @limit: first address after the requested range
 * @at: first address that was not read yet
 * @err: -1: a call failed, and the error of the run is set
 */
struct reading {
	struct run *run;
	struct inspect_wss row;
	struct inspect_wss_total total;
	bool quiet;
	uint64_t first;
	uint64_t limit;
	uint64_t at;
	int err;
};

static int failed(struct reading *r, int err)
{
	r->err = run__fail(r->run, err);
	return r->err;
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS + (uint64_t)t.tv_nsec;
}

static int read_pages(struct reading *r, uint64_t start, uint64_t end)
{
	static struct pgwalk_frame_run found[ROOM];
	struct pgwalk_scan scan = { .start = start, .end = end };
	uint64_t done = start;
	unsigned int i;

	while (scan.start < scan.end) {
		const int err = query__scan(r->run->device, &scan, found, ROOM);

		if (err)
			return failed(r, err);
		for (i = 0; i < scan.filled; i++) {
			const struct pgwalk_run *run = &found[i].run;
			const uint64_t from = run->start > done ? run->start : done;
			const uint64_t to = run->end < end ? run->end : end;

			if (from >= to)
				continue;
			done = to;
			wss__add_run(&r->row, &found[i], from, to, r->total.cleared);
		}
		scan.start = scan.resume;
	}
	return 0;
}

static int read_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct reading *r = ctx;
	const uint64_t start = vma->start > r->at ? vma->start : r->at;
	const uint64_t end = vma->end < r->limit ? vma->end : r->limit;

	if (start >= end)
		return 0;
	/* the mapping may have grown since the last one was read */
	r->at = end;
	memset(&r->row, 0, sizeof(r->row));
	r->row.vma = vma;
	r->row.written_known = r->total.sum.written_known;
	if (read_pages(r, start, end))
		return -1;
	wss__add(&r->total.sum, &r->row);
	r->total.mappings++;
	if (r->quiet)
		return 0;
	if (r->row.resident || r->row.unknown || r->run->options->all || r->run->options->json)
		r->err = run__row_of_vma(r->run, &r->row, sizeof(r->row));
	else
		r->total.hidden++;
	return r->err;
}

static int read_all(struct reading *r)
{
	__u64 at = r->first;
	int err;

	r->at = r->first;
	do {
		err = device__vmas(r->run->device, at, r->limit, 0, read_mapping, r, &at);
		if (r->err)
			return r->err;
		if (err)
			return failed(r, err);
		err = run__flush(r->run);
	} while (!err && at < r->limit && !r->run->closed);
	return err;
}

/* Read the sums before the interval, which prove what was touched in it, unless bits are cleared */
static int read_before(struct reading *r)
{
	const bool known = r->total.sum.written_known;
	int err;

	r->quiet = true;
	err = read_all(r);
	r->quiet = false;
	r->total.before = r->total.sum.touched;
	r->total.has_before = true;
	r->total.mappings = 0;
	memset(&r->total.sum, 0, sizeof(r->total.sum));
	r->total.sum.written_known = known;
	return err;
}

/* Begin the interval, and wait for its end */
static int wait_interval(struct reading *r, double seconds)
{
	struct run *run = r->run;
	int err = 0;

	if (run->options->clear) {
		r->total.cleared = true;
		err = clear_refs__write(run->options->proc, run->pid);
		if (err)
			return error__set(run->error, err == -EACCES || err == -EPERM ? ERROR_PERMISSION : ERROR_FAILURE,
					  "%s/%d/clear_refs: %s (--clear needs root, and the process must not have exited)",
					  run->options->proc, run->pid, strerror(-err));
	} else {
		err = read_before(r);
	}
	r->total.began = now();
	if (!err)
		number__sleep(seconds);
	return err;
}

static void print_total(struct reading *r)
{
	const struct inspect_wss_total *total = &r->total;
	const struct inspect_wss *sum = &total->sum;
	struct report *out = &r->run->report;
	char a[QUANTITY_MAX], b[QUANTITY_MAX], c[QUANTITY_MAX];

	if (out->json) {
		report__record(out, &wss_total_columns, total);
		return;
	}
	report__total(out, &wss_columns, sum);
	if (total->cleared)
		report__comment(out, "since accessed and soft-dirty bits were cleared, %s ago",
				units__time(a, sizeof(a), total->ns));
	else
		report__comment(out, "since the kernel cleared each bit, at an unknown time: --clear starts a new period");
	if (total->has_before)
		report__comment(out, "touched %s before, %s after %s: the growth was touched in between",
				units__bytes(a, sizeof(a), total->before), units__bytes(b, sizeof(b), sum->touched),
				units__time(c, sizeof(c), total->ns));
	if (sum->touched != sum->touched_least)
		report__comment(out, "an entry of 2M has one bit: between %s and %s were touched",
				units__bytes(a, sizeof(a), sum->touched_least),
				units__bytes(b, sizeof(b), sum->touched));
	if (!sum->written_known)
		report__comment(out, "written: not known, this kernel has no soft-dirty bits (CONFIG_MEM_SOFT_DIRTY)");
	if (sum->unknown)
		report__comment(out, "not known: %s of hugetlb, or of entries that changed during each read",
				units__bytes(a, sizeof(a), sum->unknown));
	if (total->hidden)
		report__comment(out, "%llu mappings hidden: nothing is in memory (-a shows them)",
				(unsigned long long)total->hidden);
	report__comment(out, "TOUCH at most  LEAST of that proven  WRITE soft-dirty, at most  IDLE not accessed");
	run__print_aging(r->run, total->aging);
}

static int parse_seconds(struct run *run, double *seconds)
{
	const struct verb_options *o = run->options;

	*seconds = 0;
	if (!o->interval)
		return o->clear ? run__usage(run, "--clear", "needs -i SEC, the time between clearing and reading") : 0;
	if (number__seconds(o->interval, 0.01, seconds))
		return run__usage(run, o->interval, "not an interval (0.01 to 1000000 seconds)");
	return 0;
}

static int run_wss(struct run *run)
{
	static struct reading r;
	const struct verb_options *o = run->options;
	double seconds;
	int err = parse_seconds(run, &seconds);

	r = (struct reading){ .run = run, .limit = run->info.user_end };
	if (!err)
		err = run__attach(run, o->arg[0]);
	if (!err)
		err = run__columns(run, run->verb->columns);
	if (!err && o->nr_args > 1)
		err = range__parse(run, o->arg[1], &r.first, &r.limit);
	if (err)
		return err;
	r.total.sum.written_known = clear_refs__has_soft_dirty(o->proc);
	if (o->interval)
		err = wait_interval(&r, seconds);
	if (err)
		return err;
	report__comment(&run->report, "pgwalk wss %d %s", run->pid, run->comm);
	report__header(&run->report);
	err = read_all(&r);
	if (err || run->closed)
		return err;
	run__print_sorted(run);
	if (o->interval)
		r.total.ns = now() - r.total.began;
	r.total.aging = aging__read(o->proc);
	print_total(&r);
	return 0;
}

const struct verb wss_verb = {
	.name = "wss",
	.args = "PID [RANGE]",
	.min = 1,
	.max = 2,
	.options = "aCios",
	.columns = &wss_columns,
	.what = N_("Working set by accessed bits: by mapping, the memory that was touched, written, and left idle."),
	.more = N_("RANGE is START-END or one address, hexadecimal, or the name of a mapping: [heap], libc.so.6.\n\n"
		"Without --clear nothing is changed: the bits are those since the kernel cleared them. --clear -i SEC clears the "
		"accessed and soft-dirty bits of the whole process, waits, and reads them. That disturbs: each first write to a "
		"page then faults, the TLB is flushed, and reclaim takes all pages for cold.\n\n"
		"Touched in 10 s: pgwalk wss --clear -i 10 PID\n"
		"Most idle first: pgwalk wss -s idle PID"),
	.run = run_wss,
};
