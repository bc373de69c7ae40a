// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads /proc/PID and properties of the kernel. Each call reads the files again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "proc.h"
#include "process.h"

#define PF_KTHREAD	0x00200000	/* include/linux/sched.h, field 9 of stat */
#define VMA_ROOM	(sizeof(struct pgwalk_vma) + PGWALK_VMA_NAME_MAX + 9)

/* The value of a "Key:\tvalue" line of /proc/PID/status; -1: none */
static long status_value(FILE *file, const char *key)
{
	char line[256];
	size_t len = strlen(key);

	rewind(file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, len) && line[len] == ':')
			return strtol(line + len + 1, NULL, 10);
	return -1;
}

static int is_kernel_thread(pid_t pid)
{
	char path[64], line[1024], *rest;
	unsigned int flags = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	/* the name in field 2 can contain any character; the last ')' ends it */
	if (fgets(line, sizeof(line), file)) {
		rest = strrchr(line, ')');
		/* NOLINTNEXTLINE(cert-err34-c): the kernel's own number fits */
		if (!rest || sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %u",
				    &flags) != 1)
			flags = 0;
	}
	fclose(file);
	return !!(flags & PF_KTHREAD);
}

/**
 * proc__process - find the process of a thread
 * @id: PID or TID
 * @tgid: filled
 *
 * Return: 0; -ESRCH: no such thread; -EINVAL: a kernel thread; -ENOENT: no /proc.
 */
int proc__process(pid_t id, pid_t *tgid)
{
	char path[64];
	FILE *file;
	long value;

	snprintf(path, sizeof(path), "/proc/%d/status", id);
	file = fopen(path, "re");
	if (!file) {
		file = fopen("/proc/self/status", "re");
		if (!file)
			return -ENOENT;
		fclose(file);
		return -ESRCH;
	}
	value = status_value(file, "Tgid");
	fclose(file);
	if (value <= 0)
		return -ESRCH;
	if (is_kernel_thread((pid_t)value))
		return -EINVAL;
	*tgid = (pid_t)value;
	return 0;
}

/* Read the beginning of a file; return the number of bytes, 0 on failure */
static size_t read_begin(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/**
 * proc__comm - read the name of a process
 * @pid: the process
 * @comm: filled, any bytes; unchanged if the process has exited
 * @size: bytes of @comm
 */
void proc__comm(pid_t pid, char *comm, size_t size)
{
	char path[64], line[64];
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	len = read_begin(path, line, sizeof(line));
	if (len && line[len - 1] == '\n')
		len--;
	line[len] = '\0';
	if (len)
		snprintf(comm, size, "%s", line);
}

static void parse_size(const char *line, __u64 *tables_bytes, __u32 *threads)
{
	if (!strncmp(line, "VmPTE:", 6))
		*tables_bytes = (__u64)strtoul(line + 6, NULL, 10) * 1024;
	else if (!strncmp(line, "Threads:", 8))
		*threads = (__u32)strtoul(line + 8, NULL, 10);
}

/**
 * proc__parse_sizes - read the size of the page tables and the number of threads from a text
 * @fd: /proc/PID/status; -1: none
 * @tables_bytes: filled; 0: not known
 * @threads: filled; 0: not known
 *
 * The line of groups stands before both, and has up to 720 KB. A line without a newline is cut, and
 * its number may be cut.
 */
void proc__parse_sizes(int fd, __u64 *tables_bytes, __u32 *threads)
{
	char text[4096], *at, *end;
	bool in_long_line = false;
	size_t len = 0;
	ssize_t n;

	*tables_bytes = *threads = 0;
	while ((n = read(fd, text + len, sizeof(text) - len)) > 0) {
		len += (size_t)n;
		for (at = text; (end = memchr(at, '\n', len)); at = end + 1) {
			if (!in_long_line)
				parse_size(at, tables_bytes, threads);
			in_long_line = false;
			len -= (size_t)(end + 1 - at);
		}
		if (len == sizeof(text)) {
			in_long_line = true;
			len = 0;
		}
		memmove(text, at, len);
	}
}

static void read_sizes(const char *proc, const char *dir, __u64 *tables_bytes, __u32 *threads)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/status", proc, dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	proc__parse_sizes(fd, tables_bytes, threads);
	if (fd >= 0)
		close(fd);
}

/**
 * proc__sizes - read the size of the page tables and the number of threads
 * @proc: path of /proc
 * @pid: the process
 * @tables_bytes: filled; 0: not known
 * @threads: filled; 0: not known
 */
void proc__sizes(const char *proc, pid_t pid, __u64 *tables_bytes, __u32 *threads)
{
	char dir[PROCESS_DIR_MAX];

	snprintf(dir, sizeof(dir), "%d", pid);
	read_sizes(proc, dir, tables_bytes, threads);
	if (!*tables_bytes) {	/* the main thread has exited */
		process__dir(proc, pid, dir, sizeof(dir));
		read_sizes(proc, dir, tables_bytes, threads);
	}
}

/**
 * proc__threads - return the number of threads of a process; 0: not known
 * @pid: the process
 *
 * The directory of threads has a link for each of them, and two more (proc_task_getattr() of the
 * kernel): reading /proc/PID/status takes twenty times as long.
 */
__u32 proc__threads(pid_t pid)
{
	struct stat dir;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	return stat(path, &dir) || dir.st_nlink < 2 ? 0 : (__u32)dir.st_nlink - 2;
}

static __u8 parse_perms(const char *perms)
{
	return (perms[0] == 'r' ? PGWALK_PROT_READ : 0) |
	       (perms[1] == 'w' ? PGWALK_PROT_WRITE : 0) |
	       (perms[2] == 'x' ? PGWALK_PROT_EXEC : 0) |
	       (perms[3] == 's' ? PGWALK_PROT_SHARED : 0);
}

/* The kind of a mapping by its name in /proc/PID/maps; kinds of files are not distinguished */
static __u8 kind_by_name(const char *name, unsigned long ino)
{
	if (!strcmp(name, "[heap]"))
		return PGWALK_VMA_HEAP;
	if (!strcmp(name, "[stack]"))
		return PGWALK_VMA_STACK;
	if (!strncmp(name, "[v", 2))
		return PGWALK_VMA_VDSO;
	if (!ino && (!name[0] || !strncmp(name, "[anon", 5)))
		return PGWALK_VMA_ANON;
	return PGWALK_VMA_UNSET;
}

/**
 * proc__parse_maps_line - parse a line of /proc/PID/maps
 * @line: the line; its newline is cut off
 * @vma: filled; its counts are 0
 * @room: bytes at @vma, including the name
 *
 * Return: 0 or -EINVAL.
 */
int proc__parse_maps_line(char *line, struct pgwalk_vma *vma, size_t room)
{
	unsigned long start, end, offset, ino;
	unsigned int major, minor;
	const char *path;
	char perms[5];
	int name = 0;
	size_t len;

	line[strcspn(line, "\n")] = '\0';
	/* NOLINTNEXTLINE(cert-err34-c): a number that does not fit is a large one */
	if (sscanf(line, "%lx-%lx %4s %lx %x:%x %lu %n", &start, &end, perms,
		   &offset, &major, &minor, &ino, &name) != 7 || !name)
		return -EINVAL;
	path = line + name;
	if (strlen(path) > PGWALK_VMA_NAME_MAX)
		path = PGWALK_VMA_NAME_TOO_LONG;
	len = strlen(path);
	if ((sizeof(*vma) + len + 8) / 8 * 8 > room)
		return -EINVAL;
	memset(vma, 0, sizeof(*vma));
	vma->size = (__u32)((sizeof(*vma) + len + 8) / 8 * 8);
	vma->kind = kind_by_name(path, ino);
	vma->prot = parse_perms(perms);
	vma->name_len = (__u16)len;
	vma->start = start;
	vma->end = end;
	vma->offset = offset;
	vma->ino = ino;
	vma->dev_major = major;
	vma->dev_minor = minor;
	memset(vma->name, 0, vma->size - sizeof(*vma));
	memcpy(vma->name, path, len);
	return 0;
}

/**
 * proc__open - open the directory of a process, which remains valid if the PID is reused
 * @pid: the process
 *
 * Return: a descriptor of its directory in /proc, or of the directory of one of its threads if the
 * main thread has exited, see process__dir(). After the process or this thread has exited, the
 * directory is empty. Or -ESRCH or another -errno.
 */
int proc__open(pid_t pid)
{
	char path[8 + PROCESS_DIR_MAX], name[PROCESS_DIR_MAX];
	int dir;

	process__dir("/proc", pid, name, sizeof(name));
	snprintf(path, sizeof(path), "/proc/%s", name);
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 ? dir : errno == ENOENT ? -ESRCH : -errno;
}

/**
 * proc__open_text - open a text file of a process
 * @dir: descriptor from proc__open()
 * @name: name of the file
 *
 * Return: a stream, to be closed by the caller; NULL: see errno.
 */
FILE *proc__open_text(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

/**
 * proc__maps - list the mappings of a process
 * @dir: descriptor from proc__open()
 * @fn: called for each mapping, by address; a value other than 0 stops
 * @ctx: argument of @fn
 *
 * Return: 0; -ESRCH: the process has exited or has no memory; the value of @fn; or -errno.
 */
int proc__maps(int dir, proc_vma_fn fn, void *ctx)
{
	struct pgwalk_vma *vma = malloc(VMA_ROOM);
	FILE *file = proc__open_text(dir, "maps");
	char *line = NULL;
	size_t room = 0;
	int err = -ESRCH;

	if (!file || !vma) {
		err = !vma ? -ENOMEM : errno == ENOENT ? -ESRCH : -errno;
		goto out;
	}
	while (getline(&line, &room, file) > 0) {
		err = proc__parse_maps_line(line, vma, VMA_ROOM);
		if (!err)
			err = fn(ctx, vma);
		if (err)
			break;
	}
out:
	if (file)
		fclose(file);
	free(line);
	free(vma);
	return err;
}

/**
 * proc__parse_newer - is a kernel newer than the newest tested one?
 * @release: release of the kernel, as uname -r
 *
 * Return: true if its first two numbers are higher; false also for a release without numbers.
 */
bool proc__parse_newer(const char *release)
{
	char *minor_at, *end;
	unsigned long major = strtoul(release, &minor_at, 10), minor;

	if (minor_at == release || *minor_at != '.')
		return false;
	minor = strtoul(++minor_at, &end, 10);
	if (end == minor_at)
		return false;
	return major > PGWALK_TESTED_MAJOR ||
	       (major == PGWALK_TESTED_MAJOR && minor > PGWALK_TESTED_MINOR);
}

/**
 * proc__newer_release - read the release of the kernel, and compare with the newest tested
 * @release: filled, as uname -r
 * @size: bytes of @release
 *
 * Return: true if it is newer.
 */
bool proc__newer_release(char *release, size_t size)
{
	struct utsname name;

	uname(&name);
	snprintf(release, size, "%s", name.release);
	return proc__parse_newer(name.release);
}

/**
 * proc__ftrace_is_off - does ftrace not run attached probes?
 *
 * False if the file is missing: the kernel has no such switch.
 */
bool proc__ftrace_is_off(void)
{
	FILE *file = fopen("/proc/sys/kernel/ftrace_enabled", "re");
	int c = file ? fgetc(file) : EOF;

	if (file)
		fclose(file);
	return c == '0';
}
