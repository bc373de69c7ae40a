// SPDX-License-Identifier: GPL-2.0
/*
 * Pages from the pools of hugetlb, of 2M and 1G: private, shared with a table that
 * two processes have in common, without access, and markers in place of pages.
 */
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

#define SYS_2M	"/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define SYS_1G	"/sys/kernel/mm/hugepages/hugepages-1048576kB/"
#define RW	(PROT_READ | PROT_WRITE)
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT	26
#endif
#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB	(21U << MAP_HUGE_SHIFT)
#endif

static void raise_pool(const struct run *run)
{
	setting_raise(SYS_2M "nr_hugepages", run->times);
	if (setting_read(SYS_2M "free_hugepages") < (long)run->times)
		skip("%ld of %u pages of 2M in the pool",
		     setting_read(SYS_2M "free_hugepages"), run->times);
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

static void hugetlb_2m(struct run *run)
{
	raise_pool(run);
	map_private(run, HUGE, 21);
	stage_hit(run, "hugetlb", ACCESS_WRITE);
	stage_tell_places(run, HUGE, "present", "P,RW,US,PSE");
}

/* As many as there are: they come from the kernel's command line only */
static void hugetlb_1g(struct run *run)
{
	map_1g(run);
	stage_hit(run, "hugetlb", ACCESS_WRITE);
	stage_tell_places(run, GIANT, "present", "P,RW,US,PSE");
}

static void protnone_2m(struct run *run)
{
	raise_pool(run);
	map_private(run, HUGE, 21);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	take_access(run);
	stage_tell_places(run, HUGE, "protnone", "!P,PSE");
}

static void protnone_1g(struct run *run)
{
	map_1g(run);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	take_access(run);
	stage_tell_places(run, GIANT, "protnone", "!P,PSE");
}

static void write_each(const struct run *run)
{
	stage_each(run, ACCESS_WRITE);
}

/* A whole 1G of a file, shared: its table of pmds may be shared as well */
static void map_whole_table(struct run *run)
{
	unsigned int times = run->times;
	int fd = memfd_create("workload", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);

	raise_pool(run);
	if (fd < 0 || ftruncate(fd, (off_t)GIANT))
		skip("no file of huge pages");
	run->times = 1;
	stage_map_aligned(run, GIANT, GIANT, RW, MAP_SHARED | MAP_NORESERVE, fd);
	run->times = times;
	run->step = HUGE;
}

/* The child maps all of them; one fault here, and with the table all are here too */
static void shared_table(struct run *run)
{
	struct run first;

	map_whole_table(run);
	child_start_after(write_each, run);
	first = *run;
	first.times = 1;
	stage_each(&first, ACCESS_READ);
	stage_tell_places(run, HUGE, "present", "P,US,PSE");
}

/* A write protection where no page was ever mapped: markers in the place of pmds */
static void marker_2m(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);

	raise_pool(run);
	uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * HUGE)))
		skip("no file of huge pages");
	stage_map(run, HUGE, RW, MAP_SHARED, fd);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	stage_tell_places(run, HUGE, "marker", "MARK-UFFD");
}

#ifndef MADV_HWPOISON
#define MADV_HWPOISON	100
#endif

static void survive(int signal)
{
	(void)signal;
}

/* The kernel takes the frame for broken from now on: one, as it is lost for good */
static void poisoned(struct run *run)
{
	char *broken;

	raise_pool(run);
	map_private(run, HUGE, 21);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	signal(SIGBUS, survive);	/* ignored, it would kill */
	broken = run->start + (run->times / 2) * HUGE;
	if (madvise(broken, PAGE, MADV_HWPOISON))
		skip("no MADV_HWPOISON");
	if (run->start < broken)
		stage_tell_page(run->start, broken, HUGE, "present", "P,RW,PSE");
	stage_tell_page(broken, broken + HUGE, HUGE, "hwpoison", "-");
	if (broken + HUGE < run->end)
		stage_tell_page(broken + HUGE, run->end, HUGE, "present", "P,RW,PSE");
}

const struct workload hugetlb_workloads[] = {
	{ "hugetlb", hugetlb_2m, "hugetlb pages of 2M" },
	{ "hugetlb-1g", hugetlb_1g, "hugetlb pages of 1G, as many as there are" },
	{ "hugetlb-protnone", protnone_2m, "hugetlb pages of 2M without access" },
	{ "hugetlb-1g-protnone", protnone_1g, "hugetlb pages of 1G without access" },
	{ "hugetlb-shared", shared_table, "hugetlb pages in a table of two processes" },
	{ "hugetlb-hwpoison", poisoned, "hugetlb pages, one of them poisoned" },
	{ "hugetlb-marker", marker_2m, "markers in the place of hugetlb pages" },
	{ }
};
