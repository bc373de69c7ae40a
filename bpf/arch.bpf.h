/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The differences between architectures: sizes of pages, and the registers of a fault that ends in a
 * signal. This is the only file of the probes that names an architecture.
 *
 * MEMORY_IS_ORDERED			loads and stores of a CPU are seen in their order by other CPUs
 * SHIFT_PAGE, SHIFT_PMD, SHIFT_PUD	log2 of the bytes of a page, and of the leaves of the levels above
 * signal_address(t)			address of the last fault of a task
 * signal_is_fault(t, addr)		a signal for @addr is that of a page fault in user mode
 * signal_access(t)			FAULT_FLAG_* of the last fault
 */
#ifndef PGWALK_ARCH_BPF_H
#define PGWALK_ARCH_BPF_H

#include "compat.bpf.h"

#if defined(__TARGET_ARCH_x86)

#define MEMORY_IS_ORDERED	1

#define SHIFT_PAGE	12

/* arch/x86/include/asm/trapnr.h, trap_pf.h */
#define X86_TRAP_PF	14
#define X86_PF_WRITE	(1 << 1)
#define X86_PF_INSTR	(1 << 4)

static __always_inline u64 signal_address(const struct task_struct *t)
{
	return t->thread.cr2;
}

/*
 * arch/x86/mm/fault.c stores trap, address and error code in the thread (set_signal_archinfo)
 * right before it sends the signal with that address.
 */
static __always_inline bool signal_is_fault(struct task_struct *t, u64 addr)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(t);

	return t->thread.trap_nr == X86_TRAP_PF && t->thread.cr2 == addr &&
	       BPF_CORE_READ(regs, orig_ax) == -1UL;
}

static __always_inline u32 signal_access(const struct task_struct *t)
{
	u64 code = t->thread.error_code;

	if (code & X86_PF_WRITE)
		return FAULT_FLAG_USER | FAULT_FLAG_WRITE;
	return FAULT_FLAG_USER | (code & X86_PF_INSTR ? FAULT_FLAG_INSTRUCTION : 0);
}

#elif defined(__TARGET_ARCH_arm64)

#define MEMORY_IS_ORDERED	0

/* 4K, 16K or 64K, set by user space */
extern const volatile __u32 cfg_page_shift;
#define SHIFT_PAGE	cfg_page_shift

/* arch/arm64/include/asm/esr.h */
#define ESR_EC(esr)	((esr) >> 26 & 0x3f)
#define ESR_EC_IABT_LOW	0x20		/* instruction abort in user mode */
#define ESR_EC_DABT_LOW	0x24		/* data abort in user mode */
#define ESR_CM		(1 << 8)	/* cache maintenance: a read, though WNR is set */
#define ESR_WNR		(1 << 6)
#define ESR_FSC(esr)	((esr) & 0x3f)
#define ESR_FSC_L_1	0x2b		/* translation fault of level -1 */

/* The kernel stores the address without its tag */
#define ADDRESS_TAG	(0xffULL << 56)

/* include/asm/ptrace.h */
#define NO_SYSCALL	(-1)

static __always_inline u64 signal_address(const struct task_struct *t)
{
	return t->thread.fault_address;
}

/* Translation, access flag or permission; not alignment, and not the tags of memory (MTE) */
static __always_inline bool esr_is_page_fault(u64 esr)
{
	u64 class = ESR_EC(esr), status = ESR_FSC(esr);

	return (class == ESR_EC_IABT_LOW || class == ESR_EC_DABT_LOW) &&
	       ((status >= 0x04 && status <= 0x0f) || status == ESR_FSC_L_1);
}

/*
 * arch/arm64/mm/fault.c stores address and syndrome in the thread (set_thread_esr) right before it
 * sends the signal with that address.
 */
static __always_inline bool signal_is_fault(struct task_struct *t, u64 addr)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(t);

	return esr_is_page_fault(t->thread.fault_code) &&
	       !((t->thread.fault_address ^ addr) & ~ADDRESS_TAG) &&
	       BPF_CORE_READ(regs, syscallno) == NO_SYSCALL;
}

static __always_inline u32 signal_access(const struct task_struct *t)
{
	u64 esr = t->thread.fault_code;

	if (ESR_EC(esr) == ESR_EC_IABT_LOW)
		return FAULT_FLAG_USER | FAULT_FLAG_INSTRUCTION;
	return FAULT_FLAG_USER |
	       ((esr & (ESR_WNR | ESR_CM)) == ESR_WNR ? FAULT_FLAG_WRITE : 0);
}

#elif defined(__TARGET_ARCH_riscv)	/* compiled by the tests, and never run */

#define MEMORY_IS_ORDERED	0

#define SHIFT_PAGE	12

/* arch/riscv/include/asm/csr.h */
#define EXC_INST_PAGE_FAULT	12
#define EXC_LOAD_PAGE_FAULT	13
#define EXC_STORE_PAGE_FAULT	15

static __always_inline u64 signal_address(const struct task_struct *t)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs((struct task_struct *)t);

	return BPF_CORE_READ(regs, badaddr);
}

/* arch/riscv/kernel/traps.c stores the cause in the thread (do_trap) right before it sends the signal. */
static __always_inline bool signal_is_fault(struct task_struct *t, u64 addr)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(t);
	u64 cause = t->thread.bad_cause;

	return (cause == EXC_INST_PAGE_FAULT || cause == EXC_LOAD_PAGE_FAULT ||
		cause == EXC_STORE_PAGE_FAULT) &&
	       BPF_CORE_READ(regs, cause) == cause && BPF_CORE_READ(regs, badaddr) == addr;
}

static __always_inline u32 signal_access(const struct task_struct *t)
{
	u64 cause = t->thread.bad_cause;

	if (cause == EXC_STORE_PAGE_FAULT)
		return FAULT_FLAG_USER | FAULT_FLAG_WRITE;
	return FAULT_FLAG_USER | (cause == EXC_INST_PAGE_FAULT ? FAULT_FLAG_INSTRUCTION : 0);
}

#else
#error "no code for this architecture"
#endif

/* A table has 1 << (SHIFT_PAGE - 3) entries */
#define SHIFT_PMD	(2 * SHIFT_PAGE - 3)
#define SHIFT_PUD	(3 * SHIFT_PAGE - 6)

#endif /* PGWALK_ARCH_BPF_H */
