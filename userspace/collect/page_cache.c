// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Maps the pages of a file that are in the page cache. A window of the file is mapped; mincore(2) reports its cached pages, and
 * only these are mapped, with MADV_POPULATE_READ, which finds them in the cache. A page that is evicted in between is read again.
 *
 * The mapping leaves the pages as they are: with MADV_RANDOM no fault starts readahead, and with MADV_SEQUENTIAL before
 * munmap(2) no page is marked as accessed (zap_pte_range() of all kernels from 6.1 on).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/page_size.h"
#include "page_cache.h"
#include "pgwalk.h"

#define PAGE		page_bytes()
#define WINDOW		(64ULL << 20)
/* Parts that are skipped at once if they have no cached page */
#define STRIDE		(4ULL << 30)

/* In the headers of Linux 5.14 and 6.5; the number of the system call is that of all architectures */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#endif
#define CALL_CACHESTAT	451

struct cached_range {
	uint64_t offset;
	uint64_t bytes;
};

struct cached_pages {
	uint64_t cached;
	uint64_t dirty;
	uint64_t writeback;
	uint64_t evicted;
	uint64_t recently_evicted;
};

struct page_cache {
	int fd;
	uint64_t size;
	bool hugetlbfs;
	bool overlay;
	uint64_t unit;
	void *map;
	uint64_t bytes;
	unsigned char resident[WINDOW >> PAGE_SHIFT_MIN];
};

static bool has_capability(unsigned int number)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	return !syscall(SYS_capget, &header, data) &&
	       data[CAP_TO_INDEX(number)].effective & CAP_TO_MASK(number);
}

/* Of a file of another owner that the caller may not write, mincore() reports all pages as cached */
static bool may_see_cache(const char *path, const struct stat *st)
{
	return st->st_uid == geteuid() || has_capability(CAP_FOWNER) ||
	       !faccessat(AT_FDCWD, path, W_OK, AT_EACCESS);
}

static int check_file(struct page_cache *pc, const char *path)
{
	struct statfs fs;
	struct stat st;

	if (fstat(pc->fd, &st) || fstatfs(pc->fd, &fs))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -ENODEV;
	if (!may_see_cache(path, &st))
		return -EPERM;
	pc->size = (uint64_t)st.st_size;
	pc->hugetlbfs = fs.f_type == HUGETLBFS_MAGIC;
	pc->overlay = fs.f_type == OVERLAYFS_SUPER_MAGIC;
	pc->unit = pc->hugetlbfs ? (uint64_t)fs.f_bsize : PAGE;
	return 0;
}

/**
 * page_cache__open - open a file to look at its pages in the page cache
 * @out: filled on success
 * @path: path of a regular file
 *
 * Return: 0; -EISDIR; -ENODEV: not a regular file; -EPERM: the kernel does not report the cached pages of this file to the
 * caller; -ENOMEM; or -errno of open(2).
 */
int page_cache__open(struct page_cache **out, const char *path)
{
	struct page_cache *pc = calloc(1, sizeof(*pc));
	int err;

	if (!pc)
		return -ENOMEM;
	/* without O_NONBLOCK the open of a FIFO waits */
	pc->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	err = pc->fd < 0 ? -errno : check_file(pc, path);
	if (err) {
		page_cache__close(pc);
		return err;
	}
	*out = pc;
	return 0;
}

/**
 * page_cache__close - unmap and close the file
 * @pc: the file; NULL: do nothing
 */
void page_cache__close(struct page_cache *pc)
{
	if (!pc)
		return;
	page_cache__unmap(pc);
	if (pc->fd >= 0)
		close(pc->fd);
	free(pc);
}

/**
 * page_cache__size - return the size of the file in bytes when it was opened
 * @pc: the file
 *
 * Return: the size.
 */
uint64_t page_cache__size(const struct page_cache *pc)
{
	return pc->size;
}

/**
 * page_cache__is_hugetlbfs - test for a file on hugetlbfs, whose pages mincore(2) does not report
 * @pc: the file
 *
 * Return: true if it is on hugetlbfs.
 */
bool page_cache__is_hugetlbfs(const struct page_cache *pc)
{
	return pc->hugetlbfs;
}

/**
 * page_cache__skip_empty - find the next part of the file that may have cached pages
 * @pc: the file
 * @offset: first offset
 * @end: first offset after the range
 *
 * Uses cachestat(2), of Linux 6.5. Without it nothing is skipped, nor in a file of an overlay: the pages belong to the file in a
 * layer, which mmap() and mincore() use, but cachestat() finds none.
 *
 * Return: @offset, or a later offset before which no page is cached, at most @end.
 */
uint64_t page_cache__skip_empty(struct page_cache *pc, uint64_t offset, uint64_t end)
{
	uint64_t stride = STRIDE;

	while (!pc->overlay && offset < end) {
		struct cached_range range = { offset, end - offset < stride ? end - offset : stride };
		struct cached_pages pages;

		if (syscall(CALL_CACHESTAT, pc->fd, &range, &pages, 0))
			break;
		if (!pages.cached)
			offset += range.bytes;
		else if (stride > WINDOW)
			stride /= 8;
		else
			break;
	}
	return offset;
}

/* Map the pages that are cached. A page that was truncated since, or that cannot be read, stays unmapped */
static uint64_t populate(struct page_cache *pc)
{
	const uint64_t pages = (pc->bytes + PAGE - 1) / PAGE;
	uint64_t first, i, cached = 0;

	for (i = 0; i < pages; i++) {
		if (!(pc->resident[i] & 1))
			continue;
		for (first = i; i < pages && pc->resident[i] & 1; i++)
			;
		cached += (i - first) * PAGE;
		madvise((char *)pc->map + first * PAGE, (i - first) * PAGE, MADV_POPULATE_READ);
	}
	return cached;
}

/**
 * page_cache__map - map the cached pages of the next part of the file
 * @pc: the file; an earlier part is unmapped
 * @offset: first offset, a multiple of the page size
 * @end: first offset after the range
 * @window: filled
 *
 * Return: 0 or -errno.
 */
int page_cache__map(struct page_cache *pc, uint64_t offset, uint64_t end, struct page_cache_window *window)
{
	const uint64_t bytes = end - offset < WINDOW ? end - offset : WINDOW;

	page_cache__unmap(pc);
	/* of hugetlbfs a mapping would reserve huge pages */
	pc->map = mmap(NULL, bytes, PROT_READ, MAP_SHARED | MAP_NORESERVE, pc->fd, (off_t)offset);
	if (pc->map == MAP_FAILED) {
		pc->map = NULL;
		return -errno;
	}
	pc->bytes = bytes;
	*window = (struct page_cache_window){ (uint64_t)(uintptr_t)pc->map, offset, (bytes + PAGE - 1) & ~(PAGE - 1), 0 };
	if (pc->hugetlbfs)
		return 0;
	if (madvise(pc->map, bytes, MADV_RANDOM) || mincore(pc->map, bytes, pc->resident))
		return -errno;
	window->cached = populate(pc);
	return 0;
}

/**
 * page_cache__unmap - unmap the current part of the file
 * @pc: the file
 */
void page_cache__unmap(struct page_cache *pc)
{
	if (!pc->map)
		return;
	madvise(pc->map, pc->bytes, MADV_SEQUENTIAL);
	munmap(pc->map, (pc->bytes + pc->unit - 1) & ~(pc->unit - 1));
	pc->map = NULL;
}
