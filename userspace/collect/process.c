// SPDX-License-Identifier: GPL-2.0
/*
 * Looks up processes by their name in a /proc. It finds all that have it, and
 * does not choose.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/*
 * The kernel keeps 15 characters of a name; a longer one is looked for in the
 * command line. A process without one has no memory either: a kernel thread.
 */
static bool is_called(const char *proc, const char *pid, const char *name,
		      char *comm, size_t size)
{
	char command[4096];
	const char *slash;

	if (read_file(proc, pid, "cmdline", command, sizeof(command)) <= 0 ||
	    read_file(proc, pid, "comm", comm, size) <= 0)
		return false;
	comm[strcspn(comm, "\n")] = '\0';
	slash = strrchr(command, '/');
	return !strcmp(comm, name) || !strcmp(slash ? slash + 1 : command, name);
}

/**
 * process__find - find the processes that have a name
 * @proc: where /proc is
 * @name: as the kernel or their command line has it
 * @fn: called for each
 * @ctx: for @fn
 *
 * Return: how many there are; or -errno: there is no /proc.
 */
int process__find(const char *proc, const char *name, process_fn fn, void *ctx)
{
	const struct dirent *entry;
	int found = 0;
	char comm[64];
	DIR *dir;

	dir = opendir(proc);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !is_called(proc, entry->d_name, name, comm, sizeof(comm)))
			continue;
		fn(ctx, (pid_t)strtol(entry->d_name, NULL, 10), comm);
		found++;
	}
	closedir(dir);
	return found;
}
