/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the probes take from kernel headers that BPF cannot include: constants,
 * checked to be the same on 6.1, 6.12, 7.2 and 7.3, and the one place where a
 * difference between kernels may be dealt with. On a newer kernel pgtop says that they
 * were not checked; where fields are CO-RE finds, or loading fails with the field's name.
 */
#ifndef PGWALK_COMPAT_BPF_H
#define PGWALK_COMPAT_BPF_H

#include "kernel.bpf.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* A part of a program that is rarely taken: a call of its own, once in each object */
#define __slow	__noinline __attribute__((__unused__))

/*
 * A function that the verifier checks once, by itself, whatever leads to it. What
 * branches much is one: else all its branches are multiplied by those before it,
 * and loading takes seconds on a slow machine. Its pointers may be NULL.
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

/* include/uapi/linux/magic.h: every file of shmem, whatever made it */
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

/**
 * mm_refuses_thp - did prctl(PR_SET_THP_DISABLE) forbid huge pages to an address space?
 * @mm:		its address
 * @advised:	the mapping was madvise()d to have them
 *
 * 6.18 made a bitmap of the flags and gave bit 23, which had meant something else, to
 * "except where advised": 9dc21bbd62ed ("prctl: extend PR_SET_THP_DISABLE to optionally
 * exclude VM_HUGEPAGE"). May be simpler when 6.12 is gone.
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
 * whole_folios_possible - may one fault map a whole folio of a file, of several pages?
 * @mapping_flags:	of its address_space
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
 * storage_lookup_may_fail - can task storage that exists be refused?
 *
 * Before 6.2 bpf_task_storage_get() gives up when this CPU was interrupted or
 * preempted inside a storage helper, even for a plain look-up; since 9593bf6b2b26
 * ("bpf: Do not fail recursion for bpf_task_storage_get()", 6.2) a look-up always
 * answers, so NULL means there is none. May go when 6.1 does.
 */
static __always_inline bool storage_lookup_may_fail(void)
{
	return LINUX_KERNEL_VERSION < 0x060200;
}

#endif /* PGWALK_COMPAT_BPF_H */
