// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes add to a minor anonymous fault, of the target and of another
 * process. In a guest with --icount a nanosecond is an instruction, so figures
 * repeat; without they are mere times. Asserts nothing.
 *
 *	fault_cost [-n FAULTS] [-c COMMAND]
 *		-c	also with this in the background (say: a bpftrace one-liner)
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "collect/bpf.h"

#define PAGE	4096L
#define PAGES	256L

static long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

/* The median of many rounds: what else runs on the one CPU falls out */
static double ns_a_fault(long faults)
{
	long rounds = faults / PAGES + 1;
	long *took = calloc(rounds, sizeof(*took));
	double median;

	for (long r = 0; r < rounds; r++) {
		char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		long from;

		madvise(p, PAGES * PAGE, MADV_NOHUGEPAGE);
		from = now_ns();
		for (long i = 0; i < PAGES; i++)
			p[i * PAGE] = 1;
		took[r] = now_ns() - from;
		munmap(p, PAGES * PAGE);
	}
	qsort(took, rounds, sizeof(*took), compare);
	median = (double)took[rounds / 2] / PAGES;
	free(took);
	return median;
}

static int add_up(void *ctx, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row)
{
	(void)key;
	*(__u64 *)ctx += row->count;
	return 0;
}

static double with_probes(bool module, pid_t target, long faults)
{
	struct probes_cfg cfg = { .ask_module = module };
	__u64 counted = 0;
	struct probes *p;
	char why[256];
	double cost;

	if (probes__create(&p, &cfg, why, sizeof(why))) {
		printf("# %s\n", why);
		exit(1);
	}
	if (module && !probes__has_module(p)) {
		probes__destroy(p);
		return 0;
	}
	if (probes__watch(p, target))
		exit(1);
	ns_a_fault(PAGES);
	cost = ns_a_fault(faults);
	probes__settle(p);
	probes__drain(p, add_up, &counted);
	if ((counted >= (__u64)faults) != (target == getpid())) {
		printf("# the probes counted %llu faults\n", (unsigned long long)counted);
		exit(1);
	}
	probes__destroy(p);
	return cost;
}

static double with_command(const char *command, long faults)
{
	pid_t pid = fork();
	double cost;

	if (!pid) {
		setpgid(0, 0);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	sleep(20);	/* of guest time: it has to compile and attach */
	cost = ns_a_fault(faults);
	kill(-pid, SIGINT);
	waitpid(pid, NULL, 0);
	return cost;
}

int main(int argc, char **argv)
{
	const char *command = NULL;
	double bare, cost;
	long faults = 50000;
	int opt;

	while ((opt = getopt(argc, argv, "n:c:")) != -1) {
		if (opt == 'n')
			faults = atol(optarg);
		else
			command = optarg;
	}
	ns_a_fault(faults);
	bare = ns_a_fault(faults);
	printf("a minor anonymous fault, nothing attached: %.0f\n", bare);
	cost = with_probes(true, getpid(), faults);
	if (cost)
		printf("+ %.0f target, with the entry before (pgwalk.ko)\n", cost - bare);
	printf("+ %.0f target, without pgwalk.ko\n", with_probes(false, getpid(), faults) - bare);
	printf("+ %.0f any other process\n", with_probes(false, getppid(), faults) - bare);
	if (command)
		printf("+ %.0f %s\n", with_command(command, faults) - bare, command);
	return 0;
}
