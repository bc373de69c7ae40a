// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The process of Documentation/tutorial.rst:
 *
 *	tutorial nothing	exit
 *	tutorial hold		map memory of each kind, print an address of each, and wait
 *	tutorial faults FILE	cause page faults of each kind; FILE is created
 *	tutorial again		touch a part of the memory, again and again
 *	tutorial reclaim CGROUP	join a cgroup, and write 16M of memory twice
 *	tutorial threads	two threads that fault in one mapping, again and again
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#define PAGE	4096UL
#define HUGE	(2UL << 20)
/* Larger than a fault-around window (fault_around_bytes, 64K) */
#define STRIDE	(2 * 65536UL)

enum { CHILD_WRITES = 2 };

static char data[4 * PAGE] = "initialized";
static char bss[4 * PAGE];
static sigjmp_buf after_signal;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void write_pages(char *p, size_t pages, size_t step)
{
	for (size_t i = 0; i < pages; i++)
		*(volatile char *)(p + i * step) = 1;
}

static void read_pages(const char *p, size_t pages, size_t step)
{
	for (size_t i = 0; i < pages; i++)
		(void)*(const volatile char *)(p + i * step);
}

/* A mapping at an address aligned to 2M, with unmapped addresses on both sides */
static char *map(size_t size, int prot, int flags, int fd)
{
	char *p = mmap(NULL, size + 2 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start = (char *)(((unsigned long)p + HUGE) & -HUGE);

	if (p == MAP_FAILED || munmap(p, size + 2 * HUGE) ||
	    mmap(start, size, prot, flags | MAP_FIXED, fd, 0) == MAP_FAILED)
		die("mmap");
	return start;
}

/* Private anonymous memory in pages of 4K, which a child does not inherit */
static char *map_small(size_t size)
{
	char *p = map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (madvise(p, size, MADV_NOHUGEPAGE) || madvise(p, size, MADV_DONTFORK))
		die("madvise");
	return p;
}

/* The same, and a child shares it */
static char *map_inherited(size_t size)
{
	char *p = map_small(size);

	if (madvise(p, size, MADV_DOFORK))
		die("madvise");
	return p;
}

static void sleep_forever(void)
{
	for (;;)
		pause();
}

static void *run_worker(void *unused)
{
	prctl(PR_SET_NAME, "worker");
	sleep_forever();
	return unused;
}

/* A child that writes a byte, waits, and ends with its parent */
static pid_t start_child(volatile char *byte)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	prctl(PR_SET_NAME, "child");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (byte)
		*byte = CHILD_WRITES;
	if (getppid() == parent)
		sleep_forever();
	_exit(0);
}

static void print_address(const char *name, const void *address)
{
	printf("%s %lx\n", name, (unsigned long)address);
}

static void hold_private(void)
{
	char *small = map_small(10UL << 20), *huge = map(HUGE, PROT_READ | PROT_WRITE,
							  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *zero = map_small(HUGE), *absent = map_small(HUGE), *fixed = map_small(16 * PAGE);
	char *swapped = map_small(16 * PAGE);

	write_pages(small, (10UL << 20) / PAGE, PAGE);
	if (madvise(huge, HUGE, MADV_HUGEPAGE) || madvise(huge, HUGE, MADV_DONTFORK))
		die("madvise");
	write_pages(huge, 1, PAGE);
	read_pages(zero, 4, PAGE);
	write_pages(fixed, 16, PAGE);
	write_pages(swapped, 16, PAGE);
	if (mprotect(fixed, 16 * PAGE, PROT_READ) || mlock(fixed, 16 * PAGE) ||
	    madvise(swapped, 16 * PAGE, MADV_PAGEOUT))
		die("madvise");
	print_address("small", small);
	print_address("huge", huge);
	print_address("zero", zero);
	print_address("absent", absent);
	print_address("fixed", fixed);
	print_address("swapped", swapped);
}

static void hold_shared(void)
{
	char *shared = map(16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	char *cow = map_inherited(64 * PAGE);
	pid_t child;

	write_pages(shared, 16, PAGE);
	write_pages(cow, 64, PAGE);
	child = start_child(shared);
	/* The child maps the page */
	while (*(volatile char *)shared != CHILD_WRITES)
		usleep(1000);
	write_pages(cow, 16, PAGE);
	print_address("shared", shared);
	print_address("copied", cow);
	print_address("cow", cow + 16 * PAGE);
	printf("child %d\n", child);
}

static int hold(void)
{
	char *heap = malloc(16 * PAGE);
	pthread_t thread;

	if (!heap || pthread_create(&thread, NULL, run_worker, NULL))
		die("malloc");
	write_pages(heap, 16, PAGE);
	write_pages(data, 4, PAGE);
	write_pages(bss, 4, PAGE);
	hold_private();
	hold_shared();
	print_address("text", (void *)hold);
	puts("ready -");
	fflush(stdout);
	sleep_forever();
	return 0;
}

static void fault_anonymous(void)
{
	char *p = map_small(4 * HUGE), *huge = map(2 * HUGE, PROT_READ | PROT_WRITE,
						 MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int fd = open("/dev/zero", O_RDONLY);

	read_pages(p, 200, PAGE);
	write_pages(p + HUGE, 400, PAGE);
	if (madvise(huge, 2 * HUGE, MADV_HUGEPAGE))
		die("madvise");
	write_pages(huge, 2, HUGE);
	/* The kernel writes the buffer: faults in kernel mode */
	if (fd < 0 || read(fd, p + 2 * HUGE, 100 * PAGE) != 100 * (ssize_t)PAGE)
		die("read");
	close(fd);
}

static void fault_copies(void)
{
	char *p = map_inherited(HUGE);
	pid_t child;

	write_pages(p, 96, PAGE);
	child = start_child(NULL);
	write_pages(p, 64, PAGE);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	write_pages(p + 64 * PAGE, 32, PAGE);
}

static void fault_file(const char *path)
{
	size_t size = 32 * STRIDE;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *p;

	if (fd < 0)
		die(path);
	for (size_t i = 0; i < size / PAGE; i++)
		if (write(fd, data, PAGE) != (ssize_t)PAGE)
			die(path);
	if (fsync(fd))
		die(path);
	p = map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	/* Without read-ahead, and out of the page cache: the first half is read again */
	if (madvise(p, size, MADV_RANDOM) || posix_fadvise(fd, 0, size / 2, POSIX_FADV_DONTNEED))
		die(path);
	read_pages(p, 16, STRIDE);
	read_pages(p + size / 2, 16, STRIDE);
	write_pages(p + size / 2, 8, STRIDE);
	close(fd);
}

static void on_segv(int signal)
{
	siglongjmp(after_signal, signal);
}

static void fault_invalid(void)
{
	char *fixed = map(PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	signal(SIGSEGV, on_segv);
	if (!sigsetjmp(after_signal, 1))
		write_pages(fixed, 1, PAGE);
	munmap(fixed, PAGE);
	if (!sigsetjmp(after_signal, 1))
		write_pages(fixed, 1, PAGE);
}

static int faults(const char *path)
{
	fault_anonymous();
	fault_copies();
	fault_file(path);
	fault_invalid();
	return 0;
}

static int reclaim(const char *cgroup)
{
	char path[256], *p = map_small(8 * HUGE);
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1)
		die(path);
	close(fd);
	write_pages(p, 8 * HUGE / PAGE, PAGE);
	write_pages(p, 8 * HUGE / PAGE, PAGE);
	return 0;
}

static int again(void)
{
	char *p = map_small(HUGE);

	write_pages(p, HUGE / PAGE, PAGE);
	print_address("again", p);
	puts("ready -");
	fflush(stdout);
	for (;;) {
		read_pages(p, 128, PAGE);
		write_pages(p, 64, PAGE);
		usleep(10000);
	}
	return 0;
}

static void *read_again(void *p)
{
	prctl(PR_SET_NAME, "reader");
	for (;;) {
		read_pages(p, 32, PAGE);
		madvise(p, 32 * PAGE, MADV_DONTNEED);
		usleep(10000);
	}
	return NULL;
}

static int threads(void)
{
	char *p = map_small(HUGE);
	pthread_t thread;

	if (pthread_create(&thread, NULL, read_again, p))
		die("pthread_create");
	puts("ready -");
	fflush(stdout);
	for (;;) {
		write_pages(p + HUGE / 2, 64, PAGE);
		madvise(p + HUGE / 2, HUGE / 2, MADV_DONTNEED);
		usleep(10000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc == 2 && !strcmp(argv[1], "nothing"))
		return 0;
	if (argc == 2 && !strcmp(argv[1], "hold"))
		return hold();
	if (argc == 3 && !strcmp(argv[1], "faults"))
		return faults(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "reclaim"))
		return reclaim(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "again"))
		return again();
	if (argc == 2 && !strcmp(argv[1], "threads"))
		return threads();
	fputs("usage: tutorial nothing | hold | faults FILE | reclaim CGROUP | again | threads\n", stderr);
	return 2;
}
