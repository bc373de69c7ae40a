/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting a fault that failed: it ended in a signal, or in the kernel's own error
 * path. The kernel's fault counters have none of these, so nothing is claimed.
 */
#ifndef PGWALK_FAIL_BPF_H
#define PGWALK_FAIL_BPF_H

#include "tell.bpf.h"

/* The row that is always there, for what has none of its own */
static __always_inline struct pgwalk_fault_row *row_of_class(u32 class)
{
	u32 zero = 0;
	void *rows = bpf_map_lookup_elem(&generation, &zero);
	struct row_slot *slot = rows ? bpf_map_lookup_elem(rows, &class) : NULL;

	return slot ? &slot->row : NULL;
}

/**
 * fail_count - count a fault that failed
 * @m:		its mapping; NULL if that is not known: "(other mappings)"
 * @class:	PGWALK_FAULT_SIGNAL_FIRST or later
 * @flags:	FAULT_FLAG_* of its access, and RECORD_GUP
 * @stack:	as in struct task_state
 *
 * Return: 0.
 */
__checked_once int fail_count(struct mapping *m, u32 class, u32 flags, s32 stack)
{
	struct pgwalk_fault_row *row;

	if (m) {
		m->id.key.class = class;
		row = row_get(m);
	} else {
		row = row_of_class(class);
	}
	if (!row) {
		count_up(&nr_lost, 1);
		return 0;
	}
	count_up(&row->count, 1);
	if (flags & RECORD_GUP)
		count_up(&row->gup, 1);
	row_add_access(row, flags);
	if (cfg_stacks)
		stack_count(stack, class, 0);
	return 0;
}

#endif /* PGWALK_FAIL_BPF_H */
