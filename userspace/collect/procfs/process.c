// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Lists the processes of a /proc, finds them by name, and reads their stat. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/text.h"
#include "process.h"

#define PF_KTHREAD	0x00200000	/* include/linux/sched.h, field 9 of stat */

/* Read the beginning of a file of a process, ended by a NUL. Return -1 if it does not exist */
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
 * @proc: path of /proc
 * @pid: the process
 * @comm: filled, any bytes; "" if the process has exited
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
 * process__command - read the command line of a process, for a message
 * @proc: path of /proc
 * @pid: the process
 * @text: filled with printable text of at most 66 columns; "" if the process has exited
 * @size: bytes of @text, PROCESS_COMMAND_MAX is enough
 */
void process__command(const char *proc, pid_t pid, char *text, size_t size)
{
	char number[16], command[512];
	long len, i;

	snprintf(number, sizeof(number), "%d", pid);
	len = read_file(proc, number, "cmdline", command, sizeof(command));
	for (i = 0; i + 1 < len; i++)
		if (!command[i])
			command[i] = ' ';
	text__fit(text, size, len > 0 ? command : "", 66);
}

/**
 * process__is_own - does a /proc belong to the caller's pid namespace?
 * @proc: path of /proc
 *
 * Return: false only if it certainly belongs to another namespace.
 */
bool process__is_own(const char *proc)
{
	char path[512], own[16], self[16];
	struct stat st;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/self", proc);
	len = readlink(path, self, sizeof(self) - 1);
	if (len < 0)		/* a dangling link: that namespace does not contain us */
		return lstat(path, &st);
	self[len] = '\0';
	snprintf(own, sizeof(own), "%d", getpid());
	return !strcmp(self, own);
}

/* State of a thread as in stat: Z and X after its exit; 0: no such thread */
static char thread_state(const char *proc, const char *thread)
{
	char text[512];
	const char *rest;

	if (read_file(proc, thread, "stat", text, sizeof(text)) <= 0)
		return 0;
	/* the name in field 2 can contain any character; the last ')' ends it */
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

/* Find the first running thread of a process, as PID/task/TID. Return false if there is none */
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
 * @proc: path of /proc
 * @pid: the process
 * @dir: filled, relative to @proc: PID; or, if only the main thread has exited, PID/task/TID of
 *	another thread, because the files of PID are empty then
 * @size: bytes of @dir, PROCESS_DIR_MAX is enough
 *
 * Return: 0; -ESRCH: no such process; -ENXIO: all threads have exited (a zombie).
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

/* Result of comparing a process with a name */
enum match { OTHER, CALLED, ZOMBIE };

/*
 * The kernel keeps 15 characters of a name; longer names are compared with the command line. A
 * process without a command line has no memory (a kernel thread, a zombie), unless its main thread
 * has exited and other threads run.
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
 * process__find - find the processes of a name
 * @proc: path of /proc
 * @name: name or base name of the command
 * @fn: called for each process
 * @ctx: argument of @fn
 * @zombie: filled: an exited process of this name, for which @fn was not called; 0: none
 *
 * Return: number of processes; or -errno: no /proc.
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

/**
 * process__list - list all processes
 * @proc: path of /proc
 * @fn: called for each process; a value other than 0 ends the list
 * @ctx: argument of @fn
 *
 * Return: 0; the value of @fn; or -errno: no /proc, or it cannot be read.
 */
int process__list(const char *proc, process_id_fn fn, void *ctx)
{
	const struct dirent *entry;
	int err = 0;
	DIR *dir;

	dir = opendir(proc);
	if (!dir)
		return -errno;
	while (!err) {
		errno = 0;
		entry = readdir(dir);
		if (!entry) {
			err = -errno;
			break;
		}
		if (isdigit((unsigned char)entry->d_name[0]))
			err = fn(ctx, (pid_t)strtol(entry->d_name, NULL, 10));
	}
	closedir(dir);
	return err;
}

/**
 * process__parse_stat - parse the text of /proc/PID/stat
 * @text: the text
 * @stat: filled; unchanged on failure
 *
 * Return: 0 or -EINVAL.
 */
int process__parse_stat(const char *text, struct process_stat *stat)
{
	const char *name = strchr(text, '('), *rest = strrchr(text, ')');
	unsigned long minor, major;
	unsigned long long start;
	unsigned int flags;
	char state;

	/* the name in field 2 can contain any character; the last ')' ends it */
	if (!name || !rest || rest < name)
		return -EINVAL;
	/* NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers fit */
	if (sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %u %lu %*u %lu %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &state, &flags, &minor, &major, &start) != 5)
		return -EINVAL;
	snprintf(stat->comm, sizeof(stat->comm), "%.*s", (int)(rest - name - 1), name + 1);
	stat->state = state;
	stat->kernel = flags & PF_KTHREAD;
	stat->minor = minor;
	stat->major = major;
	stat->start_time = start;
	return 0;
}

/**
 * process__stat - read /proc/PID/stat
 * @proc: path of /proc
 * @pid: the process
 * @stat: filled; unchanged on failure
 *
 * Return: 0; -ENOENT, -ESRCH: the process has exited; -EPERM, -EACCES: it may not be read; or -errno.
 */
int process__stat(const char *proc, pid_t pid, struct process_stat *stat)
{
	char path[512], text[1024];
	ssize_t len;
	int fd, err;

	snprintf(path, sizeof(path), "%s/%d/stat", proc, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, text, sizeof(text) - 1);
	err = len < 0 ? -errno : 0;
	close(fd);
	if (err)
		return err;
	text[len] = '\0';
	return process__parse_stat(text, stat);
}

/** process__map_limit - read vm.max_map_count, the limit of mappings of a process. Return 0 if it is not known */
uint64_t process__map_limit(const char *proc)
{
	char text[32];

	return read_file(proc, "sys/vm", "max_map_count", text, sizeof(text)) > 0 ? strtoull(text, NULL, 10) : 0;
}
