// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Measures the cost of pgwalk and of the kernel's own means for the same work, in one run. In a
 * guest with --icount a nanosecond is an instruction of the guest, so that figures are repeatable;
 * elsewhere they are times. Prints a JSON object a row; asserts nothing.
 *
 *	bench [-s MIB] [-n FAULTS] [-t PAGE-TYPES] [-b BPFTRACE] [-p PERF] [-g PGTOP] [-w PGWALK] [-G] [ROWS...]
 *		-s	memory of each process that is read (256)
 *		-n	faults per figure of the probes (50000)
 *		-t	path of page-types of the kernel's tools/mm
 *		-b	path of bpftrace, -p of perf: for comparison with the probes
 *		-g	path of pgtop, to measure its own CPU time
 *		-w	path of pgwalk, for the rows of its output
 *		-G	only the rows growth-*: needs 9 times the memory of a process
 *	ROWS: prefixes of keys of rows (default: all rows)
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/interface.h"
#include "query.h"
#include "fault_cost.h"
#include "idle_cost.h"
#include "program_cost.h"
#include "row.h"
#include "subject.h"

#define TIB	(1UL << 40)

/* A row of a table: two requests that are compared, about one subject */
struct comparison {
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
static const char a_line[] = "instructions a line";
static const char a_mapper[] = "instructions a mapper";
static const char times[] = "times the cost";

/* Figures of commit 6fa263a on 6.12, by this program: a page with one mapper, each further one */
#define RMAP_BEFORE	39365.0
#define MAPPER_BEFORE	1220.0

#define MAPPERS		23
#define GROWTH		8	/* of the memory of a process */

static const struct comparison of_a_row[] = {
	{ "scan-raw", "SCAN RAW", a_page, query_scan_raw,
	  "pagemap, one read", query_pagemap, 0.05, -1 },
	{ "scan-pages", "SCAN by page", a_page, query_scan_pages,
	  "pagemap, one read", query_pagemap, 0.30, -1 },
	{ "scan-runs", "SCAN by run", a_page, query_scan_runs,
	  "PAGEMAP_SCAN, by region", query_pagemap_scan, 0, -1 },
	{ "scan-nothing", "SCAN with a filter that rejects all", a_page, query_scan_nothing,
	  NULL, NULL, 0, -1 },
	{ "scan-frames-pages", "SCAN by page with frames", a_page, query_scan_frames_pages,
	  NULL, NULL, 0, -1 },
	{ "view-pages", "the view pages", a_page, query_view_pages,
	  NULL, NULL, 0, -1 },
};

/* Some requests take mmap_lock: they run after the longest hold of the views of pages was printed */
static const struct comparison of_calls[] = {
	{ "translate", "TRANSLATE of one address", a_call, query_translate,
	  "pread of pagemap for one page", query_pagemap_one, 0.6, -1 },
	{ "frame", "FRAMES of one frame", a_call, query_frame,
	  "pread of kpageflags for one frame", query_kpageflags_one, 0, -1 },
	{ "frames", "FRAMES in bulk", a_frame, query_frames,
	  "kpageflags and kpagecount in bulk", query_kpages, 1.0, -1 },
};

static const struct comparison of_scattered[] = {
	{ "scattered-scan-raw", "SCAN RAW, scattered frames", a_page, query_scan_raw,
	  "pagemap, one read", query_pagemap, 0.05, -1 },
	{ "scattered-scan-pages", "SCAN by page, scattered frames", a_page, query_scan_pages,
	  "pagemap, one read", query_pagemap, 0.30, -1 },
	{ "scattered-scan-runs", "SCAN by run, scattered frames", a_page, query_scan_runs,
	  "PAGEMAP_SCAN, by region", query_pagemap_scan, 0, -1 },
};

static const struct comparison of_huge[] = {
	{ "huge-scan-raw", "SCAN RAW, 2M pages", a_page, query_scan_raw,
	  "pagemap, one read", query_pagemap, 0.05, -1 },
	{ "huge-scan-pages", "SCAN by page, 2M pages", a_page, query_scan_pages,
	  "pagemap, one read", query_pagemap, 0.30, -1 },
	{ "huge-scan-runs", "SCAN by run, 2M pages", a_page, query_scan_runs,
	  "PAGEMAP_SCAN, by region", query_pagemap_scan, 0.3, -1 },
};

/* These requests take mmap_lock on every kernel: they run after the longest hold was printed */
static const struct comparison of_mappings[] = {
	{ "vmas", "VMAS with counts", a_page, query_vmas, "smaps", query_smaps, 0, -1 },
	{ "vmas-frames", "VMAS with counts and frames", a_page, query_vmas_frames,
	  "smaps", query_smaps, 0.40, -1 },
	{ "view-vmas", "the view vmas", a_page, query_view_vmas, "smaps", query_smaps, 0, -1 },
	{ "view-vmas-rollup", "the view vmas, compared with a sum", a_page, query_view_vmas,
	  "smaps_rollup", query_smaps_rollup, 0, -1 },
	{ "view-tables", "the view tables", a_page, query_view_tables, NULL, NULL, 0, -1 },
};

static const struct comparison of_scattered_mappings[] = {
	{ "scattered-vmas", "VMAS with counts, scattered frames", a_page, query_vmas,
	  "smaps", query_smaps, 0, -1 },
	{ "scattered-vmas-frames", "VMAS with counts and frames, scattered frames", a_page,
	  query_vmas_frames, "smaps", query_smaps, 0.40, -1 },
	{ "scattered-view-vmas", "the view vmas, scattered frames", a_page, query_view_vmas,
	  "smaps", query_smaps, 0, -1 },
};

static const struct comparison of_huge_mappings[] = {
	{ "huge-vmas", "VMAS with counts, 2M pages", a_page, query_vmas,
	  "smaps", query_smaps, 0, -1 },
	{ "huge-vmas-frames", "VMAS with counts and frames, 2M pages", a_page, query_vmas_frames,
	  "smaps", query_smaps, 0.40, -1 },
	{ "huge-view-vmas", "the view vmas, 2M pages", a_page, query_view_vmas,
	  "smaps", query_smaps, 0.50, -1 },
};

/* Compared by the cost of GROWTH times the memory */
static const struct comparison of_growth[] = {
	{ "growth-vmas", "the view vmas, 8 times the memory", times, query_view_vmas,
	  "smaps", query_smaps, 0, 9 },
	{ "growth-pages", "the view pages, 8 times the memory", times, query_view_pages,
	  NULL, NULL, 0, 9 },
	{ "growth-scan-raw", "SCAN RAW, 8 times the memory", times, query_scan_raw, NULL, NULL, 0, 9 },
	{ "growth-scan-pages", "SCAN by page, 8 times the memory", times, query_scan_pages,
	  NULL, NULL, 0, 9 },
	{ "growth-scan-runs", "SCAN by run, 8 times the memory", times, query_scan_runs,
	  NULL, NULL, 0, 9 },
	{ "growth-scan-frames", "SCAN by run with frames, 8 times the memory", times,
	  query_scan_frames, NULL, NULL, 0, 9 },
};

static const struct comparison of_sparse[] = {
	{ "sparse", "SCAN of 1 TiB with nothing present", a_call, query_scan_whole,
	  NULL, NULL, 0, 1000000 },
};

struct options {
	long pages;
	long faults;
	const char *page_types;
	const char *bpftrace;
	const char *perf;
	const char *pgtop;
	const char *pgwalk;
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

static void measure_row(const struct comparison *q, struct subject *s)
{
	struct row row = {
		.key = q->key, .what = q->what, .unit = q->unit, .peer = q->peer,
		.target = q->target, .limit = q->limit,
		.ours = meter_median(q->ours, s),
		.theirs = q->theirs ? meter_median(q->theirs, s) : NAN,
	};

	row_print(&row);
}

static void measure_rows(const struct options *o, struct subject *s, const struct comparison *q, int nr)
{
	for (int i = 0; i < nr; i++)
		if (is_wanted(o, q[i].key))
			measure_row(&q[i], s);
}

#define MEASURE(o, s, table)	measure_rows(o, s, table, sizeof(table) / sizeof(*(table)))

static void start(struct subject *s, enum subject_layout layout, long pages)
{
	if (!subject_start(s, layout, pages))
		return;
	fprintf(stderr, "bench: cannot start a subject, layout %d\n", layout);
	exit(1);
}

/* page-types prints the flags of each page; SCAN with frames returns them, and more */
static void measure_with_page_types(const struct options *o, struct subject *s, const char *key,
				const char *what)
{
	struct row row = {
		.key = key, .what = what, .unit = a_page,
		.peer = "page-types -p", .target = 0.07, .limit = -1, .theirs = NAN,
	};

	if (!is_wanted(o, row.key))
		return;
	row.ours = meter_median(query_scan_frames, s);
	if (o->page_types)
		row.theirs = query_page_types(o->page_types, s);
	row_print(&row);
}

static void print_hold(const struct options *o, const char *key, const char *what, double limit)
{
	struct row row = {
		.key = key, .what = what, .unit = "instructions", .limit = limit,
		.ours = query_hold_max(), .theirs = NAN,
	};

	if (is_wanted(o, key))
		row_print(&row);
}

/* Return whether page tables are freed through RCU: then no view of pages takes mmap_lock */
static bool walks_without_lock(void)
{
	struct pgwalk_info info;

	return !interface_info(&info) && interface_reads_unlocked(&info);
}

/* The lines of the view are compared with lines of maps: both have an address range and text */
static void measure_lines(const struct options *o, struct subject *s)
{
	struct row row = {
		.key = "view-pages-line", .what = "the view pages, a line", .unit = a_line,
		.peer = "maps", .target = 0.35, .limit = -1,
	};
	struct subject mappings;

	if (!is_wanted(o, row.key))
		return;
	row.ours = meter_median(query_view_pages, s) * s->pages / query_view_pages_lines(s);
	start(&mappings, SUBJECT_MAPPINGS, 4096);
	row.theirs = meter_median(query_maps, &mappings) * mappings.pages / query_maps_lines(&mappings);
	subject_stop(&mappings);
	row_print(&row);
}

/* Requests that may take mmap_lock on every kernel */
static void measure_mappings(const struct options *o, struct subject *row, struct subject *scattered,
			     struct subject *huge)
{
	MEASURE(o, row, of_calls);
	MEASURE(o, row, of_mappings);
	MEASURE(o, scattered, of_scattered_mappings);
	MEASURE(o, huge, of_huge_mappings);
	print_hold(o, "hold-vmas", "longest hold of mmap_lock: views of mappings", -1);
}

static void measure_pages(const struct options *o)
{
	struct subject row, huge, scattered, sparse;

	/* First: after SUBJECT_SCATTERED the allocator would return scattered frames */
	start(&row, SUBJECT_ROW, o->pages);
	start(&huge, SUBJECT_HUGE, o->pages);
	MEASURE(o, &huge, of_huge);
	start(&sparse, SUBJECT_SPARSE, TIB / SUBJECT_PAGE);
	MEASURE(o, &sparse, of_sparse);
	subject_stop(&sparse);
	start(&scattered, SUBJECT_SCATTERED, o->pages);
	MEASURE(o, &scattered, of_scattered);
	measure_lines(o, &scattered);
	measure_with_page_types(o, &scattered, "scattered-scan-frames",
			    "SCAN by run with frames, scattered frames");
	if (o->pgwalk && is_wanted(o, "text"))
		program_cost_pgwalk(o->pgwalk, o->page_types, &scattered);
	MEASURE(o, &row, of_a_row);
	measure_with_page_types(o, &row, "scan-frames", "SCAN by run with frames");
	print_hold(o, "hold-pages", "longest hold of mmap_lock so far: views of pages",
		  walks_without_lock() ? 0 : -1);
	measure_mappings(o, &row, &scattered, &huge);
	subject_stop(&scattered);
	subject_stop(&huge);
	subject_stop(&row);
}

static double cost_of_rmap(long mappers)
{
	struct subject s;
	double cost;

	start(&s, SUBJECT_SHARED, mappers);
	cost = meter_median(query_rmap, &s);
	subject_stop(&s);
	return cost;
}

static void measure_mappers(const struct options *o)
{
	struct row row = {
		.key = "rmap-1", .what = "RMAP of a page with 1 mapper", .unit = a_call,
		.peer = "commit 6fa263a", .target = 0.08, .limit = -1, .theirs = RMAP_BEFORE,
	};
	double one;

	if (!is_wanted(o, row.key) && !is_wanted(o, "rmap-further"))
		return;
	one = cost_of_rmap(1);
	row.ours = one;
	if (is_wanted(o, row.key))
		row_print(&row);
	if (!is_wanted(o, "rmap-further"))
		return;
	row.key = "rmap-further";
	row.what = "RMAP, each further mapper";
	row.unit = a_mapper;
	row.target = 0.5;
	row.theirs = MAPPER_BEFORE;
	row.ours = (cost_of_rmap(MAPPERS) - one) / (MAPPERS - 1);
	row_print(&row);
}

static double growth_of(meter_fn *work, struct subject *small, struct subject *large)
{
	return work ? meter_median(work, large) * large->pages /
		      (meter_median(work, small) * small->pages) : NAN;
}

/* Only if it is requested, because it needs GROWTH times the memory of a process */
static void measure_growth(const struct options *o)
{
	struct subject small, large;

	start(&small, SUBJECT_SCATTERED, o->pages);
	start(&large, SUBJECT_SCATTERED, GROWTH * o->pages);
	for (unsigned int i = 0; i < sizeof(of_growth) / sizeof(*of_growth); i++) {
		const struct comparison *q = &of_growth[i];
		struct row row = {
			.key = q->key, .what = q->what, .unit = q->unit, .peer = q->peer,
			.target = q->target, .limit = q->limit,
			.ours = growth_of(q->ours, &small, &large),
			.theirs = growth_of(q->theirs, &small, &large),
		};

		if (is_wanted(o, q->key))
			row_print(&row);
	}
	subject_stop(&large);
	subject_stop(&small);
}

static void measure_idle(const struct options *o)
{
	struct subject s, small;

	start(&s, SUBJECT_ROW, o->pages);
	start(&small, SUBJECT_ROW, 1);
	idle_cost(o->pgtop, s.pid, small.pid);
	subject_stop(&small);
	subject_stop(&s);
}

static void measure_pgtop(const struct options *o)
{
	struct subject s;

	start(&s, SUBJECT_ROW, 1);
	program_cost_pgtop(o->pgtop, o->bpftrace, s.pid);
	subject_stop(&s);
}

int main(int argc, char **argv)
{
	struct options o = { .pages = 65536, .faults = 50000 };
	bool grows = false;
	int opt;

	while ((opt = getopt(argc, argv, "s:n:t:b:p:g:w:G")) != -1) {
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
		else if (opt == 'w')
			o.pgwalk = optarg;
		else if (opt == 'G')
			grows = true;
		else
			return 2;
	}
	o.wanted = argv + optind;
	query_pgwalk_dontfork();
	query_kernel_dontfork();
	if (grows) {
		measure_growth(&o);
		return 0;
	}
	measure_pages(&o);
	measure_mappers(&o);
	if (is_wanted(&o, "fault"))
		fault_cost(o.faults, o.bpftrace, o.perf);
	if (o.pgtop && is_wanted(&o, "idle"))
		measure_idle(&o);
	if (o.pgtop && is_wanted(&o, "pgtop"))
		measure_pgtop(&o);
	return 0;
}
