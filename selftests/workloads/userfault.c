// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * userfaultfd: missing pages, pages that only the file has, write protection, and the markers
 * that it leaves without a page; for anonymous memory, shared memory and hugetlb. One
 * thread serves the faults of the other.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"


static int uffd;
static size_t page_size;
static char small[PAGE_MOST] __attribute__((aligned(PAGE_MOST))) = "u";
static char *source = small;

static void serve_one(const struct uffd_msg *msg)
{
	uint64_t page = msg->arg.pagefault.address & -page_size;
	struct uffdio_copy copy = { page, (uintptr_t)source, page_size, 0, 0 };
	struct uffdio_continue have = { .range = { page, page_size } };

	if (msg->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP)
		uffd_protect(page, page_size, 0);
	else if (msg->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_MINOR &&
		 ioctl(uffd, UFFDIO_CONTINUE, &have))
		fail("UFFDIO_CONTINUE");
	else if (!(msg->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_MINOR) &&
		 ioctl(uffd, UFFDIO_COPY, &copy))
		fail("UFFDIO_COPY");
}

static void *serve(void *unused)
{
	struct uffd_msg msg;

	while (read(uffd, &msg, sizeof(msg)) == (ssize_t)sizeof(msg))
		serve_one(&msg);
	return unused;
}

static void map_small(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	page_size = PAGE;
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void make_userfault(struct run *run)
{
	uffd = uffd_open(0);
	map_small(run);
	uffd_register(run, UFFDIO_REGISTER_MODE_MISSING);
	thread_start(serve, NULL);
	stage_hit(run, "userfault", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW");
}

static void make_userfault_wp(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	map_small(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	thread_start(serve, NULL);
	stage_hit(run, "userfault", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW,!UFFD");
}

static void make_uffd_wp(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	map_small(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	stage_gate(run);
	uffd_protect_all(run);
	stage_print_pages(run, PAGE, "present", "P,US,!RW,UFFD");
}

/* Shared memory keeps the protection as markers where no page is mapped */
static void make_uffd_marker(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC);

	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP |
		  UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * PAGE)))
		fail("memfd");
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	stage_gate(run);
	uffd_protect_all(run);
	stage_print_pages(run, PAGE, "marker", "MARK-UFFD");
}

static void map_shm(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC);

	page_size = PAGE;
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * PAGE)))
		fail("memfd");
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
}

static void map_hugetlb(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC | HUGE_FD);

	setting_raise_pool(run->times);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * HUGE)))
		skip("no hugetlb");
	page_size = HUGE;
	source = mmap(NULL, HUGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (source == MAP_FAILED)
		fail("mmap");
	stage_map(run, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
}

static void monitored(struct run *run, unsigned long long mode, enum access access)
{
	uffd_register(run, mode);
	if (mode == UFFDIO_REGISTER_MODE_WP)
		uffd_protect_all(run);
	thread_start(serve, NULL);
	stage_hit(run, "userfault", access);
	stage_print_pages(run, page_size, "present", "P,US");
}

/* The file keeps its pages, but the mapping has none */
static void unmap_pages(const struct run *run)
{
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_DONTNEED))
		skip("no MADV_DONTNEED of hugetlb");
}

static void make_uffd_shm(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_MISSING_SHMEM);
	map_shm(run);
	monitored(run, UFFDIO_REGISTER_MODE_MISSING, ACCESS_WRITE);
}

/* Registered for missing pages, but the file has all: the monitor gets no fault */
static void make_uffd_shm_there(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_MISSING_SHMEM);
	map_shm(run);
	stage_prepare(run, "shmem", ACCESS_WRITE);
	unmap_pages(run);
	uffd_register(run, UFFDIO_REGISTER_MODE_MISSING);
	thread_start(serve, NULL);
	stage_hit(run, "shmem", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US");
}

static void make_uffd_shm_minor(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_MINOR_SHMEM);
	map_shm(run);
	stage_prepare(run, "shmem", ACCESS_WRITE);
	unmap_pages(run);
	monitored(run, UFFDIO_REGISTER_MODE_MINOR, ACCESS_READ);
}

static void make_uffd_shm_wp(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	map_shm(run);
	stage_prepare(run, "shmem", ACCESS_WRITE);
	monitored(run, UFFDIO_REGISTER_MODE_WP, ACCESS_WRITE);
}

static void make_uffd_hugetlb(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_MISSING_HUGETLBFS);
	map_hugetlb(run);
	monitored(run, UFFDIO_REGISTER_MODE_MISSING, ACCESS_WRITE);
}

static void make_uffd_hugetlb_minor(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_MINOR_HUGETLBFS);
	map_hugetlb(run);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	unmap_pages(run);
	monitored(run, UFFDIO_REGISTER_MODE_MINOR, ACCESS_READ);
}

static void make_uffd_hugetlb_wp(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
	map_hugetlb(run);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	monitored(run, UFFDIO_REGISTER_MODE_WP, ACCESS_WRITE);
}

const struct workload userfault_workloads[] = {
	WORKLOADS_USERFAULT(WORKLOAD_ROW)
	{ }
};
