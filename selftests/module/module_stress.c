// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads everything of processes that change all the time: the page tables are split,
 * collapsed, moved, forked and freed during the reads, the processes exec and exit,
 * directories come and go. The data must be in order and well formed; KASAN, lockdep and
 * the kernel's own checks report other errors. Argument: seconds.
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

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define DIR_PGWALK	"/sys/kernel/debug/pgwalk"
#define AREA		(4 * HUGE)
#define TARGETS		2
#define RECORDS		700

static volatile sig_atomic_t over;
static pid_t targets[TARGETS];
static unsigned long nr_lines, nr_scans, nr_vmas, nr_walks, nr_gone;

/* The first failure, or empty. */
static char failure[4096];

static void fail(const char *what, const char *text)
{
	if (!failure[0])
		snprintf(failure, sizeof(failure), "%.50s: %.*s", what,
			 (int)strcspn(text, "\n"), text);
}

static unsigned int rnd(unsigned int n)
{
	static __thread unsigned int seed;

	if (!seed)
		seed = getpid() * 31 + (unsigned int)(uintptr_t)&seed;
	return rand_r(&seed) % n;
}

/* The storm: in the target, forever. */

static void touch(char *area, size_t from, size_t to)
{
	for (; from < to; from += PAGE)
		area[from]++;
}

/*
 * Shared memory is not collapsed: when that fails, the kernel (6.12) leaks nodes of the
 * page cache, which kmemleak would report as if it were ours.
 */
static void one_change(char *area, int collapse)
{
	size_t page = rnd(AREA / PAGE) * PAGE;
	size_t huge = rnd(AREA / HUGE) * HUGE;
	char *moved;

	switch (rnd(10)) {
	case 0:
		madvise(area, AREA, MADV_HUGEPAGE);
		touch(area, huge, huge + HUGE);
		break;
	case 1:
		if (collapse)
			madvise(area + huge, HUGE, MADV_COLLAPSE);
		break;
	case 2:		/* splits a huge page */
		madvise(area + page, PAGE, MADV_DONTNEED);
		break;
	case 3:		/* on new kernels frees the table of ptes as well */
		madvise(area + huge, HUGE, MADV_DONTNEED);
		break;
	case 4:
		mprotect(area + huge, HUGE, PROT_NONE);
		mprotect(area + huge, HUGE, PROT_READ | PROT_WRITE);
		break;
	case 5:		/* moves whole tables */
		moved = mremap(area + huge, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			       area + 2 * AREA);
		if (moved != MAP_FAILED)
			mremap(moved, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			       area + huge);
		break;
	case 6:		/* frees tables during reads */
		munmap(area + huge, HUGE);
		mmap(area + huge, HUGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case 7:
		madvise(area + huge, HUGE, MADV_PAGEOUT);
		break;
	default:
		touch(area, page, page + PAGE);
	}
}

static void *storm(void *area)
{
	for (;;)
		one_change(area, 1);
	return NULL;
}

/* Reserve room after the area for moved pages. */
static char *make_area(int flags)
{
	char *area = mmap(NULL, 4 * AREA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			  -1, 0);

	area = (char *)(((uintptr_t)area + HUGE) & ~(HUGE - 1));
	return mmap(area, AREA, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static void target(void)
{
	char *shared = make_area(MAP_SHARED);
	char *area = make_area(MAP_PRIVATE);
	pthread_t thread;
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_create(&thread, NULL, storm, area);
	for (i = 0; i < 200; i++) {
		pid_t child = fork();

		if (!child) {
			touch(area, 0, AREA);
			_exit(0);
		}
		one_change(shared, 0);
		waitpid(child, NULL, 0);
	}
	execl("/proc/self/exe", "module_stress", "--target", NULL);
	_exit(1);
}

static pid_t start_target(void)
{
	pid_t pid = fork();

	if (!pid)
		target();
	return pid;
}

/* The readers: threads of this process, until it is over. */

static pid_t some_target(void)
{
	return __atomic_load_n(&targets[rnd(TARGETS)], __ATOMIC_RELAXED);
}

static void check_lines(const char *path, FILE *f)
{
	unsigned long start, end, last = 0;
	char line[8192];

	while (fgets(line, sizeof(line), f)) {
		nr_lines++;
		if (line[0] == '#') {
			nr_gone += !strcmp(line, "# target gone\n");
			continue;
		}
		if (sscanf(line, "%lx-%lx ", &start, &end) != 2)
			fail(path, line);
		else if (start >= end || start < last)
			fail("out of order", line);
		last = end;
	}
}

static void *read_view(void *name)
{
	char path[64];
	FILE *f;

	while (!over) {
		snprintf(path, sizeof(path), DIR_PGWALK "/%d/%s", some_target(), (char *)name);
		f = fopen(path, "r");
		if (!f)
			continue;
		check_lines(path, f);
		fclose(f);
	}
	return NULL;
}

static void *translate(void *unused)
{
	char query[64], answer[2048];
	ssize_t len;
	int fd;

	while (!over) {
		fd = open(DIR_PGWALK "/translate", O_RDWR);
		len = snprintf(query, sizeof(query), "%d %lx", some_target(),
			       0x7f0000000000UL + ((unsigned long)rnd(1 << 28) << PAGE_SHIFT));
		if (fd >= 0 && write(fd, query, len) == len) {
			len = read(fd, answer, sizeof(answer) - 1);
			answer[len > 0 ? len : 0] = '\0';
			if (!strstr(answer, "\n= "))
				fail("no result", answer);
			nr_walks++;
		}
		close(fd);
	}
	return NULL;
}

static void *churn(void *unused)
{
	char query[32];
	int fd, len;

	while (!over) {
		fd = open(DIR_PGWALK "/attach", O_RDWR);
		len = snprintf(query, sizeof(query), "%s%d", rnd(4) ? "" : "-", some_target());
		if (write(fd, query, len) != len && errno != EEXIST && errno != ESRCH &&
		    errno != ENXIO)
			fail("attach", strerror(errno));
		close(fd);
	}
	return NULL;
}

static void check_runs(const struct pgwalk_run *run, unsigned int nr)
{
	char text[128];
	uint64_t last = 0;
	unsigned int i;

	for (i = 0; i < nr; last = run[i].end, i++) {
		if (run[i].start < run[i].end && run[i].start >= last &&
		    run[i].kind >= PGWALK_KIND_PRESENT && run[i].kind < PGWALK_KIND_NR)
			continue;
		snprintf(text, sizeof(text), "%llx-%llx kind %u after %llx",
			 (unsigned long long)run[i].start, (unsigned long long)run[i].end,
			 run[i].kind, (unsigned long long)last);
		fail("run", text);
	}
}

static void scan_all(int fd, uint64_t end, unsigned int flags)
{
	static __thread struct pgwalk_run run[RECORDS];
	struct pgwalk_scan scan = { .size = sizeof(scan), .flags = flags, .end = end };

	while (scan.start < end && !over) {
		scan.records = (uintptr_t)run;
		scan.nr_records = 1 + rnd(RECORDS);
		if (ioctl(fd, PGWALK_IOC_SCAN, &scan))
			return;
		check_runs(run, scan.filled);
		if (scan.resume <= scan.start && scan.filled)
			fail("scan", "does not go on");
		scan.start = scan.resume;
		nr_scans++;
	}
}

static void list_all(int fd, uint64_t end)
{
	static __thread char buffer[16384] __attribute__((aligned(8)));
	struct pgwalk_vmas vmas = { .size = sizeof(vmas), .flags = PGWALK_VMAS_COUNT, .end = end };

	while (vmas.start < end && !over) {
		vmas.records = (uintptr_t)buffer;
		vmas.bytes = sizeof(buffer);
		if (ioctl(fd, PGWALK_IOC_VMAS, &vmas))
			return;
		vmas.start = vmas.resume;
		nr_vmas++;
	}
}

static void *device(void *unused)
{
	struct pgwalk_info info = { .size = sizeof(info) };

	while (!over) {
		struct pgwalk_attach attach = { .size = sizeof(attach), .pid = some_target() };
		int fd = open(PGWALK_DEVICE, O_RDWR);

		if (fd >= 0 && !ioctl(fd, PGWALK_IOC_INFO, &info) &&
		    !ioctl(fd, PGWALK_IOC_ATTACH, &attach)) {
			scan_all(fd, info.user_end, 0);
			scan_all(fd, info.user_end, PGWALK_SCAN_PAGES);
			list_all(fd, info.user_end);
		}
		close(fd);
	}
	return NULL;
}

static void end_target(int i)
{
	kill(targets[i], SIGKILL);
	waitpid(targets[i], NULL, 0);
}

static void run(unsigned int seconds)
{
	static void *(* const readers[])(void *) = {
		read_view, read_view, translate, churn, device, device,
	};
	static const char * const names[] = { "pages", "vmas", NULL, NULL, NULL, NULL };
	enum { NR = sizeof(readers) / sizeof(readers[0]) };
	pthread_t threads[NR];
	time_t end = time(NULL) + seconds;
	int i;

	for (i = 0; i < TARGETS; i++)
		targets[i] = start_target();
	for (i = 0; i < NR; i++)
		pthread_create(&threads[i], NULL, readers[i], (void *)names[i]);
	while (time(NULL) < end) {
		usleep(700000);
		i = rnd(TARGETS);
		end_target(i);
		__atomic_store_n(&targets[i], start_target(), __ATOMIC_RELAXED);
	}
	over = 1;
	for (i = 0; i < NR; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < TARGETS; i++)
		end_target(i);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--target"))
		target();
	run(argc > 1 ? atoi(argv[1]) : 20);
	ksft_print_header();
	ksft_set_plan(2);
	ksft_print_msg("lines %lu walks %lu scans %lu vmas %lu gone %lu\n", nr_lines, nr_walks,
		       nr_scans, nr_vmas, nr_gone);
	ksft_test_result(!failure[0], "the text is well formed%s%s\n", failure[0] ? ": " : "", failure);
	ksft_test_result(nr_lines && nr_walks && nr_scans && nr_vmas, "every reader reads data\n");
	ksft_finished();
}
