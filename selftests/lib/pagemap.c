// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads pagemap and kpageflags. It reads nothing from pgwalk. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "pagemap.h"
#include "sizes.h"

int pagemap_open(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool pagemap_read(int fd, __u64 address, size_t pages, __u64 *entries)
{
	size_t bytes = pages * 8, done = 0;
	off_t at = (off_t)(address >> PAGE_SHIFT << 3);

	while (done < bytes) {
		ssize_t n = pread(fd, (char *)entries + done, bytes - done,
				  at + (off_t)done);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

__u64 pagemap_one(pid_t pid, __u64 address)
{
	int fd = pagemap_open(pid);
	__u64 entry;

	if (fd < 0 || !pagemap_read(fd, address, 1, &entry))
		entry = ~0ULL;
	if (fd >= 0)
		close(fd);
	return entry;
}

__u64 pagemap_kpageflags(__u64 pfn)
{
	static int fd = -1;
	__u64 flags = 0;

	if (fd < 0)
		fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, &flags, 8, (off_t)(pfn * 8)) != 8)
		return 0;
	return flags;
}
