// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The part of the hardware walk test that runs in the guest: maps a page of each size, writes a
 * pattern into it, prints the text of translate, and spins on its CPU until a file is not
 * empty any more, or for a quarter of an hour at most.
 *
 *	spinner STOP-FILE
 *
 *	place NAME ADDRESS PATTERN	then the text of translate, up to a line "end"
 *	spinning
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define TRANSLATE	"/sys/kernel/debug/pgwalk/translate"
#define SPIN_SECONDS	15
#define RW		(PROT_READ | PROT_WRITE)
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT	26
#endif

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char *map(void *hint, size_t size, int prot, int flags)
{
	char *p = mmap(hint, size, prot, flags, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static char *map_thp(void)
{
	size_t size = 2UL << 20;
	char *p = map(NULL, 2 * size, RW, ANON);

	p = (char *)(((uintptr_t)p + size) & -size);
	if (madvise(p, size, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	return p;
}

static void ask(uint64_t address)
{
	char text[4096];
	int fd = open(TRANSLATE, O_RDWR);
	ssize_t n = snprintf(text, sizeof(text), "%d %lx", getpid(), address);

	if (fd < 0 || write(fd, text, (size_t)n) != n)
		die(TRANSLATE);
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		die(TRANSLATE);
	text[n] = 0;
	printf("%send\n", text);
	close(fd);
}

/* Each word is its own address, mixed with the pid: no two words are equal */
static void print_page(const char *name, char *page, size_t offset)
{
	volatile uint64_t *p = (uint64_t *)(page + offset);
	uint64_t pattern = ((uintptr_t)p * 0x9e3779b97f4a7c15ULL) ^ (uint64_t)getpid();

	*p = pattern;
	printf("place %s %lx %lx\n", name, (unsigned long)p,
	       (unsigned long)pattern);
	ask((uintptr_t)p);
}

static void print_no_access(char *page)
{
	page[0] = 1;
	if (mprotect(page, 4096, PROT_NONE))
		die("mprotect");
	printf("place none %lx 0\n", (unsigned long)page);
	ask((uintptr_t)page);
}

static long seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/*
 * The size of the file may not change over 9p, so a byte is read. No time passes while the machine
 * is stopped.
 */
static int is_over(const char *stop)
{
	int fd = open(stop, O_RDONLY);
	char c;
	int over = fd < 0 || read(fd, &c, 1) != 0;

	if (fd >= 0)
		close(fd);
	return over;
}

static void spin(const char *stop)
{
	volatile unsigned long turns;
	long end = seconds() + SPIN_SECONDS;

	while (!is_over(stop) && seconds() < end)
		for (turns = 0; turns < 20000000; turns++)
			;
}

int main(int argc, char **argv)
{
	char *high;
	cpu_set_t one;

	if (argc != 2)
		return 2;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	print_page("4K", map(NULL, 4096, RW, ANON), 0x128);
	high = map((void *)(1UL << 53), 4096, RW, ANON);
	if ((uintptr_t)high >> 47)
		print_page("high", high, 0x7f8);
	print_page("2M", map_thp(), 0x12348);
	print_page("1G", map(NULL, 1UL << 30, RW,
		       ANON | MAP_HUGETLB | 30 << MAP_HUGE_SHIFT), 0x12345678);
	print_no_access(map(NULL, 4096, RW, ANON));
	printf("spinning\n");
	fflush(stdout);
	spin(argv[1]);
	return 0;
}
