/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels, named as capabilities: the only file of the
 * module with a kernel version in it. The rest is written for the newest kernel.
 */
#ifndef PGWALK_COMPAT_H
#define PGWALK_COMPAT_H

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/version.h>

#define PGWALK_KERNEL(major, minor) \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, 0))

/*
 * PGWALK_TABLES_RCU: the page tables of every mm are freed through RCU, so that
 * disabled interrupts alone keep the tables of any mm. x86: from 6.14 on with
 * PT_RECLAIM, 718b13861d22 ("x86: mm: free page table pages by RCU instead of
 * semi RCU"). Before, a table goes back after an IPI to the CPUs in
 * mm_cpumask(mm) only, which protects no reader on any other CPU.
 */
#if PGWALK_KERNEL(6, 14) && defined(CONFIG_PT_RECLAIM) && \
	defined(CONFIG_MMU_GATHER_RCU_TABLE_FREE)
#define PGWALK_TABLES_RCU	1
#else
#define PGWALK_TABLES_RCU	0
#endif

/*
 * PGWALK_VMA_RCU: a module may look a VMA up without waiting: 7.2 exports
 * lock_vma_under_rcu(). Where it does not, tables are not freed through RCU
 * either, or the VMA stays unknown.
 */
#if PGWALK_KERNEL(7, 2) && defined(CONFIG_PER_VMA_LOCK)
#define PGWALK_VMA_RCU		1
#else
#define PGWALK_VMA_RCU		0
#endif

/*
 * Before 6.9 pud_leaf() of x86 wants the present bit too (907835e6f1ba "x86/mm:
 * remove p{u,m}d_large()" and its neighbours), and so misses a 1G PROT_NONE page.
 * Bit 7 is kept 0 in every non-present entry without a page.
 */
#if PGWALK_KERNEL(6, 9)
#define pgwalk_pud_leaf(pud)	pud_leaf(pud)
#else
#define pgwalk_pud_leaf(pud)	(!!(pud_val(pud) & _PAGE_PSE))
#endif

/* Until 6.8 a file on overlayfs was shown by its real path and inode. */
#if PGWALK_KERNEL(6, 8)
#define pgwalk_file_path(file)	file_user_path(file)
#define pgwalk_file_inode(file)	file_user_inode(file)
#else
#define pgwalk_file_path(file)	(&(file)->f_path)
#define pgwalk_file_inode(file)	file_inode(file)
#endif

/*
 * [heap] and [stack] as /proc/PID/maps of this kernel: 11250fd12eb8 ("mm: factor
 * out VMA stack and heap checks", 6.6) also made the heap's bounds exclusive.
 */
#if PGWALK_KERNEL(6, 6)
#define pgwalk_vma_is_heap(vma)		vma_is_initial_heap(vma)
#define pgwalk_vma_is_stack(vma)	vma_is_initial_stack(vma)
#else
static inline bool pgwalk_vma_is_heap(const struct vm_area_struct *vma)
{
	return vma->vm_start <= vma->vm_mm->brk &&
	       vma->vm_end >= vma->vm_mm->start_brk;
}

static inline bool pgwalk_vma_is_stack(const struct vm_area_struct *vma)
{
	return vma->vm_start <= vma->vm_mm->start_stack &&
	       vma->vm_end >= vma->vm_mm->start_stack;
}
#endif

/* The name that a process gave to anonymous memory, with mmap_lock held. */
#ifdef CONFIG_ANON_VMA_NAME
static inline const char *pgwalk_vma_anon_name(const struct vm_area_struct *vma)
{
#if !PGWALK_KERNEL(6, 2)	/* in a union with shared.rb: d09e8ca6cb93 */
	if (vma->vm_file)
		return NULL;
#endif
	return vma->anon_name ? vma->anon_name->name : NULL;
}
#else
static inline const char *pgwalk_vma_anon_name(const struct vm_area_struct *vma)
{
	return NULL;
}
#endif

/* Kfuncs: __bpf_kfunc is of 6.3, BTF_KFUNCS_START and __bpf_kfunc_start_defs of 6.8. */
#ifndef __bpf_kfunc
#define __bpf_kfunc		__used noinline __noclone
#endif
#ifndef __bpf_kfunc_start_defs
#define __bpf_kfunc_start_defs()	\
	__diag_push();			\
	__diag_ignore_all("-Wmissing-prototypes", "BPF finds kfuncs through BTF")
#define __bpf_kfunc_end_defs()	__diag_pop()
#endif
#ifndef BTF_KFUNCS_START
#define BTF_KFUNCS_START	BTF_SET8_START
#define BTF_KFUNCS_END		BTF_SET8_END
#endif

#endif /* PGWALK_COMPAT_H */
