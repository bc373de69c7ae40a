/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Call stacks and TLB flushes as the programs keep them and user space takes them.
 * Types and sizes only.
 */
#ifndef PGWALK_TELL_SLOT_H
#define PGWALK_TELL_SLOT_H

#include "pgwalk_fault.h"

/* Programs with the code of on_fault_enter, and with that of on_fault_exit */
#define FAULT_INSTANCES	3

/* Call stacks that are distinguished; a power of two */
#define STACKS_MAX	16384

/* Walks whose stack is remembered; a power of two */
#define STACK_WALKS	16384

/**
 * struct stack_frames - one call stack
 * @depth:	addresses in @ip
 * @ip:		addresses in executable mappings, the faulting instruction first; 0 after @depth
 */
struct stack_frames {
	__u64 depth;
	__u64 ip[PGWALK_STACK_MAX];
};
pgwalk_assert_size(struct stack_frames, 520);

/**
 * struct stack_site - the faults of one call stack and class since they were last taken
 * @count:	how many
 * @latency_ns:	sum over those with a latency
 *
 * The place of stack S and class C is (S + 1) * PGWALK_FAULT_CLASS_NR + C: those of
 * stack -1 come first.
 */
struct stack_site {
	__u64 count;
	__u64 latency_ns;
};
pgwalk_assert_size(struct stack_site, 16);

#define STACK_SITES(stacks)	(((stacks) + 1) * PGWALK_FAULT_CLASS_NR)

/**
 * struct tlb_flushes - those of one CPU, by reason
 * @all:	whoever ran
 * @target:	of these, while the target ran
 */
struct tlb_flushes {
	__u64 all[PGWALK_TLB_NR];
	__u64 target[PGWALK_TLB_NR];
};
pgwalk_assert_size(struct tlb_flushes, 96);

#endif /* PGWALK_TELL_SLOT_H */
