// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Makes a page state or a class of faults, a given number of times in one mapping, and prints
 * the expected values. It does not use pgwalk.
 *
 *	workload NAME [--times N] [--gate] [--hold] [--leaderless]
 *
 *	map START END			the mapping, as in /proc/PID/maps
 *	prepare CLASS COUNT START END minor N major N
 *					faults before the gate
 *	armed				with --gate: waits for a line on stdin
 *	fault CLASS COUNT START END minor N major N
 *					faults after the gate
 *	page START END SIZE KIND FLAGS [pfn PFN]
 *					pages that are mapped now, SIZE each; FLAGS that must
 *					be set ("!X": must be clear), or -
 *	child PID			another process that shares the pages
 *	ready				with --hold: waits for the end of stdin
 *	skip REASON			exit status 4: not possible on this machine
 *
 * With --leaderless the main thread exits, and another thread does all of this.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

static const struct workload *const families[] = {
	anon_workloads, huge_workloads, file_workloads, shmem_workloads,
	cow_workloads, swap_workloads, userfault_workloads, mapping_workloads,
	race_workloads, numa_workloads, hugetlb_workloads, device_workloads,
	merge_workloads, marker_workloads, moving_workloads, rwp_workloads,
	driver_workloads,
};

#define NR_FAMILIES	(sizeof(families) / sizeof(families[0]))

static const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; i < NR_FAMILIES; i++)
		for (const struct workload *w = families[i]; w->name; w++)
			if (!strcmp(w->name, name))
				return w;
	return NULL;
}

static int list(void)
{
	for (size_t i = 0; i < NR_FAMILIES; i++)
		for (const struct workload *w = families[i]; w->name; w++)
			printf("%-20s %s\n", w->name, w->what);
	return 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: workload NAME [--times N] [--gate] [--hold] [--leaderless]\n"
			"       workload --list\n");
	return 2;
}

/*
 * Only the mapping under test may fault: lock all present pages. Run on one CPU, because a page
 * in the LRU batch of another CPU has one more reference, which turns a reuse into a
 * copy.
 */
static void be_quiet(void)
{
	static char buffer[1 << 16];
	cpu_set_t one;

	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	if (mlockall(MCL_CURRENT))
		fail("mlockall");
}

static void hold(void)
{
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1)
		;
}

static struct run run = { .times = TIMES };
static const struct workload *chosen;
static bool holds;

static void make(void)
{
	chosen->make(&run);
	printf("ready\n");
	fflush(stdout);
	if (holds)
		hold();
	exit(0);
}

/* The thread runs the workload after the main thread has exited */
static void *make_alone(void *unused)
{
	char state[64] = "", path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", getpid());
	while (!strstr(state, ") Z ")) {
		usleep(1000);
		f = fopen(path, "re");
		if (f && !fgets(state, sizeof(state), f))
			state[0] = 0;
		if (f)
			fclose(f);
	}
	make();
	return unused;
}

int main(int argc, char **argv)
{
	bool leaderless = false;

	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	if (argc < 2)
		return usage();
	chosen = workload_find(argv[1]);
	if (!chosen)
		return usage();
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "--hold"))
			holds = true;
		else if (!strcmp(argv[i], "--leaderless"))
			leaderless = true;
		else if (!strcmp(argv[i], "--gate"))
			run.gated = true;
		else if (!strcmp(argv[i], "--times") && i + 1 < argc)
			run.times = (unsigned int)atoi(argv[++i]);
		else
			return usage();
	}
	if (!run.times || run.times > 10000)
		return usage();
	run.name = chosen->name;
	be_quiet();
	printf("# workload %s pid %d times %u\n", chosen->name, getpid(),
	       run.times);
	if (leaderless) {
		thread_start(make_alone, NULL);
		syscall(SYS_exit, 0);
	}
	make();
}
