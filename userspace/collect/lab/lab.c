// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Starts the process of "pgwalk lab", sends it requests, and ends it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"

/* The process sleeps soon after it has sent a reply; bounds of the wait for that */
#define SLEEP_TRIES	1000
#define SLEEP_STEP_US	1000

/**
 * struct lab - the process
 * @pid: the process
 * @fd: socket
 */
struct lab {
	pid_t pid;
	int fd;
};

static void run_child(int fd, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	prctl(PR_SET_NAME, "pgwalk-lab");
	if (dup2(fd, 3) != 3)
		_exit(1);
	close_range(4, ~0U, 0);
	lab_agent__run(3);
}

/**
 * lab__start - start the process
 * @out: the process; end it with lab__end()
 *
 * Return: 0 or -errno.
 */
int lab__start(struct lab **out)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	const pid_t parent = getpid();
	int fd[2], err = 0;

	if (!lab)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd)) {
		err = -errno;
		free(lab);
		return err;
	}
	lab->pid = fork();
	if (!lab->pid)
		run_child(fd[1], parent);
	if (lab->pid < 0)
		err = -errno;
	close(fd[1]);
	lab->fd = fd[0];
	if (err) {
		close(fd[0]);
		free(lab);
		return err;
	}
	*out = lab;
	return 0;
}

/** lab__pid - return the PID of the process */
pid_t lab__pid(const struct lab *lab)
{
	return lab->pid;
}

/* The kernel prints "running" until the process is switched out; its state in /proc/PID/stat changes before that */
static bool is_running(pid_t pid)
{
	char path[32], text[8] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return !strcmp(text, "running");
}

/* Wait until the process sleeps: the kernel saves the segment registers of a thread when it is switched out */
static void await_sleep(const struct lab *lab)
{
	int i;

	for (i = 0; i < SLEEP_TRIES && is_running(lab->pid); i++)
		usleep(SLEEP_STEP_US);
}

/**
 * lab__call - execute a step in the process
 * @lab: the process
 * @request: the step
 * @reply: filled
 * @flush: TLB flushes during the step; NULL: not wanted
 *
 * Return: 0; -ESRCH: the process has ended.
 */
int lab__call(struct lab *lab, const struct lab_request *request, struct lab_reply *reply, struct lab_flush *flush)
{
	bool done;

	if (flush)
		tlb_trace__begin();
	done = send(lab->fd, request, sizeof(*request), MSG_NOSIGNAL) == sizeof(*request) &&
	       recv(lab->fd, reply, sizeof(*reply), 0) == sizeof(*reply);
	if (flush)
		tlb_trace__end(lab->pid, flush);
	await_sleep(lab);
	return done ? 0 : -ESRCH;
}

/** lab__end - end the process, with all its memory; NULL is allowed */
void lab__end(struct lab *lab)
{
	if (!lab)
		return;
	kill(lab->pid, SIGKILL);
	while (waitpid(lab->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(lab->fd);
	free(lab);
}
