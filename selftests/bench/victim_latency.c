// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Measures the latency of a process that is read in a loop: it wakes at set times, maps memory,
 * faults and unmaps, and records how late it woke and how long each step took. In turn there is no
 * reader, a reader with PGWALK_IOC_SCAN and a reader of /proc/PID/smaps. Prints a JSON object a
 * row; asserts nothing.
 *
 *	victim_latency [-s MIB] [-n TIMES] [-r ROUNDS] [-p PREFIX]
 *		-s	memory of the process (2048)
 *		-n	repetitions in each round (2000)
 *		-r	rounds; the figures are their medians (1)
 *		-p	prefix of the keys of rows (victim)
 *
 * On one CPU the process has real-time priority: it is delayed only by a lock that the reader
 * holds, or by a reader that does not yield the CPU.
 * by a lock it holds or because it does not yield the processor.
 */
#define _GNU_SOURCE
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/interface.h"
#include "query.h"
#include "row.h"
#include "subject.h"

#define MAPPED		16L	/* pages of each mapping */
#define TOUCHED		4L	/* pages touched in it */
#define PAUSE_NS	200000	/* shortest time between two repetitions; the longest is twice that */
#define ROUNDS_MAX	32

enum { WOKE, MAPS, FAULTS, NR_KINDS };
enum { QUIET, SCANNED, SMAPS, NR_READERS };

/* Memory shared by the victim and the parent */
struct shared {
	unsigned long start;
	long round;		/* last round requested */
	long done;		/* last round completed */
	double took[];
};

struct latencies {
	double p99[NR_KINDS][ROUNDS_MAX];
	double worst[NR_KINDS][ROUNDS_MAX];
};

static struct shared *shared;
static long times = 2000;

static double *took(int kind)
{
	return shared->took + kind * times;
}

static void sleep_until(long when)
{
	struct timespec t = { when / 1000000000, when % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

/* Map, fault and unmap once, at @when */
static void do_once(long i, long when)
{
	long woke, mapped, faulted, unmapped;
	char *p;

	sleep_until(when);
	woke = meter_now();
	p = mmap(NULL, MAPPED * SUBJECT_PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mapped = meter_now();
	for (long page = 0; page < TOUCHED; page++)
		p[page * SUBJECT_PAGE] = 1;
	faulted = meter_now();
	munmap(p, MAPPED * SUBJECT_PAGE);
	unmapped = meter_now();
	took(WOKE)[i] = woke - when;
	took(MAPS)[i] = mapped - woke + unmapped - faulted;
	took(FAULTS)[i] = (double)(faulted - mapped) / TOUCHED;
}

static void live(long pages)
{
	const struct sched_param urgent = { .sched_priority = 10 };
	unsigned int seed = 1;
	char *p = subject_map(pages, false);
	long when;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	madvise(p, pages * SUBJECT_PAGE, 23 /* MADV_POPULATE_WRITE */);
	sched_setscheduler(0, SCHED_FIFO, &urgent);
	__atomic_store_n(&shared->start, (unsigned long)p, __ATOMIC_RELEASE);
	for (;;) {
		while (__atomic_load_n(&shared->round, __ATOMIC_ACQUIRE) == shared->done)
			usleep(10000);
		when = meter_now();
		for (long i = 0; i < times; i++) {
			when += PAUSE_NS + rand_r(&seed) % PAUSE_NS;
			do_once(i, when);
			if (meter_now() > when)
				when = meter_now();
		}
		__atomic_store_n(&shared->done, shared->round, __ATOMIC_RELEASE);
	}
}

static pid_t start_reader(int reader, struct subject *s)
{
	pid_t pid;

	if (reader == QUIET)
		return 0;
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((reader == SCANNED ? query_scan_runs(s) : query_smaps(s)) > 0)
		;
	fprintf(stderr, "victim_latency: the reader failed\n");
	_exit(1);
}

static double at(double *values, double share)
{
	meter_middle(values, times);	/* sorts */
	return values[(long)((times - 1) * share)];
}

static void one_round(struct latencies *latencies, int round, int reader, struct subject *s)
{
	pid_t pid = start_reader(reader, s);

	__atomic_add_fetch(&shared->round, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&shared->done, __ATOMIC_ACQUIRE) != shared->round)
		usleep(20000);
	if (pid) {
		if (waitpid(pid, NULL, WNOHANG))
			exit(1);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	for (int kind = 0; kind < NR_KINDS; kind++) {
		latencies->p99[kind][round] = at(took(kind), 0.99);
		latencies->worst[kind][round] = at(took(kind), 1);
	}
}

static void print_rows(const char *prefix, const char *name, const char *what,
		 double scanned, double quiet, double smaps)
{
	char key[64], quiet_key[80], quiet_what[128];
	struct row row = {
		.key = key, .what = what, .unit = "ns", .peer = "the same under smaps",
		.limit = -1, .ours = scanned, .theirs = smaps,
	};

	snprintf(key, sizeof(key), "%s-%s", prefix, name);
	row_print(&row);
	snprintf(quiet_key, sizeof(quiet_key), "%s-quiet", key);
	snprintf(quiet_what, sizeof(quiet_what), "%s: no reader", what);
	row = (struct row){
		.key = quiet_key, .what = quiet_what, .unit = "ns", .limit = -1,
		.ours = quiet, .theirs = NAN,
	};
	row_print(&row);
}

static void print_all(const char *prefix, struct latencies latencies[], int rounds)
{
	static const char * const names[] = { "wake", "map", "fault" };
	static const char * const whats[] = {
		"waking up", "mmap and munmap", "a minor fault",
	};

	for (int kind = 0; kind < NR_KINDS; kind++) {
		double p99[NR_READERS], worst[NR_READERS];
		char name[32], what[96];

		for (int reader = 0; reader < NR_READERS; reader++) {
			p99[reader] = meter_middle(latencies[reader].p99[kind], rounds);
			worst[reader] = meter_middle(latencies[reader].worst[kind], rounds);
		}
		snprintf(name, sizeof(name), "%s-p99", names[kind]);
		snprintf(what, sizeof(what), "%s under SCAN, p99", whats[kind]);
		print_rows(prefix, name, what, p99[SCANNED], p99[QUIET], p99[SMAPS]);
		snprintf(name, sizeof(name), "%s-worst", names[kind]);
		snprintf(what, sizeof(what), "%s under SCAN, worst", whats[kind]);
		print_rows(prefix, name, what, worst[SCANNED], worst[QUIET], worst[SMAPS]);
	}
}

int main(int argc, char **argv)
{
	static struct latencies latencies[NR_READERS];
	struct subject s = { .pages = 2048 << (20 - 12) };
	const char *prefix = "victim";
	int rounds = 1, opt;

	while ((opt = getopt(argc, argv, "s:n:r:p:")) != -1) {
		if (opt == 's')
			s.pages = atol(optarg) << (20 - 12);
		else if (opt == 'n')
			times = atol(optarg);
		else if (opt == 'r')
			rounds = atoi(optarg);
		else if (opt == 'p')
			prefix = optarg;
		else
			return 2;
	}
	if (rounds < 1 || rounds > ROUNDS_MAX || times < 1)
		return 2;
	shared = mmap(NULL, sizeof(*shared) + NR_KINDS * times * sizeof(double),
		      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	s.pid = fork();
	if (!s.pid)
		live(s.pages);
	while (!__atomic_load_n(&shared->start, __ATOMIC_ACQUIRE))
		usleep(10000);
	s.start = shared->start;
	s.device = interface_open_device(s.pid);
	for (int round = 0; round < rounds; round++)
		for (int reader = 0; reader < NR_READERS; reader++)
			one_round(&latencies[reader], round, reader, &s);
	print_all(prefix, latencies, rounds);
	kill(s.pid, SIGKILL);
	return 0;
}
