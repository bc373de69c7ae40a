/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fault probes tell beside their rows, each only when asked for: call
 * stacks, single faults of one range, TLB flushes. See bpf.h for the probes.
 *
 *	stacks	room is asked for before loading (probes_cfg.stacks); of every fault,
 *		unless probes__keep_stacks() says not now
 *	events	of the range that probes__look_into() names, while it does
 *	TLB	while probes__tlb_watch() has it: it runs at every switch of mm
 *
 * Yields records and numbers and must not print, name or judge them.
 */
#ifndef PGWALK_COLLECT_TELL_H
#define PGWALK_COLLECT_TELL_H

#include "bpf.h"

/* Call stacks that are told apart; the faults of others have stack -1 */
#define PROBES_STACKS_MAX	16384

/**
 * typedef probes_stack_fn - take the faults of one call stack and class
 * @ctx:	as given to probes__drain_stacks()
 * @stack:	its faults since the last drain; valid during the call only. A
 *		latency may be told one drain before its fault, with a count of 0
 *
 * Return: 0 to go on, anything else to have probes__drain_stacks() return that
 * after all were handed over.
 */
typedef int (*probes_stack_fn)(void *ctx,
			       const struct pgwalk_fault_stack *stack);

/**
 * probes__drain_stacks - hand over the faults since the last drain, by stack
 * @p:		the probes
 * @fn:		called for each stack and class with faults, in no order
 * @ctx:	for @fn
 *
 * Every counted fault that is attributed is in exactly one of them: with stack
 * -1 if its stack could not be had (its beginning was missed, the thread had no
 * user memory) or kept. Nothing is handed over without probes_cfg.stacks.
 *
 * Return: 0, or what @fn returned.
 */
int probes__drain_stacks(struct probes *p, probes_stack_fn fn, void *ctx);

/**
 * probes__keep_stacks - keep call stacks from now on, or no longer
 * @p:		the probes; nothing happens without probes_cfg.stacks
 * @on:		whether to; on at first
 *
 * While it is off they cost next to nothing, and no fault is in any. Those that
 * were kept keep their numbers.
 */
void probes__keep_stacks(struct probes *p, bool on);

/**
 * probes__stack_frames - the addresses of a call stack
 * @p:		the probes
 * @stack:	as told in struct pgwalk_fault_stack: it names the same stack for
 *		the life of the probes
 * @ip:		filled, the faulting instruction first; of a fault in the kernel,
 *		on behalf of a system call, the instruction behind the call. The
 *		others are return addresses, found by frame pointers: where code
 *		is built without them they are missing or another's. All of them
 *		are in executable mappings: the first that is not ends the stack
 *
 * Return: how many, or -ENOENT: there is no such stack.
 */
int probes__stack_frames(const struct probes *p, __s32 stack,
			 __u64 ip[PGWALK_STACK_MAX]);

/**
 * probes__look_into - tell each single fault of a range from now on
 * @p:		the probes
 * @start:	first address
 * @end:	the first address behind it; 0 with @start 0: no range any more
 *
 * One range: another one takes its place. Faults that are counted in a thread
 * of the target, on its own memory, are told; those the rows count as
 * unattributed cannot be. Events that were not taken yet stay to be taken.
 *
 * Return: 0; -EINVAL: @end is not above @start.
 */
int probes__look_into(struct probes *p, __u64 start, __u64 end);

/**
 * typedef probes_event_fn - take one single fault
 * @ctx:	as given to probes__events()
 * @event:	valid during the call only
 */
typedef void (*probes_event_fn)(void *ctx,
				const struct pgwalk_fault_event *event);

/**
 * probes__events - hand over the single faults since the last call, in order
 * @p:		the probes
 * @fn:		called for each
 * @ctx:	for @fn
 *
 * What did not fit meanwhile is in probes_counts.events_lost: told and lost are
 * all there were.
 *
 * Return: how many were handed over, or -errno.
 */
int probes__events(struct probes *p, probes_event_fn fn, void *ctx);

/**
 * struct probes_tlb - TLB flushes by reason, PGWALK_TLB_*; they only grow
 * @all: on all CPUs, whoever ran
 * @target: of these, while a thread of the target ran: flushes it asked for,
 *	those asked of its CPU by others, and at a switch of mm, as it was left
 * @missed: flushes the kernel let pass uncounted: one came in the middle of
 *	another's being counted, on the same CPU
 */
struct probes_tlb {
	__u64 all[PGWALK_TLB_NR];
	__u64 target[PGWALK_TLB_NR];
	__u64 missed;
};

/**
 * probes__tlb_watch - count TLB flushes from now on, or no more
 * @p:		the probes
 * @on:		whether to; what was counted stays
 *
 * Return: 0; -ENOTSUP: this kernel does not tell; or -errno.
 */
int probes__tlb_watch(struct probes *p, bool on);

/**
 * probes__tlb - what was counted while it was watched
 * @p:		the probes
 * @out:	filled
 *
 * Return: 0, or -errno.
 */
int probes__tlb(const struct probes *p, struct probes_tlb *out);

#endif /* PGWALK_COLLECT_TELL_H */
