// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A page that stays present is never reported as absent, however often another process
 * changes its entry: SCAN, by run and raw, TRANSLATE and RMAP, for leaves of each size.
 *
 * Each variant has a child change the entry of one leaf in a loop, by a call that clears it
 * and sets it again. PGWALK_CALLS in the environment sets how often each call is made.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/names.h"
#include "../lib/sizes.h"

#define CALLS		10000
#define ROUNDS		23	/* that the child must make during the calls */

#define UNSUPPORTED	-1

/* Shared with the child: rounds made, or UNSUPPORTED */
static _Atomic int *rounds;

/*
 * Operations of a child in its loop, on a leaf that is present. Return: 0, or -errno if this
 * kernel cannot.
 */
static int lazyfree(char *leaf, size_t size)
{
	for (size_t i = 0; i < size; i += PAGE)
		leaf[i] = 1;
	return madvise(leaf, size, MADV_FREE);
}

static int protect(char *leaf, size_t size)
{
	int err = mprotect(leaf, size, PROT_READ);

	return err ?: mprotect(leaf, size, PROT_READ | PROT_WRITE);
}

static int clear_soft_dirty(char *leaf, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	*leaf = 1;
	return write(fd, "4", 1) == 1 ? 0 : -1;
}

static int open_userfaultfd(char *leaf, size_t size)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP };
	struct uffdio_register range = {
		.range = { (unsigned long)leaf, size },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	return fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range) ? -1 : fd;
}

static int write_protect(char *leaf, size_t size)
{
	static int fd = -1;
	struct uffdio_writeprotect wp = {
		.range = { (unsigned long)leaf, size },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	if (fd < 0)
		fd = open_userfaultfd(leaf, size);
	if (fd < 0 || ioctl(fd, UFFDIO_WRITEPROTECT, &wp))
		return -1;
	wp.mode = 0;
	return ioctl(fd, UFFDIO_WRITEPROTECT, &wp);
}

FIXTURE(present) {
	char *leaf;
	pid_t pid;
	int device;
	unsigned int calls;
	int began;
};

enum leaf { LEAF_PAGE, LEAF_HUGE, LEAF_GIANT };

static size_t leaf_bytes(enum leaf leaf)
{
	return leaf == LEAF_GIANT ? GIANT : leaf == LEAF_HUGE ? HUGE : PAGE;
}

FIXTURE_VARIANT(present) {
	enum leaf leaf;
	bool hugetlb;
	int (*change)(char *leaf, size_t size);
};

#define VARIANT(name_, leaf_, hugetlb_, change_) \
	FIXTURE_VARIANT_ADD(present, name_) { \
		.leaf = leaf_, .hugetlb = hugetlb_, .change = change_, \
	}

VARIANT(lazyfree_4k, LEAF_PAGE, false, lazyfree);
VARIANT(mprotect_4k, LEAF_PAGE, false, protect);
VARIANT(soft_dirty_4k, LEAF_PAGE, false, clear_soft_dirty);
VARIANT(userfaultfd_4k, LEAF_PAGE, false, write_protect);
VARIANT(lazyfree_thp, LEAF_HUGE, false, lazyfree);
VARIANT(mprotect_thp, LEAF_HUGE, false, protect);
VARIANT(userfaultfd_thp, LEAF_HUGE, false, write_protect);
VARIANT(mprotect_hugetlb_2m, LEAF_HUGE, true, protect);
VARIANT(userfaultfd_hugetlb_2m, LEAF_HUGE, true, write_protect);
VARIANT(mprotect_hugetlb_1g, LEAF_GIANT, true, protect);
VARIANT(userfaultfd_hugetlb_1g, LEAF_GIANT, true, write_protect);

static char *map_hugetlb(size_t leaf)
{
	char *p = mmap(NULL, leaf, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB |
		       (unsigned int)__builtin_ctzl(leaf) << 26, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Of the middle of a table that is full otherwise, or a whole huge page */
static char *map_leaf(size_t leaf, bool hugetlb)
{
	char *p, *area;

	if (hugetlb)
		return map_hugetlb(leaf);
	p = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	area = (char *)(((unsigned long)p + HUGE - 1) & ~(HUGE - 1));
	madvise(area, HUGE, leaf == HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return leaf == HUGE ? area : area + HUGE / 2;
}

static void __attribute__((noreturn)) change_forever(char *leaf, size_t size,
						     int (*change)(char *leaf, size_t size))
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (size == PAGE)
		memset(leaf - HUGE / 2, 1, HUGE);
	else
		*leaf = 1;
	for (;;) {
		if (change(leaf, size)) {
			*rounds = UNSUPPORTED;
			_exit(0);
		}
		++*rounds;
	}
}

FIXTURE_SETUP(present)
{
	const char *calls = getenv("PGWALK_CALLS");

	self->calls = calls ? atoi(calls) : CALLS;
	rounds = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, rounds);
	self->leaf = map_leaf(leaf_bytes(variant->leaf), variant->hugetlb);
	if (!self->leaf)
		SKIP(return, "no free hugetlb page of %zu MiB", leaf_bytes(variant->leaf) >> 20);
	self->pid = fork();
	if (!self->pid)
		change_forever(self->leaf, leaf_bytes(variant->leaf), variant->change);
	ASSERT_LT(0, self->pid);
	while (!*rounds)
		usleep(1000);
	if (*rounds == UNSUPPORTED)
		SKIP(return, "this kernel cannot do that to such a page");
	self->began = *rounds;
	self->device = interface_open_device(self->pid);
	ASSERT_LE(0, self->device);
}

FIXTURE_TEARDOWN(present)
{
	if (self->pid > 0) {
		kill(self->pid, SIGKILL);
		waitpid(self->pid, NULL, 0);
	}
	if (self->leaf)
		munmap(self->leaf, leaf_bytes(variant->leaf));
}

/* If the child stood still, the test shows nothing. */
#define EXPECT_CHANGES() \
	do { \
		while (*rounds < self->began + ROUNDS) \
			usleep(1000); \
	} while (0)

TEST_F_TIMEOUT(present, scan_reports_it, 300)
{
	static struct pgwalk_run run[512];
	unsigned int raced = 0;

	for (unsigned int i = 0; i < self->calls; i++) {
		struct pgwalk_scan scan = {
			.size = sizeof(scan),
			.start = (unsigned long)self->leaf,
			.end = (unsigned long)self->leaf + leaf_bytes(variant->leaf),
			.records = (unsigned long)run,
			.nr_records = 512,
		};
		__u64 next = scan.start;

		ASSERT_EQ(0, interface_ioctl(self->device, PGWALK_IOC_SCAN, &scan));
		for (unsigned int at = 0; at < scan.filled && run[at].start <= next; at++)
			if (run[at].end > next)
				next = run[at].end;
		ASSERT_LE(scan.end, next) {
			TH_LOG("call %u: nothing at %llx, %u runs", i, next, scan.filled);
		}
		raced += run[0].kind == PGWALK_KIND_RACED;
	}
	EXPECT_CHANGES();
	TH_LOG("%u calls, %u raced, %d changes", self->calls, raced, *rounds - self->began);
}

/* Each page of the leaf has an entry, in every call */
TEST_F_TIMEOUT(present, raw_scan_reports_it, 300)
{
	static __u64 words[512];
	unsigned int raced = 0;

	for (unsigned int i = 0; i < self->calls; i++) {
		struct pgwalk_scan scan = {
			.size = sizeof(scan),
			.flags = PGWALK_SCAN_RAW,
			.start = (unsigned long)self->leaf,
			.end = (unsigned long)self->leaf + leaf_bytes(variant->leaf),
			.records = (unsigned long)words,
			.nr_records = 512,
		};

		/* Of a gigantic page the first 2M are enough */
		if (leaf_bytes(variant->leaf) > HUGE)
			scan.end = scan.start + HUGE;
		for (; scan.start < scan.end; scan.start = scan.resume) {
			ASSERT_EQ(0, interface_ioctl(self->device, PGWALK_IOC_SCAN, &scan));
			ASSERT_EQ(scan.resume, scan.start + scan.filled * PAGE) {
				TH_LOG("call %u: %u entries from %llx, continued at %llx", i,
				       scan.filled, scan.start, scan.resume);
			}
			for (unsigned int at = 0; at < scan.filled; at++) {
				ASSERT_NE(0, words[at]) {
					TH_LOG("call %u: no entry at %llx", i,
					       scan.start + at * PAGE);
				}
			}
			raced += words[0] == PGWALK_SCAN_RAW_RACED;
		}
	}
	EXPECT_CHANGES();
	TH_LOG("%u calls, %u raced, %d changes", self->calls, raced, *rounds - self->began);
}

TEST_F_TIMEOUT(present, translate_reports_it, 300)
{
	unsigned int raced = 0;

	for (unsigned int i = 0; i < self->calls; i++) {
		struct pgwalk_translate t = { .size = sizeof(t), .addr = (unsigned long)self->leaf };
		unsigned int kind;

		ASSERT_EQ(0, interface_ioctl(self->device, PGWALK_IOC_TRANSLATE, &t));
		if (t.status == PGWALK_TRANSLATE_RACED) {
			raced++;
			continue;
		}
		ASSERT_EQ(PGWALK_TRANSLATE_DONE, t.status);
		kind = t.step[t.nr_steps - 1].entry.kind;
		ASSERT_NE(PGWALK_KIND_NONE, kind) {
			TH_LOG("call %u: no entry at level %u", i, t.step[t.nr_steps - 1].entry.level);
		}
	}
	EXPECT_CHANGES();
	TH_LOG("%u calls, %u raced, %d changes", self->calls, raced, *rounds - self->began);
}

/* The search is over and found as many as the kernel counts, or its status is the reason. */
TEST_F_TIMEOUT(present, rmap_finds_it, 300)
{
	static struct pgwalk_rmap_hit hit[64];
	unsigned int done = 0;

	for (unsigned int i = 0; i < self->calls / 4; i++) {
		struct pgwalk_rmap r = {
			.size = sizeof(r),
			.flags = PGWALK_RMAP_ADDRESS,
			.addr = (unsigned long)self->leaf,
			.records = (unsigned long)hit,
			.nr_records = 64,
		};
		int err = interface_ioctl(self->device, PGWALK_IOC_RMAP, &r);

		if (err == -EAGAIN)
			continue;
		ASSERT_EQ(0, err);
		if (r.status != PGWALK_RMAP_DONE)
			continue;
		done++;
		ASSERT_EQ(r.mapcount, r.found) {
			TH_LOG("call %u: %d found of %d", i, (int)r.found, r.mapcount);
		}
	}
	EXPECT_CHANGES();
	TH_LOG("%u calls, %u done, %d changes", self->calls / 4, done, *rounds - self->began);
	ASSERT_LT(0, done);
}

TEST_HARNESS_MAIN
