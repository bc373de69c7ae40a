// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Opens a cgroup (version 2), finds its canonical path and its processes, and detects its removal. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cgroup.h"

#define CGROUP_ROOT	"/sys/fs/cgroup"
#define CGROUP2_MAGIC	0x63677270	/* include/uapi/linux/magic.h */
#define PATH_ROOM	4096

/**
 * cgroup__open - open the directory of a cgroup
 * @path: path of the directory, absolute or below the root of the cgroup hierarchy
 *
 * Return: a descriptor; -ENOENT: no cgroup of version 2 at @path.
 */
int cgroup__open(const char *path)
{
	static const char *const roots[] = { "", CGROUP_ROOT "/", CGROUP_ROOT "/unified/" };
	char whole[PATH_ROOM + 64];
	struct statfs fs;
	size_t i;

	for (i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		int fd;

		snprintf(whole, sizeof(whole), "%s%s", roots[i], path);
		fd = open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && !fstatfs(fd, &fs) && fs.f_type == CGROUP2_MAGIC)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -ENOENT;
}

/* Replace the octal escapes of mountinfo (\040 is a blank) in place */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++, to++) {
		char digits[4] = "", *end;
		long code;

		*to = *text;
		if (*text != '\\')
			continue;
		snprintf(digits, sizeof(digits), "%.3s", text + 1);
		code = strtol(digits, &end, 8);
		if (end != digits + 3)
			continue;
		*to = (char)code;
		text += 3;
	}
	*to = '\0';
}

/**
 * cgroup__parse_mount - parse a line of /proc/PID/mountinfo
 * @line: the line; it is cut into words
 * @id: filled: ID of the mount; -1: incomplete line
 * @root: filled: the mounted directory of the file system
 * @point: filled: the mount point
 */
void cgroup__parse_mount(char *line, int *id, const char **root,
			 const char **point)
{
	char *word[5], *rest = line, *end;
	size_t i;

	*id = -1;
	for (i = 0; i < 5; i++)
		word[i] = strsep(&rest, "\n ");
	if (!word[4])
		return;
	*id = (int)strtol(word[0], &end, 10);
	if (*end || end == word[0])
		*id = -1;
	unescape(word[3]);
	unescape(word[4]);
	*root = word[3];
	*point = word[4];
}

/* The ID of the mount that @fd was opened through; -1: not known */
static int mount_of(int fd)
{
	char path[64], line[256];
	int id = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "mnt_id:", 7))
			id = (int)strtol(line + 7, NULL, 10);
	if (file)
		fclose(file);
	return id;
}

/* Replace the mount point at the beginning of @whole by the directory that is mounted there */
static void from_root(char *path, size_t size, const char *whole,
		      const char *root, const char *point)
{
	size_t len = strcmp(point, "/") ? strlen(point) : 0;

	if (strncmp(whole, point, len) || (whole[len] && whole[len] != '/'))
		return;
	whole += len;
	if (!strcmp(root, "/") && *whole)
		root = "";
	snprintf(path, size, "%s%s", root, whole);
}

/**
 * cgroup__path - find the canonical path of a cgroup
 * @fd: descriptor from cgroup__open()
 * @path: filled: path from the root of the caller's cgroup namespace, as in /proc/PID/cgroup; "?"
 *	without /proc
 * @size: bytes of @path; a longer path is cut
 */
void cgroup__path(int fd, char *path, size_t size)
{
	char link[64], whole[PATH_ROOM], *line = NULL;
	int mount = mount_of(fd), id;
	const char *root, *point;
	size_t room = 0;
	FILE *file;
	ssize_t len;

	snprintf(path, size, "?");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, whole, sizeof(whole) - 1);
	if (len < 0)
		return;
	whole[len] = '\0';
	snprintf(path, size, "%s", whole);
	file = fopen("/proc/self/mountinfo", "re");
	while (file && getline(&line, &room, file) > 0) {
		cgroup__parse_mount(line, &id, &root, &point);
		if (id < 0 || id != mount)
			continue;
		from_root(path, size, whole, root, point);
		break;
	}
	if (file)
		fclose(file);
	free(line);
}

/**
 * cgroup__watch - watch for the removal of a cgroup
 * @fd: descriptor from cgroup__open()
 *
 * The watch is on the parent: kernels before 7.1 report no IN_DELETE_SELF of a cgroup.
 *
 * Return: a descriptor that is readable after a cgroup was removed from the parent, to be closed by
 * the caller; or -errno.
 */
int cgroup__watch(int fd)
{
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), err;
	char parent[64];

	if (watch < 0)
		return -errno;
	snprintf(parent, sizeof(parent), "/proc/self/fd/%d/..", fd);
	if (inotify_add_watch(watch, parent, IN_DELETE | IN_ONLYDIR) >= 0)
		return watch;
	err = -errno;
	close(watch);
	return err;
}

/**
 * cgroup__is_removed - was the cgroup removed?
 * @fd: descriptor from cgroup__open()
 * @watch: descriptor from cgroup__watch(); its events are discarded; negative: none
 */
bool cgroup__is_removed(int fd, int watch)
{
	char events[4096];
	struct stat st;

	while (watch >= 0 && read(watch, events, sizeof(events)) > 0)
		;
	return fstatat(fd, "cgroup.procs", &st, 0) &&
	       (errno == ENOENT || errno == ENODEV);
}

/* Read cgroup.procs of one cgroup. A line of 0 is a process outside of the caller's pid namespace */
static int read_processes(const char *dir, cgroup_process_fn fn, void *ctx)
{
	char path[PATH_ROOM + 64], *line = NULL;
	size_t room = 0;
	FILE *file;
	int err = 0;

	snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	errno = 0;
	while (!err && getline(&line, &room, file) > 0)
		err = fn(ctx, (pid_t)strtol(line, NULL, 10));
	if (!err && ferror(file))
		err = -errno;
	fclose(file);
	free(line);
	return err;
}

static int take_entry(const FTSENT *entry, cgroup_process_fn fn, void *ctx)
{
	switch (entry->fts_info) {
	case FTS_D:
		return read_processes(entry->fts_path, fn, ctx);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return -entry->fts_errno;
	}
	return 0;
}

/**
 * cgroup__processes - list the processes of a cgroup and of the cgroups below it
 * @fd: descriptor from cgroup__open()
 * @fn: called for each process, or with 0 for one outside of the caller's pid namespace; a value
 *	other than 0 ends the list
 * @ctx: argument of @fn
 *
 * A process that moves to another cgroup may be listed twice or not at all. cgroup.procs of a
 * threaded cgroup cannot be read: its processes are in that of the domain above it.
 *
 * Return: 0; the value of @fn; -EOPNOTSUPP: @fd is a threaded cgroup; or -errno.
 */
int cgroup__processes(int fd, cgroup_process_fn fn, void *ctx)
{
	char root[64];
	char *const paths[] = { root, NULL };
	const FTSENT *entry;
	FTS *tree;
	int err = 0;

	snprintf(root, sizeof(root), "/proc/self/fd/%d", fd);
	tree = fts_open(paths, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!tree)
		return -errno;
	while (!err) {
		errno = 0;
		entry = fts_read(tree);
		if (!entry) {
			err = -errno;
			break;
		}
		err = take_entry(entry, fn, ctx);
		/* a cgroup below that is threaded, or was removed */
		if (entry->fts_level && (err == -EOPNOTSUPP || err == -ENOENT || err == -ENODEV))
			err = 0;
	}
	fts_close(tree);
	return err;
}
