// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command while pgwalk walks all of its processes without end and pgtop watches,
 * and exits as the command does. It must not ask who maps a page: that takes a reference,
 * as its documentation says, and a test may see it.
 *
 *	beside SECONDS COMMAND [ARG...]
 *
 * Exit status: the command's; 128 and its number for a signal, 124 if it had to be ended,
 * 125 if pgtop did not watch or somebody was told what cannot be. How much was walked goes to stderr.
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

#include "oracle/status.h"
#include "torture/tally.h"
#include "torture/targets.h"
#include "torture/walkers.h"
#include "watch.h"

#define MEMBERS		64
#define FRESH_NS	50000000L	/* so long a list of processes is good */
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

static void take_members(void)
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

/* What the walkers look at here: a process of the command's session */
pid_t targets_some(void)
{
	if (ns_since(&members.taken) > FRESH_NS)
		take_members();
	return members.nr ? members.pid[chance(members.nr)] : session;
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

static unsigned long done(enum tally_kind kind)
{
	return atomic_load(&tally->done[kind]);
}

int main(int argc, char **argv)
{
	int result;
	long told;

	if (argc < 3 || tally_create((uint64_t)time(NULL)) < 0 || !watch_start())
		return RESULT_OURS;
	session = start(argv + 2);
	walkers_hold_nothing = true;
	walkers_start(false);
	result = wait_for(session, atoi(argv[1]));
	atomic_store(&tally->over, true);
	told = watch_end();
	if (told < 0)
		return RESULT_OURS;
	if (!walkers_end() || atomic_load(&tally->failures)) {
		fprintf(stderr, "beside: %s\n", tally->failure);
		return RESULT_OURS;
	}
	fprintf(stderr,
		"beside: scans %lu lists %lu translations %lu censuses %lu views %lu pgtop %ld\n",
		done(TALLY_CALL_SCAN), done(TALLY_CALL_VMAS), done(TALLY_CALL_TRANSLATE),
		done(TALLY_CALL_TABLES), done(TALLY_VIEW_PAGES) + done(TALLY_VIEW_VMAS),
		told);
	return result;
}
