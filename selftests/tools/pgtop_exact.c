// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Starts pgtop and, when it has ended, prints the kernel's fault counts of the process that
 * pgtop watched: a zombie that was reparented to this process, a child subreaper. An
 * independent count for selftests/tools/pgtop.sh.
 *
 *	pgtop_exact PGTOP -o FILE ... -- COMMAND ...
 *
 * Prints "PID MINFLT MAJFLT" of the only zombie (fields 10 and 12 of /proc/PID/stat). The
 * exit status is that of pgtop.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int die(const char *what)
{
	perror(what);
	return 125;
}

static int print_counts(pid_t pid)
{
	unsigned long minor, major;
	char path[64], line[1024], *rest;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (!file || !fgets(line, sizeof(line), file))
		return die(path);
	fclose(file);
	rest = strrchr(line, ')');
	if (!rest || sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %lu %*u %lu", &minor, &major) != 2)
		return die(path);
	printf("%d %lu %lu\n", pid, minor, major);
	return 0;
}

int main(int argc, char **argv)
{
	siginfo_t info = { 0 };
	int status;
	pid_t pid;

	if (argc < 2 || prctl(PR_SET_CHILD_SUBREAPER, 1))
		return die("subreaper");
	pid = fork();
	if (pid < 0)
		return die("fork");
	if (!pid) {
		execvp(argv[1], argv + 1);
		_exit(die(argv[1]));
	}
	if (waitpid(pid, &status, 0) != pid)
		return die("waitpid");
	/* The command is our child now, and stays a zombie until we wait for it */
	if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT))
		return die("waitid");
	if (print_counts(info.si_pid))
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
