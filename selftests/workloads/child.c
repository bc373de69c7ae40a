// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A child that shares the pages of the process. It touches no page unless the workload
 * gives it a function, and it dies with its parent.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

static void wait_for_the_end_of(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

pid_t child_start(void)
{
	pid_t parent = getpid(), pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid)
		wait_for_the_end_of(parent);
	printf("child %d\n", pid);
	return pid;
}

pid_t child_start_after(void (*what)(const struct run *run), const struct run *run)
{
	pid_t parent = getpid(), pid;
	int done[2];
	char c;

	if (pipe2(done, O_CLOEXEC))
		fail("pipe");
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid) {
		what(run);
		if (write(done[1], "", 1) != 1)
			_exit(1);
		wait_for_the_end_of(parent);
	}
	close(done[1]);
	if (read(done[0], &c, 1) != 1)
		fail("%s: the child failed", run->name);
	close(done[0]);
	printf("child %d\n", pid);
	return pid;
}

/* The kernel writes to the rseq area when the thread was preempted */
static void settle_rseq(void)
{
#if __has_include(<sys/rseq.h>)
	volatile char *rseq = (char *)__builtin_thread_pointer() + __rseq_offset;

	rseq[31] = 0;	/* padding */
#endif
}

/*
 * fork also write-protects the stack and data of the process: write to them, so that they
 * are copied before faults are counted.
 */
void child_settle(void)
{
	volatile char stack[8 * PAGE];
	long minor, major;

	for (size_t i = 0; i < sizeof(stack); i += PAGE)
		stack[i] = 1;
	settle_rseq();
	stage_faults(&minor, &major);
	fflush(stdout);
}

void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
