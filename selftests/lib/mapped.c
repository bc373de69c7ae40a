// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Searches every pagemap for a frame. It reads nothing from pgwalk. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mapped.h"
#include "pagemap.h"
#include "sizes.h"

#define CHUNK	32768U	/* entries a read */

void mapped_add(struct mapped *mapped, pid_t pid, __u64 addr)
{
	if (mapped->nr < MAPPED_MAX)
		mapped->at[mapped->nr] = (struct mapped_place){ pid, addr };
	mapped->nr++;
}

static int by_pid(const void *a, const void *b)
{
	const struct mapped_place *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

void mapped_sort(struct mapped *mapped)
{
	qsort(mapped->at, mapped->nr, sizeof(*mapped->at), by_pid);
}

static void scan_range(struct mapped *mapped, pid_t pid, int fd, __u64 start,
			  __u64 end, __u64 pfn)
{
	static __u64 entries[CHUNK];

	while (start < end) {
		size_t nr = (end - start) / PAGE;

		nr = nr < CHUNK ? nr : CHUNK;
		if (!pagemap_read(fd, start, nr, entries))
			return;
		for (size_t i = 0; i < nr; i++)
			if (entries[i] & PM_PRESENT && PM_PFN(entries[i]) == pfn)
				mapped_add(mapped, pid, start + i * PAGE);
		start += nr * PAGE;
	}
}

/* A process that has exited has no lines in maps */
static void scan_process(struct mapped *mapped, pid_t pid, __u64 pfn)
{
	unsigned long long start, end;
	char path[64], line[4352];
	int fd = pagemap_open(pid);
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%llx-%llx", &start, &end) == 2 && !strstr(line, "[vsyscall]"))
			scan_range(mapped, pid, fd, start, end, pfn);
	if (f)
		fclose(f);
	if (fd >= 0)
		close(fd);
}

bool mapped_find(struct mapped *mapped, __u64 pfn)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	mapped->nr = 0;
	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			scan_process(mapped, atoi(entry->d_name), pfn);
	if (!dir || mapped->nr > MAPPED_MAX)
		return false;
	closedir(dir);
	mapped_sort(mapped);
	return true;
}

long mapped_kpagecount(__u64 pfn)
{
	int fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	__u64 count;
	ssize_t n = pread(fd, &count, 8, (off_t)(pfn * 8));

	close(fd);
	return n == 8 ? (long)count : -1;
}
