// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages with entries that depend on the mapping: no access, read-only, locked, guarded,
 * poisoned, with a key, special, at high addresses, far apart, and in very many VMAs.
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

static void make_protnone(struct run *run)
{
	map_written(run);
	stage_gate(run);
	protect(run, PROT_NONE);
	stage_print_pages(run, PAGE, "protnone", "!P");
}

static void make_read_only(struct run *run)
{
	map_written(run);
	stage_gate(run);
	protect(run, PROT_READ);
	stage_print_pages(run, PAGE, "present", "P,US,!RW,NX");
}

static void make_executable(struct run *run)
{
	map_written(run);
	stage_gate(run);
	protect(run, PROT_READ | PROT_EXEC);
	stage_print_pages(run, PAGE, "present", "P,US,!RW,!NX");
}

static void make_locked(struct run *run)
{
	map_written(run);
	stage_gate(run);
	if (mlock(run->start, (size_t)(run->end - run->start)))
		fail("mlock");
	stage_print_pages(run, PAGE, "present", "P,US,RW");
}

static void make_guard(struct run *run)
{
	map_written(run);
	stage_gate(run);
	if (madvise(run->start, (size_t)(run->end - run->start),
		    MADV_GUARD_INSTALL))
		skip("no MADV_GUARD_INSTALL");
	stage_print_pages(run, PAGE, "marker", "MARK-GUARD");
}

static void ignore_signal(int signal)
{
	(void)signal;
}

/* The pages are lost until the next boot. Some kernels send SIGBUS immediately */
static void make_hwpoison(struct run *run)
{
	signal(SIGBUS, ignore_signal);
	map_written(run);
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i++)
		if (madvise(run->start + i * PAGE, PAGE, MADV_HWPOISON))
			skip("MADV_HWPOISON: %s", strerror(errno));
	stage_print_pages(run, PAGE, "hwpoison", "-");
}

static void make_keyed(struct run *run)
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
	stage_print_pages(run, PAGE, "present", flags);
}

static void make_high(struct run *run)
{
	size_t size = run->times * PAGE;
	char *p = mmap((void *)((1UL << 52) + HUGE), size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (p == MAP_FAILED || (uintptr_t)p < 1UL << 47)
		skip("no addresses above 47 bits");
	stage_set(run, p, p + size, PAGE);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW");
}

static void make_sparse(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, SPARSE_STEP, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	stage_hit(run, "anon-new", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW");
}

/* Every other page becomes read-only: a VMA for each page, which cannot merge */
static void make_many_vmas(struct run *run)
{
	run->times *= 43;
	map_written(run);
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i += 2)
		if (mprotect(run->start + i * PAGE, PAGE, PROT_READ))
			fail("mprotect");
	for (unsigned int i = 0; i < run->times; i++)
		stage_print_page(run->start + i * PAGE,
				run->start + (i + 1) * PAGE, PAGE, "present",
				i & 1 ? "P,US,RW" : "P,US,!RW");
}

/* A kernel without these bits accepts the request to clear them */
static bool is_soft_dirty(const char *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;
	bool read_it = fd >= 0 && pread(fd, &entry, sizeof(entry), (off_t)((unsigned long)p / PAGE * sizeof(entry))) ==
		       (ssize_t)sizeof(entry);

	close(fd);
	return read_it && entry >> 55 & 1;
}

/* Cleared for the whole process; then every other page is written again */
static void make_soft_dirty(struct run *run)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	map_written(run);
	if (!is_soft_dirty(run->start))
		skip("no soft-dirty");
	if (fd < 0 || write(fd, "4", 1) != 1)
		skip("no soft-dirty");
	close(fd);
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * PAGE;

		if (i & 1)
			*(volatile char *)p = 1;
		stage_print_page(p, p + PAGE, PAGE, "present",
				i & 1 ? "P,US,RW,SOFT" : "P,US,!RW,!SOFT");
	}
}

/* The kernel decides how many pages [vvar] has: only the mapping is declared */
static void make_special(struct run *run)
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
	WORKLOADS_MAPPING(WORKLOAD_ROW)
	{ }
};
