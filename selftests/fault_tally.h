/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fault tests share: a process held before its first counted fault, its
 * truth as /proc has it, and the sum of what the probes drained. Judges nothing.
 */
#ifndef PGWALK_FAULT_TALLY_H
#define PGWALK_FAULT_TALLY_H

#include <stdbool.h>
#include <sys/types.h>

#include "collect/bpf.h"

/**
 * struct tally - drained rows, summed
 * @rows:	how many
 * @bad_rows:	rows that contradict themselves (see tally__take)
 * @folded:	faults of "(other mappings)"
 * @count:	faults by class; [0] is unattributed
 */
struct tally {
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

/** tally__take - a probes_row_fn: add a row, and check that it adds up in itself */
int tally__take(void *tally, const struct pgwalk_fault_key *key,
		const struct pgwalk_fault_row *row);

/** struct held - a child that waits before it does anything */
struct held {
	pid_t pid;
	int go;
};

/** held__start - fork a child that will call run(arg) and exit with its value */
void held__start(struct held *h, int (*run)(void *arg), void *arg);

/** held__release - let it run */
void held__release(struct held *h);

/** struct truth - what the kernel says of a process and all its threads */
struct truth {
	__u64 minor;
	__u64 major;
};

/** truth__read - fields 10 and 12 of /proc/PID/stat */
void truth__read(struct truth *t, pid_t pid);

/** truth__read_thread - the same of one thread */
void truth__read_thread(struct truth *t, pid_t pid, pid_t tid);

/** threads_at_rest - are all threads of @pid asleep, stopped or dead? */
bool threads_at_rest(pid_t pid);

/** watch_to_end - settle and drain every @interval_ms until @pid is a zombie and all is in */
void watch_to_end(struct probes *p, pid_t pid, int interval_ms, struct tally *t);

/** take_to_end - the same, with @take for each row */
void take_to_end(struct probes *p, pid_t pid, int interval_ms, probes_row_fn take, void *ctx);

/** probes_open - as probes__create; ends the test with "Bail out!" when it cannot */
struct probes *probes_open(bool ask_module, unsigned int max_rows);

/** tap - one numbered line "ok" or "not ok" with a printf-like claim */
void tap(bool ok, const char *claim, ...) __attribute__((format(printf, 2, 3)));

/** tap_end - the plan, and the exit status */
int tap_end(void);

/**
 * kernel_preempts - is kernel code preempted?
 *
 * A BPF program that is preempted makes the kernel skip the same program of other tasks on that
 * CPU. If it skips all instances of a probe, the class or the latency of the fault is unknown.
 */
bool kernel_preempts(void);

/**
 * tally_check - claim that @t equals what the kernel counted from the baseline to @end
 *
 * A fault may be unattributed only for an entry that the kernel skipped in every program. Load
 * decides how many those are; without preemption of BPF programs there are none.
 */
void tally_check(const char *what, const struct probes *p, const struct tally *t,
		 const struct truth *end);

#endif /* PGWALK_FAULT_TALLY_H */
