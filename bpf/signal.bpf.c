// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts page faults that end in a signal. Most of them do not reach
 * handle_mm_fault, and the kernel counts none of them. They are rare, so their attributes are
 * read here, and no program is attached to page faults for them.
 *
 * The signal identifies the fault: the kernel stores trap, address and error code in the
 * thread right before it sends SIGSEGV or SIGBUS with that address (arch.bpf.h). A signal
 * from a process, or from the kernel for other reasons, does not match. A fault in the
 * kernel that ends in EFAULT sends no signal.
 */
#include "fail.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define SIGBUS		7
#define SIGSEGV		11

/* include/uapi/asm-generic/siginfo.h; further codes also mean a refusal by the mapping */
#define SEGV_MAPERR	1
#define SI_KERNEL	0x80

/* As numbers: see NAME_HEAP */
#define NAME_LOW	0x7070616d206f6e28ULL	/* "(no mapp" */
#define NAME_HIGH	0x29676e69ULL		/* "ing)" */

/*
 * The mapping of a signal. One per CPU is enough, because one run of the program
 * ends before the next one begins there. Without PREEMPT_RT the tracepoint is called with
 * interrupts off. With PREEMPT_RT the signal lock is a sleeping lock: until 6.12 tracepoints
 * disable preemption; since 7.0 the program can be preempted, stays on its CPU, and the
 * kernel skips a second run there (__bpf_trace_run()). Such a fault is not counted in a row;
 * user space reads the number of skipped runs (probes__missed_runs()).
 *
 * @map:	mapping that was found
 * @none:	pseudo mapping for addresses without a mapping
 * @stack:	call stack
 */
struct signal_scratch {
	struct mapping map;
	struct mapping none;
	struct stack_frames stack;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct signal_scratch);
} signal_scratch SEC(".maps");

/* One for each program that runs before the signal */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, struct stack_frames);
} force_stack SEC(".maps");

static __always_inline struct signal_scratch *scratch_get(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&signal_scratch, &zero);
}

/* Run by bpf_find_vma() with mmap_lock held; it may access no memory but maps */
static long mapping_found(struct task_struct *t, struct vm_area_struct *vma, void *ctx)
{
	struct signal_scratch *scratch = scratch_get();

	if (scratch && can_cast()) {
		scratch->map.vma = (u64)vma;
		mapping_read_stored(&scratch->map);
	} else if (scratch) {
		mapping_read(&scratch->map, vma);
	}
	return 0;
}

/* Test if the kernel sends this signal because of a page fault in user mode */
static __always_inline bool is_fault(struct task_struct *t, struct kernel_siginfo *info)
{
	int code = BPF_CORE_READ(info, si_code);
	void *addr = BPF_CORE_READ(info, _sifields._sigfault._addr);

	return code > 0 && code < SI_KERNEL && signal_is_fault(t, (u64)addr);
}

/* Return the pseudo mapping for all unmapped addresses of an mm */
static __always_inline struct mapping *none_of(struct signal_scratch *scratch, struct mm_struct *mm)
{
	struct mapping *none = &scratch->none;

	if (none->id.key.mm != (u64)mm) {
		none->id.key.mm = (u64)mm;
		none->id.generation = 0;
		*(u64 *)&none->name[0] = NAME_LOW;
		*(u64 *)&none->name[8] = NAME_HIGH;
	}
	return none;
}

static __always_inline u32 failed_class(int sig, int code, long found)
{
	if (sig == SIGBUS)
		return PGWALK_FAULT_SIGBUS;
	if (found == -ENOENT || (found && code == SEGV_MAPERR))
		return PGWALK_FAULT_SEGV_MAP;
	return PGWALK_FAULT_SEGV_ACCESS;
}

/* With interrupts off the kernel looks up one address: that of the fault. See force_begin() */
static __always_inline void signal_count(void *ctx, struct task_struct *t, int sig, int code,
					 struct signal_scratch *scratch)
{
	long found = bpf_find_vma(t, signal_address(t), mapping_found, NULL, 0);
	u32 flags = signal_access(t);
	struct mapping *map = NULL;

	if (!found)
		map = &scratch->map;
	else if (found == -ENOENT)
		map = none_of(scratch, BPF_CORE_READ(t, mm));
	fail_count(map, failed_class(sig, code, found), flags,
		   stacks_enabled() ? stack_find(ctx, &scratch->stack) : STACK_DISABLED);
}

/**
 * on_signal_generate - count a fault before the kernel sends its signal
 *
 * SEGV_MAPERR with a mapping at the address counts as access not allowed: handle_mm_fault
 * ends so in a guard region (7.2). If another thread is changing the mappings
 * now, they cannot be read: the fault is counted for "(other mappings)".
 */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal_generate, int sig, struct kernel_siginfo *info, struct task_struct *task)
{
	struct task_struct *t = bpf_get_current_task_btf();
	struct signal_scratch *scratch;

	if (sig != SIGSEGV && sig != SIGBUS)
		return 0;
	/* 0 and 1 are SEND_SIG_NOINFO and SEND_SIG_PRIV */
	if (task != t || !is_watched(t) || (u64)info <= 1 || !is_fault(t, info))
		return 0;
	scratch = scratch_get();
	if (scratch)
		signal_count(ctx, t, sig, BPF_CORE_READ(info, si_code), scratch);
	return 0;
}

/*
 * A fault is about to force a signal on the current task: look up the call stack while
 * interrupts are on. on_signal_generate() cannot look up its addresses, and uses the cached
 * walk.
 */
static __always_inline int force_begin(void *ctx, u32 program)
{
	struct stack_frames *f;

	if (!stacks_enabled() || !is_watched(bpf_get_current_task_btf()))
		return 0;
	f = bpf_map_lookup_elem(&force_stack, &program);
	if (f)
		stack_find(ctx, f);
	return 0;
}

/** on_force_fault - SIGSEGV or SIGBUS of a page fault */
SEC("fentry/force_sig_fault")
int on_force_fault(unsigned long long *ctx)
{
	return force_begin(ctx, 0);
}

/** on_force_pkey - SIGSEGV of a protection key */
SEC("fentry/force_sig_pkuerr")
int on_force_pkey(unsigned long long *ctx)
{
	return force_begin(ctx, 1);
}

/** on_force_poison - SIGBUS of memory that failed */
SEC("fentry/force_sig_mceerr")
int on_force_poison(unsigned long long *ctx)
{
	return force_begin(ctx, 2);
}
