// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Makes mappings of each kind that a write copies or does not copy, forks, and prints them: "NAME START END". When it reads
 * a byte from stdin, it writes to each page of the next mapping and prints "NAME FAULTS", as the kernel counted them. For
 * selftests/tools/cow.py.
 *
 *	cow_writer FILE		FILE: on a filesystem with a page cache, at least 64 pages long
 *
 * Processes: children that have exited, a child that lives, and a grandchild whose parent has exited.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096UL
#define FEW	(64 * PAGE)
#define HUGE	(2UL << 20)
#define BASE	0x100000000000UL
#define GIB	(1UL << 30)
#define SMALL	MAP_PRIVATE | MAP_ANONYMOUS

/* Which processes share the mapping: none, one that has exited, one that lives, exited parent and child, grandchild */
enum sharing { NONE, ALONE, SHARED, TREE_ALONE, TREE };

enum touch { WRITE, READ, SPLIT, MOSTLY, PROTECT, HALF };

struct area {
	const char *name;
	unsigned long bytes;
	int flags;
	int advice;
	enum touch touch;
	enum sharing sharing;
	int file;	/* 0: none, 1: FILE, 2: memory */
	char *start;
};

#define AREA(title, size, how, what, first, who, from)	\
	{ .name = title, .bytes = size, .flags = how, .advice = what, .touch = first, .sharing = who, .file = from }

static struct area areas[] = {
	AREA("small", FEW, SMALL, MADV_NOHUGEPAGE, WRITE, SHARED, 0),
	AREA("small_alone", FEW, SMALL, MADV_NOHUGEPAGE, WRITE, ALONE, 0),
	AREA("small_own", FEW, SMALL, MADV_NOHUGEPAGE, WRITE, NONE, 0),
	AREA("small_tree", FEW, SMALL, MADV_NOHUGEPAGE, WRITE, TREE, 0),
	AREA("small_tree_alone", FEW, SMALL, MADV_NOHUGEPAGE, WRITE, TREE_ALONE, 0),
	AREA("half", FEW, SMALL, MADV_NOHUGEPAGE, HALF, SHARED, 0),
	AREA("read_only", FEW, SMALL, MADV_NOHUGEPAGE, PROTECT, SHARED, 0),
	AREA("huge", HUGE, SMALL, MADV_HUGEPAGE, WRITE, SHARED, 0),
	AREA("huge_alone", HUGE, SMALL, MADV_HUGEPAGE, WRITE, ALONE, 0),
	AREA("huge_own", HUGE, SMALL, MADV_HUGEPAGE, WRITE, NONE, 0),
	AREA("huge_tree", HUGE, SMALL, MADV_HUGEPAGE, WRITE, TREE, 0),
	AREA("huge_tree_alone", HUGE, SMALL, MADV_HUGEPAGE, WRITE, TREE_ALONE, 0),
	AREA("split", HUGE, SMALL, MADV_HUGEPAGE, SPLIT, SHARED, 0),
	AREA("split_alone", HUGE, SMALL, MADV_HUGEPAGE, SPLIT, ALONE, 0),
	AREA("split_tree_alone", HUGE, SMALL, MADV_HUGEPAGE, SPLIT, TREE_ALONE, 0),
	AREA("split_own", HUGE, SMALL, MADV_HUGEPAGE, SPLIT, NONE, 0),
	AREA("mostly_alone", HUGE, SMALL, MADV_HUGEPAGE, MOSTLY, ALONE, 0),
	AREA("folios", FEW, SMALL, 0, WRITE, SHARED, 0),
	AREA("folios_alone", FEW, SMALL, 0, WRITE, ALONE, 0),
	AREA("zero", FEW, SMALL, MADV_NOHUGEPAGE, READ, SHARED, 0),
	AREA("huge_zero", HUGE, SMALL, MADV_HUGEPAGE, READ, SHARED, 0),
	AREA("file_private", FEW, MAP_PRIVATE, 0, READ, SHARED, 1),
	AREA("file_written", FEW, MAP_PRIVATE, 0, WRITE, SHARED, 1),
	AREA("file_shared", FEW, MAP_SHARED, 0, READ, SHARED, 1),
	AREA("memory_private", FEW, MAP_PRIVATE, 0, READ, SHARED, 2),
	AREA("memory_shared", FEW, MAP_SHARED, 0, READ, SHARED, 2),
	AREA("hugetlb", 2 * HUGE, SMALL | MAP_HUGETLB, 0, WRITE, SHARED, 0),
	AREA("hugetlb_alone", HUGE, SMALL | MAP_HUGETLB, 0, WRITE, ALONE, 0),
};

#define NR	(sizeof(areas) / sizeof(areas[0]))

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void write_all(char *start, char *end)
{
	for (; start < end; start += PAGE)
		*(volatile char *)start = 1;
}

static char sum;

static void read_all(const char *start, const char *end)
{
	for (; start < end; start += PAGE)
		sum ^= *(const volatile char *)start;
}

static void make(struct area *a, const char *path, unsigned long number)
{
	char *at = (char *)(BASE + number * GIB);
	char *last = at + a->bytes;
	int fd = -1;

	if (a->file == 1)
		fd = open(path, O_RDWR);
	else if (a->file)
		fd = memfd_create("cow_writer", 0);
	if (a->file && fd < 0)
		die(path);
	if (a->file == 2 && ftruncate(fd, (long)a->bytes))
		die("memfd");
	if (mmap(at, a->bytes, PROT_READ | PROT_WRITE, a->flags | MAP_FIXED, fd, 0) == MAP_FAILED)
		return;		/* no pool of huge pages */
	if (a->advice)
		madvise(at, a->bytes, a->advice);
	if (a->touch == READ)
		read_all(at, last);
	else
		write_all(at, last);
	if (a->touch == SPLIT || a->touch == MOSTLY) {
		mprotect(at + PAGE, PAGE, PROT_READ);
		mprotect(at + PAGE, PAGE, PROT_READ | PROT_WRITE);
	}
	if (a->touch == MOSTLY) {
		a->bytes -= PAGE;
		munmap(at + a->bytes, PAGE);
	}
	if (a->touch == PROTECT)
		mprotect(at, a->bytes, PROT_READ);
	if (fd >= 0)
		close(fd);
	a->start = at;
}

/* Choose the mappings that the next child gets */
static void choose(enum sharing sharing)
{
	size_t i;

	for (i = 0; i < NR; i++)
		if (areas[i].start)
			madvise(areas[i].start, areas[i].bytes,
				areas[i].sharing == sharing ? MADV_DOFORK : MADV_DONTFORK);
}

/* Stay until @parent ends, which may have to adopt this process first */
static void rest(pid_t parent)
{
	while (getppid() != parent)
		usleep(1000);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void fork_and_exit(void)
{
	const pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

/* A child and a grandchild that both exit */
static void fork_tree_and_exit(void)
{
	const pid_t child = fork();

	if (!child) {
		fork_and_exit();
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

/* A grandchild, whose parent exits; it becomes our child again */
static pid_t fork_tree(void)
{
	const pid_t own = getpid();
	int pipe_[2];
	pid_t child, grandchild = 0;

	if (pipe(pipe_))
		die("pipe");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (!child) {
		grandchild = fork();
		if (!grandchild)
			rest(own);
		_exit(write(pipe_[1], &grandchild, sizeof(grandchild)) < 0);
	}
	waitpid(child, NULL, 0);
	if (read(pipe_[0], &grandchild, sizeof(grandchild)) < 0)
		die("read");
	close(pipe_[0]);
	close(pipe_[1]);
	return grandchild;
}

static pid_t fork_child(void)
{
	const pid_t own = getpid(), child = fork();
	size_t i;

	if (child)
		return child;
	for (i = 0; i < NR; i++)
		if (areas[i].start && areas[i].touch == HALF)
			write_all(areas[i].start, areas[i].start + areas[i].bytes / 2);
	if (write(1, "child\n", 6) < 0)
		_exit(1);
	rest(own);
	return 0;
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

/* Write to a mapping and print the faults. Everything else that it touches was touched before */
static void serve(const struct area *a)
{
	static char line[128];
	char byte;
	long before;
	int len;

	if (read(0, &byte, 1) != 1)
		exit(0);
	before = faults();
	write_all(a->start, a->start + a->bytes);
	len = snprintf(line, sizeof(line), "%s %ld\n", a->name, faults() - before);
	if (write(1, line, (size_t)len) < 0)
		exit(1);
}

int main(int argc, char **argv)
{
	static char scratch[PAGE];
	static struct area own = { .name = "self", .start = scratch, .bytes = sizeof(scratch) };
	pid_t child, grandchild;
	size_t i;

	if (argc != 2)
		die("usage: cow_writer FILE");
	setvbuf(stdout, NULL, _IONBF, 0);
	for (i = 0; i < NR; i++)
		make(&areas[i], argv[1], i);
	choose(ALONE);
	fork_and_exit();
	choose(TREE_ALONE);
	fork_tree_and_exit();
	choose(TREE);
	grandchild = fork_tree();
	choose(SHARED);
	child = fork_child();
	printf("pids %d %d\n", child, grandchild);
	for (i = 0; i < NR; i++)
		if (areas[i].start)
			printf("%s %lx %lx\n", areas[i].name, (unsigned long)areas[i].start,
			       (unsigned long)areas[i].start + areas[i].bytes);
	printf("ready\n");
	for (i = 0; i < 4; i++)
		serve(&own);
	for (i = 0; i < NR; i++)
		if (areas[i].start && areas[i].touch != PROTECT)
			serve(&areas[i]);
	pause();
	return 0;
}
