// SPDX-License-Identifier: GPL-2.0
/*
 * Swapped pages, and the way back from the device and from the swap cache.
 * Where the machine has no swap a zram device becomes one and stays: a page
 * that is held in it could not be left by swapoff.
 */
#include <errno.h>
#include <fcntl.h>
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
#define ZRAM_BYTES	(64UL << 20)
#define SWAP_FILE_BYTES	(8UL << 20)
#define PM_SWAP		(1ULL << 62)

/* What mkswap writes: version 1, the last page, and the signature at the end */
static bool format_swap(const char *path, size_t bytes)
{
	char page[PAGE] = "";
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

/* The pages come back first: what is held in it could not be left by swapoff */
static void leave_swap_file(void)
{
	swapoff(swap_path);
	unlink(swap_path);
}

/* A file on the scratch disk, before any other swap there is */
static void set_up_swap_file(void)
{
	const char *dir = getenv("PGWALK_SCRATCH");
	char block[PAGE] = "";
	int fd;

	if (!dir || !*dir)
		skip("PGWALK_SCRATCH names no directory");
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

/* Each page comes back alone: no readahead around it */
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

static void swap_file(struct run *run)
{
	set_up_swap_file();
	map_paged_out(run);
	stage_tell_places(run, PAGE, "swap", "EXCL");
}

static void swap_out(struct run *run)
{
	map_swapped(run);
	stage_gate(run);
	stage_tell_places(run, PAGE, "swap", "EXCL");
}

static void swap_shared(struct run *run)
{
	map_swapped(run);
	child_start();
	stage_gate(run);
	stage_tell_places(run, PAGE, "swap", "!EXCL");
}

static void swap_read(struct run *run)
{
	map_swapped(run);
	stage_hit(run, "swap-read", ACCESS_READ);
	stage_tell_places(run, PAGE, "present", "P,US");
}

/* MADV_WILLNEED brings the pages into the swap cache, and no further */
static void swap_cached(struct run *run)
{
	unsigned char in_cache[run->times];
	unsigned int n = 0;

	map_swapped(run);
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_WILLNEED))
		fail("MADV_WILLNEED");
	for (int i = 0; i < 100 && n < run->times; i++, usleep(10000)) {
		if (mincore(run->start, run->times * PAGE, in_cache))
			fail("mincore");
		n = 0;
		for (unsigned int j = 0; j < run->times; j++)
			n += in_cache[j] & 1;
	}
	if (nr_swapped(run) < run->times || n < run->times)
		fail("%u of %u pages in the swap cache", n, run->times);
	stage_hit(run, "swap-cached", ACCESS_READ);
	stage_tell_places(run, PAGE, "present", "P,US");
}

const struct workload swap_workloads[] = {
	{ "swap", swap_out, "anonymous pages, swapped out, exclusive" },
	{ "swap-file", swap_file, "the same, in a file on the scratch disk" },
	{ "swap-shared", swap_shared, "the same, shared with a child" },
	{ "swap-read", swap_read, "the same, back from the device" },
	{ "swap-cached", swap_cached, "the same, back from the swap cache" },
	{ }
};
