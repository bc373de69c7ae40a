// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Starts, replaces and ends the targets. Each target changes its memory with several
 * threads, forks children that do the same with the inherited memory, and sometimes
 * executes itself. Targets die with the run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "area.h"
#include "special.h"
#include "counts.h"
#include "targets.h"

#define THREADS		2
#define ROUNDS		4	/* maximum of forks before a program executes itself */
#define DEPTH		3	/* maximum depth of children */
#define PATIENCE	120	/* seconds that a killed process may take under emulation */

static struct area areas[2];

static void change_some(unsigned int times)
{
	for (; times; times--)
		if (prng_below(8))
			area_change(&areas[!prng_below(3)]);
		else
			special_change();
}

static void *change_forever(void *unused)
{
	for (;;)
		change_some(16);
	return unused;
}

/* Run as a child on the inherited memory. It may fork a child itself, and does not wait for it */
static void live_as_child(int depth)
{
	pid_t pid = 0;

	for (; !pid; depth--) {
		prng_reseed();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (unsigned int i = prng_below(12); i; i--)
			area_change(&areas[!prng_below(3)]);
		if (!depth || prng_below(2))
			_exit(0);
		pid = fork();
		counts_add(COUNTS_FORK, pid > 0);
	}
	if (prng_below(2))
		waitpid(pid, NULL, 0);
	_exit(0);
}

static void have_child(void)
{
	pid_t pid = fork();

	if (!pid)
		live_as_child(prng_below(DEPTH));
	if (pid < 0)
		return;
	counts_increment(COUNTS_FORK);
	change_some(prng_below(12));
	if (waitpid(pid, NULL, 0) == pid)
		counts_increment(COUNTS_EXIT);
}

void targets_live(int counts_fd, int huge_file)
{
	char fds[2][12];
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	area_catch();
	prng_reseed();
	if (!area_map(&areas[0], false) || !area_map(&areas[1], true) || !special_map(huge_file)) {
		counts_fail("a target could not be set up: errno %d", errno);
		_exit(1);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, change_forever, NULL);
	for (unsigned int i = 1 + prng_below(ROUNDS); i; i--)
		have_child();
	snprintf(fds[0], sizeof(fds[0]), "%d", counts_fd);
	snprintf(fds[1], sizeof(fds[1]), "%d", huge_file);
	counts_increment(COUNTS_EXEC);
	execl("/proc/self/exe", "torture", "--target", fds[0], fds[1], NULL);
	counts_fail("a target could not execute itself: errno %d", errno);
	_exit(1);
}

/* Close all later descriptors: one of pgwalk would keep the module in use while the target lives */
static void drop_files(int counts_fd, int huge_file)
{
	close_range(1 + (unsigned int)(counts_fd > huge_file ? counts_fd : huge_file), ~0U, 0);
}

static void start(unsigned int i, int counts_fd, int huge_file)
{
	pid_t pid = fork();

	if (!pid) {
		drop_files(counts_fd, huge_file);
		targets_live(counts_fd, huge_file);
	}
	atomic_store(&counts->target[i], pid);
}

/* A killed process must exit, whatever it was doing */
static bool end(unsigned int i)
{
	pid_t pid = atomic_exchange(&counts->target[i], 0);
	time_t limit = time(NULL) + PATIENCE;

	if (!pid)
		return false;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, WNOHANG) != pid) {
		if (time(NULL) > limit) {
			counts_fail("target %d does not die", pid);
			return false;
		}
		usleep(2000);
	}
	counts_increment(COUNTS_KILL);
	return true;
}

void targets_start(int counts_fd, int huge_file)
{
	for (unsigned int i = 0; i < COUNTS_TARGETS; i++)
		start(i, counts_fd, huge_file);
}

void targets_replace(int counts_fd, int huge_file)
{
	unsigned int i = prng_below(COUNTS_TARGETS);

	if (end(i))
		start(i, counts_fd, huge_file);
}

void targets_check(void)
{
	int status;

	for (unsigned int i = 0; i < COUNTS_TARGETS; i++) {
		pid_t pid = atomic_load(&counts->target[i]);

		if (!pid || waitpid(pid, &status, WNOHANG) != pid)
			continue;
		atomic_store(&counts->target[i], 0);
		counts_fail("target %d ended by itself: signal %d, exit %d", pid, WTERMSIG(status),
			   WEXITSTATUS(status));
	}
}

bool targets_end(void)
{
	bool ok = true;

	for (unsigned int i = 0; i < COUNTS_TARGETS; i++)
		ok &= end(i);
	return ok;
}

pid_t targets_some(void)
{
	pid_t pid = atomic_load(&counts->target[prng_below(COUNTS_TARGETS)]);

	/* Children have higher numbers; a request for a pid without a process is valid too */
	return pid ? pid + (prng_below(3) ? 0 : (pid_t)prng_below(30)) : getpid();
}
