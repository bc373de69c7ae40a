// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A process for the demonstration that faults steadily: in its heap (copy-on-write, shared
 * with a child), in anonymous memory by 4K and by 2M, and in a file. Runs until it is
 * killed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096UL
#define HUGE	(2UL << 20)

struct memory {
	char *heap, *small, *huge, *file;
	size_t heap_size, small_size, huge_size, file_size;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char *map(size_t size, int prot, int fd)
{
	int flags = MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS : 0);
	char *p = mmap(NULL, size, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static char *map_huge(size_t size)
{
	char *p = map(size + HUGE, PROT_READ | PROT_WRITE, -1);
	char *aligned = (char *)(((unsigned long)p + HUGE - 1) & -HUGE);

	madvise(aligned, size, MADV_HUGEPAGE);
	return aligned;
}

static void memory_create(struct memory *m, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		die(path);
	m->heap_size = 2UL << 20;
	m->heap = sbrk((long)m->heap_size);
	if (m->heap == (void *)-1)
		die("sbrk");
	madvise((char *)((unsigned long)m->heap & -PAGE), m->heap_size,
		MADV_NOHUGEPAGE);
	m->small_size = 2UL << 20;
	m->small = map(m->small_size, PROT_READ | PROT_WRITE, -1);
	madvise(m->small, m->small_size, MADV_NOHUGEPAGE);
	m->huge_size = 2 * HUGE;
	m->huge = map_huge(m->huge_size);
	m->file_size = st.st_size < 1L << 20 ? (size_t)st.st_size : 1UL << 20;
	m->file = map(m->file_size, PROT_READ, fd);
	close(fd);
}

static void touch(volatile char *p, size_t size, size_t step)
{
	for (size_t i = 0; i < size; i += step)
		p[i] = (char)i;
}

static void read_pages(const volatile char *p, size_t size, size_t step)
{
	for (size_t i = 0; i < size; i += step)
		(void)p[i];
}

/* The child shares the heap until it is killed, so that the parent's writes copy pages */
static void write_beside_a_child(struct memory *m)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	touch(m->heap, m->heap_size, 4 * PAGE);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	struct memory m;

	memory_create(&m, argc > 1 ? argv[1] : "/proc/self/exe");
	memset(m.heap, 1, m.heap_size);
	for (;;) {
		write_beside_a_child(&m);
		madvise(m.small, m.small_size, MADV_DONTNEED);
		touch(m.small, m.small_size, PAGE);
		madvise(m.huge, m.huge_size, MADV_DONTNEED);
		touch(m.huge, m.huge_size, HUGE);
		madvise(m.file, m.file_size, MADV_DONTNEED);
		read_pages(m.file, m.file_size, 16 * PAGE);
		usleep(50000);
	}
}
