/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Kernel constants that BPF cannot include from headers, checked to be equal on 6.1, 6.12,
 * 7.2 and 7.3, and the differences between kernels. This is the only file of the probes that
 * tests the kernel version. On a newer kernel pgtop warns that the constants were not checked;
 * CO-RE finds the offsets of fields, or loading fails with the name of the field.
 */
#ifndef PGWALK_COMPAT_BPF_H
#define PGWALK_COMPAT_BPF_H

#include "kernel.bpf.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* A rarely executed part of a program: a call, compiled once in each object */
#define __slow	__noinline __attribute__((__unused__))

/*
 * A function that the verifier checks once, independent of its callers. Functions with many
 * branches are of this kind, because else the verifier multiplies their branches by those
 * before, and loading takes seconds on a slow machine. Its pointers may be NULL.
 */
#define __checked_once	__attribute__((__noinline__, __weak__))

/* include/uapi/asm-generic/errno-base.h */
#define ENOENT			2
#define EBUSY			16

/* include/linux/mm_types.h, enum fault_flag */
#define FAULT_FLAG_WRITE	0x0001
#define FAULT_FLAG_TRIED	0x0020
#define FAULT_FLAG_USER		0x0040
#define FAULT_FLAG_INSTRUCTION	0x0100
#define FAULT_FLAG_UNSHARE	0x0400
#define FAULT_FLAG_VMA_LOCK	0x1000	/* 6.4 and later; never set before */

/* include/linux/mm_types.h, enum vm_fault_reason */
#define VM_FAULT_OOM		0x0001
#define VM_FAULT_MAJOR		0x0004
#define VM_FAULT_RETRY		0x0400
#define VM_FAULT_COMPLETED	0x4000
#define VM_FAULT_ERROR		0x0873	/* OOM SIGBUS SIGSEGV HWPOISON HWPOISON_LARGE FALLBACK */

/* include/linux/mm.h */
#define VM_READ			0x00000001
#define VM_WRITE		0x00000002
#define VM_EXEC			0x00000004
#define VM_SHARED		0x00000008
#define VM_UFFD_MISSING		0x00000200
#define VM_PFNMAP		0x00000400
#define VM_IO			0x00004000
#define VM_SEQ_READ		0x00008000
#define VM_RAND_READ		0x00010000
#define VM_DONTEXPAND		0x00040000
#define VM_HUGETLB		0x00400000
#define VM_MIXEDMAP		0x10000000
#define VM_HUGEPAGE		0x20000000
#define VM_NOHUGEPAGE		0x40000000
#define VM_UFFD_RWP		(1ULL << 43)	/* 7.3 and later; never set before */
#define VM_STACK_INCOMPLETE	(VM_SEQ_READ | VM_RAND_READ)	/* both: while execve builds it */

/* include/uapi/linux/magic.h: every file of shmem, also memfd and System V */
#define TMPFS_MAGIC		0x01021994

#define SYSFS_MAGIC		0x62656572
#define AIO_RING_MAGIC		0xa10a10a1
#define SECRETMEM_MAGIC		0x5345434d

/* include/linux/fs.h; never set without CONFIG_FS_DAX */
#define S_DAX			0x2000

/* include/linux/sched.h */
#define TASK_RUNNING		0
#define PF_KTHREAD		0x00200000
#define EXIT_DEAD		0x0010

/* include/linux/mm_types.h and linux/sched/coredump.h */
#define MMF_DISABLE_THP		24
#define MMF_DISABLE_THP_EXCEPT_ADVISED	23	/* where the flags are a bitmap */

extern int LINUX_KERNEL_VERSION __kconfig;

/* Ids of types in the BTF of the kernel, for bpf_rdonly_cast() */
extern const volatile __u32 cfg_type_vma, cfg_type_task, cfg_type_rb_node;

/**
 * mm_refuses_thp - test if prctl(PR_SET_THP_DISABLE) forbids huge pages to an address space
 * @mm:		address of its mm_struct
 * @advised:	the mapping has MADV_HUGEPAGE
 *
 * 6.18 made the flags a bitmap and gave bit 23, which had another meaning before, to
 * "except where advised": 9dc21bbd62ed ("prctl: extend PR_SET_THP_DISABLE to optionally
 * exclude VM_HUGEPAGE"). May be simpler when 6.12 is no longer supported.
 */
static __always_inline bool mm_refuses_thp(u64 mm, bool advised)
{
	u64 refuse = 1ULL << MMF_DISABLE_THP, flags = 0;
	u32 at;

	if (bpf_core_field_exists(((struct mm_struct___bitmap *)0)->flags)) {
		at = bpf_core_field_offset(((struct mm_struct___bitmap *)0)->flags);
		refuse |= advised ? 0 : 1ULL << MMF_DISABLE_THP_EXCEPT_ADVISED;
	} else {
		at = bpf_core_field_offset(((struct mm_struct *)0)->flags);
	}
	if (bpf_probe_read_kernel(&flags, sizeof(flags), (void *)mm + at))
		return true;
	return flags & refuse;
}

/* include/linux/pagemap.h: the largest order of a folio of a file, 6.12 and later */
#define AS_FOLIO_ORDER_MAX_SHIFT	21
#define AS_FOLIO_ORDER_MAX_MASK		0x1f

/**
 * whole_folios_possible - test if one fault may map a whole folio of several pages of a file
 * @mapping_flags:	flags of its address_space
 *
 * finish_fault() does since 6.11 for anonymous shared memory (43e027e41423 "mm: memory: extend
 * finish_fault() to support large folio"), on 7.2 it and filemap_map_pages() do for any file.
 */
static __always_inline bool whole_folios_possible(unsigned long mapping_flags)
{
	return LINUX_KERNEL_VERSION >= 0x060c00 &&
	       mapping_flags >> AS_FOLIO_ORDER_MAX_SHIFT & AS_FOLIO_ORDER_MAX_MASK;
}

/**
 * kernel_cuts_exits - test if attaching a program to a function cuts off the exits in progress
 *
 * Found by tests: a fault that is in progress when another tool attaches to handle_mm_fault() has
 * no exit on 6.1 and 6.12, and has one on 7.2 and 7.3.
 */
static __always_inline bool kernel_cuts_exits(void)
{
	return LINUX_KERNEL_VERSION < 0x070200;
}

/**
 * storage_lookup_may_fail - test if the look-up of existing task storage may fail
 *
 * Before 6.2 bpf_task_storage_get() fails when this CPU was interrupted or
 * preempted inside a storage helper, even for a plain look-up; since 9593bf6b2b26
 * ("bpf: Do not fail recursion for bpf_task_storage_get()", 6.2) a look-up never fails,
 * so NULL means that there is no storage. May be removed with support of 6.1.
 */
static __always_inline bool storage_lookup_may_fail(void)
{
	return LINUX_KERNEL_VERSION < 0x060200;
}

/**
 * can_cast - test if there is bpf_rdonly_cast(), which makes a pointer of an address
 *
 * New in 6.2. May be removed with support of 6.1. The linker of libbpf 1.1 accepts a kfunc in
 * one object only, here fault.bpf.o.
 */
static __always_inline bool can_cast(void)
{
	return LINUX_KERNEL_VERSION >= 0x060200;
}

#endif /* PGWALK_COMPAT_BPF_H */
