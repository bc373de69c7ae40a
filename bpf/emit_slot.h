/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Call stacks and TLB flushes, as the programs store them and user space reads them.
 * Types and sizes only.
 */
#ifndef PGWALK_EMIT_SLOT_H
#define PGWALK_EMIT_SLOT_H

#include "pgwalk_fault.h"

/* Programs with the code of on_fault_enter, and programs with that of on_fault_exit */
#define FAULT_INSTANCES	3

/* Maximum of different call stacks; a power of two */
#define STACKS_MAX	16384

/* Maximum of walks with a cached stack; a power of two */
#define STACK_WALKS	16384

/**
 * struct stack_frames - one call stack
 * @depth:	number of addresses in @ip
 * @ip:		addresses in executable mappings, the faulting instruction first; 0 after @depth
 */
struct stack_frames {
	__u64 depth;
	__u64 ip[PGWALK_STACK_MAX];
};
pgwalk_assert_size(struct stack_frames, 520);

/**
 * struct stack_site - the faults of one call stack and class since the last drain
 * @count:	number of faults
 * @latency_ns:	sum of the known latencies, in ns
 *
 * The index of stack S and class C is (S + 1) * PGWALK_FAULT_CLASS_NR + C: those of
 * stack -1 come first.
 */
struct stack_site {
	__u64 count;
	__u64 latency_ns;
};
pgwalk_assert_size(struct stack_site, 16);

#define STACK_SITES(stacks)	(((stacks) + 1) * PGWALK_FAULT_CLASS_NR)

/* Maximum of pairs of a row and a call stack, of both generations of rows */
#define STACK_PLACES	16384

/**
 * struct stack_place - key of the faults of one call stack in one row of a mapping
 * @row:	index of the row in the array of rows, which has its mapping and class
 * @stack:	number of the call stack, or -1
 */
struct stack_place {
	__u32 row;
	__s32 stack;
};
pgwalk_assert_size(struct stack_place, 8);

/**
 * struct tlb_flushes - TLB flushes of one CPU, by reason
 * @all:	number of flushes, of all tasks
 * @target:	number of flushes while the target ran
 */
struct tlb_flushes {
	__u64 all[PGWALK_TLB_NR];
	__u64 target[PGWALK_TLB_NR];
};
pgwalk_assert_size(struct tlb_flushes, 96);

#endif /* PGWALK_EMIT_SLOT_H */
