// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Anonymous memory in 4K pages: first reads and first writes. Huge pages are in huge.c,
 * copy-on-write is in cow.c.
 */
#include <sys/mman.h>
#include <sys/prctl.h>

#include "workload.h"

static void map_small(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void make_anon_new(struct run *run)
{
	map_small(run);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,RW,US,A,D,NX");
}

static void make_anon_zero(struct run *run)
{
	map_small(run);
	stage_hit(run, "anon-zero", ACCESS_READ);
	stage_print_pages(run, PAGE, "zero", "P,US,!RW,!D");
}

static void make_anon_over_zero(struct run *run)
{
	map_small(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,RW,US");
}

static void make_zero_protnone(struct run *run)
{
	map_small(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_print_pages(run, PAGE, "protnone", "!P,SPEC");
}

const struct workload anon_workloads[] = {
	WORKLOADS_ANON(WORKLOAD_ROW)
	{ }
};
