// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Marker entries without a page: guards in a file mapping, poison, write protection of
 * memory that was never touched.
 */
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "workload.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102	/* 6.13; for files 6.15 */
#endif
#define FEATURE_WP_UNPOPULATED	(1 << 13)	/* 6.4 */
#define FEATURE_POISON		(1 << 14)	/* 6.6 */

struct poison {
	struct uffdio_range range;
	uint64_t mode;
	int64_t updated;
};

#define IOC_POISON	_IOWR(UFFDIO, 0x08, struct poison)

static void map_untouched(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void make_guard_file(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)(run->times * PAGE)))
		fail("memfd");
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	stage_prepare(run, "shmem", ACCESS_WRITE);
	if (madvise(run->start, (size_t)(run->end - run->start),
		    MADV_GUARD_INSTALL))
		skip("no MADV_GUARD_INSTALL for files");
	stage_print_pages(run, PAGE, "marker", "MARK-GUARD");
}

static void make_uffd_untouched(struct run *run)
{
	uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP | FEATURE_WP_UNPOPULATED);
	map_untouched(run);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	stage_print_pages(run, PAGE, "marker", "MARK-UFFD");
}

static void make_poison(struct run *run)
{
	int uffd = uffd_open(FEATURE_POISON);
	struct poison all;

	map_untouched(run);
	uffd_register(run, UFFDIO_REGISTER_MODE_MISSING);
	all = (struct poison){ .range = { (uintptr_t)run->start,
					  (uintptr_t)(run->end - run->start) } };
	if (ioctl(uffd, IOC_POISON, &all))
		fail("UFFDIO_POISON");
	stage_print_pages(run, PAGE, "marker", "MARK-POISON");
}

const struct workload marker_workloads[] = {
	WORKLOADS_MARKER(WORKLOAD_ROW)
	{ }
};
