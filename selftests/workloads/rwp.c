// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * userfaultfd protection of pages against every access (UFFDIO_RWPROTECT, 7.3): 4K, 2M,
 * shared memory, hugetlb, zero pages, and next to pages that NUMA balancing marked.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

#define RW	(PROT_READ | PROT_WRITE)

/* include/uapi/linux/userfaultfd.h of 7.3 */
#define FEATURE_RWP		(1ULL << 17)
#define FEATURE_RWP_ASYNC	(1ULL << 18)
#define REGISTER_MODE_RWP	(1ULL << 3)
#define RWPROTECT_MODE_RWP	1ULL

struct rwprotect {
	struct uffdio_range range;
	uint64_t mode;
};

#define RWPROTECT	_IOWR(UFFDIO, 0x09, struct rwprotect)

static int uffd;

/* Test the features, not the version: 7.3 can be built without them */
static int open_rwp(unsigned long long more)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = (int)syscall(__NR_userfaultfd, O_CLOEXEC);
	bool can = fd >= 0 && !ioctl(fd, UFFDIO_API, &api) &&
		   !(~api.features & (FEATURE_RWP | more));

	if (fd >= 0)
		close(fd);
	if (!can)
		skip("userfaultfd of this kernel does not protect against every access");
	return uffd_open(FEATURE_RWP | more);
}

static void protect(uintptr_t start, size_t size, uint64_t mode)
{
	struct rwprotect rwp = { .range = { start, size }, .mode = mode };

	if (ioctl(uffd, RWPROTECT, &rwp))
		fail("UFFDIO_RWPROTECT");
}

static void protect_all(const struct run *run)
{
	protect((uintptr_t)run->start, (size_t)(run->end - run->start),
		RWPROTECT_MODE_RWP);
}

static void *serve(void *unused)
{
	struct uffd_msg msg;

	while (read(uffd, &msg, sizeof(msg)) == (ssize_t)sizeof(msg))
		protect(msg.arg.pagefault.address & -PAGE, PAGE, 0);
	return unused;
}

static void map_small(struct run *run, int flags, int fd)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, RW, flags, fd);
}

static void map_anon(struct run *run)
{
	map_small(run, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void map_huge(struct run *run)
{
	setting_write("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs",
		      "600000");
	stage_map(run, HUGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_HUGEPAGE))
		skip("no transparent huge pages");
}

static void make_uffd_rwp(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_print_pages(run, PAGE, "uffd-rwp", "!P,UFFD");
}

static void make_uffd_rwp_touched(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	protect_all(run);
	thread_start(serve, NULL);
	stage_hit(run, "userfault", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!UFFD");
}

/* The kernel removes the protection itself, without a monitor */
static void make_uffd_rwp_async(struct run *run)
{
	uffd = open_rwp(FEATURE_RWP_ASYNC);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	protect_all(run);
	stage_hit(run, "userfault", ACCESS_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!UFFD");
}

static void make_uffd_rwp_zero(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_print_pages(run, PAGE, "uffd-rwp", "!P,UFFD,SPEC");
}

/* With mprotect(PROT_NONE) an access fails and userfaultfd gets no fault */
static void make_uffd_rwp_protnone(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_print_pages(run, PAGE, "protnone", "!P,UFFD");
}

static void make_uffd_rwp_shmem(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC);

	uffd = open_rwp(0);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * PAGE)))
		fail("memfd");
	map_small(run, MAP_SHARED, fd);
	stage_prepare(run, "shmem", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_print_pages(run, PAGE, "uffd-rwp", "!P,UFFD");
}

static void make_uffd_rwp_thp(struct run *run)
{
	uffd = open_rwp(0);
	map_huge(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_print_pages(run, HUGE, "uffd-rwp", "!P,UFFD,PSE");
}

static void make_uffd_rwp_huge_zero(struct run *run)
{
	if (setting_read("/sys/kernel/mm/transparent_hugepage/use_zero_page") != 1)
		skip("no huge zero page");
	uffd = open_rwp(0);
	map_huge(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_print_pages(run, HUGE, "uffd-rwp", "!P,UFFD,PSE,SPEC");
}

static void make_uffd_rwp_hugetlb(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC | HUGE_FD);

	uffd = open_rwp(0);
	setting_raise_pool(run->times);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * HUGE)))
		skip("no hugetlb");
	stage_map(run, HUGE, RW, MAP_SHARED, fd);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_print_pages(run, HUGE, "uffd-rwp", "!P,UFFD,PSE");
}

/* A mapping with both: the kernel distinguishes them by the userfaultfd bit of each entry */
static void make_uffd_rwp_numa(struct run *run)
{
	uffd = open_rwp(0);
	numa_map(run);
	uffd_register(run, REGISTER_MODE_RWP);
	numa_await_marks(run);
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i++) {
		char *page = run->start + i * PAGE;

		if (i % 2)
			protect((uintptr_t)page, PAGE, RWPROTECT_MODE_RWP);
		stage_print_page(page, page + PAGE, PAGE, i % 2 ? "uffd-rwp" : "numa-hint",
				i % 2 ? "!P,UFFD" : "!P,!UFFD");
	}
}

/* Write-protected pages that NUMA balancing marks: entries have both bits and are hints */
static void make_uffd_wp_numa(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	numa_map(run);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	numa_await_marks(run);
	stage_gate(run);
	stage_print_pages(run, PAGE, "numa-hint", "!P,UFFD");
}

const struct workload rwp_workloads[] = {
	WORKLOADS_RWP(WORKLOAD_ROW)
	{ }
};
