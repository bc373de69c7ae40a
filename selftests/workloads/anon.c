// SPDX-License-Identifier: GPL-2.0
/*
 * Anonymous memory by 4K: first reads and first writes. It must not know of
 * huge pages (huge.c) nor of copy-on-write (cow.c).
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

static void anon_new(struct run *run)
{
	map_small(run);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,RW,US,A,D,NX");
}

static void anon_zero(struct run *run)
{
	map_small(run);
	stage_hit(run, "anon-zero", ACCESS_READ);
	stage_tell_places(run, PAGE, "zero", "P,US,!RW,!D");
}

static void anon_over_zero(struct run *run)
{
	map_small(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,RW,US");
}

static void zero_protnone(struct run *run)
{
	map_small(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_tell_places(run, PAGE, "protnone", "!P,SPEC");
}

const struct workload anon_workloads[] = {
	{ "anon-new", anon_new, "anonymous pages, written" },
	{ "anon-zero", anon_zero, "anonymous pages, read: the zero page" },
	{ "zero-protnone", zero_protnone, "the zero page without access" },
	{ "anon-over-zero", anon_over_zero, "anonymous pages, read, then written" },
	{ }
};
