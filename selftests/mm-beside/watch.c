// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Starts pgtop, checks the form of its intervals, and ends it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "watch.h"

static pid_t pgtop;
static pthread_t reader;
static FILE *lines;
static long told;
static bool odd;

/* Each interval is an object on a line */
static bool read_interval(void)
{
	static char *line;
	static size_t room;

	if (getline(&line, &room, lines) < 0)
		return false;
	if (*line == '{') {
		told++;
	} else {
		fprintf(stderr, "beside: pgtop: %s", line);
		odd = true;
	}
	return true;
}

static void *read_all(void *unused)
{
	while (read_interval())
		;
	return unused;
}

static void become_pgtop(int out)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(out, STDOUT_FILENO);
	execlp("pgtop", "pgtop", "-j", "-i", "0.5", NULL);
	_exit(127);
}

bool watch_start(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return false;
	pgtop = fork();
	if (!pgtop)
		become_pgtop(fds[1]);
	close(fds[1]);
	lines = fdopen(fds[0], "r");
	if (pgtop < 0 || !lines || !read_interval() || odd)
		return false;
	return !pthread_create(&reader, NULL, read_all, NULL);
}

long watch_end(void)
{
	int status;

	kill(pgtop, SIGINT);
	pthread_join(reader, NULL);
	if (waitpid(pgtop, &status, 0) != pgtop || !WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "beside: pgtop: status %x\n", (unsigned int)status);
		return -1;
	}
	return odd || !told ? -1 : told;
}
