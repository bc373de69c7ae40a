// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A file on a real file system ($PGWALK_SCRATCH): private and shared, clean and dirty, from
 * the page cache and from the disk. Files on tmpfs are in shmem.c, because tmpfs has no
 * page_mkwrite.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include <unistd.h>

#include "workload.h"

static char file_path[256];

static void file_unlink(void)
{
	unlink(file_path);
}

static const char *scratch(void)
{
	const char *dir = getenv("PGWALK_SCRATCH");
	struct statfs st;

	if (!dir || !*dir)
		skip("PGWALK_SCRATCH is not set to a directory");
	if (statfs(dir, &st))
		skip("%s: %s", dir, strerror(errno));
	if (st.f_type == TMPFS_MAGIC || st.f_type == V9FS_MAGIC ||
	    st.f_type == OVERLAYFS_SUPER_MAGIC)
		skip("%s is not on a file system with a disk of its own", dir);
	return dir;
}

/*
 * Write by 4K, so that the page cache has folios of 4K even if the file system supports
 * larger ones, and sync: no page is dirty before the test.
 */
static int file_create(struct run *run, size_t step)
{
	char block[PAGE];
	int fd;

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	snprintf(file_path, sizeof(file_path), "%s/workload-%d", scratch(),
		 getpid());
	fd = open(file_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		fail("%s", file_path);
	atexit(file_unlink);
	memset(block, 'f', sizeof(block));
	for (size_t i = 0; i < run->times * step; i += PAGE)
		if (write(fd, block, PAGE) != (ssize_t)PAGE)
			fail("%s: write", file_path);
	if (fsync(fd))
		fail("%s: fsync", file_path);
	return fd;
}

static void map_file(struct run *run, int prot, int flags, int fd)
{
	stage_map(run, STRIDE, prot, flags, fd);
	/* No readahead: a read fills one page of the page cache */
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_RANDOM))
		fail("MADV_RANDOM");
}

static size_t nr_cached(const struct run *run)
{
	size_t pages = (size_t)(run->end - run->start) / PAGE, cached = 0;
	unsigned char *map = malloc(pages);

	if (!map || mincore(run->start, pages * PAGE, map))
		fail("mincore");
	for (size_t i = 0; i < pages; i++)
		cached += map[i] & 1;
	free(map);
	return cached;
}

static void file_drop(const struct run *run, int fd)
{
	for (int i = 0; i < 5 && nr_cached(run); i++) {
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		if (nr_cached(run))
			setting_write("/proc/sys/vm/drop_caches", "1");
	}
	errno = 0;
	if (nr_cached(run))
		fail("%zu pages stay in the page cache", nr_cached(run));
}

static void make_file_cached(struct run *run)
{
	map_file(run, PROT_READ, MAP_PRIVATE, file_create(run, STRIDE));
	stage_hit(run, "file-cached", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!RW,!D");
}

static void make_file_read(struct run *run)
{
	int fd = file_create(run, STRIDE);

	map_file(run, PROT_READ, MAP_PRIVATE, fd);
	file_drop(run, fd);
	stage_hit(run, "file-read", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!RW,!D");
}

static void make_file_cow(struct run *run)
{
	map_file(run, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		 file_create(run, STRIDE));
	stage_hit(run, "file-cow", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW,D");
}

static void make_cow_file(struct run *run)
{
	map_file(run, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		 file_create(run, STRIDE));
	stage_prepare(run, "file-cached", ACCESS_READ);
	stage_hit(run, "cow-copy", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW,D");
}

static void make_file_shared(struct run *run)
{
	map_file(run, PROT_READ | PROT_WRITE, MAP_SHARED,
		 file_create(run, STRIDE));
	stage_hit(run, "file-cached", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!RW,!D");
}

static void make_shared_write(struct run *run)
{
	map_file(run, PROT_READ | PROT_WRITE, MAP_SHARED,
		 file_create(run, STRIDE));
	stage_prepare(run, "file-cached", ACCESS_READ);
	stage_hit(run, "shared-write", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US");
}

static void make_shared_write_first(struct run *run)
{
	map_file(run, PROT_READ | PROT_WRITE, MAP_SHARED,
		 file_create(run, STRIDE));
	stage_hit(run, "shared-write", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US");
}

/*
 * A file on a file system with DAX, mounted at $PGWALK_DAX: entries map the memory of the
 * device. A child maps every other page too
 */
static void dax_open(struct run *run, int prot, int flags)
{
	const char *dir = getenv("PGWALK_DAX");
	static const char page[PAGE_MOST] = "contents";
	int fd;

	if (!dir || !*dir)
		skip("PGWALK_DAX is not set to a directory");
	snprintf(file_path, sizeof(file_path), "%s/workload-%d", dir, getpid());
	fd = open(file_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		fail("%s", file_path);
	atexit(file_unlink);
	/* Fill the file: a read of a hole would map the zero page */
	for (size_t i = 0; i < run->times * PAGE; i += PAGE)
		if (pwrite(fd, page, PAGE, (off_t)i) != (ssize_t)PAGE)
			fail("%s", file_path);
	stage_map(run, PAGE, prot, flags, fd);
}

static void touch_every_other(const struct run *run)
{
	struct run half = *run;

	half.step *= 2;
	half.times /= 2;
	stage_each(&half, ACCESS_READ);
}

static void make_dax(struct run *run)
{
	dax_open(run, PROT_READ | PROT_WRITE, MAP_SHARED);
	stage_each(run, ACCESS_WRITE);
	child_start_after(touch_every_other, run);
}

static void make_dax_private(struct run *run)
{
	dax_open(run, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	stage_each(run, ACCESS_READ);
	child_start_after(touch_every_other, run);
}

const struct workload file_workloads[] = {
	WORKLOADS_FILE(WORKLOAD_ROW)
	{ }
};
