// SPDX-License-Identifier: GPL-2.0
/*
 * Leaves above 4K: transparent huge pages, whole and split, the huge zero page,
 * hugetlb of 2M and 1G. It must not go on when a page turned out small.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "workload.h"

#define SYS_2M	"/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define SYS_1G	"/sys/kernel/mm/hugepages/hugepages-1048576kB/"
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT	26
#endif

static void map_thp(struct run *run)
{
	setting_write("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs",
		      "600000");
	stage_map(run, HUGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_HUGEPAGE))
		skip("no transparent huge pages");
}

/* KiB of AnonHugePages in the mapping, by smaps */
static long anon_huge(const struct run *run)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long start;
	bool inside = false;
	char line[512];
	long kib = 0, n;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%*x ", &start) == 1 && strchr(line, '-'))
			inside = start == (unsigned long)run->start;
		else if (inside && sscanf(line, "AnonHugePages: %ld", &n) == 1)
			kib = n;
	}
	if (f)
		fclose(f);
	return kib;
}

static void thp_new(struct run *run)
{
	map_thp(run);
	stage_hit(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages: %ld KiB of AnonHugePages",
		     anon_huge(run));
	stage_tell_places(run, HUGE, "present", "P,RW,US,PSE");
}

/* One page goes out of each: the rest is mapped by 4K, still one folio */
static void thp_split(struct run *run)
{
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * HUGE;

		if (madvise(p + 5 * PAGE, PAGE, MADV_DONTNEED))
			fail("MADV_DONTNEED");
		stage_tell_page(p, p + 5 * PAGE, PAGE, "present", "P,RW,!PSE");
		stage_tell_page(p + 6 * PAGE, p + HUGE, PAGE, "present",
				"P,RW,!PSE");
	}
}

static void huge_zero(struct run *run)
{
	if (setting_read("/sys/kernel/mm/transparent_hugepage/use_zero_page") != 1)
		skip("no huge zero page");
	map_thp(run);
	stage_hit(run, "anon-zero", ACCESS_READ);
	stage_tell_places(run, HUGE, "zero", "P,US,PSE,!RW");
}

static void map_hugetlb(struct run *run, size_t size, int shift)
{
	stage_map_aligned(run, size, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
			  shift << MAP_HUGE_SHIFT, -1);
}

static void hugetlb_2m(struct run *run)
{
	setting_raise(SYS_2M "nr_hugepages", run->times);
	if (setting_read(SYS_2M "free_hugepages") < (long)run->times)
		skip("%ld of %u pages of 2M in the pool",
		     setting_read(SYS_2M "free_hugepages"), run->times);
	map_hugetlb(run, HUGE, 21);
	stage_hit(run, "hugetlb", ACCESS_WRITE);
	stage_tell_places(run, HUGE, "present", "P,RW,US,PSE");
}

/* As many as there are: they come from the kernel's command line only */
static void hugetlb_1g(struct run *run)
{
	long pages = setting_read(SYS_1G "free_hugepages");

	if (pages < 1)
		skip("no page of 1G: boot with hugepagesz=1G hugepages=1");
	if (pages < (long)run->times)
		run->times = (unsigned int)pages;
	map_hugetlb(run, GIANT, 30);
	stage_hit(run, "hugetlb", ACCESS_WRITE);
	stage_tell_places(run, GIANT, "present", "P,RW,US,PSE");
}

const struct workload huge_workloads[] = {
	{ "thp-new", thp_new, "transparent huge pages, written" },
	{ "thp-split", thp_split, "transparent huge pages, split by a hole" },
	{ "huge-zero", huge_zero, "the huge zero page" },
	{ "hugetlb", hugetlb_2m, "hugetlb pages of 2M" },
	{ "hugetlb-1g", hugetlb_1g, "hugetlb pages of 1G, as many as there are" },
	{ }
};
