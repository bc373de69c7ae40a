// SPDX-License-Identifier: GPL-2.0
/*
 * userfaultfd that protects pages against every access (UFFDIO_RWPROTECT, 7.3): 4K, 2M,
 * shared memory, hugetlb, pages of zeroes, and beside pages that NUMA balancing marked.
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
#define HUGE_FD	(4U | 21U << 26)	/* MFD_HUGETLB | MFD_HUGE_2MB */

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

/* Features are what counts, not the version: 7.3 can be built without this one */
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

static void *answer(void *unused)
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

static void rwp(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_tell_places(run, PAGE, "uffd-rwp", "!P,UFFD");
}

static void rwp_touched(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	protect_all(run);
	thread_start(answer, NULL);
	stage_hit(run, "userfault", ACCESS_READ);
	stage_tell_places(run, PAGE, "present", "P,US,!UFFD");
}

/* Lifted by the kernel itself, with no monitor */
static void rwp_async(struct run *run)
{
	uffd = open_rwp(FEATURE_RWP_ASYNC);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	protect_all(run);
	stage_hit(run, "userfault", ACCESS_READ);
	stage_tell_places(run, PAGE, "present", "P,US,!UFFD");
}

static void rwp_zero(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_tell_places(run, PAGE, "uffd-rwp", "!P,UFFD,SPEC");
}

/* mprotect() is stronger: with no access in the mapping, userfaultfd gets no fault */
static void rwp_protnone(struct run *run)
{
	uffd = open_rwp(0);
	map_anon(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	if (mprotect(run->start, (size_t)(run->end - run->start), PROT_NONE))
		fail("mprotect");
	stage_tell_places(run, PAGE, "protnone", "!P,UFFD");
}

static void rwp_shmem(struct run *run)
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
	stage_tell_places(run, PAGE, "uffd-rwp", "!P,UFFD");
}

static void rwp_thp(struct run *run)
{
	uffd = open_rwp(0);
	map_huge(run);
	stage_prepare(run, "thp-new", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_tell_places(run, HUGE, "uffd-rwp", "!P,UFFD,PSE");
}

static void rwp_huge_zero(struct run *run)
{
	if (setting_read("/sys/kernel/mm/transparent_hugepage/use_zero_page") != 1)
		skip("no huge zero page");
	uffd = open_rwp(0);
	map_huge(run);
	stage_prepare(run, "anon-zero", ACCESS_READ);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_tell_places(run, HUGE, "uffd-rwp", "!P,UFFD,PSE,SPEC");
}

static void rwp_hugetlb(struct run *run)
{
	int fd = memfd_create("workload", MFD_CLOEXEC | HUGE_FD);

	uffd = open_rwp(0);
	setting_raise("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", run->times);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * HUGE)))
		skip("no hugetlb");
	if (setting_read("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages") <
	    (long)run->times)
		skip("the pool of 2M pages is too small");
	stage_map(run, HUGE, RW, MAP_SHARED, fd);
	stage_prepare(run, "hugetlb", ACCESS_WRITE);
	uffd_register(run, REGISTER_MODE_RWP);
	stage_gate(run);
	protect_all(run);
	stage_tell_places(run, HUGE, "uffd-rwp", "!P,UFFD,PSE");
}

/* One mapping with both: the kernel tells them apart by the userfaultfd bit of each entry */
static void rwp_beside_numa(struct run *run)
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
		stage_tell_page(page, page + PAGE, PAGE, i % 2 ? "uffd-rwp" : "numa-hint",
				i % 2 ? "!P,UFFD" : "!P,!UFFD");
	}
}

/* Write-protected pages that NUMA balancing marks: both bits, and a hint all the same */
static void wp_and_numa(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	numa_map(run);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	numa_await_marks(run);
	stage_gate(run);
	stage_tell_places(run, PAGE, "numa-hint", "!P,UFFD");
}

const struct workload rwp_workloads[] = {
	{ "uffd-rwp", rwp, "pages that userfaultfd protects against every access" },
	{ "uffd-rwp-touched", rwp_touched, "the same, touched: lifted by a monitor" },
	{ "uffd-rwp-async", rwp_async, "the same, touched: lifted by the kernel" },
	{ "uffd-rwp-zero", rwp_zero, "the shared page of zeroes, protected so" },
	{ "uffd-rwp-protnone", rwp_protnone, "pages protected so in a mapping without access" },
	{ "uffd-rwp-shmem", rwp_shmem, "shared memory, protected so" },
	{ "uffd-rwp-thp", rwp_thp, "transparent huge pages, protected so" },
	{ "uffd-rwp-huge-zero", rwp_huge_zero, "the huge page of zeroes, protected so" },
	{ "uffd-rwp-hugetlb", rwp_hugetlb, "hugetlb pages of 2M, protected so" },
	{ "uffd-rwp-numa", rwp_beside_numa, "pages protected so between NUMA hints" },
	{ "uffd-wp-numa", wp_and_numa, "write-protected pages that NUMA balancing marked" },
	{ }
};
