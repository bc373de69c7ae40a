/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Common code of the fault tests: a process that waits before its first counted fault, its
 * counts in /proc, and the sum of the rows that the probes drained.
 */
#ifndef PGWALK_FAULT_COUNTS_H
#define PGWALK_FAULT_COUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "collect/probes/bpf.h"

#include "../lib/times.h"

/**
 * struct fault_counts - sum of drained rows
 * @rows:	number of rows
 * @bad_rows:	inconsistent rows (see fault_counts__add_row)
 * @folded:	faults of "(other mappings)"
 * @count:	faults by class; [0] is unattributed
 */
struct fault_counts {
	__u64 rows;
	__u64 bad_rows;
	__u64 total;
	__u64 major;
	__u64 missed_exit;
	__u64 missed_entry;
	__u64 retries;
	__u64 latencies;
	__u64 folded;
	__u64 count[PGWALK_FAULT_CLASS_NR];
};

/** fault_counts__add_row - a probes_row_fn: add a row, and check that it is consistent */
int fault_counts__add_row(void *counts, const struct pgwalk_fault_key *key,
		const struct pgwalk_fault_row *row);

/** struct held_child - a child that waits for held_child__release() */
struct held_child {
	pid_t pid;
	int go;
};

/** held_child__start - fork a child that will call run(arg) and exit with its value */
void held_child__start(struct held_child *h, int (*run)(void *arg), void *arg);

/** held_child__release - let the child run */
void held_child__release(struct held_child *h);

/** struct truth - the kernel's counts of a process with all its threads */
struct truth {
	__u64 minor;
	__u64 major;
};

/** truth__read - fields 10 and 12 of /proc/PID/stat */
void truth__read(struct truth *t, pid_t pid);

/** truth__read_thread - read the counts of one thread */
void truth__read_thread(struct truth *t, pid_t pid, pid_t tid);

/** threads_at_rest - are all threads of @pid asleep, stopped or dead? */
bool threads_at_rest(pid_t pid);

/** watch_to_end - settle and drain every @interval_ms until @pid is a zombie and all rows are drained */
void watch_to_end(struct probes *p, pid_t pid, int interval_ms, struct fault_counts *t);

/** take_to_end - watch to the end, with @take for each row */
void take_to_end(struct probes *p, pid_t pid, int interval_ms, probes_row_fn take, void *ctx);

/** probes_open - call probes__create(); on failure end the test with "Bail out!" */
struct probes *probes_open(bool with_module, unsigned int max_rows);

/** bail_out - print "Bail out!" with the subject @what and the reason @why, and exit */
void bail_out(const char *what, const char *why) __attribute__((noreturn));

/** tap_begin - print the header; a line of TAP is written at once from then on */
void tap_begin(void);

/** tap - print a numbered line "ok" or "not ok" with a printf-like claim */
void tap(bool ok, const char *claim, ...) __attribute__((format(printf, 2, 3)));

/** tap_end - print the plan and return the exit status */
int tap_end(void);

/**
 * kernel_preempts - is kernel code preempted?
 *
 * A BPF program that is preempted makes the kernel skip the same program of other tasks on that
 * CPU. If it skips all instances of a probe, the class or the latency of the fault is unknown.
 */
bool kernel_preempts(void);

/**
 * fault_counts__check - check that @t equals the kernel's counts from the baseline to @end
 *
 * A fault may be unattributed only if the kernel skipped every program at its entry. Their
 * number depends on load; without preemption of BPF programs it is zero.
 */
void fault_counts__check(const char *what, const struct probes *p, const struct fault_counts *t,
		 const struct truth *end);

#endif /* PGWALK_FAULT_COUNTS_H */
