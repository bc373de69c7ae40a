/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts faults of tasks of other processes in the memory of a watched process:
 * process_vm_readv(), /proc/PID/mem, ptrace, uprobes, asynchronous page faults of KVM, a
 * child of vfork(). The kernel counts such a fault for the task, while the page is resident
 * in the process. Claims nothing.
 *
 * A call that dropped the lock and completed (VM_FAULT_COMPLETED) is not counted, because its
 * vma may be freed.
 */
#ifndef PGWALK_REMOTE_BPF_H
#define PGWALK_REMOTE_BPF_H

#include "emit.bpf.h"

/*
 * Mapping of the last such fault on this CPU. One per CPU is enough, because the
 * kernel does not run a program again on a CPU where a run was preempted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct mapping);
} remote_mapping SEC(".maps");

/* Return the task that an address space belongs to; NULL: not known */
static __always_inline struct task_struct *mm_owner(struct mm_struct *mm)
{
	return bpf_core_field_exists(mm->owner) ? mm->owner : NULL;
}

/*
 * A freed address space may be reused before the target is seen in its new
 * one. If the kernel knows the owner, the owner decides.
 */
static __slow int remote_count_mapping(struct vm_area_struct *vma)
{
	struct task_struct *owner = mm_owner(vma->vm_mm);
	struct pgwalk_fault_row *row;
	struct mapping *m;
	u32 zero = 0;

	if (owner && owner->tgid != target)
		return 0;
	m = bpf_map_lookup_elem(&remote_mapping, &zero);
	if (!m)
		return 0;
	mapping_read(m, vma);
	m->kind &= ~PGWALK_MAPPING_FOREIGN;
	m->id.key.class = PGWALK_FAULT_OTHER;
	row = row_get(m);
	if (row)
		count_up(&row->remote, 1);
	return 0;
}

/* Add to the row of the process that has the memory, if it is watched */
static __slow int remote_count_process(struct vm_area_struct *vma)
{
	struct task_struct *owner = mm_owner(vma->vm_mm);
	struct pgwalk_fault_row *row;
	struct scope_rows scope = {};

	if (!owner || !is_watched(owner))
		return 0;
	scope.task = (u64)owner;
	row = scope_row(&scope, PGWALK_FAULT_OTHER);
	if (row)
		count_up(&row->remote, 1);
	return 0;
}

/**
 * remote_possible - is a call the fault of another process than has the memory?
 * @t:		the current task
 * @vma:	of the call
 * @gup:	it has no user registers
 * @watched:	@t is
 *
 * For all tasks of the system, watched or not: one load and one comparison more.
 */
static __always_inline bool remote_possible(struct task_struct *t, struct vm_area_struct *vma,
					    bool gup, bool watched)
{
	if (cfg_scope == WATCH_PROCESS)
		return !watched && (u64)vma->vm_mm == target_mm;
	return gup && target && vma->vm_mm != t->mm && !is_being_built(vma->vm_flags);
}

/**
 * remote_count - count a call for the process that has the memory
 * @vma:	of the call, which has returned with the lock held
 */
static __always_inline void remote_count(struct vm_area_struct *vma)
{
	if (cfg_scope == WATCH_PROCESS)
		remote_count_mapping(vma);
	else
		remote_count_process(vma);
}

#endif /* PGWALK_REMOTE_BPF_H */
