// SPDX-License-Identifier: GPL-2.0
/*
 * Faults that the kernel answers with a signal. Most of them never get as far as
 * handle_mm_fault, and none is counted by the kernel; they are rare, so all that is
 * to be known of one is found out here, and nothing is attached to page faults.
 *
 * The signal proves the fault: arch/x86/mm/fault.c notes trap, address and error
 * code in the thread (set_signal_archinfo) right before it sends SIGSEGV or SIGBUS
 * with that address, the same in 6.1, 6.12 and 7.2. What a process sends, or the
 * kernel for other reasons, does not look so; nor does a fault in the kernel that
 * ends in EFAULT: there is no signal.
 */
#include "fail.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define SIGBUS		7
#define SIGSEGV		11

/* include/uapi/asm-generic/siginfo.h; more than these is a refusal by the mapping, too */
#define SEGV_MAPERR	1
#define SI_KERNEL	0x80

/* arch/x86/include/asm/trapnr.h, trap_pf.h */
#define X86_TRAP_PF	14
#define X86_PF_WRITE	(1 << 1)
#define X86_PF_INSTR	(1 << 4)

/* As numbers: see NAME_HEAP */
#define NAME_LOW	0x7070616d206f6e28ULL	/* "(no mapp" */
#define NAME_HIGH	0x29676e69ULL		/* "ing)" */

/*
 * The mapping a signal is about. One for each CPU is enough, because one run of the program
 * ends before the next one begins there. Without PREEMPT_RT the tracepoint is called with
 * interrupts off. With PREEMPT_RT the signal lock is a sleeping lock: until 6.12 tracepoints
 * disable preemption; from 7.0 on the program can be preempted, stays on its CPU, and the
 * kernel skips a second run there (__bpf_trace_run()). Such a fault is not counted in a row;
 * user space reads the number of skipped runs (probes__missed_runs()).
 *
 * @map:	the mapping found
 * @none:	stands for no mapping
 * @stack:	the call stack
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

/* One for each of the programs that run before the signal */
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

/* Run by bpf_find_vma() with the mmap_lock held; it is given no memory but its own stack */
static long mapping_found(struct task_struct *t, struct vm_area_struct *vma, void *ctx)
{
	struct signal_scratch *scratch = scratch_get();

	if (scratch)
		mapping_read(&scratch->map, vma);
	return 0;
}

/* The kernel's own word that this signal is the answer to a page fault in user mode */
static __always_inline bool is_fault(struct task_struct *t, struct kernel_siginfo *info)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(t);
	int code = BPF_CORE_READ(info, si_code);
	void *addr = BPF_CORE_READ(info, _sifields._sigfault._addr);

	return code > 0 && code < SI_KERNEL && t->thread.trap_nr == X86_TRAP_PF &&
	       t->thread.cr2 == (u64)addr && BPF_CORE_READ(regs, orig_ax) == -1UL;
}

static __always_inline u32 access_of(u64 error_code)
{
	if (error_code & X86_PF_WRITE)
		return FAULT_FLAG_USER | FAULT_FLAG_WRITE;
	return FAULT_FLAG_USER | (error_code & X86_PF_INSTR ? FAULT_FLAG_INSTRUCTION : 0);
}

/* Stands for all addresses of this mm where nothing is mapped */
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
	long found = bpf_find_vma(t, t->thread.cr2, mapping_found, NULL, 0);
	u32 flags = access_of(t->thread.error_code);
	struct mapping *map = NULL;

	if (!found)
		map = &scratch->map;
	else if (found == -ENOENT)
		map = none_of(scratch, t->mm);
	fail_count(map, failed_class(sig, code, found), flags,
		   stacks_asked() ? stack_find(ctx, &scratch->stack) : STACK_UNASKED);
}

/**
 * on_signal_generate - a signal is about to be sent
 *
 * SEGV_MAPERR where there is a mapping is told as refused by it: handle_mm_fault
 * ends so in a guard region (7.2). Where another thread is changing the mappings
 * just now they cannot be asked: the fault is counted for "(other mappings)".
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
 * A fault is about to force a signal on the current task: check the call stack while
 * interrupts are on. on_signal_generate() may not look up its addresses, and finds the walk
 * remembered.
 */
static __always_inline int force_begin(void *ctx, u32 program)
{
	struct stack_frames *f;

	if (!stacks_asked() || !is_watched(bpf_get_current_task_btf()))
		return 0;
	f = bpf_map_lookup_elem(&force_stack, &program);
	if (f)
		stack_find(ctx, f);
	return 0;
}

/** on_force_fault - SIGSEGV or SIGBUS of a page fault (arch/x86/mm/fault.c) */
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
