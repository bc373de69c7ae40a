/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The process that executes inputs. Its state is in shared memory, so that the parent can print it
 * if the kernel kills the worker.
 */
#ifndef PGWALK_FUZZ_WORKER_H
#define PGWALK_FUZZ_WORKER_H

#include "entrypoints.h"
#include "input.h"

#define WORKER_LAST	16

/**
 * struct worker_order - the parameters of the worker
 * @seed:	of the random numbers
 * @executions:	number of executions
 * @seconds:	time limit; 0: none
 * @replay:	files of inputs that are executed first, NULL-terminated
 * @only_replay: execute no other inputs
 * @delegated:	the module was loaded with delegate=1, and files are opened without CAP_SYS_ADMIN
 */
struct worker_order {
	__u64 seed;
	__u64 executions;
	unsigned int seconds;
	char *const *replay;
	bool only_replay;
	bool delegated;
};

/**
 * struct worker_state - the progress of the worker
 * @done:	executions started
 * @last:	last inputs: number i is at i modulo WORKER_LAST
 * @seed_edges:	edges reached by the replayed and the valid inputs
 * @edges:	edges reached by all inputs
 * @points:	code points reached by all inputs
 * @kept:	inputs kept for a new edge
 * @succeeded:	executions without an error, by entry point
 * @run:	all executions, by entry point
 * @ns:		their time, by entry point
 * @replayed:	all files have been replayed
 * @covered:	KCOV is enabled
 * @ready:	the worker has started
 * @failure:	broken rule or error, or ""
 */
struct worker_state {
	__u64 done;
	struct input last[WORKER_LAST];
	unsigned int seed_edges, edges, points, kept;
	__u64 succeeded[ENTRY_NR], run[ENTRY_NR], ns[ENTRY_NR];
	bool replayed, covered, ready;
	char failure[1280];
};

/* Exit with 0; 1: see failure; 2: the worker could not start */
void worker_run(const struct worker_order *order, struct worker_state *state)
	__attribute__((noreturn));

#endif
