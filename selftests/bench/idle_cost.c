// SPDX-License-Identifier: GPL-2.0
/*
 * What pgtop itself takes while nothing happens: its CPU time over some intervals, less
 * that of a run with few, so that starting and ending fall out. top(1) is the peer.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "idle_cost.h"
#include "row.h"

#define FEW	2
#define MANY	12

/* Its CPU time; @argv has a place for the count */
static double spent(const char *argv[], int place, int count)
{
	struct rusage usage;
	char number[16];
	int status;
	pid_t pid;

	snprintf(number, sizeof(number), "%d", count);
	argv[place] = number;
	pid = fork();
	if (!pid) {
		if (freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr))
			execvp(argv[0], (char **)argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) != pid || status)
		return NAN;
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9 +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
}

static double an_interval(const char *argv[], int place)
{
	return (spent(argv, place, MANY) - spent(argv, place, FEW)) / (MANY - FEW);
}

void idle_cost(const char *pgtop, pid_t pid)
{
	char number[16];
	const char *one[] = { pgtop, "-b", "-i", "1", "-n", "", number, NULL };
	const char *stacks[] = { pgtop, "-b", "-U", "-t", "-i", "1", "-n", "", number, NULL };
	const char *all[] = { pgtop, "-b", "-i", "1", "-n", "", NULL };
	const char *top[] = { "top", "-b", "-d", "1", "-n", "", "-p", number, NULL };
	const char *top_all[] = { "top", "-b", "-d", "1", "-n", "", NULL };
	struct row row = {
		.key = "idle", .what = "pgtop itself, of a process that does nothing",
		.unit = "instructions an interval", .peer = "top -b -p", .limit = -1,
	};

	snprintf(number, sizeof(number), "%d", pid);
	row.theirs = an_interval(top, 5);
	row.ours = an_interval(one, 5);
	row_tell(&row);
	row.key = "idle-stacks";
	row.what = "the same with call stacks and threads";
	row.ours = an_interval(stacks, 7);
	row_tell(&row);
	row.key = "idle-all";
	row.what = "pgtop itself, of all processes";
	row.peer = "top -b";
	row.theirs = an_interval(top_all, 5);
	row.ours = an_interval(all, 5);
	row_tell(&row);
}
