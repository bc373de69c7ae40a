/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * For the tests of scopes: a process with threads that fault on request, and sums of the rows of
 * threads and processes.
 */
#ifndef PGWALK_FAULT_THREADS_H
#define PGWALK_FAULT_THREADS_H

#include "fault_counts.h"

#define NR_THREADS	6		/* with the leader */

/**
 * struct fault_threads - a process; each thread touches TIMES new pages on request
 * @pid:	of the process
 * @tid:	of each thread
 * @go:		pipe of requests to each thread
 * @done:	pipe of completions of all threads
 */
struct fault_threads {
	pid_t pid;
	pid_t tid[NR_THREADS];
	int go[NR_THREADS];
	int done;
};

/** fault_threads__start - return when all threads wait for a request */
void fault_threads__start(struct fault_threads *c);

/** fault_threads__start_apart - start with the id of each thread @apart above the id before */
void fault_threads__start_apart(struct fault_threads *c, int apart);

/** fault_threads__touch - make all threads touch their pages; return when all have */
void fault_threads__touch(struct fault_threads *c);

/** fault_threads__end - make the process exit; the zombie keeps its counts */
void fault_threads__end(struct fault_threads *c);

/** fault_threads__reap - wait for the zombie */
void fault_threads__reap(struct fault_threads *c);

/** struct found - sums of the rows of one thread or process; id 0: of all others */
struct found {
	__u32 scope;
	__s32 id;
	__u64 count, major, anon_new;
	char name[PGWALK_NAME_MAX];
	bool ended;
};

/** struct scope_rows - all drained rows; @all is of mappings or of processes */
struct scope_rows {
	struct fault_counts all;
	struct fault_counts threads;
	struct found found[1024];
	int nr;
};

/** found_at - find the entry of @id, or add it */
struct found *found_at(struct scope_rows *h, __u32 scope, __s32 id);

/** scope_rows__drain - settle and drain */
void scope_rows__drain(struct probes *p, struct scope_rows *h);

/** scope_open - call probes_open() for a scope */
struct probes *scope_open(enum probes_scope scope, int cgroup, __u32 rows);

/** process_check - check that the rows of @pid equal the kernel's counts since @base */
void process_check(struct probes *p, struct scope_rows *h, pid_t pid, const struct truth *base,
		   const char *what);

/** is_all - are @n faults of a class equal to @all, or at most @all if some may be unknown? */
bool is_all(__u64 n, __u64 all);

#endif /* PGWALK_FAULT_THREADS_H */
