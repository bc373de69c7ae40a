// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages that a thread moves between two nodes as long as the workload runs. The frames after
 * each move are in a file that the test reads:
 *
 *	log PATH	struct moving_log
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "moving.h"
#include "workload.h"

#define PM_PFN_MASK	((1ULL << 55) - 1)
#ifndef MPOL_MF_MOVE
#define MPOL_MF_MOVE	2
#endif

static struct moving_log *moves;

static void log_round(const struct run *run, int pagemap)
{
	uint64_t round = atomic_load(&moves->rounds), entry;

	for (unsigned int i = 0; i < run->times; i++) {
		uintptr_t p = (uintptr_t)run->start + i * run->step;

		if (pread(pagemap, &entry, 8, (off_t)(p / PAGE * 8)) != 8)
			fail("pagemap");
		moves->pfn[round % MOVING_ROUNDS][i] = entry & PM_PFN_MASK;
	}
	atomic_store(&moves->rounds, round + 1);
}

static void *move(void *arg)
{
	const struct run *run = arg;
	int nodes[MOVING_PLACES], status[MOVING_PLACES];
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	void *pages[MOVING_PLACES];

	for (unsigned int i = 0; i < run->times; i++)
		pages[i] = run->start + i * run->step;
	for (unsigned int round = 0;; round++) {
		for (unsigned int i = 0; i < run->times; i++)
			nodes[i] = round & 1;
		if (syscall(SYS_move_pages, 0, (unsigned long)run->times, pages, nodes,
			    status, MPOL_MF_MOVE) < 0)
			fail("move_pages");
		log_round(run, pagemap);
	}
	return NULL;
}

static void make_log(void)
{
	int fd = memfd_create("moving-log", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, sizeof(*moves)))
		fail("memfd");
	moves = mmap(NULL, sizeof(*moves), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_POPULATE, fd, 0);
	if (moves == MAP_FAILED)
		fail("mmap");
	printf("log /proc/%d/fd/%d\n", getpid(), fd);
}

/* Return after one round, so that the test can compare */
static void start_moving(const struct run *run)
{
	static struct run kept;

	kept = *run;
	setting_write("/proc/sys/kernel/numa_balancing", "0");
	make_log();
	thread_start(move, &kept);
	while (!atomic_load(&moves->rounds))
		usleep(1000);
}

static void need_two_nodes(void)
{
	if (access("/sys/devices/system/node/node1", F_OK))
		skip("one node only");
}

static void make_moving(struct run *run)
{
	need_two_nodes();
	if (run->times > MOVING_PLACES)
		run->times = MOVING_PLACES;
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	start_moving(run);
}

static void make_moving_huge(struct run *run)
{
	need_two_nodes();
	run->times = 2;
	stage_map(run, HUGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_HUGEPAGE))
		skip("no transparent huge pages");
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	start_moving(run);
}

const struct workload moving_workloads[] = {
	WORKLOADS_MOVING(WORKLOAD_ROW)
	{ }
};
