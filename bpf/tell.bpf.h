/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is told of a single fault beside the row it is counted in: its call stack,
 * and itself where its range is looked into. Counts no row, decides no class.
 */
#ifndef PGWALK_TELL_BPF_H
#define PGWALK_TELL_BPF_H

#include "task.bpf.h"

/**
 * tell_wants_after - shall the entry after be asked for, whatever the class needs?
 * @s:		the record
 */
static __always_inline bool tell_wants_after(const struct task_state *s)
{
	return false;
}

/**
 * stack_capture - remember where in the code the fault of record @s came from
 * @ctx:	of the program at the beginning of handle_mm_fault
 * @s:		the record, all of it but its stack written
 */
static __always_inline void stack_capture(void *ctx, struct task_state *s)
{
}

/**
 * record_tell - a fault has been counted: tell of it by itself, if somebody wants that
 * @s:		its record; not NULL
 * @after:	the entry after it, kind 0 where it was not asked for; not NULL
 * @class:	enum pgwalk_fault_class
 * @seen:	enum fault_seen
 * @now:	when it ended, for SEEN_BOTH; else 0
 * @major:	as the kernel counted it
 */
static __always_inline void record_tell(struct task_state *s, struct pgwalk_entry *after,
					u32 class, u32 seen, u64 now, bool major)
{
}

#endif /* PGWALK_TELL_BPF_H */
