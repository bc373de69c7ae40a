// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Runs a program and measures its CPU time: it may also wait, for a disk or for an interval. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

#define WARM		3
#define INTERVALS	50
#define ARGUMENTS	12

static pid_t start(const char *const argv[], int out)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (dup2(out, STDOUT_FILENO) >= 0 && freopen("/dev/null", "w", stderr))
		execvp(argv[0], (char **)argv);
	_exit(127);
}

/* Return the CPU time of a running process; NAN if it has exited */
static double cpu_time(pid_t pid)
{
	unsigned long long ns;
	char path[48];
	FILE *file;
	int found;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	file = fopen(path, "r");
	if (!file)
		return NAN;
	found = fscanf(file, "%llu", &ns);
	fclose(file);
	return found == 1 && !waitpid(pid, NULL, WNOHANG) ? (double)ns : NAN;
}

/* Read output until @n intervals have begun, each with @marker */
static void read_intervals(FILE *out, const char *marker, int n)
{
	char line[1024];

	while (n && fgets(line, sizeof(line), out))
		n -= !strncmp(line, marker, strlen(marker));
}

double command_rate(const char *const argv[], const char *marker)
{
	const char *few[ARGUMENTS + 3];
	int nr = 0, out[2];
	FILE *file;
	double ns;
	pid_t pid;

	for (; argv[nr] && nr < ARGUMENTS; nr++)
		few[nr] = argv[nr];
	few[nr++] = "-n";
	few[nr++] = "2";
	few[nr] = NULL;
	command_cost(few);	/* reads the program from the disk */
	if (pipe2(out, O_CLOEXEC))
		return NAN;
	pid = start(argv, out[1]);
	close(out[1]);
	/* Not by time: the clock jumps to the next timer while all tasks wait for a disk */
	file = fdopen(out[0], "r");
	read_intervals(file, marker, WARM);
	ns = cpu_time(pid);
	read_intervals(file, marker, INTERVALS);
	ns = (cpu_time(pid) - ns) / INTERVALS;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fclose(file);
	return ns;
}

/* Add up a field of all lines of a file that begin with @key; a number follows it */
static double sum_of(const char *path, const char *key)
{
	FILE *file = fopen(path, "r");
	double sum = 0, n;
	char line[256];

	if (!file)
		return NAN;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)) && sscanf(line + strlen(key), "%lf", &n) == 1)
			sum += n;
	fclose(file);
	return sum;
}

/* The kernel charges the memory of a map to each descriptor of it */
static double maps_of(pid_t pid)
{
	char path[64];
	double sum = 0, one;

	for (int fd = 3; fd < 256; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
		one = sum_of(path, "map_type:");
		if (isnan(one) || one <= 0)
			continue;
		sum += sum_of(path, "memlock:");
	}
	return sum;
}

struct command_memory command_memory(const char *const argv[], const char *marker)
{
	struct command_memory memory = { NAN, NAN };
	char path[64];
	int out[2];
	FILE *file;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return memory;
	pid = start(argv, out[1]);
	close(out[1]);
	file = fdopen(out[0], "r");
	read_intervals(file, marker, WARM);
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	memory.resident = sum_of(path, "VmRSS:") * 1024;
	memory.maps = maps_of(pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fclose(file);
	return memory;
}

double command_cost(const char *const argv[])
{
	int status, out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	pid_t pid = start(argv, out);
	struct rusage usage;

	close(out);
	if (wait4(pid, &status, 0, &usage) != pid || status)
		return NAN;
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9 +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
}
