// SPDX-License-Identifier: GPL-2.0
/*
 * userfaultfd: missing pages, write protection, and the markers it leaves where
 * there is no page. One thread answers; only the other one faults.
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

static void *answer(void *unused)
{
	static char source[PAGE] __attribute__((aligned(4096))) = "u";
	struct uffd_msg msg;

	while (read(uffd, &msg, sizeof(msg)) == (ssize_t)sizeof(msg)) {
		uint64_t page = msg.arg.pagefault.address & -PAGE;
		struct uffdio_copy copy = { page, (uintptr_t)source, PAGE, 0, 0 };

		if (msg.arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WP)
			uffd_protect(page, PAGE, 0);
		else if (ioctl(uffd, UFFDIO_COPY, &copy))
			fail("UFFDIO_COPY");
	}
	return unused;
}

static void map_small(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void userfault(struct run *run)
{
	uffd = uffd_open(0);
	map_small(run);
	uffd_register(run, UFFDIO_REGISTER_MODE_MISSING);
	thread_start(answer, NULL);
	stage_hit(run, "userfault", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,US,RW");
}

static void userfault_wp(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	map_small(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	uffd_protect_all(run);
	thread_start(answer, NULL);
	stage_hit(run, "userfault", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,US,RW,!UFFD");
}

static void uffd_wp(struct run *run)
{
	uffd = uffd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	map_small(run);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	uffd_register(run, UFFDIO_REGISTER_MODE_WP);
	stage_gate(run);
	uffd_protect_all(run);
	stage_tell_places(run, PAGE, "present", "P,US,!RW,UFFD");
}

/* Shared memory remembers the protection where no page is mapped */
static void uffd_marker(struct run *run)
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
	stage_tell_places(run, PAGE, "marker", "MARK-UFFD");
}

const struct workload userfault_workloads[] = {
	{ "userfault", userfault, "missing pages, filled by userfaultfd" },
	{ "userfault-wp", userfault_wp, "write protection, lifted by userfaultfd" },
	{ "uffd-wp", uffd_wp, "pages write-protected by userfaultfd" },
	{ "uffd-marker", uffd_marker, "the same where there is no page: markers" },
	{ }
};
