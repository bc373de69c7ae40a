// SPDX-License-Identifier: GPL-2.0
/* Counts what was done, keeps the first failure, and draws lots. It must not do any of it. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tally.h"

static const char * const texts[TALLY_NR] = {
	[TALLY_MMAP] = "target: mmap",
	[TALLY_MUNMAP] = "target: munmap",
	[TALLY_MPROTECT] = "target: mprotect",
	[TALLY_MREMAP] = "target: mremap",
	[TALLY_FORK] = "target: fork",
	[TALLY_EXEC] = "target: exec",
	[TALLY_EXIT] = "target: exit",
	[TALLY_FAULT] = "target: faults of many threads",
	[TALLY_DONTNEED] = "target: MADV_DONTNEED",
	[TALLY_COLLAPSE] = "target: MADV_COLLAPSE",
	[TALLY_PAGEOUT] = "target: MADV_PAGEOUT",
	[TALLY_COLD] = "target: MADV_COLD",
	[TALLY_HUGEPAGE] = "target: MADV_HUGEPAGE",
	[TALLY_MERGEABLE] = "target: MADV_MERGEABLE",
	[TALLY_MIGRATE] = "target: pages moved to the other node",
	[TALLY_USERFAULT] = "target: faults that userfaultfd answers",
	[TALLY_HUGETLB] = "target: hugetlb in a shared table",
	[TALLY_HWPOISON] = "target: MADV_HWPOISON",
	[TALLY_OFFLINE] = "target: MADV_SOFT_OFFLINE",
	[TALLY_KILL] = "target: killed",
	[TALLY_KHUGEPAGED] = "kernel: huge pages by khugepaged",
	[TALLY_KSM] = "kernel: pages shared by KSM",
	[TALLY_SWAPOUT] = "kernel: pages swapped out",
	[TALLY_SWAPIN] = "kernel: pages swapped in",
	[TALLY_BALANCING] = "kernel: entries marked by NUMA balancing",
	[TALLY_COMPACTION] = "kernel: pages isolated by compaction",
	[TALLY_VIEW_PAGES] = "view: pages",
	[TALLY_VIEW_VMAS] = "view: vmas",
	[TALLY_VIEW_MM] = "view: mm",
	[TALLY_VIEW_TABLES] = "view: tables",
	[TALLY_VIEW_SEGMENTS] = "view: segments",
	[TALLY_VIEW_INFO] = "view: info",
	[TALLY_VIEW_GDT] = "view: gdt",
	[TALLY_VIEW_ATTACH] = "view: attach",
	[TALLY_ASK_TRANSLATE] = "view: translate",
	[TALLY_ASK_RMAP] = "view: rmap",
	[TALLY_ASK_FRAME] = "view: frame",
	[TALLY_ATTACH] = "attach: in",
	[TALLY_DETACH] = "attach: out",
	[TALLY_CALL_INFO] = "ioctl: INFO",
	[TALLY_CALL_ATTACH] = "ioctl: ATTACH",
	[TALLY_CALL_SCAN] = "ioctl: SCAN",
	[TALLY_CALL_VMAS] = "ioctl: VMAS",
	[TALLY_CALL_TRANSLATE] = "ioctl: TRANSLATE",
	[TALLY_CALL_FRAMES] = "ioctl: FRAMES",
	[TALLY_CALL_RMAP] = "ioctl: RMAP",
	[TALLY_CALL_MM] = "ioctl: MM",
	[TALLY_CALL_TABLES] = "ioctl: TABLES",
	[TALLY_CALL_SEGMENTS] = "ioctl: SEGMENTS",
	[TALLY_CALL_GDT] = "ioctl: GDT",
	[TALLY_KFUNC_PROBE] = "kfunc: probe in faults and task switches",
	[TALLY_KFUNC_PRESENT] = "kfunc: present in faults and task switches",
	[TALLY_PGTOP] = "pgtop: intervals told",
	[TALLY_RMMOD_BUSY] = "module: rmmod refused while in use",
	[TALLY_RELOAD] = "module: rmmod and insmod",
	[TALLY_HELD_PAGES] = "held still: pages by the view",
	[TALLY_HELD_SCAN] = "held still: pages by SCAN",
	[TALLY_HELD_TRANSLATE] = "held still: pages by TRANSLATE",
	[TALLY_HELD_FRAMES] = "held still: frames",
	[TALLY_HELD_RMAP] = "held still: all who map a page",
	[TALLY_HELD_TOTALS] = "held still: mappings, totals, tables, segments",
	[TALLY_HELD_CONTENT] = "held still: content of the frames told",
	[TALLY_HELD_KFUNC] = "held still: pages by the kfunc",
};

struct tally *tally;

bool tally_map(int fd)
{
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return tally != MAP_FAILED;
}

int tally_create(uint64_t seed)
{
	int fd = memfd_create("tally", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*tally)) || !tally_map(fd))
		return -1;
	tally->seed = seed;
	return fd;
}

void tally_add(enum tally_kind kind, unsigned long times)
{
	atomic_fetch_add_explicit(&tally->done[kind], times, memory_order_relaxed);
}

void tally_did(enum tally_kind kind)
{
	tally_add(kind, 1);
}

void tally_set(enum tally_kind kind, unsigned long times)
{
	atomic_store(&tally->done[kind], times);
}

void tally_lack(enum tally_kind kind)
{
	atomic_store(&tally->lacks[kind], true);
}

void tally_fail(const char *format, ...)
{
	va_list args;

	if (atomic_fetch_add(&tally->failures, 1))
		return;
	va_start(args, format);
	vsnprintf(tally->failure, sizeof(tally->failure), format, args);
	va_end(args);
}

bool tally_is_complete(void)
{
	for (unsigned int i = 0; i < TALLY_NR; i++)
		if (!atomic_load(&tally->done[i]) && !atomic_load(&tally->lacks[i]))
			return false;
	return true;
}

static unsigned long sum(enum tally_kind first, enum tally_kind last)
{
	unsigned long done = 0;

	for (unsigned int i = first; i <= last; i++)
		done += atomic_load(&tally->done[i]);
	return done;
}

void tally_tell_progress(unsigned int seconds)
{
	printf("# %u s: %lu changes, %lu views and calls, %lu in BPF, %lu loads, %lu held\n",
	       seconds, sum(TALLY_MMAP, TALLY_KILL), sum(TALLY_VIEW_PAGES, TALLY_CALL_GDT),
	       sum(TALLY_KFUNC_PROBE, TALLY_KFUNC_PRESENT), sum(TALLY_RELOAD, TALLY_RELOAD),
	       sum(TALLY_HELD_PAGES, TALLY_HELD_KFUNC));
}

unsigned int tally_tell(unsigned int first)
{
	unsigned int failed = 0;

	for (unsigned int i = 0; i < TALLY_NR; i++) {
		unsigned long done = atomic_load(&tally->done[i]);
		bool lacks = !done && atomic_load(&tally->lacks[i]);

		printf("%sok %u - %s: %lu%s\n", done || lacks ? "" : "not ", first + i,
		       texts[i], done, lacks ? " # SKIP not on this machine" : "");
		failed += !done && !lacks;
	}
	return failed;
}

static __thread uint64_t state;

void chance_renew(void)
{
	state = tally->seed + 0x9e3779b97f4a7c15ULL * (1 + atomic_fetch_add(&tally->drawn, 1));
}

/* SplitMix64, by Sebastiano Vigna */
uint64_t chance_word(void)
{
	uint64_t z;

	if (!state)
		chance_renew();
	z = state += 0x9e3779b97f4a7c15ULL;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

unsigned int chance(unsigned int n)
{
	return (unsigned int)(chance_word() >> 32) % n;
}
