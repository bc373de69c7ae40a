// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Creates processes in different states. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"

static pid_t fork_bound(void)
{
	pid_t pid = fork();

	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

pid_t process_sleeper(void)
{
	pid_t pid = fork_bound();

	if (!pid)
		for (;;)
			pause();
	return pid;
}

pid_t process_zombie(void)
{
	siginfo_t info;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	return pid;
}

static void *sleep_after_leader(void *pipe)
{
	pid_t tid = (pid_t)syscall(SYS_gettid);

	if (write(*(int *)pipe, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	for (;;)
		pause();
	return NULL;
}

static bool is_zombie(pid_t pid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fscanf(f, "%*d %*s %c", &state) != 1)
		state = 0;
	fclose(f);
	return state == 'Z';
}

bool process_await(bool (*is)(pid_t pid), pid_t pid, int seconds)
{
	for (int i = 0; i < seconds * 100; i++, usleep(10000))
		if (is(pid))
			return true;
	return false;
}

pid_t process_headless(pid_t *tid)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork_bound();
	if (!pid) {
		pthread_t thread;

		pthread_create(&thread, NULL, sleep_after_leader, &fds[1]);
		pthread_exit(NULL);
	}
	if (read(fds[0], tid, sizeof(*tid)) != sizeof(*tid) ||
	    !process_await(is_zombie, pid, 30))
		return -1;
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static int pause_forever(void *unused)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
	return unused != NULL;
}

pid_t process_sharing(void)
{
	char *stack = malloc(8192);

	return clone(pause_forever, stack + 8192, CLONE_VM | SIGCHLD, NULL);
}

pid_t process_before_exec(int *go)
{
	int fds[2];
	char c;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork_bound();
	if (!pid) {
		close(fds[1]);
		if (read(fds[0], &c, 1) == 1)
			execlp("sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	close(fds[0]);
	*go = fds[1];
	return pid;
}

static int exec_after_read(void *in)
{
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(*(int *)in, &c, 1) == 1)
		execlp("sleep", "sleep", "1000", NULL);
	_exit(1);
}

/* The child shares the caller's memory and its table of files: the pipe stays open */
pid_t process_sharing_before_exec(int *go)
{
	static int fds[2];
	char *stack = malloc(65536);

	if (pipe(fds))
		return -1;
	*go = fds[1];
	return clone(exec_after_read, stack + 65536, CLONE_VM | SIGCHLD, &fds[0]);
}

/* The first word of a file in /proc/PID, "" if there is none */
static void read_word(char word[32], pid_t pid, const char *file)
{
	char path[64];
	FILE *f;

	word[0] = 0;
	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fscanf(f, "%31s", word) != 1)
		word[0] = 0;
	fclose(f);
}

/* The name changes before exec maps the program: only its sleeping shows that it runs */
static bool is_sleep(pid_t pid)
{
	char name[32], call[32];

	read_word(name, pid, "comm");
	read_word(call, pid, "syscall");
	return !strcmp(name, "sleep") && atoi(call) == SYS_clock_nanosleep;
}

void process_go(int go, pid_t pid)
{
	if (write(go, "", 1) == 1)
		process_await(is_sleep, pid, 30);
	close(go);
}

bool process_run_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

void process_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Only the program's pages are shared with other processes, so that reports of it do not change */
pid_t process_program(void)
{
	int go;
	pid_t pid = process_before_exec(&go);

	if (pid > 0)
		process_go(go, pid);
	return pid;
}

/* Field 28 of stat is the start of the stack, which grows down */
unsigned long process_stack(pid_t pid)
{
	unsigned long address = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u "
		   "%*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %*u %*u %*d "
		   "%*u %*u %*u %lu", &address) != 1)
		address = 0;
	fclose(f);
	return address & ~4095UL;
}
