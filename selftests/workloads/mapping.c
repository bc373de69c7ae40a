// SPDX-License-Identifier: GPL-2.0
/*
 * Pages whose entry tells of the mapping: no access, read-only, locked, guarded,
 * poisoned, keyed, special, high up, far apart, and in very many VMAs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102	/* 6.13 */
#endif
#define SPARSE_STEP	((1UL << 35) + (3UL << 21) + 7 * PAGE)

static void map_written(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
}

static void protect(const struct run *run, int prot)
{
	if (mprotect(run->start, (size_t)(run->end - run->start), prot))
		fail("mprotect");
}

static void protnone(struct run *run)
{
	map_written(run);
	stage_gate(run);
	protect(run, PROT_NONE);
	stage_tell_places(run, PAGE, "protnone", "!P");
}

static void read_only(struct run *run)
{
	map_written(run);
	stage_gate(run);
	protect(run, PROT_READ);
	stage_tell_places(run, PAGE, "present", "P,US,!RW,NX");
}

static void executable(struct run *run)
{
	map_written(run);
	stage_gate(run);
	protect(run, PROT_READ | PROT_EXEC);
	stage_tell_places(run, PAGE, "present", "P,US,!RW,!NX");
}

static void locked(struct run *run)
{
	map_written(run);
	stage_gate(run);
	if (mlock(run->start, (size_t)(run->end - run->start)))
		fail("mlock");
	stage_tell_places(run, PAGE, "present", "P,US,RW");
}

static void guard(struct run *run)
{
	map_written(run);
	stage_gate(run);
	if (madvise(run->start, (size_t)(run->end - run->start),
		    MADV_GUARD_INSTALL))
		skip("no MADV_GUARD_INSTALL");
	stage_tell_places(run, PAGE, "marker", "MARK-GUARD");
}

static void ignore_signal(int signal)
{
	(void)signal;
}

/* The pages are lost until the next boot. Some kernels send SIGBUS at once */
static void hwpoison(struct run *run)
{
	signal(SIGBUS, ignore_signal);
	map_written(run);
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i++)
		if (madvise(run->start + i * PAGE, PAGE, MADV_HWPOISON))
			skip("MADV_HWPOISON: %s", strerror(errno));
	stage_tell_places(run, PAGE, "hwpoison", "-");
}

static void keyed(struct run *run)
{
	int key = pkey_alloc(0, 0);
	char flags[32];

	if (key < 0)
		skip("no protection keys");
	map_written(run);
	stage_gate(run);
	if (pkey_mprotect(run->start, (size_t)(run->end - run->start),
			  PROT_READ | PROT_WRITE, key))
		fail("pkey_mprotect");
	snprintf(flags, sizeof(flags), "P,US,RW,PK%d", key);
	stage_tell_places(run, PAGE, "present", flags);
}

static void high(struct run *run)
{
	size_t size = run->times * PAGE;
	char *p = mmap((void *)((1UL << 52) + HUGE), size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (p == MAP_FAILED || (uintptr_t)p < 1UL << 47)
		skip("no addresses above 47 bits");
	stage_set(run, p, p + size, PAGE);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,US,RW");
}

static void sparse(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, SPARSE_STEP, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_tell_places(run, PAGE, "present", "P,US,RW");
}

/* Every other page becomes read-only: a VMA a page, which cannot merge */
static void many_vmas(struct run *run)
{
	run->times *= 43;
	map_written(run);
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i += 2)
		if (mprotect(run->start + i * PAGE, PAGE, PROT_READ))
			fail("mprotect");
	for (unsigned int i = 0; i < run->times; i++)
		stage_tell_page(run->start + i * PAGE,
				run->start + (i + 1) * PAGE, PAGE, "present",
				i & 1 ? "P,US,RW" : "P,US,!RW");
}

/* Cleared for all the process, then every other page is written again */
static void soft_dirty(struct run *run)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	map_written(run);
	if (fd < 0 || write(fd, "4", 1) != 1)
		skip("no soft-dirty");
	close(fd);
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * PAGE;

		if (i & 1)
			*(volatile char *)p = 1;
		stage_tell_page(p, p + PAGE, PAGE, "present",
				i & 1 ? "P,US,RW,SOFT" : "P,US,!RW,!SOFT");
	}
}

/* The kernel decides what [vvar] is made of: only its place is told */
static void special(struct run *run)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long start, end;
	struct timespec now;
	char line[512];

	clock_gettime(CLOCK_MONOTONIC, &now);
	run->times = 0;
	while (f && fgets(line, sizeof(line), f)) {
		if (!strstr(line, "[vvar]") && !strstr(line, "[vdso]"))
			continue;
		if (sscanf(line, "%lx-%lx", &start, &end) == 2) {
			stage_set(run, (char *)start, (char *)end, PAGE);
			run->times++;
		}
	}
	if (f)
		fclose(f);
	if (!run->times)
		skip("no [vdso] and no [vvar]");
	stage_gate(run);
}

const struct workload mapping_workloads[] = {
	{ "protnone", protnone, "pages that may not be accessed any more" },
	{ "read-only", read_only, "pages that may not be written any more" },
	{ "executable", executable, "pages that may be executed" },
	{ "locked", locked, "pages locked into memory" },
	{ "guard", guard, "guard markers" },
	{ "hwpoison", hwpoison, "pages lost to a memory failure" },
	{ "keyed", keyed, "pages with a protection key" },
	{ "high", high, "pages above 47 bits" },
	{ "sparse", sparse, "pages 32G apart" },
	{ "soft-dirty", soft_dirty, "pages, every other one soft-dirty" },
	{ "many-vmas", many_vmas, "43 times as many pages, a VMA each" },
	{ "special", special, "[vdso] and [vvar]" },
	{ }
};
