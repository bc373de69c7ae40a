// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages that are collapsed into a huge page and split again: every scan reports each page
 * as present or as raced, and no page is missing.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/sizes.h"

#define SCANS		4000
#define ROUNDS		23

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

/* Shared with the child: rounds done, or -1 if this kernel does not collapse */
static _Atomic int *rounds;

static char *map_huge(void)
{
	char *p = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL :
	       (char *)(((unsigned long)p + HUGE - 1) & ~(HUGE - 1));
}

static void collapse_and_split(char *p)
{
	madvise(p, HUGE, MADV_NOHUGEPAGE);
	memset(p, 1, HUGE);
	madvise(p, HUGE, MADV_HUGEPAGE);
	for (;;) {
		if (madvise(p, HUGE, MADV_COLLAPSE)) {
			if (!*rounds)
				*rounds = -1;
			continue;
		}
		/* Other permissions for a part of the huge page split it */
		mprotect(p, PAGE, PROT_READ);
		mprotect(p, PAGE, PROT_READ | PROT_WRITE);
		++*rounds;
	}
}

FIXTURE(collapsing) {
	char *start;
	pid_t pid;
	int device;
};

FIXTURE_SETUP(collapsing)
{
	rounds = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, rounds);
	self->start = map_huge();
	ASSERT_NE(NULL, self->start);
	self->pid = fork();
	if (!self->pid)
		collapse_and_split(self->start);
	ASSERT_LT(0, self->pid);
	while (!*rounds)
		usleep(1000);
	if (*rounds < 0)
		SKIP(return, "this kernel does not collapse");
	self->device = interface_open_device(self->pid);
	ASSERT_LE(0, self->device);
}

FIXTURE_TEARDOWN(collapsing)
{
	kill(self->pid, SIGKILL);
	waitpid(self->pid, NULL, 0);
}

/*
 * Return the first page that is reported neither as present nor as raced, or the end if there
 * is none. A page may be reported twice: as a small page, then as part of the huge page.
 */
static __u64 first_missing(const struct pgwalk_run *run, unsigned int nr, __u64 start)
{
	__u64 next = start;

	for (unsigned int i = 0; i < nr && run[i].start <= next; i++)
		if (run[i].end > next && (run[i].kind == PGWALK_KIND_PRESENT ||
					  run[i].kind == PGWALK_KIND_RACED))
			next = run[i].end;
	return next;
}

TEST_F_TIMEOUT(collapsing, no_page_is_missing, 120)
{
	static struct pgwalk_run run[512];
	unsigned int huge = 0, i;

	for (i = 0; i < SCANS || *rounds < ROUNDS; i++) {
		struct pgwalk_scan scan = {
			.size = sizeof(scan),
			.start = (unsigned long)self->start,
			.end = (unsigned long)self->start + HUGE,
			.records = (unsigned long)run,
			.nr_records = 512,
		};

		ASSERT_EQ(0, interface_ioctl(self->device, PGWALK_IOC_SCAN, &scan));
		ASSERT_EQ(scan.end, first_missing(run, scan.filled, scan.start)) {
			TH_LOG("scan %u, round %d, %u runs", i, *rounds, scan.filled);
		}
		huge += scan.filled == 1 && run[0].shift == HUGE_SHIFT;
		if (i % 64 == 63)
			usleep(rand() % 1000);
	}
	TH_LOG("%u of %u scans found a huge page, %d rounds", huge, i, *rounds);
}

TEST_HARNESS_MAIN
