/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Common code of the workloads: the run (one mapping with N pages to touch) and functions on
 * it. Only stage.c prints the expected values.
 */
#ifndef PGWALK_WORKLOAD_H
#define PGWALK_WORKLOAD_H

#include <pthread.h>
#include <stddef.h>
#include <stdbool.h>
#include <sys/types.h>

#include "../lib/sizes.h"
#include "../lib/times.h"
#include "list.h"

/* Larger than a fault-around window (fault_around_bytes, 64K) */
#define STRIDE	(2 * 65536UL)

enum { EXIT_SKIP = 4 };	/* as in kselftest */

/**
 * struct run - one workload while it runs
 * @name:	of the workload
 * @times:	number of pages to touch, TIMES by default
 * @gated:	wait for a line on stdin between preparation and faults
 * @start, @end: the mapping, with a guard on both sides, so that it never merges
 * @step:	from one page to touch to the next
 */
struct run {
	const char *name;
	unsigned int times;
	bool gated;
	char *start, *end;
	size_t step;
};

struct workload {
	const char *name;
	void (*make)(struct run *run);
	const char *what;
};

extern const struct workload anon_workloads[], huge_workloads[], file_workloads[],
	shmem_workloads[], cow_workloads[], swap_workloads[], userfault_workloads[],
	mapping_workloads[], race_workloads[], numa_workloads[], hugetlb_workloads[],
	device_workloads[], merge_workloads[], marker_workloads[], moving_workloads[],
	rwp_workloads[], driver_workloads[];

/* A row of the list of workloads (list.h) in the array of a family */
#define WORKLOAD_ROW(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	{ name, make_##id, what },

enum access { ACCESS_READ, ACCESS_WRITE };

/* stage.c: makes the mapping, touches its pages, prints the expected values */
char *stage_map(struct run *run, size_t step, int prot, int flags, int fd);
char *stage_map_aligned(struct run *run, size_t step, size_t align, int prot,
			int flags, int fd);
void stage_set(struct run *run, char *start, char *end, size_t step);
void stage_prepare(struct run *run, const char *class, enum access access);
void stage_gate(struct run *run);
void stage_hit(struct run *run, const char *class, enum access access);
void stage_print_faults(const struct run *run, const char *class, long minor,
		       long major);
void stage_print_page(const char *start, const char *end, size_t size,
		     const char *kind, const char *flags);
void stage_print_pages(const struct run *run, size_t size, const char *kind,
		       const char *flags);
/* Print @pfn as the frame of the first page; the other pages follow it */
void stage_print_frame(const char *start, const char *end, size_t size,
		      const char *kind, const char *flags, unsigned long pfn);
void stage_faults(long *minor, long *major);
void stage_each(const struct run *run, enum access access);

void skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* thread.c: a thread that makes no faults of its own */
pthread_t thread_start(void *(*body)(void *), void *arg);

/* child.c: a child that shares all pages */
pid_t child_start(void);
/* Return when the child has run the function */
pid_t child_start_after(void (*what)(const struct run *run), const struct run *run);
void child_end(pid_t pid);
/* Copy the pages of this process that fork write-protected, before faults are counted */
void child_settle(void);

/* uffd.c: a userfaultfd of this process and its ranges */
int uffd_open(unsigned long long features);
void uffd_register(const struct run *run, unsigned long long mode);
void uffd_protect(unsigned long long start, unsigned long long size,
		  unsigned long long mode);
void uffd_protect_all(const struct run *run);

/* numa.c: pages that NUMA balancing marks, and the wait for the marks */
void numa_map(struct run *run);
void numa_await_marks(const struct run *run);

/* setting.c: settings of the machine, restored when the program ends */
bool setting_write(const char *path, const char *value);
long setting_read(const char *path);
void setting_raise(const char *path, long least);
/* Raise the pool of hugetlb pages that are leaves of pmds; skip if it is too small */
void setting_raise_pool(unsigned int pages);

/* A memfd of these pages: MFD_HUGETLB, with MFD_HUGE_2MB where pages have 4K */
#define HUGE_FD		(4U | HUGE_SHIFT << 26)

#endif /* PGWALK_WORKLOAD_H */
