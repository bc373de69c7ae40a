// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the memory of processes through the module, within a CPU budget. At the end of each interval the
 * processes with faults are read in the order of their PIDs, beginning after the one that was read last, so
 * that each has its turn if the budget is not enough for all. A large process is read in parts, and continued
 * in the next interval.
 */
#include <stdlib.h>
#include <time.h>

#include "../../lib/cpu_budget.h"
#include "../procfs/proc.h"
#include "process_sampler.h"

#define SHARE		70	/* inverse share of one CPU, as for full samples of one process */
#define SAVED_NS	20000000
#define PIDS_MAX	8192	/* rows of faults in an interval */

/**
 * struct process_sampler - the processes of an interval, and the one that is being read
 * @device: the module
 * @budget: CPU budget
 * @spent_ns: CPU time of all samples
 * @pid: processes with faults in this interval
 * @nr: number of @pid
 * @last: the process that was read last
 * @running: the process that is being read; 0: none
 * @at: next address of @running
 * @sum: its memory so far
 */
struct process_sampler {
	struct device *device;
	struct cpu_budget budget;
	uint64_t spent_ns;
	pid_t pid[PIDS_MAX];
	size_t nr;
	pid_t last;
	pid_t running;
	uint64_t at;
	struct snapshot_memory sum;
};

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/**
 * process_sampler__create - prepare to read processes
 * @device: not attached; must outlive the object
 * @now_ns: current time
 *
 * Return: the sampler; NULL: no memory.
 */
struct process_sampler *process_sampler__create(struct device *device, uint64_t now_ns)
{
	struct process_sampler *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->device = device;
	cpu_budget__init(&s->budget, SHARE, SAVED_NS, now_ns);
	return s;
}

/** process_sampler__destroy - free the sampler; NULL is fine */
void process_sampler__destroy(struct process_sampler *s)
{
	free(s);
}

/** process_sampler__spent_ns - return the CPU time of all samples; NULL is fine */
uint64_t process_sampler__spent_ns(const struct process_sampler *s)
{
	return s ? s->spent_ns : 0;
}

/** process_sampler__need - note a process with faults; beyond PIDS_MAX in an interval they are ignored */
void process_sampler__need(struct process_sampler *s, pid_t pid)
{
	if (s->nr < PIDS_MAX && (!s->nr || s->pid[s->nr - 1] != pid))
		s->pid[s->nr++] = pid;
}

/* pgwalk ps has the same sums */
static int add_vma(void *ctx, const struct pgwalk_vma *vma)
{
	struct snapshot_memory *sum = ctx;

	sum->resident += vma->resident;
	sum->hugetlb += vma->hugetlb;
	sum->huge += vma->huge_2m + vma->huge_1g;
	sum->swapped += vma->swapped;
	sum->pss += vma->pss;
	sum->lazyfree += vma->lazyfree;
	sum->uss += vma->kind == PGWALK_VMA_HUGETLB ? 0 : vma->exclusive;
	return 0;
}

static int by_pid(const void *a, const void *b)
{
	const pid_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Choose the first process after the last one, or the first of all. They are sorted */
static size_t find_next(const struct process_sampler *s)
{
	size_t i;

	for (i = 0; i < s->nr && s->pid[i] <= s->last; i++)
		;
	return i < s->nr ? i : 0;
}

static void unite(struct process_sampler *s)
{
	size_t i, nr = 0;

	qsort(s->pid, s->nr, sizeof(*s->pid), by_pid);
	for (i = 0; i < s->nr; i++)
		if (!nr || s->pid[i] != s->pid[nr - 1])
			s->pid[nr++] = s->pid[i];
	s->nr = nr;
}

static void begin(struct process_sampler *s, pid_t pid)
{
	s->running = device__attach(s->device, pid) ? 0 : pid;
	s->at = 0;
	s->sum = (struct snapshot_memory){ .counted = true, .frames_counted = true, .eligible = -1 };
	s->last = pid;
}

/* Read a part of the running process. A process that has exited, or may not be read, is dropped */
static int read_part(struct process_sampler *s, process_memory_fn fn, void *ctx)
{
	__u64 at = s->at, tables = 0;
	__u32 threads;
	pid_t pid;

	if (device__vmas(s->device, at, 0, PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES, add_vma, &s->sum, &at)) {
		s->running = 0;
		return 0;
	}
	s->at = at;
	if (at)
		return 0;
	proc__sizes("/proc", s->running, &tables, &threads);
	s->sum.tables = tables;
	pid = s->running;
	s->running = 0;
	return tables ? fn(ctx, pid, &s->sum) : 0;
}

/**
 * process_sampler__sample - read the processes with faults, or as many as the budget allows
 * @s: the sampler
 * @now_ns: current time
 * @fn: takes the memory of each
 * @ctx: argument of @fn
 *
 * The processes of this interval are forgotten, except the one that is being read.
 *
 * Return: 0; or the value of @fn.
 */
int process_sampler__sample(struct process_sampler *s, uint64_t now_ns, process_memory_fn fn, void *ctx)
{
	size_t next, left;
	int err = 0;

	unite(s);
	next = find_next(s);
	left = s->nr;
	while (!err && (s->running || left) && cpu_budget__may_spend(&s->budget, now_ns)) {
		uint64_t before = cpu_ns();

		if (!s->running) {
			begin(s, s->pid[next]);
			next = (next + 1) % s->nr;
			left--;
		}
		if (s->running)
			err = read_part(s, fn, ctx);
		before = cpu_ns() - before;
		cpu_budget__spend(&s->budget, before);
		s->spent_ns += before;
	}
	s->nr = 0;
	return err;
}
