// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Finds the target by PID, name or cgroup, or starts a command. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/text.h"
#include "procfs/cgroup.h"
#include "procfs/proc.h"
#include "procfs/process.h"
#include "target.h"

static int zombie_error(const char *name, pid_t pid, struct error *error)
{
	return error__set(error, ERROR_FAILURE,
			  "%s%d: has no memory: it has exited (a zombie until its parent waits for it)",
			  name, pid);
}

static int check_alive(pid_t pid, struct error *error)
{
	char dir[PROCESS_DIR_MAX];

	return process__dir("/proc", pid, dir, sizeof(dir)) == -ENXIO ?
		zombie_error("", pid, error) : 0;
}

static int find_by_id(struct target *t, pid_t id, struct error *error)
{
	switch (proc__process(id, &t->pid)) {
	case 0:
		return check_alive(t->pid, error);
	case -ESRCH:
		return error__set(error, ERROR_FAILURE,
				  "%d: no such process (see ps -e)", id);
	case -EINVAL:
		return error__set(error, ERROR_FAILURE,
				  "%d: a kernel thread: no memory of its own (choose a user-space process)",
				  id);
	}
	return error__set(error, ERROR_FAILURE,
			  "/proc: cannot be read (mount -t proc none /proc)");
}

/* Processes of a name: the first, and a list for the message, a line for each */
struct candidates {
	pid_t first;
	char list[1600];
};

static void add_candidate(void *ctx, pid_t pid, const char *comm)
{
	struct candidates *c = ctx;
	char command[PROCESS_COMMAND_MAX];
	size_t len = strlen(c->list);

	(void)comm;
	if (pid == getpid())
		return;
	if (!c->first)
		c->first = pid;
	process__command("/proc", pid, command, sizeof(command));
	if (len + strlen(command) + 16 < sizeof(c->list))
		snprintf(c->list + len, sizeof(c->list) - len, "\n%8d  %s", pid, command);
	else if (len + 16 < sizeof(c->list) && c->list[len - 1] != '.')
		snprintf(c->list + len, sizeof(c->list) - len, "\n     ...");
}

static int find_by_name(struct target *t, const char *process,
			struct error *error)
{
	struct candidates c = { 0 };
	char name[164];
	pid_t zombie;
	int found = process__find("/proc", process, add_candidate, &c, &zombie);

	text__fit(name, sizeof(name), process, 40);
	if (found < 0)
		return error__set(error, ERROR_FAILURE,
				  "/proc: cannot be read (mount -t proc none /proc)");
	if (!c.first && zombie) {
		strcat(name, ": ");
		return zombie_error(name, zombie, error);
	}
	if (!c.first)
		return error__set(error, ERROR_FAILURE,
				  "%s: no process of that name (pgrep searches for parts of a name)",
				  name);
	if (found > 1)
		return error__set(error, ERROR_FAILURE,
				  "%s: %d processes have that name (choose by PID):%s",
				  name, found, c.list);
	t->pid = c.first;
	return 0;
}

/**
 * target__check_proc - check that /proc belongs to this pid namespace
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int target__check_proc(struct error *error)
{
	return process__is_own("/proc") ? 0 :
		error__set(error, ERROR_FAILURE,
			   "/proc: of another pid namespace: its PIDs differ from ours (mount -t proc none /proc)");
}

/**
 * target__find - find a process
 * @t: filled
 * @process: PID of a process, TID of one of its threads, or a name that only one process has
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int target__find(struct target *t, const char *process, struct error *error)
{
	unsigned long id;
	char *end;

	if (!isdigit((unsigned char)*process))
		return find_by_name(t, process, error);
	errno = 0;
	id = strtoul(process, &end, 10);
	if (*end)
		return find_by_name(t, process, error);
	if (errno || id > 1UL << 30)
		return error__set(error, ERROR_FAILURE,
				  "%.20s: no such process (see ps -e)", process);
	return find_by_id(t, (pid_t)id, error);
}

/*
 * Fill in the command's stdin, stdout and stderr; -1: inherited. Return a descriptor to close, or
 * -1
 */
static int choose_streams(enum target_streams streams, int fd[3])
{
	int null = -1, i;

	for (i = 0; i < 3; i++)
		fd[i] = -1;
	if (streams == TARGET_STDOUT_TO_STDERR)
		fd[STDOUT_FILENO] = STDERR_FILENO;
	if (streams != TARGET_OFF_SCREEN)
		return -1;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (i = 0; i < 3; i++)
		if (isatty(i))
			fd[i] = null;
	return null;
}

/**
 * target__start - start a command; it waits until spawn__release()
 * @t: filled
 * @command: the command and its arguments, ended by NULL
 * @streams: choice of its stdin, stdout and stderr
 * @mask: its signal mask
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int target__start(struct target *t, char **command,
		  enum target_streams streams, const sigset_t *mask,
		  struct error *error)
{
	int fd[3], null = choose_streams(streams, fd);
	int err = spawn__create(&t->spawn, command, fd, mask);

	if (null >= 0)
		close(null);
	if (!err) {
		t->pid = spawn__pid(t->spawn);
		return 0;
	}
	if (err == -ENOENT)
		return error__set(error, ERROR_NOT_FOUND,
				  "%s: no such command (give its path, or see $PATH)",
				  command[0]);
	if (err == -EACCES)
		return error__set(error, ERROR_NOT_EXECUTABLE,
				  "%s: not executable (chmod +x, or give its interpreter)",
				  command[0]);
	return error__set(error, ERROR_FAILURE, "%s: %s", command[0],
			  strerror(-err));
}

/**
 * target__enter_cgroup - find a cgroup
 * @t: filled
 * @path: path of its directory, absolute or below the root of the cgroup hierarchy
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int target__enter_cgroup(struct target *t, const char *path,
			 struct error *error)
{
	t->cgroup_fd = cgroup__open(path);
	if (t->cgroup_fd < 0)
		return error__set(error, ERROR_FAILURE,
				  "%.200s: no cgroup of version 2 (see systemd-cgls, or ls /sys/fs/cgroup)",
				  path);
	cgroup__path(t->cgroup_fd, t->cgroup, sizeof(t->cgroup));
	t->cgroup_watch = cgroup__watch(t->cgroup_fd);
	return 0;
}

/** target__cgroup_removed - was the cgroup removed? False without a cgroup */
bool target__cgroup_removed(const struct target *t)
{
	return t->cgroup_fd >= 0 &&
	       cgroup__is_removed(t->cgroup_fd, t->cgroup_watch);
}

/** target__release - release the target; the process continues */
void target__release(struct target *t)
{
	spawn__destroy(t->spawn);
	t->spawn = NULL;
	if (t->cgroup_fd >= 0)
		close(t->cgroup_fd);
	if (t->cgroup_watch >= 0)
		close(t->cgroup_watch);
	t->cgroup_fd = t->cgroup_watch = -1;
}
