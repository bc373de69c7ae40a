// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Counts the work that was done, keeps the first failure, and draws random numbers. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "counts.h"

static const char * const texts[COUNTS_NR] = {
	[COUNTS_MMAP] = "target: mmap",
	[COUNTS_MUNMAP] = "target: munmap",
	[COUNTS_MPROTECT] = "target: mprotect",
	[COUNTS_MREMAP] = "target: mremap",
	[COUNTS_FORK] = "target: fork",
	[COUNTS_EXEC] = "target: exec",
	[COUNTS_EXIT] = "target: exit",
	[COUNTS_FAULT] = "target: faults of many threads",
	[COUNTS_DONTNEED] = "target: MADV_DONTNEED",
	[COUNTS_COLLAPSE] = "target: MADV_COLLAPSE",
	[COUNTS_PAGEOUT] = "target: MADV_PAGEOUT",
	[COUNTS_COLD] = "target: MADV_COLD",
	[COUNTS_HUGEPAGE] = "target: MADV_HUGEPAGE",
	[COUNTS_MERGEABLE] = "target: MADV_MERGEABLE",
	[COUNTS_MIGRATE] = "target: pages moved to the other node",
	[COUNTS_USERFAULT] = "target: faults served by userfaultfd",
	[COUNTS_HUGETLB] = "target: hugetlb in a shared table",
	[COUNTS_HWPOISON] = "target: MADV_HWPOISON",
	[COUNTS_OFFLINE] = "target: MADV_SOFT_OFFLINE",
	[COUNTS_KILL] = "target: killed",
	[COUNTS_KHUGEPAGED] = "kernel: huge pages by khugepaged",
	[COUNTS_KSM] = "kernel: pages shared by KSM",
	[COUNTS_SWAPOUT] = "kernel: pages swapped out",
	[COUNTS_SWAPIN] = "kernel: pages swapped in",
	[COUNTS_BALANCING] = "kernel: entries marked by NUMA balancing",
	[COUNTS_COMPACTION] = "kernel: pages isolated by compaction",
	[COUNTS_VIEW_PAGES] = "view: pages",
	[COUNTS_VIEW_VMAS] = "view: vmas",
	[COUNTS_VIEW_MM] = "view: mm",
	[COUNTS_VIEW_TABLES] = "view: tables",
	[COUNTS_VIEW_SEGMENTS] = "view: segments",
	[COUNTS_VIEW_INFO] = "view: info",
	[COUNTS_VIEW_GDT] = "view: gdt",
	[COUNTS_VIEW_ATTACH] = "view: attach",
	[COUNTS_QUERY_TRANSLATE] = "view: translate",
	[COUNTS_QUERY_RMAP] = "view: rmap",
	[COUNTS_QUERY_FRAME] = "view: frame",
	[COUNTS_ATTACH] = "attach: in",
	[COUNTS_DETACH] = "attach: out",
	[COUNTS_CALL_INFO] = "ioctl: INFO",
	[COUNTS_CALL_ATTACH] = "ioctl: ATTACH",
	[COUNTS_CALL_SCAN] = "ioctl: SCAN",
	[COUNTS_CALL_VMAS] = "ioctl: VMAS",
	[COUNTS_CALL_TRANSLATE] = "ioctl: TRANSLATE",
	[COUNTS_CALL_FRAMES] = "ioctl: FRAMES",
	[COUNTS_CALL_RMAP] = "ioctl: RMAP",
	[COUNTS_CALL_MM] = "ioctl: MM",
	[COUNTS_CALL_TABLES] = "ioctl: TABLES",
	[COUNTS_CALL_SEGMENTS] = "ioctl: SEGMENTS",
	[COUNTS_CALL_GDT] = "ioctl: GDT",
	[COUNTS_KFUNC_PROBE] = "kfunc: probe in faults and task switches",
	[COUNTS_KFUNC_PRESENT] = "kfunc: present in faults and task switches",
	[COUNTS_PGTOP] = "pgtop: intervals reported",
	[COUNTS_RMMOD_BUSY] = "module: rmmod refused while in use",
	[COUNTS_RELOAD] = "module: rmmod and insmod",
	[COUNTS_CHECK_PAGES] = "sentinel: pages by the view",
	[COUNTS_CHECK_SCAN] = "sentinel: pages by SCAN",
	[COUNTS_CHECK_TRANSLATE] = "sentinel: pages by TRANSLATE",
	[COUNTS_CHECK_FRAMES] = "sentinel: frames",
	[COUNTS_CHECK_RMAP] = "sentinel: mappings of pages",
	[COUNTS_CHECK_TOTALS] = "sentinel: mappings, totals, tables, segments",
	[COUNTS_CHECK_CONTENT] = "sentinel: content of the reported frames",
	[COUNTS_CHECK_KFUNC] = "sentinel: pages by the kfunc",
};

struct counts *counts;

bool counts_map(int fd)
{
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return counts != MAP_FAILED;
}

int counts_create(uint64_t seed)
{
	int fd = memfd_create("counts", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*counts)) || !counts_map(fd))
		return -1;
	counts->seed = seed;
	return fd;
}

void counts_add(enum counts_kind kind, unsigned long times)
{
	atomic_fetch_add_explicit(&counts->done[kind], times, memory_order_relaxed);
}

void counts_increment(enum counts_kind kind)
{
	counts_add(kind, 1);
}

void counts_set(enum counts_kind kind, unsigned long times)
{
	atomic_store(&counts->done[kind], times);
}

void counts_set_unavailable(enum counts_kind kind)
{
	atomic_store(&counts->lacks[kind], true);
}

void counts_fail(const char *format, ...)
{
	va_list args;

	if (atomic_fetch_add(&counts->failures, 1))
		return;
	va_start(args, format);
	vsnprintf(counts->failure, sizeof(counts->failure), format, args);
	va_end(args);
}

bool counts_is_complete(void)
{
	for (unsigned int i = 0; i < COUNTS_NR; i++)
		if (!atomic_load(&counts->done[i]) && !atomic_load(&counts->lacks[i]))
			return false;
	return true;
}

static unsigned long sum(enum counts_kind first, enum counts_kind last)
{
	unsigned long done = 0;

	for (unsigned int i = first; i <= last; i++)
		done += atomic_load(&counts->done[i]);
	return done;
}

void counts_print_progress(unsigned int seconds)
{
	printf("# %u s: %lu changes, %lu views and calls, %lu in BPF, %lu loads, %lu checks\n",
	       seconds, sum(COUNTS_MMAP, COUNTS_KILL), sum(COUNTS_VIEW_PAGES, COUNTS_CALL_GDT),
	       sum(COUNTS_KFUNC_PROBE, COUNTS_KFUNC_PRESENT), sum(COUNTS_RELOAD, COUNTS_RELOAD),
	       sum(COUNTS_CHECK_PAGES, COUNTS_CHECK_KFUNC));
}

const char *counts_text(enum counts_kind kind)
{
	return texts[kind];
}

static __thread uint64_t state;

void prng_reseed(void)
{
	state = counts->seed + 0x9e3779b97f4a7c15ULL * (1 + atomic_fetch_add(&counts->drawn, 1));
}

/* SplitMix64, by Sebastiano Vigna */
uint64_t prng_word(void)
{
	uint64_t z;

	if (!state)
		prng_reseed();
	z = state += 0x9e3779b97f4a7c15ULL;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

unsigned int prng_below(unsigned int n)
{
	return (unsigned int)(prng_word() >> 32) % n;
}
