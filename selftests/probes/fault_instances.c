// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The instances of the probes at each end of a fault: all are attached at first, one after the other
 * is detached when it is not needed, one is attached again when the kernel has skipped all of the
 * attached ones, and no fault is lost at a change. One instance where the kernel does not
 * preempt BPF programs.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_counts.h"
#include "../lib/sizes.h"

#define PAGES		64
#define THREADS		16
#define QUIET_MS	500
#define ROUNDS_MAX	60000	/* of waiting, 10 ms each: longer than any suite may run */

/* Written by the test, read by the target */
struct orders {
	_Atomic int storm;	/* all threads fault; else one does, now and then */
	_Atomic int stop;
};

static struct orders *orders;

/* Map pages, write them, and read and split a part of them, so that the threads wait for each other */
static void faults_make(void)
{
	char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	int i;

	for (i = 0; i < PAGES; i++)
		p[i * PAGE] = 1;
	mprotect(p + 16 * PAGE, 16 * PAGE, PROT_READ);
	madvise(p, 16 * PAGE, MADV_DONTNEED);
	for (i = 0; i < 16; i++)
		(void)*(volatile char *)(p + i * PAGE);
	munmap(p, PAGES * PAGE);
}

static void *storm_thread(void *arg)
{
	(void)arg;
	while (!orders->stop) {
		if (orders->storm)
			faults_make();
		else
			usleep(10000);
	}
	return NULL;
}

static int target_run(void *arg)
{
	pthread_t t[THREADS];
	int i;

	(void)arg;
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&t[i], NULL, storm_thread, NULL))
			return 1;
	while (!orders->stop) {
		faults_make();
		usleep(10000);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	return 0;
}

static unsigned int attached(const struct probes *p)
{
	struct probes_counts c;

	probes__counts(p, &c);
	return c.attached;
}

/* Wait as pgtop does, for a missed end or for 10 ms */
static void step(struct probes *p, struct fault_counts *t)
{
	struct pollfd fd = { .fd = probes__missed_fd(p), .events = POLLIN };

	if (poll(&fd, 1, 10) > 0)
		probes__follow_missed(p);
	if (probes__settle(p) || probes__drain(p, fault_counts__add_row, t))
		tap(false, "settled and drained");
}

/* Step until there is one instance, or with @several until there is more than one */
static bool wait_attached(struct probes *p, bool several, struct fault_counts *t)
{
	int i;

	for (i = 0; i < ROUNDS_MAX && (attached(p) > 1) != several; i++)
		step(p, t);
	return (attached(p) > 1) == several;
}

static void stopped_check(const char *what, struct probes *p, pid_t pid, struct fault_counts *t)
{
	struct truth now;

	kill(pid, SIGSTOP);
	while (!threads_at_rest(pid))
		usleep(1000);
	step(p, t);
	truth__read(&now, pid);
	fault_counts__check(what, p, t, &now);
	kill(pid, SIGCONT);
}

/* One instance was attached. In the storm the kernel skips runs of it, sooner or later */
static void storm_check(struct probes *p, pid_t pid, struct fault_counts *t)
{
	struct probes_counts c;

	orders->storm = 1;
	tap(wait_attached(p, true, t), "a further instance is attached when an end was missed");
	orders->storm = 0;
	probes__counts(p, &c);
	tap(c.skipped_entry_runs[0] + c.skipped_exit_runs[0] > 0,
	    "runs of the first instance were skipped: %llu entries, %llu exits",
	    c.skipped_entry_runs[0], c.skipped_exit_runs[0]);
	stopped_check("after the storm", p, pid, t);
	tap(wait_attached(p, false, t), "the further instances are detached when they are not needed any more");
	stopped_check("one instance again", p, pid, t);
}

/* Where a change of the programs cuts off exits in progress, nothing is detached */
static void preempted_check(struct probes *p, pid_t pid, struct fault_counts *t)
{
	struct probes_counts c;
	int i;

	probes__counts(p, &c);
	tap(c.attached == PROBES_INSTANCES, "all instances are attached at first");
	if (c.attach_cuts_exits) {
		for (i = 0; i < 3 * QUIET_MS / 10; i++)
			step(p, t);
		tap(attached(p) == PROBES_INSTANCES, "all instances stay attached");
		return;
	}
	tap(wait_attached(p, false, t), "the further instances, which are not needed, are detached");
	stopped_check("one instance", p, pid, t);
	storm_check(p, pid, t);
}

int main(void)
{
	const struct probes_cfg cfg = { .use_module = true, .quiet_ms = QUIET_MS };
	struct fault_counts counts = {};
	struct probes_counts c;
	struct held_child held;
	struct probes *p = NULL;
	struct truth end;
	char why[256];
	int status;

	tap_begin();
	orders = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* before the probes: a child would share their descriptors, and keep instances attached */
	held_child__start(&held, target_run, NULL);
	if (probes__create(&p, &cfg, why, sizeof(why)))
		bail_out("the probes", why);
	status = probes__watch(p, held.pid);
	tap(!status, "the target is watched (%d)", status);
	probes__counts(p, &c);
	tap(c.instances == (kernel_preempts() ? PROBES_INSTANCES : 1), "%u instances are loaded",
	    c.instances);
	held_child__release(&held);
	if (c.instances > 1)
		preempted_check(p, held.pid, &counts);
	else
		tap(c.attached == 1 && probes__missed_fd(p) < 0, "one instance is attached");
	orders->stop = 1;
	watch_to_end(p, held.pid, 10, &counts);
	truth__read(&end, held.pid);
	fault_counts__check("to the end", p, &counts, &end);
	waitpid(held.pid, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status), "the target exited with 0");
	probes__destroy(p);
	return tap_end();
}
