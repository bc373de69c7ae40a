// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Transparent huge pages, whole and split, private and shared, of 2M and less, and the
 * huge zero page. A workload skips if the kernel gave it small pages. Pages of the
 * hugetlb pools are in hugetlb.c.
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

static void make_thp_new(struct run *run)
{
	map_thp(run);
	stage_hit(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages: %ld KiB of AnonHugePages",
		     anon_huge(run));
	stage_print_pages(run, HUGE, "present", "P,RW,US,PSE");
}

/* Unmap one page of each: the rest is mapped by 4K and still one folio */
static void make_thp_split(struct run *run)
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
		stage_print_page(p, p + 5 * PAGE, PAGE, "present", "P,RW,!PSE");
		stage_print_page(p + 6 * PAGE, p + HUGE, PAGE, "present",
				"P,RW,!PSE");
	}
}

static void make_huge_zero(struct run *run)
{
	if (setting_read("/sys/kernel/mm/transparent_hugepage/use_zero_page") != 1)
		skip("no huge zero page");
	map_thp(run);
	stage_hit(run, "anon-zero", ACCESS_READ);
	stage_print_pages(run, HUGE, "zero", "P,US,PSE,!RW");
}

/* The child writes to some pages of each, which splits its entry; the entry here stays huge */
static void write_some(const struct run *run)
{
	for (unsigned int i = 0; i < run->times; i++)
		for (unsigned int page = 0; page < 101; page++)
			*(volatile char *)(run->start + i * HUGE + page * PAGE) = 2;
}

/*
 * Pages that are clean and read-only, as the huge zero page is, and shared with a child. A write to one
 * splits its entry and copies one page of 4K.
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
	stage_print_pages(run, PAGE, "present", "P,US,RW,D");
}

static void make_lazy(const struct run *run)
{
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_FREE))
		fail("MADV_FREE");
}

/* 6.12 clears the dirty bit of a huge entry there (pmd_modify()) */
static void protect_twice(const struct run *run)
{
	size_t size = (size_t)(run->end - run->start);

	if (mprotect(run->start, size, PROT_READ) ||
	    mprotect(run->start, size, PROT_READ | PROT_WRITE))
		fail("mprotect");
}

static void make_thp_free_copy(struct run *run)
{
	copy_clean(run, make_lazy);
}

static void make_thp_protect_copy(struct run *run)
{
	copy_clean(run, protect_twice);
}

/* From 6.13 on the kernel maps a new huge page, before that a small one */
static void make_huge_zero_write(struct run *run)
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
	stage_print_faults(run, anon_huge(run) ? "thp-new" : "anon-new", minor[1] - minor[0],
			  major[1] - major[0]);
}

static void make_thp_part_shared(struct run *run)
{
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	child_start_after(write_some, run);
	stage_print_pages(run, HUGE, "present", "P,US,!RW,PSE");
}

static void make_thp_protnone(struct run *run)
{
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_print_pages(run, HUGE, "protnone", "!P,PSE");
}

static void make_huge_zero_protnone(struct run *run)
{
	if (setting_read("/sys/kernel/mm/transparent_hugepage/use_zero_page") != 1)
		skip("no huge zero page");
	map_thp(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_print_pages(run, HUGE, "protnone", "!P,PSE");
}

static void make_thp_uffd_wp(struct run *run)
{
	uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	map_thp(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	if (anon_huge(run) != (long)(run->times * HUGE / 1024))
		skip("no free huge pages");
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	stage_print_pages(run, HUGE, "present", "P,US,!RW,PSE,UFFD");
}

/* Shared memory in huge pages, if the kernel's settings allow them */
static void make_shmem_huge(struct run *run)
{
	int fd;

	if (!setting_write("/sys/kernel/mm/transparent_hugepage/shmem_enabled", "force"))
		skip("no huge pages in shared memory");
	fd = memfd_create("workload", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * HUGE)))
		fail("memfd");
	stage_map(run, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	stage_prepare(run, "shmem", ACCESS_WRITE);
	stage_print_pages(run, HUGE, "present", "P,US,RW,PSE,D");
}

/* Folios of 64K: sixteen entries and one fault each */
static void make_mthp(struct run *run)
{
	if (!setting_write("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
			   "always"))
		skip("no folios of 64K");
	stage_map(run, 1 << 16, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * run->step;

		stage_print_page(p, p + run->step, PAGE, "present", "P,US,RW,!PSE");
	}
}

const struct workload huge_workloads[] = {
	WORKLOADS_HUGE(WORKLOAD_ROW)
	{ }
};
