// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages that KSM merges into one page or into the zero page. Waits until pagemap shows
 * the merge.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

#define KSM		"/sys/kernel/mm/ksm/"
#define SECONDS		60
#define PM_PFN_MASK	((1ULL << 55) - 1)

static bool are_one(const struct run *run)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t first = 0, entry;
	bool one = true;

	for (unsigned int i = 0; i < run->times; i++) {
		uintptr_t p = (uintptr_t)run->start + i * run->step;

		if (pread(fd, &entry, 8, (off_t)(p / PAGE * 8)) != 8)
			fail("pagemap");
		first = first ?: entry & PM_PFN_MASK;
		one &= (entry & PM_PFN_MASK) == first;
	}
	close(fd);
	return one;
}

static void merge(struct run *run, char byte)
{
	time_t end = time(NULL) + SECONDS;

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	memset(run->start, byte, (size_t)(run->end - run->start));
	if (madvise(run->start, (size_t)(run->end - run->start), MADV_MERGEABLE))
		skip("no KSM");
	setting_write(KSM "sleep_millisecs", "5");
	if (!setting_write(KSM "run", "1"))
		skip("KSM cannot be started");
	while (!are_one(run)) {
		if (time(NULL) > end)
			skip("KSM did not merge %u pages in %d s", run->times, SECONDS);
		usleep(10000);
	}
}

static void make_ksm(struct run *run)
{
	merge(run, 'k');
	stage_print_pages(run, PAGE, "present", "P,US,!RW");
}

static void make_ksm_zero(struct run *run)
{
	if (!setting_write(KSM "use_zero_pages", "1"))
		skip("KSM does not use the zero page");
	merge(run, 0);
	stage_print_pages(run, PAGE, "zero", "P,US,!RW");
}

const struct workload merge_workloads[] = {
	WORKLOADS_MERGE(WORKLOAD_ROW)
	{ }
};
