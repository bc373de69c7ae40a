/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Optional data of the fault probes beside rows: call stacks, single faults of one range, TLB
 * flushes. See bpf.h for the probes.
 *
 *	stacks	memory is reserved before loading (probes_cfg.stacks); recorded for every fault
 *		unless probes__keep_stacks() pauses
 *	events	single faults of the range set by probes__trace()
 *	TLB	while enabled by probes__tlb_watch(): the program runs at every switch of mm
 */
#ifndef PGWALK_COLLECT_EVENTS_H
#define PGWALK_COLLECT_EVENTS_H

#include "bpf.h"

/* Limit of distinct call stacks; faults of further stacks have stack -1 */
#define PROBES_STACKS_MAX	16384

/**
 * typedef probes_stack_fn - handle the faults of one call stack, mapping and class
 * @ctx:	argument of probes__drain_stacks()
 * @stack:	faults since the last drain; valid during the call only. A latency can be drained
 *		before its fault, then with a count of 0
 *
 * Return: 0 to continue; other values are returned by probes__drain_stacks() after all were passed.
 */
typedef int (*probes_stack_fn)(void *ctx,
			       const struct pgwalk_fault_stack *stack);

/**
 * probes__drain_stacks - pass on the faults since the last drain, by call stack
 * @p:		the probes
 * @fn:		called for each stack, mapping and class with faults, in no order
 * @ctx:	argument of @fn
 *
 * Faults by mapping are those of the rows that probes__drain() passed on; the others, with mm 0 in
 * their key, may be of later rows. Every attributed fault is counted in exactly one stack: in stack -1 if its stack was not captured
 * (the entry was missed, the thread had no user memory) or not stored. No calls without
 * probes_cfg.stacks.
 *
 * Return: 0, or the value of @fn.
 */
int probes__drain_stacks(struct probes *p, probes_stack_fn fn, void *ctx);

/**
 * probes__keep_stacks - start or pause recording call stacks
 * @p:		the probes; no effect without probes_cfg.stacks
 * @on:		record; on at first
 *
 * When paused, the cost is close to zero, and no fault is counted by stack. Known stacks keep their
 * numbers.
 */
void probes__keep_stacks(struct probes *p, bool on);

/**
 * probes__stack_frames - read the addresses of a call stack
 * @p:		the probes
 * @stack:	as in struct pgwalk_fault_stack; constant for the life of the probes
 * @ip:		filled, the faulting instruction first; for a fault inside a system call, the
 *		instruction after the call. The other addresses are return addresses, found by
 *		frame pointers: in code built without them, addresses are missing or wrong. The
 *		stack ends before the first address that is not in an executable mapping
 *
 * Return: number of addresses, or -ENOENT: no such stack.
 */
int probes__stack_frames(const struct probes *p, __s32 stack,
			 __u64 ip[PGWALK_STACK_MAX]);

/**
 * probes__trace - record each single fault of a range
 * @p:		the probes
 * @start:	first address
 * @end:	first address after the range; 0 with @start 0: no range
 *
 * One range at a time. Records the faults counted in a thread of the target on its own memory, but
 * not those that the rows count as unattributed. Events in the ring stay there until they are read.
 *
 * Return: 0; -EINVAL: @end is not above @start; or -errno: the ring cannot be allocated.
 */
int probes__trace(struct probes *p, __u64 start, __u64 end);

/**
 * typedef probes_event_fn - handle a single fault
 * @ctx:	argument of probes__events()
 * @event:	valid during the call only
 */
typedef void (*probes_event_fn)(void *ctx,
				const struct pgwalk_fault_event *event);

/**
 * probes__events - pass on the single faults since the last call, in order
 * @p:		the probes
 * @fn:		called for each fault
 * @ctx:	argument of @fn
 *
 * Faults that did not fit into the ring are counted in probes_counts.events_lost.
 *
 * Return: number of faults passed, or -errno.
 */
int probes__events(struct probes *p, probes_event_fn fn, void *ctx);

/**
 * struct probes_tlb - TLB flushes by reason, PGWALK_TLB_*; counts only grow
 * @all: on all CPUs, for any task
 * @target: the part of @all that came while a thread of the target ran: flushes by the thread,
 *	flushes of its CPU requested by others, and a switch away from its mm
 * @missed: uncounted flushes: one that interrupted the count of another on the same CPU
 */
struct probes_tlb {
	__u64 all[PGWALK_TLB_NR];
	__u64 target[PGWALK_TLB_NR];
	__u64 missed;
};

/**
 * probes__tlb_watch - start or stop counting TLB flushes
 * @p:		the probes
 * @on:		count; the counts are kept
 *
 * Return: 0; -ENOTSUP: the kernel has no such tracepoint; or -errno.
 */
int probes__tlb_watch(struct probes *p, bool on);

/**
 * probes__tlb - read the counts of TLB flushes
 * @p:		the probes
 * @out:	filled
 *
 * Return: 0, or -errno.
 */
int probes__tlb(const struct probes *p, struct probes_tlb *out);

#endif /* PGWALK_COLLECT_EVENTS_H */
