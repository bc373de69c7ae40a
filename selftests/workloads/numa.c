// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * NUMA balancing: pages of another node, marked so that the next access faults. The kernel
 * marks them while the process runs; the workload waits for that and touches no page
 * before.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

#define BALANCING	"/sys/kernel/debug/sched/numa_balancing/"
#define SECONDS		30

static long nr_marked(void)
{
	FILE *f = fopen("/proc/vmstat", "re");
	char name[64];
	long value, found = 0;

	while (f && fscanf(f, "%63s %ld", name, &value) == 2)
		if (!strcmp(name, "numa_pte_updates"))
			found = value;
	if (f)
		fclose(f);
	return found;
}

static void move_to_other_node(const struct run *run)
{
	unsigned int cpu, here;

	if (syscall(SYS_getcpu, &cpu, &here, NULL))
		fail("getcpu");
	for (unsigned int i = 0; i < run->times; i++) {
		void *page = run->start + i * run->step;
		int node = !here, status = -1;

		if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, 0) ||
		    status != node)
			skip("no other node to move to");
	}
}

/* With one thread on one CPU only pages of the other node are marked */
void numa_await_marks(const struct run *run)
{
	long before = nr_marked();
	time_t end = time(NULL) + SECONDS;

	while (nr_marked() < before + (long)run->times)
		if (time(NULL) > end)
			skip("NUMA balancing marked %ld pages in %d s",
			     nr_marked() - before, SECONDS);
}

/* Pages on the other node, so that NUMA balancing marks them soon */
void numa_map(struct run *run)
{
	if (access("/sys/devices/system/node/node1", F_OK))
		skip("one node only");
	setting_write("/proc/sys/kernel/numa_balancing", "1");
	setting_write(BALANCING "scan_delay_ms", "10");
	setting_write(BALANCING "scan_period_min_ms", "100");
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	move_to_other_node(run);
}

static void numa_hint(struct run *run)
{
	numa_map(run);
	numa_await_marks(run);
}

static void make_numa_marked(struct run *run)
{
	numa_hint(run);
	stage_gate(run);
	stage_print_pages(run, PAGE, "numa-hint", "!P");
}

static void make_numa_hint(struct run *run)
{
	numa_hint(run);
	/* Read: a write to a page that becomes read-only would fault twice */
	stage_hit(run, "numa-hint", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US");
}

const struct workload numa_workloads[] = {
	WORKLOADS_NUMA(WORKLOAD_ROW)
	{ }
};
