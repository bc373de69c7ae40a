// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the properties that identify a process, its program and the boot of the machine from /proc. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "identity.h"
#include "process.h"

/* Read the first line of a file; "" if it does not exist */
static void read_line(char *text, size_t size, const char *proc, const char *file)
{
	char path[PATH_MAX];
	size_t len = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", proc, file);
	f = fopen(path, "re");
	if (f) {
		len = fread(text, 1, size - 1, f);
		fclose(f);
	}
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

/**
 * identity__start_ticks - read when a process was started
 * @proc: path of /proc
 * @pid: the process
 *
 * Return: clock ticks after boot; 0: all of its threads have exited.
 */
uint64_t identity__start_ticks(const char *proc, pid_t pid)
{
	char dir[PROCESS_DIR_MAX];
	struct process_stat stat;

	if (process__stat(proc, pid, &stat))
		return 0;
	/* other threads run after the exit of the main thread */
	if ((stat.state == 'Z' || stat.state == 'X') && process__dir(proc, pid, dir, sizeof(dir)))
		return 0;
	return stat.start_time;
}

static void read_exe(struct record_pages_begin *begin, const char *proc, pid_t pid)
{
	char path[PATH_MAX];
	struct stat st;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/%d/exe", proc, pid);
	len = readlink(path, begin->exe, sizeof(begin->exe) - 1);
	begin->exe[len > 0 ? len : 0] = '\0';
	if (!stat(path, &st)) {
		begin->exe_ino = st.st_ino;
		begin->exe_dev = st.st_dev;
	}
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/**
 * identity__read - read the properties of a process and of the boot
 * @begin: filled, except for its head and the properties of the address space
 * @proc: path of /proc
 * @pid: the process
 */
void identity__read(struct record_pages_begin *begin, const char *proc, pid_t pid)
{
	begin->pid = pid;
	begin->start_ticks = identity__start_ticks(proc, pid);
	begin->time_ns = now_ns(CLOCK_REALTIME);
	begin->boot_ns = now_ns(CLOCK_BOOTTIME);
	process__comm(proc, pid, begin->comm, sizeof(begin->comm));
	read_exe(begin, proc, pid);
	read_line(begin->boot_id, sizeof(begin->boot_id), proc, "sys/kernel/random/boot_id");
	read_line(begin->host, sizeof(begin->host), proc, "sys/kernel/hostname");
	read_line(begin->release, sizeof(begin->release), proc, "sys/kernel/osrelease");
}
