/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fault probes as user space sees them: load, point at a process or at many,
 * drain, let go. It yields records and numbers and must not print, name or judge them.
 *
 * Order of calls:
 *
 *	probes__create()	loaded and attached, counting nobody
 *	probes__watch(PID)	from here on every fault of PID is counted; or of all
 *				processes, or of all of a cgroup: then without a PID
 *	  each interval:	probes__settle(); probes__drain(); probes__counts()
 *	  the target is gone:	wait until probes__ended(); then the last settle + drain
 *	probes__destroy()	nothing stays behind, no pins
 *
 * For "pgtop -- COMMAND": fork, let the child block (a read of a pipe) right
 * before its execve, probes__watch(child), release it. Everything the child does
 * after that moment is counted; counts.base_* is what the kernel had counted
 * before, so that at the end, with the child a zombie (waitid and WNOWAIT),
 *
 *	base_minor + drained minor == /proc/PID/stat field 10
 *	base_major + drained major == /proc/PID/stat field 12
 *
 * The same holds for a running process as soon as it is stopped, after
 * probes__settle(); and where many are watched, of each by itself: what it had when
 * probes__watch() returned and its rows are what the kernel has counted, if it was
 * at rest at both times. Not thread safe: one caller at a time for one object.
 */
#ifndef PGWALK_COLLECT_BPF_H
#define PGWALK_COLLECT_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pgwalk_fault.h"

struct probes;

/* Programs at each end of a fault, where the kernel preempts BPF programs; elsewhere one */
#define PROBES_INSTANCES	3

/**
 * enum probes_scope - whose faults are counted, and by what
 * @PROBES_PROCESS: one process': by mapping (PGWALK_SCOPE_MAPPING), and by thread
 *		(PGWALK_SCOPE_THREAD) while probes__count_threads() says so
 * @PROBES_ALL:	all processes': by process (PGWALK_SCOPE_PROCESS). Kernel threads are none
 * @PROBES_CGROUP: those of the processes of a cgroup and of the cgroups in it, by process.
 *		A task that moves in or out is counted for as long as it is inside
 */
enum probes_scope {
	PROBES_PROCESS	= 0,
	PROBES_ALL	= 1,
	PROBES_CGROUP	= 2,
};

/**
 * struct probes_cfg - what is decided before loading
 * @ask_module:	use pgwalk.ko's kfunc if it is there; false: never
 * @max_rows:	rows (mapping and class) one interval can tell apart; what is
 *		beyond goes to the rows that stand for all others of their scope:
 *		"(other mappings)", or id 0. 0: 8192, the most
 * @stacks:	keep the call stack of every fault; see tell.h
 * @events_bytes: room for single faults that were not taken yet, see tell.h: a power of
 *		two, of pages at least. 0: 1 MiB
 * @scope:	whom probes__watch() means; only what it needs is loaded
 * @cgroup:	of PROBES_CGROUP: a descriptor of its directory (cgroup v2); not kept
 */
struct probes_cfg {
	bool ask_module;
	__u32 max_rows;
	bool stacks;
	__u32 events_bytes;
	enum probes_scope scope;
	int cgroup;
};

/**
 * struct probes_counts - where the probes stand; all but @live_tasks only grow
 * @base_minor:	minor faults the watched tasks had before they were watched,
 *		with those of the threads that were gone by then
 * @base_major:	the same, major
 * @live_tasks:	threads seen whose last faults are not in yet; the number falls
 *		when the kernel frees a task, a little after its exit
 * @freed_tasks: threads whose last faults are in
 * @instances:	programs loaded for each end of a fault: 1, or PROBES_INSTANCES where the kernel
 *		preempts BPF programs. The first of them that is not skipped does the work; the
 *		third is attached only while runs of the second are skipped
 * @skipped_entry_runs: runs that the kernel skipped of each entry program, for any process
 * @skipped_exit_runs: runs that the kernel skipped of each exit program, for any process
 * @missed_entry_runs: upper limit of the entries that no program saw, from the instances that
 *		are always attached
 * @missed_exit_runs: upper limit of the exits that no program saw. Before Linux 7.2 the exits
 *		that are under way when a tool attaches or detaches come on top
 * @missed_signal_runs: runs of the probe of signals that the kernel skipped, for any process:
 *		faults that failed and are not counted; only with PREEMPT_RT
 * @refused:	times the kernel gave no task storage; made good by the next event
 * @folded:	faults drained whose mapping, or process, found no row of its own; those
 *		of a thread are not counted here: their mapping's row has them
 * @lost:	faults that could not be counted at all: never seen to be other than 0
 * @events_lost: single faults that found no room to be told; see tell.h
 */
struct probes_counts {
	__u64 base_minor;
	__u64 base_major;
	__u64 live_tasks;
	__u64 freed_tasks;
	unsigned int instances;
	__u64 skipped_entry_runs[PROBES_INSTANCES];
	__u64 skipped_exit_runs[PROBES_INSTANCES];
	__u64 missed_entry_runs;
	__u64 missed_exit_runs;
	__u64 missed_signal_runs;
	__u64 refused;
	__u64 folded;
	__u64 lost;
	__u64 events_lost;
};

/**
 * typedef probes_row_fn - take one drained row; of one key there may be two: add them up
 * @ctx:	as given to probes__drain()
 * @key:	mapping and class; valid during the call only
 * @row:	its faults since the last drain, valid during the call only; @row.count is
 *		0 if there are only those of other processes, @row.remote
 *
 * Return: 0 to go on, anything else to have probes__drain() return that after
 * all rows were handed over (a drained row that nobody took would be lost).
 */
typedef int (*probes_row_fn)(void *ctx, const struct pgwalk_fault_key *key,
			     const struct pgwalk_fault_row *row);

/**
 * probes__create - load the BPF programs and attach them, counting nobody
 * @out:	the new object; untouched on failure
 * @cfg:	choices, or NULL for { .ask_module = true }
 * @why:	on failure, one line without a newline: "what: why (what to do)"
 * @why_size:	bytes at @why, 256 is plenty
 *
 * Return: 0; -EPERM: no privileges; -ENOTSUP: this kernel has no BTF, no
 * trampolines or is too old; -EBADF, -ENOTSUP: @cfg.cgroup is no directory of the
 * cgroup v2 tree, or its moves cannot be seen; -ENOMEM and others as the kernel gave them.
 */
int probes__create(struct probes **out, const struct probes_cfg *cfg,
		   char *why, size_t why_size);

/** probes__destroy - detach and free; NULL is fine */
void probes__destroy(struct probes *p);

/**
 * probes__has_module - are faults classified with pgwalk.ko's help?
 * @p:		the probes
 */
bool probes__has_module(const struct probes *p);

/**
 * probes__watch - count the faults of one process, or of the scope, from now on
 * @p:		the probes
 * @pid:	a process, in the caller's pid namespace; 0 for the other scopes
 *
 * Once per object, but a process that the kernel has freed makes room for another. What
 * was counted of it is drained before, or comes with the other's.
 *
 * Every thread there is gets its baseline here, those born later start at 0. Where
 * many are watched, processes of pid namespaces that the caller does not see get
 * theirs at their next fault.
 *
 * Return: 0; -ESRCH: no such process; -EINVAL: a kernel thread, or @pid does not go with
 * the scope; -EBUSY: still watching; or the errno of the BPF iterator.
 */
int probes__watch(struct probes *p, pid_t pid);

/**
 * probes__count_threads - count by thread as well, or no longer
 * @p:		the probes, of PROBES_PROCESS; nothing happens in other scopes
 * @on:		from now on; off at first
 *
 * Rows of PGWALK_SCOPE_THREAD then come beside those of mappings and tell of the same
 * faults: key {scope, id, class}, id the tid, and name its comm. Threads that find no
 * row share those of id 0. What could not be given to a mapping is class 0 of its
 * thread. When it is off, it costs a test for each fault.
 */
void probes__count_threads(struct probes *p, bool on);

/**
 * probes__settle - account what tasks at rest have pending
 * @p:		the probes
 *
 * A thread whose last fault's exit was missed tells it at its next fault or at
 * its end. This asks in between: all threads of the target that do not run
 * (asleep, stopped, dead but not reaped). Of a stopped or dead target every
 * fault is in after it. It also has the probes know the settings of huge pages and
 * of fault-around as they are now. Cheap; meant to be called before each drain.
 *
 * Return: 0 or -errno. A target that is gone is no error.
 */
int probes__settle(struct probes *p);

/**
 * probes__drain - hand over every row since the last drain, and forget them
 * @p:		the probes
 * @fn:		called for each row with faults, in no order
 * @ctx:	for @fn
 *
 * Swaps the generation that programs write to for an empty one, so that no
 * count is lost or told twice; constant memory.
 *
 * Return: 0; what @fn returned; or -errno of bpf(), and then nothing was drained.
 */
int probes__drain(struct probes *p, probes_row_fn fn, void *ctx);

/**
 * probes__counts - fill in where the probes stand
 * @p:		the probes
 * @counts:	filled
 */
void probes__counts(const struct probes *p, struct probes_counts *counts);

/**
 * probes__ended - has the target ended, with its last fault accounted?
 * @p:		the probes
 *
 * True if every thread is gone or dead: the last probes__settle() and
 * probes__drain() then complete the count. A thread group leader that its
 * parent has not reaped counts as dead. Of a cgroup: there are no tasks in it, which
 * may change until it is removed. Never true where all are watched.
 */
bool probes__ended(struct probes *p);

#endif /* PGWALK_COLLECT_BPF_H */
