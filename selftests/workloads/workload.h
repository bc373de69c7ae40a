/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the families of workloads share: the run (one mapping, N places in it)
 * and the verbs on it. Every line of truth is printed by stage.c, none elsewhere.
 */
#ifndef PGWALK_WORKLOAD_H
#define PGWALK_WORKLOAD_H

#include <pthread.h>
#include <stddef.h>
#include <stdbool.h>
#include <sys/types.h>

#define PAGE	4096UL
#define HUGE	(2UL << 20)
#define GIANT	(1UL << 30)
/* Beyond what a fault maps around itself (fault_around_bytes, 64K) */
#define STRIDE	(2 * 65536UL)

enum { EXIT_SKIP = 4 };	/* kselftest's */

/**
 * struct run - one workload while it runs
 * @name:	of the workload
 * @times:	places, and so pages or faults; a prime, so that a wrong count shows
 * @gated:	wait for a line on stdin between preparation and faults
 * @start, @end: the mapping, with a guard on both sides: it never merges
 * @step:	from one place to the next
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

enum access { ACCESS_READ, ACCESS_WRITE };

/* stage.c: makes places, touches them, tells the truth about them */
char *stage_map(struct run *run, size_t step, int prot, int flags, int fd);
char *stage_map_aligned(struct run *run, size_t step, size_t align, int prot,
			int flags, int fd);
void stage_set(struct run *run, char *start, char *end, size_t step);
void stage_prepare(struct run *run, const char *class, enum access access);
void stage_gate(struct run *run);
void stage_hit(struct run *run, const char *class, enum access access);
void stage_tell_faults(const struct run *run, const char *class, long minor,
		       long major);
void stage_tell_page(const char *start, const char *end, size_t size,
		     const char *kind, const char *flags);
void stage_tell_places(const struct run *run, size_t size, const char *kind,
		       const char *flags);
/* The frame of the first page is known too: @pfn, the others follow it */
void stage_tell_frame(const char *start, const char *end, size_t size,
		      const char *kind, const char *flags, unsigned long pfn);
void stage_faults(long *minor, long *major);
void stage_each(const struct run *run, enum access access);

void skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* thread.c: a thread that does not fault on its own account */
pthread_t thread_start(void *(*body)(void *), void *arg);

/* child.c: shares all pages, by fork */
pid_t child_start(void);
/* The same, once it has done what it shall */
pid_t child_start_after(void (*what)(const struct run *run), const struct run *run);
void child_end(pid_t pid);
/* Copy the pages of our own that fork made read-only, before faults are counted */
void child_settle(void);

/* uffd.c: a userfaultfd of this process, and ranges of it */
int uffd_open(unsigned long long features);
void uffd_register(const struct run *run, unsigned long long mode);
void uffd_protect(unsigned long long start, unsigned long long size,
		  unsigned long long mode);
void uffd_protect_all(const struct run *run);

/* numa.c: pages that NUMA balancing is to mark, and the wait for that */
void numa_map(struct run *run);
void numa_await_marks(const struct run *run);

/* setting.c: one setting of the machine, put back when the program ends */
bool setting_write(const char *path, const char *value);
long setting_read(const char *path);
void setting_raise(const char *path, long least);

#endif /* PGWALK_WORKLOAD_H */
