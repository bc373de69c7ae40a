// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages from the pools of hugetlb, leaves of pmds (2M with pages of 4K) and of 1G: private, shared through a page table of two
 * processes, without access, and markers instead of pages.
 */
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

#define SYS_1G	"/sys/kernel/mm/hugepages/hugepages-1048576kB/"
#define RW	(PROT_READ | PROT_WRITE)
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT	26
#endif

static void raise_pool(const struct run *run)
{
	setting_raise_pool(run->times);
}

static void map_private(struct run *run, size_t size, int shift)
{
	stage_map_aligned(run, size, size, RW,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
			  shift << MAP_HUGE_SHIFT, -1);
}

static void map_1g(struct run *run)
{
	long pages = setting_read(SYS_1G "free_hugepages");

	if (pages < 1)
		skip("no page of 1G: boot with hugepagesz=1G hugepages=1");
	if (pages < (long)run->times)
		run->times = (unsigned int)pages;
	map_private(run, GIANT, 30);
}

static void take_access(const struct run *run)
{
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
}

static void make_hugetlb(struct run *run)
{
	raise_pool(run);
	map_private(run, HUGE, (int)HUGE_SHIFT);
	stage_hit(run, "hugetlb", ACCESS_WRITE);
	stage_print_pages(run, HUGE, "present", "P,RW,US,PSE");
}

/* As many pages as the pool has: it is set on the kernel's command line only */
static void make_hugetlb_1g(struct run *run)
{
	map_1g(run);
	stage_hit(run, "hugetlb", ACCESS_WRITE);
	stage_print_pages(run, GIANT, "present", "P,RW,US,PSE");
}

static void make_hugetlb_protnone(struct run *run)
{
	raise_pool(run);
	map_private(run, HUGE, (int)HUGE_SHIFT);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	take_access(run);
	stage_print_pages(run, HUGE, "protnone", "!P,PSE");
}

static void make_hugetlb_1g_protnone(struct run *run)
{
	map_1g(run);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	take_access(run);
	stage_print_pages(run, GIANT, "protnone", "!P,PSE");
}

static void write_each(const struct run *run)
{
	stage_each(run, ACCESS_WRITE);
}

/* Map 1G of a file shared, so that the table of pmds may be shared too */
static void map_whole_table(struct run *run)
{
	unsigned int times = run->times;
	int fd = memfd_create("workload", MFD_CLOEXEC | HUGE_FD);

	raise_pool(run);
	if (fd < 0 || ftruncate(fd, (off_t)GIANT))
		skip("no file of huge pages");
	run->times = 1;
	stage_map_aligned(run, GIANT, GIANT, RW, MAP_SHARED | MAP_NORESERVE, fd);
	run->times = times;
	run->step = HUGE;
}

/* The child maps all pages; after one fault here the shared table maps all of them here too */
static void make_hugetlb_shared(struct run *run)
{
	struct run first;

	map_whole_table(run);
	child_start_after(write_each, run);
	first = *run;
	first.times = 1;
	stage_each(&first, ACCESS_READ);
	stage_print_pages(run, HUGE, "present", "P,US,PSE");
}

/* Write-protect memory that was never mapped: markers instead of pmds */
static void make_hugetlb_marker(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC | HUGE_FD);

	raise_pool(run);
	uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * HUGE)))
		skip("no file of huge pages");
	stage_map(run, HUGE, RW, MAP_SHARED, fd);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	stage_print_pages(run, HUGE, "marker", "MARK-UFFD");
}

#ifndef MADV_HWPOISON
#define MADV_HWPOISON	100
#endif

static void survive(int signal)
{
	(void)signal;
}

/* The kernel marks the frame as broken until the next boot: use only one page */
static void make_hugetlb_hwpoison(struct run *run)
{
	char *broken;

	raise_pool(run);
	map_private(run, HUGE, (int)HUGE_SHIFT);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	signal(SIGBUS, survive);	/* an ignored SIGBUS of a fault kills */
	broken = run->start + (run->times / 2) * HUGE;
	if (madvise(broken, PAGE, MADV_HWPOISON))
		skip("no MADV_HWPOISON");
	if (run->start < broken)
		stage_print_page(run->start, broken, HUGE, "present", "P,RW,PSE");
	stage_print_page(broken, broken + HUGE, HUGE, "hwpoison", "-");
	if (broken + HUGE < run->end)
		stage_print_page(broken + HUGE, run->end, HUGE, "present", "P,RW,PSE");
}

const struct workload hugetlb_workloads[] = {
	WORKLOADS_HUGETLB(WORKLOAD_ROW)
	{ }
};
