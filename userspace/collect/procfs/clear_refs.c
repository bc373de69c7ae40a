// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Clears accessed bits and soft-dirty bits of a process through /proc/PID/clear_refs, and tests whether this kernel has
 * soft-dirty bits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clear_refs.h"
#include "process.h"

#define SOFT_DIRTY	(1ULL << 55)

/**
 * clear_refs__write - clear the accessed and the soft-dirty bit of each entry of a process
 * @proc: path of /proc
 * @pid: the process
 *
 * Soft-dirty bits come last: only then does the kernel flush the TLB, and a CPU that still has an entry in its TLB
 * does not set the accessed bit again.
 *
 * Return: 0 or -errno.
 */
int clear_refs__write(const char *proc, pid_t pid)
{
	static const char *const values[] = { "1", "4" };
	char dir[PROCESS_DIR_MAX], path[512];
	unsigned int i;
	int err = process__dir(proc, pid, dir, sizeof(dir));

	if (err)
		return err;
	snprintf(path, sizeof(path), "%s/%s/clear_refs", proc, dir);
	for (i = 0; i < sizeof(values) / sizeof(values[0]) && !err; i++) {
		const int fd = open(path, O_WRONLY | O_CLOEXEC | O_APPEND);

		if (fd < 0)
			return -errno;
		if (write(fd, values[i], strlen(values[i])) < 0)
			err = -errno;
		close(fd);
	}
	return err;
}

/**
 * clear_refs__has_soft_dirty - does this kernel have soft-dirty bits?
 * @proc: path of /proc
 *
 * The page of a variable that was just written has one.
 *
 * Return: false if not, or if it cannot be read.
 */
bool clear_refs__has_soft_dirty(const char *proc)
{
	volatile uint64_t written = 0;
	const off_t at = (off_t)((uintptr_t)&written / (uintptr_t)getpagesize() * sizeof(uint64_t));
	uint64_t word = 0;
	char path[512];
	int fd;

	written = 1;
	snprintf(path, sizeof(path), "%s/self/pagemap", proc);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (pread(fd, &word, sizeof(word), at) != sizeof(word))
		word = 0;
	close(fd);
	return word & SOFT_DIRTY;
}
