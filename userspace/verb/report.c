// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk report: a page with pictures and tables of a process, or the pictures alone. Mappings stream; pages go into
 * cells of bounded memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../collect/cpu_leaves.h"
#include "../collect/module/query.h"
#include "../collect/procfs/aging.h"
#include "../lib/i18n.h"
#include "../model/reach.h"
#include "../model/space.h"
#include "../model/sum.h"
#include "../model/tlb.h"
#include "../present/html/html.h"
#include "page_file.h"
#include "run.h"

#define ROOM	512
/* Levels x nodes of the largest machines */
#define TABLES	(PGWALK_MAX_LEVELS * 1024 + 1)
#define TASKS	16

/**
 * struct reading - state of the verb
 * @run: the run
 * @html: the page
 * @reach: contiguity so far
 * @space: mappings and pages so far
 * @total: the total row of the mappings
 * @sum: sums of @total
 * @mm: the address space
 * @tables: totals of the page tables
 * @stats: page tables by level and node
 * @walk: the walk of one address
 * @tlb: TLBs of this CPU
 * @reach_total: totals of @reach
 * @file: the file, if there is one
 * @err: -1: a call failed, and the error of the run is set
 */
struct reading {
	struct run *run;
	struct html html;
	struct reach reach;
	struct space *space;
	struct inspect_vma total;
	struct pgwalk_vma sum;
	struct pgwalk_mm mm;
	struct pgwalk_tables tables;
	struct pgwalk_pgtable_stats *stats;
	struct pgwalk_translate walk;
	struct inspect_tlb tlb[TLB_MAX];
	struct inspect_reach_total reach_total;
	struct page_file file;
	int err;
};

static int read_pages(struct reading *r, const struct pgwalk_vma *vma)
{
	static struct pgwalk_frame_run found[ROOM];
	const __u64 limit = r->run->info.user_end;
	struct pgwalk_scan scan = { .start = vma->start, .end = vma->end < limit ? vma->end : limit };
	unsigned int i;

	while (scan.start < scan.end) {
		const int err = query__scan(r->run->device, &scan, found, ROOM);

		if (err) {
			r->err = run__fail(r->run, err);
			return r->err;
		}
		for (i = 0; i < scan.filled; i++) {
			reach__add(&r->reach, &found[i]);
			space__run(r->space, &found[i]);
		}
		scan.start = scan.resume;
	}
	return 0;
}

static int read_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	const struct inspect_vma row = { .vma = vma };
	struct reading *r = ctx;
	int err;

	sum__vma(&r->sum, vma);
	r->total.mappings++;
	r->total.uss += sum__uss(vma);
	html__mapping(&r->html, &row);
	reach__begin(&r->reach, vma->start, vma->end);
	space__begin(r->space, vma);
	err = read_pages(r, vma);
	space__end(r->space);
	reach__end(&r->reach);
	return err;
}

static int read_mappings(struct reading *r)
{
	__u64 at = 0;
	int err;

	html__begin_mappings(&r->html);
	do {
		err = device__vmas(r->run->device, at, 0, PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES, read_mapping, r, &at);
		if (r->err)
			return r->err;
		if (err)
			return run__fail(r->run, err);
		progress__set(r->run->progress, at, r->run->info.user_end);
		err = page_file__flush(r->run, &r->html);
	} while (!err && at && !r->run->closed);
	reach__finish(&r->reach);
	return err;
}

static int read_rest(struct reading *r)
{
	struct pgwalk_task task[TASKS];
	struct inspect_cpuid cpuid;
	int err;

	err = query__tables(r->run->device, &r->tables, r->stats, TABLES);
	if (!err)
		err = query__mm(r->run->device, &r->mm, task, TASKS);
	if (!err && !r->run->options->arg[1])
		r->walk.addr = r->mm.start_stack;
	if (!err)
		err = query__translate(r->run->device, &r->walk);
	if (err)
		return run__fail(r->run, err);
	cpu_leaves__read(&cpuid);
	r->reach_total.reach = r->reach.total;
	r->reach_total.cpu = cpuid.known ? cpuid.cpu : -1;
	tlb__vendor(&cpuid, r->reach_total.vendor);
	r->reach_total.hypervisor = tlb__is_virtual(&cpuid);
	r->reach_total.nr_tlbs = tlb__decode(&cpuid, r->tlb);
	tlb__need(r->tlb, r->reach_total.nr_tlbs, r->reach.size, REACH_SIZES);
	r->total.aging = aging__read(r->run->options->proc);
	return 0;
}

static int write_page(struct reading *r)
{
	struct inspect_report report = {
		.pid = r->run->pid, .comm = r->run->comm, .made = page_file__time(), .info = &r->run->info, .mm = &r->mm,
		.total = &r->total, .tables = &r->tables, .stats = r->stats, .nr_stats = r->tables.filled,
		.reach = r->reach.size, .nr_reach = REACH_SIZES, .reach_total = &r->reach_total, .tlb = r->tlb,
		.walk = &r->walk,
	};
	int err;

	space__take(r->space, &report.space);
	err = html__end_report(&r->html, &report);
	return page_file__complete(r->run, err);
}

static int open_output(struct reading *r)
{
	if (r->run->options->output)
		return page_file__begin(&r->file, r->run, r->run->options->output);
	return isatty(STDOUT_FILENO) ? run__usage(r->run, "report", "the page is for a file: -o FILE.html, or a pipe") : 0;
}

static int make(struct reading *r)
{
	struct run *run = r->run;
	char title[128];
	int err;

	reach__init(&r->reach, &run->info);
	snprintf(title, sizeof(title), "%d %s", run->pid, run->comm);
	html__begin(&r->html, run->report.out, run->options->svg, title);
	err = read_mappings(r);
	if (!err && !run->closed)
		err = read_rest(r);
	if (!err && !run->closed)
		err = write_page(r);
	html__destroy(&r->html);
	return err;
}

static int run_report(struct run *run)
{
	struct reading *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return run__fail(run, -ENOMEM);
	r->run = run;
	r->total.vma = &r->sum;
	r->space = space__create(true);
	r->stats = calloc(TABLES, sizeof(*r->stats));
	err = page_file__check_pictures(run);
	if (!err)
		err = address__parse(run, 1, &r->walk);
	if (!err && (!r->space || !r->stats))
		err = run__fail(run, -ENOMEM);
	if (!err)
		err = run__attach(run, run->options->arg[0]);
	if (!err)
		err = open_output(r);
	if (!err && (r->walk.reg || run->tid != run->pid))
		r->walk.tid = run->tid;
	if (!err)
		err = make(r);
	err = page_file__end(&r->file, err);
	space__destroy(r->space);
	free(r->stats);
	free(r);
	return err;
}

const struct verb report_verb = {
	.name = "report",
	.args = "PID [ADDRESS|SEG:OFFSET]",
	.min = 1,
	.max = 2,
	.options = "OS",
	.what = N_("A page for a browser: the address space, page tables, contiguity, mappings and the walk of one address, as pictures and tables."),
	.more = N_("The page is one file without network access. It is an HTML page with its data as JSON; --svg writes the pictures alone. "
		"The walk is that of ADDRESS, by default of the first stack pointer.\n\n"
		"A page:   pgwalk report -o demo.html 4211\n"
		"Pictures: pgwalk report --svg=walk -o demo.svg 4211 7f0000012345\n"
		"Before and after: pgwalk diff --html=FILE A B\n"
		"Recorded faults: pgtop --replay=STREAM --html=FILE"),
	.frames = N_("frames are not reported"),
	.run = run_report,
};
