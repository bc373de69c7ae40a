// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults that a thread of the target serves itself, huge pages in a page table that all
 * targets share, and injected memory failures. Failed memory is lost until the next boot,
 * so failures are limited to two a second.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "area.h"
#include "special.h"
#include "counts.h"

#define USERFAULTS	64UL
#define MERGEABLE		64UL	/* pages for KSM */
#define HUGETLBS	12	/* pages of the pool, see machine.c */
#define GIANT		(1UL << 30)
#define RW		(PROT_READ | PROT_WRITE)
#ifndef MADV_HWPOISON
#define MADV_HWPOISON	100
#endif
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif
#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB	(21U << 26)
#endif

static char *served, *tables, *mergeable;
static int uffd = -1, huge_file = -1;
static char filler[PAGE] __attribute__((aligned(4096))) = { 23 };

int special_create_file(void)
{
	int fd = memfd_create("torture", MFD_HUGETLB | MFD_HUGE_2MB);

	if (fd < 0 || !ftruncate(fd, (off_t)GIANT))
		return fd;
	close(fd);
	return -1;
}

/* Serve half of the faults with a page, half with the zero page */
static void serve(uint64_t address)
{
	struct uffdio_copy copy = { .dst = address & -PAGE, .src = (uintptr_t)filler, .len = PAGE };
	struct uffdio_zeropage zero = { .range = { address & -PAGE, PAGE } };

	if (prng_below(2) ? !ioctl(uffd, UFFDIO_COPY, &copy) : !ioctl(uffd, UFFDIO_ZEROPAGE, &zero))
		counts_increment(COUNTS_USERFAULT);
	else	/* another thread may have served it */
		ioctl(uffd, UFFDIO_WAKE, &zero.range);
}

static void *serve_all(void *unused)
{
	struct uffd_msg msg;

	while (read(uffd, &msg, sizeof(msg)) == sizeof(msg))
		if (msg.event == UFFD_EVENT_PAGEFAULT)
			serve(msg.arg.pagefault.address);
	return unused;
}

static bool map_served(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;

	uffd = (int)syscall(__NR_userfaultfd, O_CLOEXEC);
	served = mmap(NULL, USERFAULTS * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	reg.range.start = (uintptr_t)served;
	reg.range.len = USERFAULTS * PAGE;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		return false;
	return !pthread_create(&thread, NULL, serve_all, NULL);
}

/* Map 1G, so that its table of pmds can be shared */
static bool map_tables(void)
{
	tables = area_reserve(GIANT, GIANT);
	return tables && mmap(tables, GIANT, RW, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, huge_file,
			      0) != MAP_FAILED;
}

/* Outside of the areas, because memory that changes all the time is not merged */
static bool map_alike(void)
{
	mergeable = mmap(NULL, MERGEABLE * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mergeable == MAP_FAILED)
		return false;
	madvise(mergeable, MERGEABLE * PAGE, MADV_NOHUGEPAGE);
	madvise(mergeable, MERGEABLE * PAGE, MADV_MERGEABLE);
	memset(mergeable, 23, MERGEABLE * PAGE);
	return true;
}

bool special_map(int file)
{
	huge_file = file;
	if (!map_alike())
		return false;
	if (!map_served())
		counts_set_unavailable(COUNTS_USERFAULT);
	if (file < 0 || !map_tables())
		counts_set_unavailable(COUNTS_HUGETLB);
	return true;
}

static void touch_served(void)
{
	char *page = served + prng_below(USERFAULTS) * PAGE;

	if (prng_below(2))
		area_touch(page);
	else
		area_read(page);
	if (!prng_below(3))
		madvise(page, PAGE, MADV_DONTNEED);
}

/* Some changes unshare the table, and a new mapping shares it again */
static void change_tables(void)
{
	size_t at = prng_below(HUGETLBS) * HUGE;

	switch (prng_below(8)) {
	case 0:
		mprotect(tables + at, HUGE, PROT_READ);
		mprotect(tables + at, HUGE, RW);
		break;
	case 1:
		fallocate(huge_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, HUGE);
		break;
	case 2:
		munmap(tables, GIANT);
		mmap(tables, GIANT, RW, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, huge_file, 0);
		break;
	default:
		if (area_touch(tables + at))
			counts_increment(COUNTS_HUGETLB);
	}
}

static bool may_fail_memory(void)
{
	static _Atomic time_t last;
	struct timespec now;
	time_t half;

	clock_gettime(CLOCK_MONOTONIC, &now);
	half = 2 * now.tv_sec + (now.tv_nsec >= 500000000);
	return atomic_exchange(&last, half) != half;
}

/* In a process of its own, which the kernel may kill; the page stays for some time so that walkers can see it */
static void fail_memory(void)
{
	bool soft = prng_below(2);
	pid_t pid = fork();
	char *page;
	int status;

	if (pid) {
		if (pid > 0 && waitpid(pid, &status, 0) == pid && (!WIFEXITED(status) ||
								   !WEXITSTATUS(status)))
			counts_increment(soft ? COUNTS_OFFLINE : COUNTS_HWPOISON);
		return;
	}
	page = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	area_touch(page + PAGE);
	if (madvise(page + PAGE, PAGE, soft ? MADV_SOFT_OFFLINE : MADV_HWPOISON))
		_exit(1);
	usleep(20000);
	_exit(0);
}

void special_change(void)
{
	switch (prng_below(4)) {
	case 2:		/* unmerge by writing the content that the page had */
		mergeable[prng_below(MERGEABLE) * PAGE] = 23;
		break;
	case 0:
		if (uffd >= 0)
			touch_served();
		break;
	case 1:
		if (huge_file >= 0)
			change_tables();
		break;
	default:
		if (may_fail_memory())
			fail_memory();
	}
}
