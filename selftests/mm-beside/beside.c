// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Runs a command while pgwalk walks all of its processes repeatedly and pgtop watches, and exits
 * with the command's status. It makes no reverse-map lookup: that takes a reference, as
 * documented, which a test may detect.
 *
 *	beside SECONDS COMMAND [ARG...]
 *
 * Exit status: the command's; 128 and the number of a signal, 124 if it was killed after SECONDS,
 * 125 if pgtop did not watch or a result was wrong. The number of walks is printed on stderr.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/status.h"
#include "torture/counts.h"
#include "torture/targets.h"
#include "torture/walkers.h"
#include "watch.h"

#define MEMBERS		64
#define FRESH_NS	50000000L	/* a list of processes is read again after that time */
#define FIELD_SESSION	6		/* of /proc/PID/stat */
#define RESULT_OURS	125
#define RESULT_LATE	124

static pid_t session;

static __thread struct {
	pid_t pid[MEMBERS];
	unsigned int nr;
	struct timespec taken;
} members;

static long long ns_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - then->tv_sec) * 1000000000LL + now.tv_nsec - then->tv_nsec;
}

static void read_members(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	members.nr = 0;
	while (proc && (entry = readdir(proc)) && members.nr < MEMBERS) {
		pid_t pid = atoi(entry->d_name);

		if (pid >= session && status_stat(pid, FIELD_SESSION) == (__u64)session)
			members.pid[members.nr++] = pid;
	}
	if (proc)
		closedir(proc);
	clock_gettime(CLOCK_MONOTONIC, &members.taken);
}

/* Return a process for the walkers: one of the command's session */
pid_t targets_some(void)
{
	if (ns_since(&members.taken) > FRESH_NS)
		read_members();
	return members.nr ? members.pid[prng_below(members.nr)] : session;
}

static pid_t start(char **command)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	execvp(command[0], command);
	_exit(127);
}

static int wait_for(pid_t pid, time_t seconds)
{
	time_t limit = time(NULL) + seconds;
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (time(NULL) > limit) {
			kill(-pid, SIGKILL);
			waitpid(pid, &status, 0);
			return RESULT_LATE;
		}
		usleep(20000);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static unsigned long done(enum counts_kind kind)
{
	return atomic_load(&counts->done[kind]);
}

int main(int argc, char **argv)
{
	int result;
	long intervals;

	if (argc < 3 || counts_create((uint64_t)time(NULL)) < 0 || !watch_start())
		return RESULT_OURS;
	session = start(argv + 2);
	walkers_hold_nothing = true;
	walkers_start(false);
	result = wait_for(session, atoi(argv[1]));
	atomic_store(&counts->over, true);
	intervals = watch_end();
	if (intervals < 0)
		return RESULT_OURS;
	if (!walkers_end() || atomic_load(&counts->failures)) {
		fprintf(stderr, "beside: %s\n", counts->failure);
		return RESULT_OURS;
	}
	fprintf(stderr,
		"beside: scans %lu lists %lu translations %lu table counts %lu views %lu pgtop %ld\n",
		done(COUNTS_CALL_SCAN), done(COUNTS_CALL_VMAS), done(COUNTS_CALL_TRANSLATE),
		done(COUNTS_CALL_TABLES), done(COUNTS_VIEW_PAGES) + done(COUNTS_VIEW_VMAS),
		intervals);
	return result;
}
