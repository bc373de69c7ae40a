// SPDX-License-Identifier: GPL-2.0
/*
 * Looks up processes by their name in a /proc, and the directory there that shows
 * the memory of a process. It finds all that have a name, and does not choose.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process.h"

/* Reads the beginning of a file of a process, ended by a NUL; -1: it is not there */
static long read_file(const char *proc, const char *pid, const char *file,
		      char *text, size_t size)
{
	char path[512];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s", proc, pid, file);
	f = fopen(path, "re");
	if (!f)
		return -1;
	len = fread(text, 1, size - 1, f);
	fclose(f);
	text[len] = '\0';
	return (long)len;
}

/**
 * process__comm - read the name of a process
 * @proc: where /proc is
 * @pid: the process
 * @comm: filled, any bytes; "" if it is gone
 * @size: bytes of @comm
 */
void process__comm(const char *proc, pid_t pid, char *comm, size_t size)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", pid);
	if (read_file(proc, number, "comm", comm, size) < 0)
		comm[0] = '\0';
	comm[strcspn(comm, "\n")] = '\0';
}

/**
 * process__is_own - has a /proc the ids of the caller's pid namespace?
 * @proc: where it is
 *
 * Return: false only if it is known to be of another namespace.
 */
bool process__is_own(const char *proc)
{
	char path[512], own[16], self[16];
	struct stat st;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/self", proc);
	len = readlink(path, self, sizeof(self) - 1);
	if (len < 0)		/* there, but leads nowhere: that namespace does not have us */
		return lstat(path, &st);
	self[len] = '\0';
	snprintf(own, sizeof(own), "%d", getpid());
	return !strcmp(self, own);
}

/* State of a thread as stat has it: Z and X are past its exit; 0: there is no such thread */
static char thread_state(const char *proc, const char *thread)
{
	char text[512];
	const char *rest;

	if (read_file(proc, thread, "stat", text, sizeof(text)) <= 0)
		return 0;
	/* the name in field 2 may hold anything, but the last ')' ends it */
	rest = strrchr(text, ')');
	if (!rest || rest[1] != ' ')
		return 0;
	return rest[2];
}

static bool is_alive(const char *proc, const char *thread)
{
	char state = thread_state(proc, thread);

	return state && state != 'Z' && state != 'X';
}

/* The first thread of a process that has not exited, as PID/task/TID; false: there is none */
static bool find_alive(const char *proc, const char *pid, char *dir,
		       size_t size)
{
	char path[512];
	const struct dirent *entry;
	bool found = false;
	DIR *tasks;

	snprintf(path, sizeof(path), "%s/%s/task", proc, pid);
	tasks = opendir(path);
	while (tasks && !found && (entry = readdir(tasks))) {
		snprintf(dir, size, "%.16s/task/%.16s", pid, entry->d_name);
		found = isdigit((unsigned char)entry->d_name[0]) &&
			is_alive(proc, dir);
	}
	if (tasks)
		closedir(tasks);
	return found;
}

/**
 * process__dir - find the directory that shows the memory of a process
 * @proc: where /proc is
 * @pid: the process
 * @dir: filled, relative to @proc: PID; or, where the main thread has exited and others
 *	go on, PID/task/TID of one of these, because the files of PID are empty then
 * @size: bytes of @dir, PROCESS_DIR_MAX is enough
 *
 * Return: 0; -ESRCH: no such process; -ENXIO: all its threads have exited (a zombie).
 */
int process__dir(const char *proc, pid_t pid, char *dir, size_t size)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", pid);
	snprintf(dir, size, "%s", number);
	if (is_alive(proc, number) || find_alive(proc, number, dir, size))
		return 0;
	snprintf(dir, size, "%s", number);
	return thread_state(proc, number) ? -ENXIO : -ESRCH;
}

/* What a process is to a name */
enum match { OTHER, CALLED, ZOMBIE };

/*
 * The kernel keeps 15 characters of a name; a longer one is looked for in the
 * command line. A process without one has no memory either (a kernel thread, a zombie),
 * unless its main thread has exited and others go on.
 */
static enum match match(const char *proc, const char *pid, const char *name,
			char *comm, size_t size)
{
	char command[4096], dir[PROCESS_DIR_MAX];
	bool zombie = false;
	const char *slash;

	if (read_file(proc, pid, "comm", comm, size) <= 0)
		return OTHER;
	comm[strcspn(comm, "\n")] = '\0';
	if (read_file(proc, pid, "cmdline", command, sizeof(command)) <= 0) {
		zombie = thread_state(proc, pid) == 'Z';
		if (!zombie)
			return OTHER;
		if (find_alive(proc, pid, dir, sizeof(dir)) &&
		    read_file(proc, dir, "cmdline", command, sizeof(command)) > 0)
			zombie = false;
	}
	if (zombie)
		return strcmp(comm, name) ? OTHER : ZOMBIE;
	slash = strrchr(command, '/');
	return strcmp(comm, name) && strcmp(slash ? slash + 1 : command, name) ?
		OTHER : CALLED;
}

/**
 * process__find - find the processes that have a name
 * @proc: where /proc is
 * @name: as the kernel or their command line has it
 * @fn: called for each
 * @ctx: for @fn
 * @zombie: filled: a process of that name that has exited, for which @fn was not
 *	called; 0: none
 *
 * Return: how many there are; or -errno: there is no /proc.
 */
int process__find(const char *proc, const char *name, process_fn fn, void *ctx,
		  pid_t *zombie)
{
	const struct dirent *entry;
	int found = 0;
	char comm[64];
	DIR *dir;

	*zombie = 0;
	dir = opendir(proc);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		switch (match(proc, entry->d_name, name, comm, sizeof(comm))) {
		case OTHER:
			break;
		case ZOMBIE:
			*zombie = pid;
			break;
		case CALLED:
			fn(ctx, pid, comm);
			found++;
			break;
		}
	}
	closedir(dir);
	return found;
}
