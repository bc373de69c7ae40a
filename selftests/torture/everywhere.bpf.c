// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Calls the kfuncs in different contexts: at both ends of each page fault, and within a
 * task switch, with interrupts disabled and a run queue locked. It counts results that are
 * impossible.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "pgwalk_entry.h"

extern int bpf_pgwalk_probe(__u64 addr, __u64 flags, void *entry, __u32 entry__sz) __ksym;
extern int bpf_pgwalk_present(__u64 start, __u64 end, __u64 flags) __ksym;

__u64 nr_probe, nr_present, nr_wrong;
__u64 last_addr;
int wrong_ret, wrong_kind;

static __always_inline void wrong(int ret, int kind)
{
	__sync_fetch_and_add(&nr_wrong, 1);
	wrong_ret = ret;
	wrong_kind = kind;
}

static __always_inline void probe(__u64 addr)
{
	struct pgwalk_entry entry = {};
	int ret = bpf_pgwalk_probe(addr, 0, &entry, sizeof(entry));

	if (ret == 0 && (entry.kind == PGWALK_KIND_UNSET || entry.kind >= PGWALK_KIND_NR ||
			 !entry.level || entry.level > PGWALK_LEVEL_PGD))
		wrong(ret, entry.kind);
	if (ret != 0 && ret != -EAGAIN && ret != -ESRCH && ret != -ERANGE)
		wrong(ret, 0);
	__sync_fetch_and_add(&nr_probe, 1);
	addr &= ~0xffffULL;
	ret = bpf_pgwalk_present(addr, addr + 0x10000, 0);
	if (ret > 16 || (ret < 0 && ret != -EAGAIN && ret != -ESRCH && ret != -ERANGE))
		wrong(ret, -1);
	__sync_fetch_and_add(&nr_present, 1);
}

SEC("fentry/handle_mm_fault")
int BPF_PROG(on_fault_enter, void *vma, unsigned long address)
{
	last_addr = address;
	probe(address);
	return 0;
}

SEC("fexit/handle_mm_fault")
int BPF_PROG(on_fault_exit, void *vma, unsigned long address)
{
	probe(address);
	return 0;
}

/* In the address space of the task that leaves the CPU: the address of the last fault of any task */
SEC("tp_btf/sched_switch")
int on_switch(void *ctx)
{
	probe(last_addr);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
