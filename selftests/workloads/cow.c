// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Copy-on-write between parent and child: pages that are shared, copied and reused. The
 * child touches none of the pages.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "workload.h"

static void map_written(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
}

static void make_cow_shared(struct run *run)
{
	map_written(run);
	child_start();
	stage_gate(run);
	stage_print_pages(run, PAGE, "present", "P,US,!RW");
}

static void make_cow_copy(struct run *run)
{
	map_written(run);
	child_start();
	child_settle();
	stage_hit(run, "cow-copy", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW,D");
}

static void make_cow_reuse(struct run *run)
{
	map_written(run);
	child_end(child_start());
	child_settle();
	stage_hit(run, "cow-reuse", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW,D");
}

const struct workload cow_workloads[] = {
	WORKLOADS_COW(WORKLOAD_ROW)
	{ }
};
