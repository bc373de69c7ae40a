// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults from 8 threads while mappings are created and removed, rows are drained and a second
 * tool attaches and detaches: the probes' total equals the kernel's exactly, during the run
 * (while the process is stopped) and at its end.
 *
 *	fault_storm [-n FAULTS] [-t THREADS] [-s]
 *		-n	number of faults, default 1000000
 *		-s	no second tool
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include "fault_counts.h"
#include "../lib/sizes.h"

#define PAGES	64

struct storm {
	long faults;
	int threads;
};

static int exe_fd;

/* Map 64 pages, write them, and drop half; read, split and move those */
static void *storm_thread(void *arg)
{
	long rounds = (long)arg, r;
	int i;

	for (r = 0; r < rounds; r++) {
		char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		volatile char *f;

		for (i = 0; i < PAGES; i++)
			p[i * PAGE] = 1;
		mprotect(p + 16 * PAGE, 16 * PAGE, PROT_READ);
		madvise(p, 16 * PAGE, MADV_DONTNEED);
		for (i = 0; i < 16; i++)
			(void)*(volatile char *)(p + i * PAGE);
		for (i = 0; i < 16; i++)
			p[i * PAGE] = 2;
		if (r % 16 == 0) {
			f = mmap(NULL, 8 * PAGE, PROT_READ, MAP_PRIVATE, exe_fd, 0);
			for (i = 0; i < 8; i++)
				(void)f[i * PAGE];
			munmap((void *)f, 8 * PAGE);
		}
		munmap(p, PAGES * PAGE);
	}
	return NULL;
}

static int storm_run(void *arg)
{
	const struct storm *s = arg;
	long rounds = s->faults / (s->threads * (PAGES + 32L)) + 1;
	pthread_t t[64];
	int i;

	/* Each page must fault, even if huge pages are always enabled */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	exe_fd = open("/proc/self/exe", O_RDONLY);
	for (i = 0; i < s->threads; i++)
		if (pthread_create(&t[i], NULL, storm_thread, (void *)rounds))
			return 1;
	for (i = 0; i < s->threads; i++)
		pthread_join(t[i], NULL);
	return 0;
}

static double percent(__u64 part, __u64 whole)
{
	return whole ? 100.0 * part / whole : 0;
}

/*
 * How many faults lack a class or a latency depends on load: the limit is the number of runs that the
 * kernel skipped. @second: a tool attached and detached, which loses exits before 7.2.
 */
static void skipped_check(const struct probes *p, const struct fault_counts *t, bool second)
{
	__u64 partly = t->missed_entry + t->missed_exit;
	struct probes_counts c;

	probes__counts(p, &c);
	printf("# storm: %.4f %% unattributed, %.4f %% without class or latency\n",
	       percent(t->count[0], t->total), percent(partly, t->total));
	tap(c.instances == (kernel_preempts() ? PROBES_INSTANCES : 1),
	    "%u programs at each end of a fault", c.instances);
	tap(t->count[0] + t->missed_entry <= c.missed_entry_runs,
	    "entries missed: %llu, at most the %llu that were skipped",
	    t->count[0] + t->missed_entry, c.missed_entry_runs);
	if (!second)
		tap(t->missed_exit <= c.missed_exit_runs,
		    "exits missed: %llu, at most the %llu that were skipped", t->missed_exit,
		    c.missed_exit_runs);
}

/* The second tool attaches the same probes and detaches them until it is killed */
static pid_t churn_start(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	for (;;) {
		struct probes_cfg cfg = { .max_rows = 64 };
		struct probes *p = NULL;
		char why[256];

		if (probes__create(&p, &cfg, why, sizeof(why))) {
			printf("# second tool: %s\n", why);
			_exit(1);
		}
		probes__destroy(p);
	}
}

static void stopped_check(struct probes *p, pid_t pid, struct fault_counts *t)
{
	struct truth now;
	int err;

	kill(pid, SIGSTOP);
	while (!threads_at_rest(pid))
		usleep(1000);
	err = probes__settle(p);
	if (!err)
		err = probes__drain(p, fault_counts__add_row, t);
	tap(!err, "settled and drained while stopped");
	truth__read(&now, pid);
	fault_counts__check("stopped in the storm", p, t, &now);
	kill(pid, SIGCONT);
}

int main(int argc, char **argv)
{
	struct storm storm = { .faults = 1000000, .threads = 8 };
	struct fault_counts counts = {};
	struct truth end;
	struct held_child held;
	struct probes *p;
	pid_t churn = 0;
	int opt, status;
	bool second = true;

	while ((opt = getopt(argc, argv, "n:t:s")) != -1) {
		if (opt == 'n')
			storm.faults = atol(optarg);
		else if (opt == 't')
			storm.threads = atoi(optarg);
		else
			second = false;
	}
	tap_begin();
	p = probes_open(true, 0);
	printf("# with %s\n", probes__has_module(p) ? "pgwalk.ko" : "no module");
	held_child__start(&held, storm_run, &storm);
	status = probes__watch(p, held.pid);
	tap(!status, "the target is watched (%d)", status);
	if (second)
		churn = churn_start();
	held_child__release(&held);
	usleep(300000);
	stopped_check(p, held.pid, &counts);
	watch_to_end(p, held.pid, 100, &counts);
	if (churn)
		tap(!waitpid(churn, &status, WNOHANG), "the second tool attached and detached to the end");
	if (churn)
		kill(churn, SIGKILL);
	truth__read(&end, held.pid);
	fault_counts__check("storm", p, &counts, &end);
	skipped_check(p, &counts, second);
	tap(counts.total >= (__u64)storm.faults, "storm: %llu faults, %ld requested", counts.total,
	    storm.faults);
	waitpid(held.pid, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status), "the target exited with 0");
	probes__destroy(p);
	return tap_end();
}
