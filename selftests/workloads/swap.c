// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Swapped pages, of anonymous and of shared memory, and their swap-in from the device and
 * from the swap cache. If the machine has no swap, a zram device becomes one and stays
 * active, because swapoff would fault in the pages that must stay swapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/swap.h>
#include <unistd.h>

#include "workload.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
/* 64M with pages of 4K: several huge pages */
#define ZRAM_BYTES	(PAGE << 14)
#define SWAP_FILE_BYTES	(8UL << 20)
#define PM_SWAP		(1ULL << 62)

/* The header that mkswap writes: version 1, the last page, and the signature at the end */
static bool format_swap(const char *path, size_t bytes)
{
	char page[PAGE_MOST] = "";
	uint32_t version = 1, last = (uint32_t)(bytes / PAGE - 1);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	memcpy(page + 1024, &version, sizeof(version));
	memcpy(page + 1028, &last, sizeof(last));
	memcpy(page + PAGE - 10, "SWAPSPACE2", 10);
	ok = write(fd, page, PAGE) == (ssize_t)PAGE && !fsync(fd);
	close(fd);
	return ok;
}

static bool have_swap(void)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[256];
	int lines = 0;

	while (f && fgets(line, sizeof(line), f))
		lines++;
	if (f)
		fclose(f);
	return lines > 1;
}

static void set_up_swap(void)
{
	FILE *f;

	if (have_swap())
		return;
	if (access("/sys/block/zram0", F_OK) && system("modprobe zram 2>/dev/null"))
		skip("no swap, and no zram to make one");
	f = fopen("/sys/block/zram0/disksize", "we");
	if (!f || fprintf(f, "%lu", ZRAM_BYTES) < 0 || fclose(f))
		skip("no swap, and zram0 is in use");
	if (!format_swap("/dev/zram0", ZRAM_BYTES) || swapon("/dev/zram0", 0))
		skip("swapon /dev/zram0: %s", strerror(errno));
}

static char swap_path[256];

/* Swap the pages in first, because swapoff cannot free the file while they are in it */
static void leave_swap_file(void)
{
	swapoff(swap_path);
	unlink(swap_path);
}

/* A file on the scratch disk, with the highest priority of all swap areas */
static void set_up_swap_file(void)
{
	const char *dir = getenv("PGWALK_SCRATCH");
	char block[PAGE_MOST] = "";
	int fd;

	if (!dir || !*dir)
		skip("PGWALK_SCRATCH is not set to a directory");
	snprintf(swap_path, sizeof(swap_path), "%s/swap-%d", dir, getpid());
	fd = open(swap_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		fail("%s", swap_path);
	atexit(leave_swap_file);
	for (size_t i = 0; i < SWAP_FILE_BYTES; i += PAGE)
		if (write(fd, block, PAGE) != (ssize_t)PAGE)
			fail("%s", swap_path);
	close(fd);
	if (!format_swap(swap_path, SWAP_FILE_BYTES) ||
	    swapon(swap_path, SWAP_FLAG_PREFER | 1000))
		skip("swapon %s: %s", swap_path, strerror(errno));
}

static unsigned int nr_swapped(const struct run *run)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	unsigned int n = 0;
	uint64_t entry;

	for (unsigned int i = 0; i < run->times; i++) {
		uintptr_t p = (uintptr_t)run->start + i * run->step;

		if (pread(fd, &entry, 8, (off_t)(p / PAGE * 8)) == 8)
			n += !!(entry & PM_SWAP);
	}
	close(fd);
	return n;
}

static void page_out(const struct run *run)
{
	size_t size = (size_t)(run->end - run->start);

	for (int i = 0; i < 10 && nr_swapped(run) < run->times; i++)
		if (madvise(run->start, size, MADV_PAGEOUT))
			fail("MADV_PAGEOUT");
	errno = 0;
	if (nr_swapped(run) < run->times)
		fail("%u of %u pages were swapped", nr_swapped(run), run->times);
}

/* Each page is read alone: no readahead */
static void map_paged_out(struct run *run)
{
	if (setting_read("/proc/sys/vm/page-cluster"))
		setting_write("/proc/sys/vm/page-cluster", "0");
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	page_out(run);
}

static void map_swapped(struct run *run)
{
	set_up_swap();
	map_paged_out(run);
}

static void make_swap_file(struct run *run)
{
	set_up_swap_file();
	map_paged_out(run);
	stage_print_pages(run, PAGE, "swap", "EXCL");
}

static void make_swap(struct run *run)
{
	map_swapped(run);
	stage_gate(run);
	stage_print_pages(run, PAGE, "swap", "EXCL");
}

static void make_swap_shared(struct run *run)
{
	map_swapped(run);
	child_start();
	stage_gate(run);
	stage_print_pages(run, PAGE, "swap", "!EXCL");
}

static void make_swap_read(struct run *run)
{
	map_swapped(run);
	stage_hit(run, "swap-read", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US");
}

/* Is the page in memory or in the swap cache? */
static unsigned int nr_cached(const char *start, unsigned int pages)
{
	unsigned char in_cache[pages];
	unsigned int n = 0;

	if (mincore((void *)start, pages * PAGE, in_cache))
		fail("mincore");
	for (unsigned int i = 0; i < pages; i++)
		n += in_cache[i] & 1;
	return n;
}

/* MADV_WILLNEED reads the pages into the swap cache but does not map them */
static void read_into_cache(const struct run *run)
{
	unsigned int n = 0;

	if (madvise(run->start, (size_t)(run->end - run->start), MADV_WILLNEED))
		fail("MADV_WILLNEED");
	for (int i = 0; i < 100 && n < run->times; i++, usleep(10000))
		n = nr_cached(run->start, run->times);
	errno = 0;
	if (n < run->times)
		fail("%u of %u pages in the swap cache", n, run->times);
}

static void make_swap_cached(struct run *run)
{
	map_swapped(run);
	read_into_cache(run);
	errno = 0;
	if (nr_swapped(run) < run->times)
		fail("%u of %u pages are swapped", nr_swapped(run), run->times);
	stage_hit(run, "swap-cached", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US");
}

/* All pages were written, so a page that is not in memory is swapped out */
static void page_out_shared(const struct run *run, char *start)
{
	for (int i = 0; i < 100 && nr_cached(start, run->times); i++, usleep(10000))
		if (madvise(start, run->times * PAGE, MADV_PAGEOUT))
			fail("MADV_PAGEOUT");
	errno = 0;
	if (nr_cached(start, run->times))
		fail("%u of %u pages were not swapped", nr_cached(start, run->times), run->times);
}

static int shared_file(const struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC);

	set_up_swap();
	if (setting_read("/proc/sys/vm/page-cluster"))
		setting_write("/proc/sys/vm/page-cluster", "0");
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * PAGE)))
		fail("memfd");
	return fd;
}

/* Shared memory that the mapping of the run never touched: it has no page table */
static void map_swapped_shared(struct run *run, int flags)
{
	int fd = shared_file(run);
	char *p = mmap(NULL, run->times * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		fail("mmap");
	memset(p, 1, run->times * PAGE);
	page_out_shared(run, p);
	munmap(p, run->times * PAGE);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, flags, fd);
}

static void make_swap_shmem(struct run *run)
{
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, shared_file(run));
	stage_prepare(run, "shmem", ACCESS_WRITE);
	page_out_shared(run, run->start);
	stage_gate(run);
	stage_print_pages(run, PAGE, "swap", "SHMEM,!EXCL,!P");
}

static void make_swap_shmem_new(struct run *run)
{
	map_swapped_shared(run, MAP_SHARED);
	stage_gate(run);
	stage_print_pages(run, PAGE, "swap", "SHMEM,!EXCL,!P");
}

/* A page protected by userfaultfd leaves a marker when it is swapped out */
static void make_swap_shmem_protected(struct run *run)
{
	uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, shared_file(run));
	stage_prepare(run, "shmem", ACCESS_WRITE);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	page_out_shared(run, run->start);
	stage_gate(run);
	stage_print_pages(run, PAGE, "marker", "MARK-UFFD,SHMEM,!P");
}

/* Every third page was written and so copied: the others are pages of the object */
static void make_swap_shmem_private(struct run *run)
{
	map_swapped_shared(run, MAP_PRIVATE);
	for (unsigned int i = 0; i < run->times; i += 3)
		run->start[i * PAGE] = 1;
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * PAGE;

		stage_print_page(p, p + PAGE, PAGE, i % 3 ? "swap" : "present",
				i % 3 ? "SHMEM,!EXCL,!P" : "P,US,RW,D,!SHMEM");
	}
}

static void make_swap_shmem_read(struct run *run)
{
	map_swapped_shared(run, MAP_SHARED);
	stage_hit(run, "swap-read", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!SHMEM");
}

static void make_swap_shmem_copied(struct run *run)
{
	map_swapped_shared(run, MAP_PRIVATE);
	stage_hit(run, "swap-read", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW,D,!SHMEM");
}

static void make_swap_shmem_cached(struct run *run)
{
	map_swapped_shared(run, MAP_SHARED);
	read_into_cache(run);
	stage_hit(run, "swap-cached", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!SHMEM");
}

const struct workload swap_workloads[] = {
	WORKLOADS_SWAP(WORKLOAD_ROW)
	{ }
};
