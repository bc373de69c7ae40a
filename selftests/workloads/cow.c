// SPDX-License-Identifier: GPL-2.0
/*
 * Copy-on-write between parent and child: shared, copied, reused. The child
 * must touch none of the pages.
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

static void cow_shared(struct run *run)
{
	map_written(run);
	child_start();
	stage_gate(run);
	stage_tell_places(run, PAGE, "present", "P,US,!RW");
}

static void cow_copy(struct run *run)
{
	map_written(run);
	child_start();
	child_settle();
	stage_hit(run, "cow-copy", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,US,RW,D");
}

static void cow_reuse(struct run *run)
{
	map_written(run);
	child_end(child_start());
	child_settle();
	stage_hit(run, "cow-reuse", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,US,RW,D");
}

const struct workload cow_workloads[] = {
	{ "cow-shared", cow_shared, "anonymous pages shared with a child" },
	{ "cow-copy", cow_copy, "the same, written: copied" },
	{ "cow-reuse", cow_reuse, "the same, the child gone: reused" },
	{ }
};
