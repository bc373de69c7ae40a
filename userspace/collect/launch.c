// SPDX-License-Identifier: GPL-2.0
/*
 * Starts a command so that it can be watched from its execve on: the child
 * waits until it is released, and tells if the execve failed. It knows nothing
 * of faults.
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

#include "launch.h"

/**
 * struct launch - a child
 * @pid: of it
 * @gate: written to once, to release it
 * @verdict: the errno of its execve comes out here; closed by one that works
 * @path: what it executes
 */
struct launch {
	pid_t pid;
	int gate;
	int verdict;
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
 * Finds the file as execvp() would. Done here, not in the child: each execve
 * that fails has faults of its own, and they would be counted.
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

/* In the child: tell why it cannot be the command */
static _Noreturn void give_up(int verdict, int why)
{
	if (write(verdict, &why, sizeof(why)) != sizeof(why))
		_exit(126);
	_exit(127);
}

/* In the child: wait at the gate, become the command, or tell why not */
static void become(const struct launch *l, char *const argv[], int gate,
		   int verdict, const int fd[3], const sigset_t *mask)
{
	char *const nothing[] = { NULL };
	char go;
	int i;

	for (i = 0; i < 3; i++)
		if (fd[i] >= 0 && dup2(fd[i], i) < 0)
			give_up(verdict, errno);
	sigprocmask(SIG_SETMASK, mask, NULL);
	/*
	 * What these calls touch was shared with the parent a moment ago. Do
	 * them once in vain, so that the copies are made before counting
	 * begins, not between the gate and the execve.
	 */
	if (read(gate, &go, 0) < 0 || execve("", nothing, nothing) == 0)
		_exit(127);
	if (read(gate, &go, 1) != 1)
		_exit(127);
	execve(l->path, argv, environ);
	give_up(verdict, errno);
}

/**
 * launch__create - fork a child that waits to execute a command
 * @out: filled; untouched on failure
 * @argv: the command and its arguments, ended by NULL; looked for in PATH
 * @fd: what its stdin, stdout and stderr shall be; -1: the caller's
 * @mask: signals that are blocked there
 *
 * Return: 0; -ENOENT: no such command; -EACCES: not executable; or -errno.
 */
int launch__create(struct launch **out, char *const argv[], const int fd[3],
		   const sigset_t *mask)
{
	struct launch *l = calloc(1, sizeof(*l));
	int gate[2] = { -1, -1 }, verdict[2] = { -1, -1 };
	int err;

	if (!l)
		return -ENOMEM;
	err = find_command(argv[0], l->path, sizeof(l->path));
	if (err)
		goto fail;
	if (pipe2(gate, O_CLOEXEC) || pipe2(verdict, O_CLOEXEC)) {
		err = -errno;
		goto fail;
	}
	l->pid = fork();
	if (l->pid < 0) {
		err = -errno;
		goto fail;
	}
	if (!l->pid) {
		close(gate[1]);
		close(verdict[0]);
		become(l, argv, gate[0], verdict[1], fd, mask);
	}
	close(gate[0]);
	close(verdict[1]);
	l->gate = gate[1];
	l->verdict = verdict[0];
	*out = l;
	return 0;
fail:
	close(gate[0]);
	close(gate[1]);
	close(verdict[0]);
	close(verdict[1]);
	free(l);
	return err;
}

/**
 * launch__destroy - let go of the child; NULL is fine
 *
 * One that was never released ends. One that runs goes on; one that has ended
 * is left for our own end, so that its last counts stay readable in /proc.
 */
void launch__destroy(struct launch *l)
{
	bool waits;

	if (!l)
		return;
	waits = l->gate >= 0;
	if (l->gate >= 0)
		close(l->gate);
	if (l->verdict >= 0)
		close(l->verdict);
	if (waits)
		(void)waitpid(l->pid, NULL, 0);
	free(l);
}

/** launch__pid - the child */
pid_t launch__pid(const struct launch *l)
{
	return l->pid;
}

/**
 * launch__release - let the child execute the command
 * @l: the launch, once
 *
 * Return: 0 when it runs; -errno of its execve.
 */
int launch__release(struct launch *l)
{
	int err = 0;
	ssize_t got;

	if (write(l->gate, "g", 1) != 1)
		return -errno;
	close(l->gate);
	l->gate = -1;
	do {
		got = read(l->verdict, &err, sizeof(err));
	} while (got < 0 && errno == EINTR);
	close(l->verdict);
	l->verdict = -1;
	return got == sizeof(err) ? -err : 0;
}
