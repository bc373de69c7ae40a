/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The fault probes as seen from user space: load, watch one or many processes, drain, destroy.
 * Callers interpret and print the records; this layer only returns them.
 *
 * Order of calls:
 *
 *	probes__create()	load and attach; no process is counted
 *	probes__watch(PID)	from here on count every fault of PID; or, without a PID, of
 *				all processes or of the processes of a cgroup
 *	  each interval:	probes__settle(); probes__drain(); probes__counts()
 *	  after the exit:	wait until probes__ended(); then a last settle and drain
 *	probes__destroy()	detach; nothing is pinned
 *
 * For "pgtop -- COMMAND": fork, block the child (reading a pipe) right before its execve(),
 * probes__watch(child), release the child. All faults of the child after the release are counted;
 * counts.base_* are the faults that the kernel counted before. At the end, with the child a zombie
 * (waitid() with WNOWAIT),
 *
 *	base_minor + drained minor == /proc/PID/stat field 10
 *	base_major + drained major == /proc/PID/stat field 12
 *
 * Both equations also hold for a stopped process after probes__settle(). With many processes they
 * hold for each process that was at rest when probes__watch() returned and is at rest now, with its
 * counts at probes__watch() as the base. Not thread safe: one caller at a time per object.
 */
#ifndef PGWALK_COLLECT_BPF_H
#define PGWALK_COLLECT_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pgwalk_fault.h"

struct probes;

/* Instances of the programs at each end of a fault if the kernel preempts BPF programs; else 1 */
#define PROBES_INSTANCES	3

/* Result of probes__create(): this kernel has no fentry, only totals of its own counters */
#define PROBES_TOTALS	1

/**
 * enum probes_scope - the processes to count, and the scope of their rows
 * @PROBES_PROCESS: one process, by mapping (PGWALK_SCOPE_MAPPING), and by thread
 *		(PGWALK_SCOPE_THREAD) if enabled by probes__count_threads()
 * @PROBES_ALL:	all processes except kernel threads, by process (PGWALK_SCOPE_PROCESS)
 * @PROBES_CGROUP: the processes of a cgroup and its descendants, by process. A task that moves in
 *		or out is counted while it is inside
 */
enum probes_scope {
	PROBES_PROCESS	= 0,
	PROBES_ALL	= 1,
	PROBES_CGROUP	= 2,
};

/**
 * struct probes_cfg - configuration before loading
 * @use_module:	use pgwalk.ko's kfunc if available
 * @max_rows:	limit of rows (mapping and class) per interval; faults beyond the limit go to a
 *		row that stands for the rest of their scope: "(other mappings)" or id 0. 0: the
 *		maximum of 8192. Memory for 1024 is reserved; the kernel allocates each further row
 *		at its first fault of the interval
 * @stacks:	record the call stack of each fault; see events.h
 * @events_bytes: size of the ring of single faults, see events.h: a power of two, at least a page.
 *		0: 1 MiB. Allocated when the first range is traced
 * @scope:	the processes to count; only the programs of this scope are loaded
 * @by_cgroup:	with many processes, put the cgroup of the thread that faulted into the keys of processes
 * @cgroup:	for PROBES_CGROUP: descriptor of its directory (cgroup v2); not kept
 * @quiet_ms:	time after which a further instance of the programs that was not needed is detached.
 *		0: 10 s
 */
struct probes_cfg {
	bool use_module;
	__u32 max_rows;
	bool stacks;
	__u32 events_bytes;
	enum probes_scope scope;
	bool by_cgroup;
	int cgroup;
	unsigned int quiet_ms;
};

/**
 * struct probes_counts - counts of the probes; all but @live_tasks only grow
 * @base_minor:	minor faults of the watched tasks before they were watched, including threads
 *		that had exited by then
 * @base_major:	major faults of the watched tasks before they were watched, including threads
 *		that had exited by then
 * @live_tasks:	threads seen with faults not accounted yet; decreases when the kernel frees a
 *		task, shortly after its exit
 * @freed_tasks: threads with all faults accounted
 * @instances:	programs loaded for each end of a fault: 1, or PROBES_INSTANCES if the kernel
 *		preempts BPF programs. The first instance that is not skipped does the work
 * @attached:	programs attached to each end of a fault now, 1 to @instances; see
 *		probes__follow_missed()
 * @attach_cuts_exits: on this kernel (before Linux 7.2) the exits in progress are missed when a program
 *		is attached or detached, so all instances stay attached; known after probes__watch()
 * @skipped_entry_runs: runs that the kernel skipped of each entry program, for any process
 * @skipped_exit_runs: runs that the kernel skipped of each exit program, for any process
 * @missed_entry_runs: upper limit of the entries that no program saw, for any process
 * @missed_exit_runs: upper limit of the exits that no program saw, for any
 *		process. With @attach_cuts_exits, those cut off by a tool are missed in addition
 * @missed_signal_runs: runs of the signal probe that the kernel skipped, for any process; each is a
 *		failed fault that is not counted. Only with PREEMPT_RT
 * @refused:	failed allocations of task storage; the next event recovers the count
 * @folded:	drained faults of mappings or processes without a row of their own; faults of
 *		threads without a row are not added: their mapping has a row
 * @lost:	faults that could not be counted; has only been seen as 0
 * @events_lost: single faults that did not fit into the ring; see events.h
 */
struct probes_counts {
	__u64 base_minor;
	__u64 base_major;
	__u64 live_tasks;
	__u64 freed_tasks;
	unsigned int instances;
	unsigned int attached;
	bool attach_cuts_exits;
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
 * typedef probes_row_fn - handle a drained row; add up rows of the same key, up to two
 * @ctx:	argument of probes__drain()
 * @key:	mapping and class; valid during the call only
 * @row:	faults since the last drain; valid during the call only. @row.count is 0 if there are
 *		only faults of other processes, @row.remote
 *
 * Return: 0 to continue; other values are returned by probes__drain() after all rows were passed,
 * because unhandled rows would be lost.
 */
typedef int (*probes_row_fn)(void *ctx, const struct pgwalk_fault_key *key,
			     const struct pgwalk_fault_row *row);

/**
 * probes__create - load and attach the BPF programs; no process is counted yet
 * @out:	the new object; untouched on failure
 * @cfg:	configuration; NULL: { .use_module = true }
 * @why:	on failure, one line without a newline: "what: why (what to do)"
 * @why_size:	bytes at @why, 256 is enough
 *
 * Return: 0; -EPERM: no privileges; -ENOTSUP: the kernel has no BTF or is too old; PROBES_TOTALS: it has no fentry on
 * this architecture, and @why is a line on that;
 * -EBADF, -ENOTSUP: @cfg.cgroup is not a directory of the cgroup v2 tree, or moves between cgroups
 * cannot be traced; -ENOMEM; or -errno.
 */
int probes__create(struct probes **out, const struct probes_cfg *cfg,
		   char *why, size_t why_size);

/** probes__destroy - detach and free; NULL is fine */
void probes__destroy(struct probes *p);

/**
 * probes__has_module - does pgwalk.ko's kfunc help to classify faults?
 * @p:		the probes
 */
bool probes__has_module(const struct probes *p);

/**
 * probes__watch - start to count the faults of a process, or of the scope
 * @p:		the probes
 * @pid:	a process, in the caller's pid namespace; 0 for the other scopes
 *
 * One call per object; another call is allowed after the kernel has freed the process. Drain the
 * counts of the first process before, or they are mixed with those of the next.
 *
 * Each existing thread gets its baseline here; threads created later start at 0. With many
 * processes, those of pid namespaces that the caller cannot see get a baseline at their next fault.
 *
 * Return: 0; -ESRCH: no such process; -EINVAL: a kernel thread, or @pid does not match the scope;
 * -EBUSY: still watching; or the errno of the BPF iterator.
 */
int probes__watch(struct probes *p, pid_t pid);

/**
 * probes__count_threads - start or stop counting by thread
 * @p:		the probes; no effect unless PROBES_PROCESS
 * @on:		count by thread; off at first
 *
 * Adds rows of PGWALK_SCOPE_THREAD, which count the same faults as the rows of mappings: key
 * {scope, id, class} with the TID as id and the comm as name. Threads without a row of their own
 * share those of id 0. Class 0 holds the faults of a thread that have no mapping. When off, costs
 * one test per fault.
 */
void probes__count_threads(struct probes *p, bool on);

/**
 * probes__settle - account the pending faults of tasks that do not run
 * @p:		the probes
 *
 * If the exit of a thread's last fault was missed, the fault is accounted at the next fault or at
 * the end of the thread. This call accounts it earlier, for all threads of the target that do not
 * run (asleep, stopped, dead but not reaped). After it, the count of a stopped or dead target is
 * complete. It also updates the settings of huge pages and fault-around in the probes. Cheap; call
 * it before each drain.
 *
 * Return: 0 or -errno. A target that has exited is not an error.
 */
int probes__settle(struct probes *p);

/**
 * probes__missed_fd - return a descriptor that is readable after an end of a fault was missed
 * @p:		the probes
 *
 * Call probes__follow_missed() then. A caller that does not wait for it attaches a further instance
 * later, at the next probes__settle().
 *
 * Return: the descriptor, valid until probes__destroy(); -1: the kernel does not preempt BPF programs.
 */
int probes__missed_fd(const struct probes *p);

/**
 * probes__follow_missed - attach or detach an instance of the programs, if it is time
 * @p:		the probes
 *
 * Begins to attach the next instance if an end of a fault of a watched task was missed, and to detach
 * the last one if all of the attached ones were not needed for some time. Does not wait: the kernel
 * takes seconds under load. probes__settle() calls it.
 */
void probes__follow_missed(struct probes *p);

/**
 * probes__drain - pass on all rows since the last drain, and reset them
 * @p:		the probes
 * @fn:		called for each row with faults, in no order
 * @ctx:	argument of @fn
 *
 * Switches the programs to an empty generation first, so that each fault is drained exactly once;
 * memory is constant.
 *
 * Return: 0; the value of @fn; or -errno of bpf(), then nothing was drained.
 */
int probes__drain(struct probes *p, probes_row_fn fn, void *ctx);

/**
 * probes__has_faults - were faults counted since the last drain?
 * @p:		the probes
 */
bool probes__has_faults(const struct probes *p);

/**
 * probes__counts - read the counts of the probes
 * @p:		the probes
 * @counts:	filled
 */
void probes__counts(const struct probes *p, struct probes_counts *counts);

/**
 * probes__ended - has the target ended, with its last fault accounted?
 * @p:		the probes
 *
 * True if every thread was freed or is dead: the last probes__settle() and probes__drain() then
 * complete the count. A thread group leader that its parent has not reaped counts as dead. For a
 * cgroup: it has no tasks, which may change until it is removed. Never true for all processes.
 */
bool probes__ended(struct probes *p);

#endif /* PGWALK_COLLECT_BPF_H */
