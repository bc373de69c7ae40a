// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A userfaultfd of this process: opens it, registers and write-protects ranges. The
 * workloads serve their faults themselves.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

static int uffd = -1;

int uffd_open(unsigned long long features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };

	uffd = (int)syscall(__NR_userfaultfd, O_CLOEXEC);
	if (uffd < 0)
		skip("no userfaultfd");
	if (ioctl(uffd, UFFDIO_API, &api))
		skip("userfaultfd without features %llx", features);
	return uffd;
}

void uffd_register(const struct run *run, unsigned long long mode)
{
	struct uffdio_register reg = {
		.range = { (uintptr_t)run->start,
			   (uintptr_t)(run->end - run->start) },
		.mode = mode,
	};

	if (ioctl(uffd, UFFDIO_REGISTER, &reg))
		skip("userfaultfd does not support this mapping");
}

void uffd_protect(unsigned long long start, unsigned long long size,
		  unsigned long long mode)
{
	struct uffdio_writeprotect wp = { .range = { start, size }, .mode = mode };

	if (ioctl(uffd, UFFDIO_WRITEPROTECT, &wp))
		fail("UFFDIO_WRITEPROTECT");
}

void uffd_protect_all(const struct run *run)
{
	uffd_protect((uintptr_t)run->start, (uintptr_t)(run->end - run->start),
		     UFFDIO_WRITEPROTECT_MODE_WP);
}
