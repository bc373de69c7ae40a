/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts a fault that failed: it ended in a signal, or in the kernel's own error
 * path. The kernel's fault counters do not include it, so nothing is claimed.
 */
#ifndef PGWALK_FAIL_BPF_H
#define PGWALK_FAIL_BPF_H

#include "emit.bpf.h"

/* Return the row "(other mappings)" of a class, which always exists */
static __always_inline struct pgwalk_fault_row *row_of_class(u32 class)
{
	struct row_slot *slot = slot_at(half_of(rows_now()) + class);

	return slot ? &slot->row : NULL;
}

static __always_inline void row_add_failed(struct pgwalk_fault_row *row, u32 flags)
{
	if (!row) {
		count_up(&nr_lost, 1);
		return;
	}
	count_up(&row->count, 1);
	row_add_access(row, flags);
}

/* Add to the row of the current thread, or if several are watched, of its process */
static __slow int scope_add_failed(u32 class, u32 flags)
{
	struct task_state *s = state_get(bpf_get_current_task_btf(), 0, 0);

	row_add_failed(s ? scope_row(&s->scope, class) : NULL, flags);
	return 0;
}

/**
 * fail_count - count a fault of the current task that failed
 * @m:		its mapping; NULL if it is not known: "(other mappings)"
 * @class:	PGWALK_FAULT_SIGNAL_FIRST or later
 * @flags:	FAULT_FLAG_* of its access, and RECORD_GUP
 * @stack:	as in struct task_state
 *
 * Return: 0.
 */
__checked_once int fail_count(struct mapping *m, u32 class, u32 flags, s32 stack)
{
	if (cfg_scope == WATCH_PROCESS && m) {
		m->id.key.class = class;
		row_add_failed(row_get(m), flags);
	} else if (cfg_scope == WATCH_PROCESS) {
		row_add_failed(row_of_class(class), flags);
	}
	if (cfg_scope != WATCH_PROCESS || count_threads)
		scope_add_failed(class, flags);
	if (cfg_stacks)
		stack_count(stack, m ? row_found(m, class) : 0, class, 0);
	return 0;
}

#endif /* PGWALK_FAIL_BPF_H */
