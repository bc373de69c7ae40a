// SPDX-License-Identifier: GPL-2.0
/*
 * Opens a cgroup of version 2, finds its canonical path and notices its removal. It
 * reads no figures of the cgroup and knows no processes.
 */
#include <errno.h>
#include <fcntl.h>
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
 * @path: of its directory, or below the root of cgroups
 *
 * Return: a descriptor; -ENOENT: there is no cgroup of version 2 at @path.
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
 * cgroup__parse_mount - read one line of /proc/PID/mountinfo
 * @line: the line; it is cut into words
 * @id: filled: the number of the mount; -1: the line is not complete
 * @root: filled: which directory of the file system is mounted
 * @point: filled: where
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

/* The number of the mount that @fd was opened through; -1: not known */
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
 * @fd: of cgroup__open()
 * @path: filled: as /proc/PID/cgroup names it: from the root of the caller's cgroup
 *	namespace, whatever the directory was opened by; "?" without /proc
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
 * @fd: of cgroup__open()
 *
 * The watch is on the parent: kernels before 7.1 report no IN_DELETE_SELF of a cgroup.
 *
 * Return: a descriptor that is readable after a cgroup was removed from the parent; the
 * caller closes it; or -errno.
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
 * @fd: of cgroup__open()
 * @watch: of cgroup__watch(): its events are discarded; below 0: there is none
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
