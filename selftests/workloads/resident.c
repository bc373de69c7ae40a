// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A process for the questions of README that has memory in each state: huge, shared with a
 * child, cold, swapped out, read-only. Prints the addresses of the shared, the read-only and the
 * swapped memory, and sleeps until it is killed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#define PAGE	4096UL
#define HUGE	(2UL << 20)
#define PART	(1UL << 20)

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void write_all(char *p, size_t size)
{
	for (size_t i = 0; i < size; i += PAGE)
		*(volatile char *)(p + i) = (char)(i / PAGE + 1);
}

/* Written memory that a child does not inherit */
static char *map_written(size_t size, int advice)
{
	/* Shared memory without access on both sides: the mapping merges with no other */
	char *p = mmap(NULL, size + 2 * HUGE, PROT_NONE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *start = (char *)(((unsigned long)p + HUGE - 1) & -HUGE);

	if (p == MAP_FAILED || mmap(start, size, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		die("mmap");
	if (madvise(start, size, advice) || madvise(start, size, MADV_DONTFORK))
		die("madvise");
	write_all(start, size);
	return start;
}

/* Less than 2M, so that no huge page fits */
static char *grow_heap(void)
{
	char *p = sbrk(PART + PAGE);

	if (p == (void *)-1)
		die("sbrk");
	p = (char *)(((unsigned long)p + PAGE - 1) & -PAGE);
	write_all(p, PART);
	return p;
}

static void share_with_child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
}

/* Clear the accessed bit of each page: memory is cold until its next access */
static void clear_accessed(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY);

	if (fd < 0 || write(fd, "1", 1) != 1)
		die("/proc/self/clear_refs");
	close(fd);
}

int main(void)
{
	char *huge = map_written(4 * HUGE, MADV_HUGEPAGE);
	char *cold = map_written(2 * PART, MADV_NOHUGEPAGE);
	char *swapped = map_written(3 * PART, MADV_NOHUGEPAGE);
	char *read_only = map_written(PART / 2, MADV_NOHUGEPAGE);
	char *shared = grow_heap();

	clear_accessed();
	write_all(huge, 4 * HUGE);
	write_all(cold, PART / 2);
	write_all(read_only, PART / 2);
	write_all(shared, PART);
	if (mprotect(read_only, PART / 2, PROT_READ))
		die("mprotect");
	if (madvise(swapped, 3 * PART, MADV_PAGEOUT))
		die("MADV_PAGEOUT");
	share_with_child();
	printf("shared %lx\nread-only %lx\nswapped %lx\n", (unsigned long)shared, (unsigned long)read_only,
	       (unsigned long)swapped);
	fflush(stdout);
	pause();
	return 0;
}
