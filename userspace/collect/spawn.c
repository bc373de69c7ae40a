// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Starts a command so that its faults can be counted from its execve() on: the child waits until it
 * is released, and reports a failed execve().
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spawn.h"

/**
 * struct spawn - a child
 * @pid: its PID
 * @release: write end of a pipe; one byte releases the child
 * @status: read end of a pipe; returns the errno of a failed execve(), closed by a successful one
 * @path: file to execute
 */
struct spawn {
	pid_t pid;
	int release;
	int status;
	char path[PATH_MAX];
};

static int try_path(const char *path, int *why)
{
	struct stat st;

	if (stat(path, &st))
		return -1;
	if (S_ISREG(st.st_mode) && !access(path, X_OK))
		return 0;
	*why = EACCES;
	return -1;
}

/*
 * Find the file as execvp() does, but before the fork: a failed execve() of the child has faults
 * that would be counted
 */
static int find_command(const char *name, char *path, size_t size)
{
	const char *dir = getenv("PATH");
	int why = ENOENT;

	if (!name[0])
		return -ENOENT;
	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return try_path(path, &why) ? -why : 0;
	}
	if (!dir)
		dir = "/usr/local/bin:/usr/bin:/bin";
	for (;;) {
		size_t len = strcspn(dir, ":");
		int n = snprintf(path, size, "%.*s%s%s", (int)len, dir,
				 len ? "/" : "", name);

		if (n > 0 && (size_t)n < size && !try_path(path, &why))
			return 0;
		if (!dir[len])
			return -why;
		dir += len + 1;
	}
}

/* In the child: report the errno and exit */
static _Noreturn void report_errno(int status, int why)
{
	if (write(status, &why, sizeof(why)) != sizeof(why))
		_exit(126);
	_exit(127);
}

/* In the child: wait for the release, then execute the command or report the errno */
static void exec_command(const struct spawn *l, char *const argv[], int release,
			 int status, const int fd[3], const sigset_t *mask)
{
	char *const nothing[] = { NULL };
	char go;
	int i;

	for (i = 0; i < 3; i++)
		if (fd[i] >= 0 && dup2(fd[i], i) < 0)
			report_errno(status, errno);
	sigprocmask(SIG_SETMASK, mask, NULL);
	/*
	 * These calls fault on pages shared with the parent since the fork. Make both calls once
	 * without effect, so that the copies exist before counting begins
	 */
	if (read(release, &go, 0) < 0 || execve("", nothing, nothing) == 0)
		_exit(127);
	if (read(release, &go, 1) != 1)
		_exit(127);
	execve(l->path, argv, environ);
	report_errno(status, errno);
}

/**
 * spawn__create - fork a child that waits to execute a command
 * @out: filled; untouched on failure
 * @argv: the command and its arguments, ended by NULL; searched in PATH
 * @fd: stdin, stdout and stderr of the child; -1: inherited
 * @mask: signal mask of the child
 *
 * Return: 0; -ENOENT: no such command; -EACCES: not executable; or -errno.
 */
int spawn__create(struct spawn **out, char *const argv[], const int fd[3],
		  const sigset_t *mask)
{
	struct spawn *l = calloc(1, sizeof(*l));
	int release[2] = { -1, -1 }, status[2] = { -1, -1 };
	int err;

	if (!l)
		return -ENOMEM;
	err = find_command(argv[0], l->path, sizeof(l->path));
	if (err)
		goto fail;
	if (pipe2(release, O_CLOEXEC) || pipe2(status, O_CLOEXEC)) {
		err = -errno;
		goto fail;
	}
	l->pid = fork();
	if (l->pid < 0) {
		err = -errno;
		goto fail;
	}
	if (!l->pid) {
		close(release[1]);
		close(status[0]);
		exec_command(l, argv, release[0], status[1], fd, mask);
	}
	close(release[0]);
	close(status[1]);
	l->release = release[1];
	l->status = status[0];
	*out = l;
	return 0;
fail:
	close(release[0]);
	close(release[1]);
	close(status[0]);
	close(status[1]);
	free(l);
	return err;
}

/**
 * spawn__destroy - release the object; NULL is fine
 *
 * A child that was never released exits. A running child continues. A child that has exited is not
 * reaped, so that its counts stay readable in /proc.
 */
void spawn__destroy(struct spawn *l)
{
	bool waits;

	if (!l)
		return;
	waits = l->release >= 0;
	if (l->release >= 0)
		close(l->release);
	if (l->status >= 0)
		close(l->status);
	if (waits)
		(void)waitpid(l->pid, NULL, 0);
	free(l);
}

/** spawn__pid - return the PID of the child */
pid_t spawn__pid(const struct spawn *l)
{
	return l->pid;
}

/**
 * spawn__release - let the child execute the command
 * @l: the child; call once
 *
 * Return: 0 when the command runs; or -errno of the execve().
 */
int spawn__release(struct spawn *l)
{
	int err = 0;
	ssize_t got;

	if (write(l->release, "g", 1) != 1)
		return -errno;
	close(l->release);
	l->release = -1;
	do {
		got = read(l->status, &err, sizeof(err));
	} while (got < 0 && errno == EINTR);
	close(l->status);
	l->status = -1;
	return got == sizeof(err) ? -err : 0;
}
