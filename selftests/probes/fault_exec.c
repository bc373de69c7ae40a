// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Real programs from before their execve to their end: the counts of the probes equal the
 * kernel's exactly, without children; also when a thread that is not the leader calls
 * execve, and when no rows are drained while the program runs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_counts.h"
#include "../lib/sizes.h"

static const char *const ls[] = { "ls", "-l", "/usr/bin", NULL };
static const char *const python[] = { "python3", "-c", "pass", NULL };
static const char *const shell[] = {
	"sh", "-c", "ls / > /dev/null; (ls /; ls /) > /dev/null; true", NULL
};
static const char *const exec_exec[] = { "sh", "-c", "exec sh -c 'exec ls /'", NULL };
static const char *const nothing[] = { "true", NULL };

static int exec_run(void *arg)
{
	char *const *argv = arg;

	if (!freopen("/dev/null", "w", stdout))
		return 126;
	execvp(argv[0], argv);
	return 127;
}

static void *exec_thread(void *arg)
{
	usleep(50000);
	exit(exec_run(arg));
}

/* execve in a thread: the thread takes the id of the leader, and the leader exits */
static int thread_exec_run(void *arg)
{
	pthread_t t;

	if (pthread_create(&t, NULL, exec_thread, arg))
		return 1;
	pause();
	return 1;
}

/* Faults in the kernel: by read() into absent pages, and by execve reading its arguments */
static int kernel_run(void *arg)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	FILE *f = fopen("/dev/zero", "r");
	int fd = fileno(f);

	for (int i = 0; i < 256; i += 16)
		if (read(fd, p + i * PAGE, 16 * PAGE) != 16 * PAGE)
			return 1;
	return exec_run(arg);
}

/* @rows: room for pairs of mapping and class, 0: the default */
static void run_check(const char *what, int (*run)(void *), const char *const *argv,
		      unsigned int rows)
{
	struct probes *p = probes_open(true, rows);
	struct probes_counts counts;
	struct fault_counts t = {};
	struct truth end;
	struct held_child held;
	int status;

	held_child__start(&held, run, (void *)argv);
	status = probes__watch(p, held.pid);
	if (status)
		tap(false, "%s: watched (%d)", what, status);
	held_child__release(&held);
	watch_to_end(p, held.pid, 20, &t);
	truth__read(&end, held.pid);
	fault_counts__check(what, p, &t, &end);
	probes__counts(p, &counts);
	tap(!!counts.folded == !!rows && counts.folded == t.folded,
	    "%s: %llu faults are folded with room for %u rows", what, counts.folded, rows);
	waitpid(held.pid, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status), "%s: exited with 0", what);
	probes__destroy(p);
}

static void refusals_check(void)
{
	struct probes *p = probes_open(false, 0);

	tap(probes__watch(p, 2) == -EINVAL, "a kernel thread is refused");
	probes__destroy(p);
	p = probes_open(false, 0);
	tap(probes__watch(p, 0x3ffffff) == -ESRCH, "a process that does not exist is refused");
	tap(!probes__watch(p, getpid()), "after a refusal another process can be watched");
	tap(probes__watch(p, getpid()) == -EBUSY, "a second target is refused");
	probes__destroy(p);
}

int main(void)
{
	tap_begin();
	run_check("ls", exec_run, ls, 0);
	run_check("python3 -c pass", exec_run, python, 0);
	run_check("a shell with children", exec_run, shell, 0);
	run_check("exec of exec", exec_run, exec_exec, 0);
	run_check("execve by a thread", thread_exec_run, nothing, 0);
	run_check("faults in the kernel", kernel_run, ls, 0);
	run_check("fewer rows than mappings", exec_run, ls, 4);
	refusals_check();
	return tap_end();
}
