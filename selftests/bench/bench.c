// SPDX-License-Identifier: GPL-2.0
/*
 * What pgwalk costs, and what does the same with the kernel's own means, measured in
 * one run. In a guest with --icount a nanosecond is an instruction of the guest, so
 * figures repeat; elsewhere they are mere times. A JSON object a row; asserts nothing.
 *
 *	bench [-s MIB] [-n FAULTS] [-t PAGE-TYPES] [-b BPFTRACE] [-p PERF] [-g PGTOP] [ROWS...]
 *		-s	memory of each process that is looked at (256)
 *		-n	faults that each figure of the probes is of (50000)
 *		-t	where page-types of the kernel's tools/mm is
 *		-b	bpftrace, -p perf: what the probes are measured by
 *		-g	pgtop, for what it takes itself
 *	ROWS: only those whose key begins so
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../oracle/interface.h"
#include "ask.h"
#include "fault_cost.h"
#include "idle_cost.h"
#include "row.h"
#include "subject.h"

#define TIB	(1UL << 40)

/* One question of a table of them, about one subject */
struct question {
	const char *key;
	const char *what;
	const char *unit;
	meter_fn *ours;
	const char *peer;
	meter_fn *theirs;
	double target;
	double limit;
};

static const char a_page[] = "instructions a page";
static const char a_call[] = "instructions a call";
static const char a_frame[] = "instructions a frame";

static const struct question of_a_row[] = {
	{ "scan-pages", "SCAN by page", a_page, ask_scan_pages,
	  "pagemap, one read", ask_pagemap, 0.30, -1 },
	{ "scan-runs", "SCAN by run", a_page, ask_scan_runs,
	  "PAGEMAP_SCAN, by region", ask_pagemap_scan, 0, -1 },
	{ "scan-nothing", "SCAN with a filter that rejects all", a_page, ask_scan_nothing,
	  NULL, NULL, 0, -1 },
	{ "scan-frames-pages", "SCAN by page with frames", a_page, ask_scan_frames_pages,
	  NULL, NULL, 0, -1 },
	{ "view-pages", "the view pages", a_page, ask_view_pages,
	  NULL, NULL, 0, -1 },
};

/* These may ask for a mapping: after the longest hold of the views of pages was noted */
static const struct question of_calls[] = {
	{ "translate", "TRANSLATE of one address", a_call, ask_translate,
	  "pread of pagemap for one page", ask_pagemap_one, 1.0, -1 },
	{ "frame", "FRAMES of one frame", a_call, ask_frame,
	  "pread of kpageflags for one frame", ask_kpageflags_one, 0, -1 },
	{ "frames", "FRAMES in bulk", a_frame, ask_frames,
	  "kpageflags in bulk", ask_kpageflags, 0, -1 },
};

static const struct question of_scattered[] = {
	{ "scattered-scan-pages", "SCAN by page, scattered frames", a_page, ask_scan_pages,
	  "pagemap, one read", ask_pagemap, 0.30, -1 },
	{ "scattered-scan-runs", "SCAN by run, scattered frames", a_page, ask_scan_runs,
	  "PAGEMAP_SCAN, by region", ask_pagemap_scan, 0, -1 },
	{ "scattered-view-pages", "the view pages, a line a page", a_page, ask_view_pages,
	  NULL, NULL, 0, -1 },
};

static const struct question of_huge[] = {
	{ "huge-scan-pages", "SCAN by page, 2M pages", a_page, ask_scan_pages,
	  "pagemap, one read", ask_pagemap, 0.30, -1 },
	{ "huge-scan-runs", "SCAN by run, 2M pages", a_page, ask_scan_runs,
	  "PAGEMAP_SCAN, by region", ask_pagemap_scan, 0, -1 },
};

/* With those that take mmap_lock on every kernel: asked after the longest hold was noted */
static const struct question of_mappings[] = {
	{ "vmas", "VMAS with counts", a_page, ask_vmas, "smaps", ask_smaps, 0, -1 },
	{ "vmas-frames", "VMAS with counts and frames", a_page, ask_vmas_frames,
	  "smaps", ask_smaps, 0, -1 },
	{ "view-vmas", "the view vmas", a_page, ask_view_vmas,
	  "smaps_rollup", ask_smaps_rollup, 0, -1 },
	{ "view-tables", "the view tables", a_page, ask_view_tables, NULL, NULL, 0, -1 },
};

static const struct question of_sparse[] = {
	{ "sparse", "SCAN of 1 TiB with nothing present", a_call, ask_scan_whole,
	  NULL, NULL, 0, 1000000 },
};

static const struct question of_one_mapper[] = {
	{ "rmap-1", "RMAP of a page with 1 mapper", a_call, ask_rmap, NULL, NULL, 0, -1 },
};

static const struct question of_23_mappers[] = {
	{ "rmap-23", "RMAP of a page with 23 mappers", a_call, ask_rmap, NULL, NULL, 0, -1 },
};

struct options {
	long pages;
	long faults;
	const char *page_types;
	const char *bpftrace;
	const char *perf;
	const char *pgtop;
	char **wanted;
};

static bool is_wanted(const struct options *o, const char *key)
{
	if (!*o->wanted)
		return true;
	for (char **name = o->wanted; *name; name++)
		if (!strncmp(key, *name, strlen(*name)))
			return true;
	return false;
}

static void ask_one(const struct question *q, struct subject *s)
{
	struct row row = {
		.key = q->key, .what = q->what, .unit = q->unit, .peer = q->peer,
		.target = q->target, .limit = q->limit,
		.ours = meter_median(q->ours, s),
		.theirs = q->theirs ? meter_median(q->theirs, s) : NAN,
	};

	row_tell(&row);
}

static void ask_all(const struct options *o, struct subject *s, const struct question *q, int nr)
{
	for (int i = 0; i < nr; i++)
		if (is_wanted(o, q[i].key))
			ask_one(&q[i], s);
}

#define ASK_ALL(o, s, table)	ask_all(o, s, table, sizeof(table) / sizeof(*(table)))

static void start(struct subject *s, enum subject_layout layout, long pages)
{
	if (!subject_start(s, layout, pages))
		return;
	fprintf(stderr, "bench: no process to look at, layout %d\n", layout);
	exit(1);
}

/* page-types says the flags of each page; SCAN with frames says these, and more */
static void ask_with_page_types(const struct options *o, struct subject *s, const char *key,
				const char *what)
{
	struct row row = {
		.key = key, .what = what, .unit = a_page,
		.peer = "page-types -p", .target = 0.10, .limit = -1, .theirs = NAN,
	};

	if (!is_wanted(o, row.key))
		return;
	row.ours = meter_median(ask_scan_frames, s);
	if (o->page_types)
		row.theirs = ask_page_types(o->page_types, s);
	row_tell(&row);
}

static void tell_hold(const struct options *o, const char *key, const char *what, double limit)
{
	struct row row = {
		.key = key, .what = what, .unit = "instructions", .limit = limit,
		.ours = ask_hold_max(), .theirs = NAN,
	};

	if (is_wanted(o, key))
		row_tell(&row);
}

/* Where page tables are freed through RCU no view of pages takes mmap_lock */
static bool walks_without_lock(void)
{
	struct pgwalk_info info;

	return !interface_info(&info) && interface_reads_unlocked(&info);
}

static void ask_pages(const struct options *o)
{
	struct subject row, s;

	/* In this order: memory that was once handed out in disorder comes back so */
	start(&row, SUBJECT_ROW, o->pages);
	start(&s, SUBJECT_HUGE, o->pages);
	ASK_ALL(o, &s, of_huge);
	subject_stop(&s);
	start(&s, SUBJECT_SPARSE, TIB / SUBJECT_PAGE);
	ASK_ALL(o, &s, of_sparse);
	subject_stop(&s);
	start(&s, SUBJECT_SCATTERED, o->pages);
	ASK_ALL(o, &s, of_scattered);
	ask_with_page_types(o, &s, "scattered-scan-frames",
			    "SCAN by run with frames, scattered frames");
	subject_stop(&s);
	ASK_ALL(o, &row, of_a_row);
	ask_with_page_types(o, &row, "scan-frames", "SCAN by run with frames");
	tell_hold(o, "hold-pages", "longest hold of mmap_lock so far: views of pages",
		  walks_without_lock() ? 0 : -1);
	ASK_ALL(o, &row, of_calls);
	ASK_ALL(o, &row, of_mappings);
	tell_hold(o, "hold-vmas", "the same with views of mappings", -1);
	subject_stop(&row);
}

static void ask_mappers(const struct options *o)
{
	struct subject s;

	start(&s, SUBJECT_SHARED, 1);
	ASK_ALL(o, &s, of_one_mapper);
	subject_stop(&s);
	start(&s, SUBJECT_SHARED, 23);
	ASK_ALL(o, &s, of_23_mappers);
	subject_stop(&s);
}

static void ask_idle(const struct options *o)
{
	struct subject s;

	start(&s, SUBJECT_ROW, o->pages);
	idle_cost(o->pgtop, s.pid);
	subject_stop(&s);
}

int main(int argc, char **argv)
{
	struct options o = { .pages = 65536, .faults = 50000 };
	int opt;

	while ((opt = getopt(argc, argv, "s:n:t:b:p:g:")) != -1) {
		if (opt == 's')
			o.pages = atol(optarg) << (20 - 12);
		else if (opt == 'n')
			o.faults = atol(optarg);
		else if (opt == 't')
			o.page_types = optarg;
		else if (opt == 'b')
			o.bpftrace = optarg;
		else if (opt == 'p')
			o.perf = optarg;
		else if (opt == 'g')
			o.pgtop = optarg;
		else
			return 2;
	}
	o.wanted = argv + optind;
	ask_pages(&o);
	ask_mappers(&o);
	if (is_wanted(&o, "fault"))
		fault_cost(o.faults, o.bpftrace, o.perf);
	if (o.pgtop && is_wanted(&o, "idle"))
		ask_idle(&o);
	return 0;
}
