// SPDX-License-Identifier: GPL-2.0
/*
 * Starts, replaces and ends the targets. Each one changes its memory with several threads,
 * forks children that do the same with what they got, and after a while executes itself
 * anew. It must not outlive the run.
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
#include "tally.h"
#include "targets.h"

#define THREADS		2
#define ROUNDS		4	/* forks of one program before it executes itself, at most */
#define DEPTH		3	/* of the children's children */
#define PATIENCE	120	/* seconds that a killed process may take under emulation */

static struct area areas[2];

static void change_some(unsigned int times)
{
	for (; times; times--)
		if (chance(8))
			area_change(&areas[!chance(3)]);
		else
			special_change();
}

static void *change_forever(void *unused)
{
	for (;;)
		change_some(16);
	return unused;
}

/* A child with what it inherited; it may have one of its own, whom it may not wait for */
static void live_as_child(int depth)
{
	pid_t pid = 0;

	for (; !pid; depth--) {
		chance_renew();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (unsigned int i = chance(12); i; i--)
			area_change(&areas[!chance(3)]);
		if (!depth || chance(2))
			_exit(0);
		pid = fork();
		tally_add(TALLY_FORK, pid > 0);
	}
	if (chance(2))
		waitpid(pid, NULL, 0);
	_exit(0);
}

static void have_child(void)
{
	pid_t pid = fork();

	if (!pid)
		live_as_child(chance(DEPTH));
	if (pid < 0)
		return;
	tally_did(TALLY_FORK);
	change_some(chance(12));
	if (waitpid(pid, NULL, 0) == pid)
		tally_did(TALLY_EXIT);
}

void targets_live(int tally_fd, int huge_file)
{
	char fds[2][12];
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	area_catch();
	chance_renew();
	if (!area_map(&areas[0], false) || !area_map(&areas[1], true) || !special_map(huge_file)) {
		tally_fail("a target could not be set up: errno %d", errno);
		_exit(1);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, change_forever, NULL);
	for (unsigned int i = 1 + chance(ROUNDS); i; i--)
		have_child();
	snprintf(fds[0], sizeof(fds[0]), "%d", tally_fd);
	snprintf(fds[1], sizeof(fds[1]), "%d", huge_file);
	tally_did(TALLY_EXEC);
	execl("/proc/self/exe", "torture", "--target", fds[0], fds[1], NULL);
	tally_fail("a target could not execute itself: errno %d", errno);
	_exit(1);
}

/* What was opened behind these two may be pgwalk's, and hold the module while we live */
static void drop_files(int tally_fd, int huge_file)
{
	close_range(1 + (unsigned int)(tally_fd > huge_file ? tally_fd : huge_file), ~0U, 0);
}

static void start(unsigned int i, int tally_fd, int huge_file)
{
	pid_t pid = fork();

	if (!pid) {
		drop_files(tally_fd, huge_file);
		targets_live(tally_fd, huge_file);
	}
	atomic_store(&tally->target[i], pid);
}

/* Whatever it is in the middle of, a killed process has to go */
static bool end(unsigned int i)
{
	pid_t pid = atomic_exchange(&tally->target[i], 0);
	time_t limit = time(NULL) + PATIENCE;

	if (!pid)
		return false;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, WNOHANG) != pid) {
		if (time(NULL) > limit) {
			tally_fail("target %d does not die", pid);
			return false;
		}
		usleep(2000);
	}
	tally_did(TALLY_KILL);
	return true;
}

void targets_start(int tally_fd, int huge_file)
{
	for (unsigned int i = 0; i < TALLY_TARGETS; i++)
		start(i, tally_fd, huge_file);
}

void targets_replace(int tally_fd, int huge_file)
{
	unsigned int i = chance(TALLY_TARGETS);

	if (end(i))
		start(i, tally_fd, huge_file);
}

void targets_check(void)
{
	int status;

	for (unsigned int i = 0; i < TALLY_TARGETS; i++) {
		pid_t pid = atomic_load(&tally->target[i]);

		if (!pid || waitpid(pid, &status, WNOHANG) != pid)
			continue;
		atomic_store(&tally->target[i], 0);
		tally_fail("target %d ended by itself: signal %d, exit %d", pid, WTERMSIG(status),
			   WEXITSTATUS(status));
	}
}

bool targets_end(void)
{
	bool ok = true;

	for (unsigned int i = 0; i < TALLY_TARGETS; i++)
		ok &= end(i);
	return ok;
}

pid_t targets_some(void)
{
	pid_t pid = atomic_load(&tally->target[chance(TALLY_TARGETS)]);

	/* Children have higher numbers; a number that nobody has is a question too */
	return pid ? pid + (chance(3) ? 0 : (pid_t)chance(30)) : getpid();
}
