// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts TLB flushes by reason, for all tasks and for the target. Runs at most switches of
 * the mm, so it is attached only while flushes are shown.
 */
#include "task.bpf.h"
#include "emit_slot.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * One per CPU: the tracepoint is called with preemption disabled, also with PREEMPT_RT.
 * The kernel skips a run inside of a run, and counts it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct tlb_flushes);
} tlb_flushes SEC(".maps");

/**
 * on_tlb_flush - count a TLB flush
 *
 * At a switch of the mm the current task is still the previous one: a flush at a
 * switch away from the target is counted for the target. If several are
 * watched, all of them are the target.
 */
SEC("tp_btf/tlb_flush")
int BPF_PROG(on_tlb_flush, int reason, unsigned long pages)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct tlb_flushes *flushes;
	u32 zero = 0, i = reason;

	flushes = bpf_map_lookup_elem(&tlb_flushes, &zero);
	if (!flushes)
		return 0;
	if (i >= PGWALK_TLB_NR)
		i = PGWALK_TLB_OTHER;
	flushes->all[i]++;
	/* without a target the idle task, with tgid 0, would be watched */
	if (target && is_watched(t))
		flushes->target[i]++;
	return 0;
}
