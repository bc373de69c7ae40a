// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Searches the mappings of pages of processes that fork, map, copy, move, merge and exit
 * all the time. rmap.c checks results when nothing changes; here results must be well
 * formed. KASAN, lockdep and the kernel's own checks report other faults.
 * Argument: seconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#include "pgwalk.h"
#include "../lib/sizes.h"

#define AREA		(4 * HUGE)
#define TREES		3
#define DEPTH		3
#define READERS		4

static volatile sig_atomic_t over;
static pid_t trees[TREES];
static char *area, *shared;
static unsigned long nr_asked, nr_hits, nr_status[PGWALK_RMAP_UNCOUNTED + 1], nr_text;
static char failure[200];

static unsigned int rnd(unsigned int n)
{
	static __thread unsigned int seed;
	static __thread pid_t owner;

	if (owner != getpid()) {
		owner = getpid();
		seed = (unsigned int)owner * 31 + (unsigned int)(uintptr_t)&seed;
	}
	return (unsigned int)rand_r(&seed) % n;
}

static void touch(char *p, size_t size)
{
	for (size_t i = 0; i < size; i += PAGE)
		p[i]++;
}

static void change(char *p)
{
	size_t page = rnd(AREA / PAGE) * PAGE, huge = rnd(AREA / HUGE) * HUGE;
	char *moved;

	switch (rnd(10)) {
	case 0:
		madvise(p, AREA, MADV_HUGEPAGE);
		touch(p + huge, HUGE);
		break;
	case 1:
		madvise(p + page, PAGE, MADV_DONTNEED);
		break;
	case 2:
		mprotect(p + page, PAGE, PROT_READ);
		mprotect(p + page, PAGE, PROT_READ | PROT_WRITE);
		break;
	case 3:
		moved = mremap(p + huge, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			       p + 2 * AREA);
		if (moved != MAP_FAILED)
			mremap(moved, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + huge);
		break;
	case 4:
		munmap(p + huge, HUGE);
		mmap(p + huge, HUGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case 5:
		madvise(p + huge, HUGE, MADV_PAGEOUT);
		break;
	case 6:
		madvise(p, AREA, MADV_MERGEABLE);
		memset(p + page, 7, PAGE);
		break;
	default:
		touch(p + page, PAGE);
	}
}

/* Forks, changes, and exits; the first of a tree starts again without end. */
static void live(int depth)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	do {
		pid_t a = depth ? fork() : -1, b = a && depth ? fork() : -1;

		if (!a || !b) {
			depth--;
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (int i = rnd(40); i; i--)
				change(rnd(4) ? area : shared);
			live(depth);
			_exit(0);
		}
		for (int i = rnd(60); i; i--)
			change(rnd(4) ? area : shared);
		while (depth && (waitpid(-1, NULL, 0) > 0 || errno == EINTR))
			;
	} while (depth == DEPTH);
}

static char *make_area(int flags)
{
	char *p = mmap(NULL, 4 * AREA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	p = (char *)(((uintptr_t)p + HUGE) & ~(HUGE - 1));
	return mmap(p, AREA, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void write_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY);

	if (fd >= 0 && write(fd, word, strlen(word)) < 0)
		perror(path);
	close(fd);
}

static void check(const struct pgwalk_rmap *arg, const struct pgwalk_rmap_hit *hit)
{
	unsigned int counted = 0;

	for (unsigned int i = 0; i < arg->filled; i++) {
		counted += hit[i].counted;
		if (hit[i].addr < hit[i].vma_start || hit[i].addr >= hit[i].vma_end ||
		    (hit[i].shift != PAGE_SHIFT && hit[i].shift != HUGE_SHIFT) || hit[i].comm[15])
			snprintf(failure, sizeof(failure), "pfn %llx: %llx not in %llx-%llx",
				 (unsigned long long)arg->pfn, (unsigned long long)hit[i].addr,
				 (unsigned long long)hit[i].vma_start,
				 (unsigned long long)hit[i].vma_end);
	}
	if (counted != arg->found || arg->status < PGWALK_RMAP_DONE ||
	    arg->status > PGWALK_RMAP_UNCOUNTED)
		snprintf(failure, sizeof(failure), "pfn %llx: %u counted, %u found, status %u",
			 (unsigned long long)arg->pfn, counted, arg->found, arg->status);
}

/* All of a page that some process has now, in calls of some records each. */
static void ask(int fd, uint64_t pfn)
{
	struct pgwalk_rmap_hit hit[40];
	struct pgwalk_rmap arg = { .size = sizeof(arg), .pfn = pfn };

	do {
		arg.records = (uintptr_t)hit;
		arg.nr_records = 1 + rnd(40);
		if (ioctl(fd, PGWALK_IOC_RMAP, &arg)) {
			if (errno != EINTR)
				snprintf(failure, sizeof(failure), "errno %d", errno);
			return;
		}
		check(&arg, hit);
		__atomic_add_fetch(&nr_asked, 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&nr_hits, arg.filled, __ATOMIC_RELAXED);
		__atomic_add_fetch(&nr_status[arg.status], 1, __ATOMIC_RELAXED);
	} while (arg.status == PGWALK_RMAP_MORE && !over);
}

static uint64_t some_pfn(void)
{
	uintptr_t p = (uintptr_t)(rnd(3) ? area : shared) + rnd(AREA / PAGE) * PAGE;
	char path[64];
	uint64_t entry = 0;
	int fd;

	/* This process has pages in common with all of them. */
	if (rnd(2))
		snprintf(path, sizeof(path), "/proc/self/pagemap");
	else
		snprintf(path, sizeof(path), "/proc/%d/pagemap",
			 trees[rnd(TREES)] + (int)rnd(8));
	fd = open(path, O_RDONLY);
	if (fd >= 0 && pread(fd, &entry, 8, (off_t)(p / PAGE * 8)) != 8)
		entry = 0;
	close(fd);
	return entry >> 63 ? entry & ((1ULL << 55) - 1) : 0;
}

static void *read_device(void *unused)
{
	int fd = open(PGWALK_DEVICE, O_RDWR);

	while (!over) {
		uint64_t pfn = rnd(10) ? some_pfn() : rnd(1 << 19);

		if (pfn)
			ask(fd, pfn);
	}
	close(fd);
	return NULL;
}

static void *read_text(void *unused)
{
	char question[64], text[8192];

	while (!over) {
		int fd = open("/sys/kernel/debug/pgwalk/rmap", O_RDWR);
		int len = snprintf(question, sizeof(question), "%d %lx", trees[rnd(TREES)],
				   (unsigned long)area + rnd(AREA / PAGE) * PAGE);

		if (write(fd, question, (size_t)len) == len && read(fd, text, sizeof(text)) > 0)
			nr_text++;
		close(fd);
	}
	return NULL;
}

static pid_t start_tree(void)
{
	pid_t pid = fork();

	if (!pid)
		live(DEPTH);
	return pid;
}

static void run(unsigned int seconds)
{
	pthread_t threads[READERS];
	time_t end = time(NULL) + seconds;
	int i;

	for (i = 0; i < TREES; i++)
		trees[i] = start_tree();
	for (i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, i ? read_device : read_text, NULL);
	while (time(NULL) < end) {
		pid_t old = trees[i %= TREES];

		usleep(900000);
		kill(old, SIGKILL);
		waitpid(old, NULL, 0);
		trees[i++] = start_tree();
	}
	over = 1;
	for (i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < TREES; i++)
		kill(trees[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

int main(int argc, char **argv)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	signal(SIGCHLD, SIG_DFL);
	area = make_area(MAP_PRIVATE);
	shared = make_area(MAP_SHARED);
	touch(area, AREA);
	touch(shared, AREA);
	write_word("/sys/kernel/mm/ksm/sleep_millisecs", "20");
	write_word("/sys/kernel/mm/ksm/run", "1");
	run(argc > 1 ? (unsigned int)atoi(argv[1]) : 20);
	write_word("/sys/kernel/mm/ksm/run", "0");
	ksft_print_header();
	ksft_set_plan(2);
	ksft_print_msg("calls %lu hits %lu texts %lu; done %lu more %lu busy %lu changed %lu none %lu mismatch %lu\n",
		       nr_asked, nr_hits, nr_text, nr_status[1], nr_status[2], nr_status[3],
		       nr_status[4], nr_status[5], nr_status[6]);
	ksft_test_result(!failure[0], "each reply is well formed%s%s\n", failure[0] ? ": " : "", failure);
	ksft_test_result(nr_asked && nr_hits && nr_text && nr_status[1], "every reader reads data\n");
	ksft_finished();
}
