// SPDX-License-Identifier: GPL-2.0
/*
 * TLB flushes by reason, of all and of the target. Runs at most switches from one
 * mm to another, so it is attached only while somebody looks.
 */
#include "task.bpf.h"
#include "tell_slot.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * One for each CPU: the tracepoint is called with preemption disabled, also with PREEMPT_RT.
 * A run from within a run is skipped by the kernel, and counted there.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct tlb_flushes);
} tlb_flushes SEC(".maps");

/**
 * on_tlb_flush - count one
 *
 * At a switch of mm the task that is left is still the current one: it is a flush
 * of the target when the target is left, for whom the TLB was emptied. Where many are
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
	if (is_watched(t))
		flushes->target[i]++;
	return 0;
}
