// SPDX-License-Identifier: GPL-2.0
/*
 * Transparent huge pages, whole and split, private and shared, of 2M and less, and
 * the huge zero page. It must not go on when a page turned out small. hugetlb.c has
 * those that come from a pool.
 */
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"


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

/* A child that writes to some pages of each: theirs are one entry here, 4K entries there */
static void write_some(const struct run *run)
{
	for (unsigned int i = 0; i < run->times; i++)
		for (unsigned int page = 0; page < 101; page++)
			*(volatile char *)(run->start + i * HUGE + page * PAGE) = 2;
}

/*
 * Pages that are clean and read-only, as the huge page of zeroes is, and shared with a child.
 * A write to one splits its entry and copies one page of 4K.
 */
static void copy_clean(struct run *run, void (*clean)(const struct run *run))
{
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	clean(run);
	child_start();
	child_settle();
	stage_hit(run, "cow-copy", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,US,RW,D");
}

static void make_lazy(const struct run *run)
{
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_FREE))
		fail("MADV_FREE");
}

/* 6.12 forgets the dirty bit of a huge entry there (pmd_modify()) */
static void protect_twice(const struct run *run)
{
	size_t size = (size_t)(run->end - run->start);

	if (mprotect(run->start, size, PROT_READ) ||
	    mprotect(run->start, size, PROT_READ | PROT_WRITE))
		fail("mprotect");
}

static void thp_free_copy(struct run *run)
{
	copy_clean(run, make_lazy);
}

static void thp_protect_copy(struct run *run)
{
	copy_clean(run, protect_twice);
}

/* Kernels from 6.13 on map a huge page in its place, older ones a small one */
static void huge_zero_write(struct run *run)
{
	long minor[2], major[2];

	if (setting_read("/sys/kernel/mm/transparent_hugepage/use_zero_page") != 1)
		skip("no huge zero page");
	map_thp(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	stage_gate(run);
	stage_faults(&minor[0], &major[0]);
	stage_each(run, ACCESS_WRITE);
	stage_faults(&minor[1], &major[1]);
	stage_tell_faults(run, anon_huge(run) ? "thp-new" : "anon-new", minor[1] - minor[0],
			  major[1] - major[0]);
}

static void thp_part_shared(struct run *run)
{
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	child_start_after(write_some, run);
	stage_tell_places(run, HUGE, "present", "P,US,!RW,PSE");
}

static void thp_protnone(struct run *run)
{
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_tell_places(run, HUGE, "protnone", "!P,PSE");
}

static void huge_zero_protnone(struct run *run)
{
	if (setting_read("/sys/kernel/mm/transparent_hugepage/use_zero_page") != 1)
		skip("no huge zero page");
	map_thp(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_tell_places(run, HUGE, "protnone", "!P,PSE");
}

static void thp_uffd_wp(struct run *run)
{
	uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	stage_tell_places(run, HUGE, "present", "P,US,!RW,PSE,UFFD");
}

/* Shared memory in huge pages, which the kernel gives if it was told to */
static void shmem_huge(struct run *run)
{
	int fd;

	if (!setting_write("/sys/kernel/mm/transparent_hugepage/shmem_enabled", "force"))
		skip("no huge pages in shared memory");
	fd = memfd_create("workload", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * HUGE)))
		fail("memfd");
	stage_map(run, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	stage_prepare(run, "shmem", ACCESS_WRITE);
	stage_tell_places(run, HUGE, "present", "P,US,RW,PSE,D");
}

/* Folios of 64K: sixteen entries each, and one fault */
static void mthp(struct run *run)
{
	if (!setting_write("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
			   "always"))
		skip("no folios of 64K");
	stage_map(run, 16 * PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * run->step;

		stage_tell_page(p, p + run->step, PAGE, "present", "P,US,RW,!PSE");
	}
}

const struct workload huge_workloads[] = {
	{ "thp-new", thp_new, "transparent huge pages, written" },
	{ "thp-split", thp_split, "transparent huge pages, split by a hole" },
	{ "huge-zero", huge_zero, "the huge zero page" },
	{ "huge-zero-write", huge_zero_write, "the huge zero page, written" },
	{ "thp-free-copy", thp_free_copy, "clean huge pages shared with a child, written: copied" },
	{ "thp-protect-copy", thp_protect_copy, "huge pages after mprotect, shared, written: copied" },
	{ "thp-part-shared", thp_part_shared, "transparent huge pages, shared in part" },
	{ "thp-protnone", thp_protnone, "transparent huge pages without access" },
	{ "huge-zero-protnone", huge_zero_protnone, "the huge zero page without access" },
	{ "thp-uffd-wp", thp_uffd_wp, "transparent huge pages, write-protected" },
	{ "shmem-huge", shmem_huge, "huge pages of shared memory" },
	{ "mthp", mthp, "folios of 64K, mapped by 4K" },
	{ }
};
