/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Names the differences between kernels as capabilities. This is the only file of the
 * module that tests the kernel version. The other files are written for the newest kernel.
 */
#ifndef PGWALK_COMPAT_H
#define PGWALK_COMPAT_H

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/sched/coredump.h>
#include <linux/userfaultfd_k.h>
#include <linux/version.h>
#include <linux/xarray.h>

#include "arch/config.h"
#include "uapi/pgwalk.h"

#define PGWALK_KERNEL(major, minor) \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, 0))

/*
 * PGWALK_RMAP: reverse maps may be searched. The search uses private structures of the
 * kernel, the trees of anon_vma and i_mmap. A change of these structures may not show when the
 * module is compiled: 7.3 changed the key of one tree, and a search by the old key
 * dereferences NULL. So a kernel newer than the newest tested one has no reverse maps.
 * All other code uses exported functions, kernel headers, or reads that may fail.
 */
#define PGWALK_NEWEST_TESTED	KERNEL_VERSION(PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR, 0)
#define PGWALK_RMAP	(!PGWALK_KERNEL(PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR + 1))

/*
 * PGWALK_TABLES_RCU: the page tables of every mm are freed through RCU, so that a reader
 * with interrupts disabled keeps the tables of any mm from being freed.
 */
#define PGWALK_TABLES_RCU	PGWALK_ARCH_TABLES_RCU

/*
 * PGWALK_TABLE_LOCKS_RCU: the lock of a page table is freed with the table. If it is allocated
 * separately (lockdep, PREEMPT_RT), it was freed at once until the series "move pagetable_*_dtor()
 * to __tlb_remove_table()", 6.14.
 */
#define PGWALK_TABLE_LOCKS_RCU	(PGWALK_TABLES_RCU && \
				 (PGWALK_KERNEL(6, 14) || !ALLOC_SPLIT_PTLOCKS))

/*
 * PGWALK_WALK_UNLOCKED: tables are read without mmap_lock. 6.13 has
 * mmap_lock_speculate_try_begin(), which detects a collapse. Not with PREEMPT_RT: an empty
 * entry is read again under the lock of its table, which sleeps there and is taken with
 * interrupts on. Only disabled interrupts hold off a collapse, which frees the old table
 * without a grace period; with interrupts on, mmap_lock holds it off.
 */
#define PGWALK_WALK_UNLOCKED	(PGWALK_TABLES_RCU && PGWALK_KERNEL(6, 13) && \
				 !IS_ENABLED(CONFIG_PREEMPT_RT))

/*
 * PGWALK_VMA_RCU: a module can lock a VMA without waiting for mmap_lock: 7.2 exports
 * lock_vma_under_rcu(). It needs CONFIG_PER_VMA_LOCK, which a kernel without SMP lacks.
 */
#if PGWALK_KERNEL(7, 2) && defined(CONFIG_PER_VMA_LOCK)
#define PGWALK_VMA_RCU		1
#else
#define PGWALK_VMA_RCU		0
#endif

/*
 * PGWALK_PUD_LEAF_OF_PRESENT: pud_leaf() of x86 is false for an entry that is not present
 * for the CPU, as a 1G PROT_NONE page (until 907835e6f1ba "x86/mm: remove p{u,m}d_large()" and
 * related commits, 6.9).
 */
#define PGWALK_PUD_LEAF_OF_PRESENT	(!PGWALK_KERNEL(6, 9))

/* Until 6.8 /proc/PID/maps showed a file on overlayfs by its real path and inode. */
#if PGWALK_KERNEL(6, 8)
#define pgwalk_file_path(file)	file_user_path(file)
#define pgwalk_file_inode(file)	file_user_inode(file)
#else
#define pgwalk_file_path(file)	(&(file)->f_path)
#define pgwalk_file_inode(file)	file_inode(file)
#endif

/*
 * [heap] and [stack] as in /proc/PID/maps of this kernel. 11250fd12eb8 ("mm: factor
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

/* Return the name that a process gave to anonymous memory. mmap_lock is held. */
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

/* The type bits of folio->mapping. Renamed in 6.17, when movable folios lost their tag. */
#ifdef FOLIO_MAPPING_FLAGS
#define PGWALK_MAPPING_FLAGS	FOLIO_MAPPING_FLAGS
#define PGWALK_MAPPING_ANON	FOLIO_MAPPING_ANON
#define PGWALK_MAPPING_KSM	FOLIO_MAPPING_KSM
#else
#define PGWALK_MAPPING_FLAGS	PAGE_MAPPING_FLAGS
#define PGWALK_MAPPING_ANON	PAGE_MAPPING_ANON
#define PGWALK_MAPPING_KSM	PAGE_MAPPING_KSM
#endif

/*
 * Largest order of a free block. Until 23baf831a32c ("mm, treewide: redefine MAX_ORDER sanely", 6.4) MAX_ORDER was the
 * order after it.
 */
#ifdef MAX_PAGE_ORDER
#define PGWALK_BLOCK_ORDER_MAX	MAX_PAGE_ORDER
#else
#define PGWALK_BLOCK_ORDER_MAX	(MAX_ORDER - 1)
#endif

/*
 * PGWALK_VMA_FREED_BY_RCU: a VMA is freed after a grace period, since 20cce633f425 ("mm: rcu safe VMA freeing", 6.4) and
 * with CONFIG_PER_VMA_LOCK.
 */
#define PGWALK_VMA_FREED_BY_RCU	(PGWALK_KERNEL(6, 4) && IS_ENABLED(CONFIG_PER_VMA_LOCK))

/*
 * PGWALK_UNINITIALIZED: a variable that is not cleared where CONFIG_INIT_STACK_ALL_ZERO clears all variables. For large ones
 * that are filled completely. The kernel's __uninitialized is later than 6.1.
 */
#if __has_attribute(__uninitialized__)
#define PGWALK_UNINITIALIZED	__attribute__((__uninitialized__))
#else
#define PGWALK_UNINITIALIZED
#endif

/*
 * PGWALK_MM_COUNTS_WRITES: the mm counts the holds of mmap_lock for writing, since 5e31275cc997 ("mm: add per-VMA lock
 * and helper functions to control it", 6.4) and with CONFIG_PER_VMA_LOCK. pgwalk_mm_writes() returns the count while mmap_lock is
 * held. It is an int, and a seqcount_t, which begins with the number, since "mm: convert mm_lock_seq to a proper
 * seqcount" (6.13, and 6.12.95 of Debian). Not on a kernel newer than the newest tested one: there a VMA may be freed
 * without such a hold.
 */
#if PGWALK_KERNEL(6, 4) && PGWALK_RMAP && defined(CONFIG_PER_VMA_LOCK)
#define PGWALK_MM_COUNTS_WRITES	1
static inline u32 pgwalk_mm_writes(const struct mm_struct *mm)
{
	static_assert(__builtin_types_compatible_p(typeof(mm->mm_lock_seq), int) ||
		      (__builtin_types_compatible_p(typeof(mm->mm_lock_seq), seqcount_t) &&
		       !offsetof(seqcount_t, sequence)));
	return READ_ONCE(*(const u32 *)&mm->mm_lock_seq);
}
#else
#define PGWALK_MM_COUNTS_WRITES	0
static inline u32 pgwalk_mm_writes(const struct mm_struct *mm)
{
	return 0;
}
#endif

/*
 * Return the page index of a folio. The index of a hugetlb folio counted huge pages until
 * a08c7193e4f1 ("mm/filemap: remove hugetlb special casing in filemap.c", 6.7).
 */
static inline pgoff_t pgwalk_folio_pgoff(const struct folio *folio)
{
#if !PGWALK_KERNEL(6, 7)
	if (PageHuge((struct page *)&folio->page))
		/* Masked because the order may be any value without a reference. */
		return folio->index << (compound_order((struct page *)&folio->page) &
					(BITS_PER_LONG - 1));
#endif
	return folio->index;
}

/*
 * Return the key of a VMA in the interval tree of an anon_vma, which is also the index of its
 * first anonymous page. Until 7.2 both are vm_pgoff. Since 7.3 a private mapping of a file
 * has a separate anonymous offset, derived from its address (vma_start_anon_pgoff()).
 */
static inline pgoff_t pgwalk_vma_anon_pgoff(const struct vm_area_struct *vma)
{
#if PGWALK_KERNEL(7, 3)
	return vma_start_anon_pgoff(vma);
#else
	return vma->vm_pgoff;
#endif
}

/* The order of a huge page of the pmd level; HPAGE_PMD_ORDER of 6.1 needs THP. */
#define PGWALK_PMD_ORDER		(PMD_SHIFT - PAGE_SHIFT)

/*
 * Return the number of entries that map a page, as in /proc/kpagecount of this kernel; -1: the
 * kernel does not count them. 6.1 has double maps, which page_mapcount() includes. 6.11 moved
 * it without them ("fs/proc: move page_mapcount() to fs/proc/internal.h").
 */
static inline int pgwalk_page_mapcount(struct folio *folio, struct page *page)
{
#if !PGWALK_KERNEL(6, 11)
	return folio_test_slab(folio) || page_has_type(page) ? 0 : page_mapcount(page);
#elif defined(CONFIG_NO_PAGE_MAPCOUNT)
	return -1;
#else
	int mapcount = atomic_read(&page->_mapcount) + 1;

	if (page_mapcount_is_type(mapcount))
		mapcount = 0;
	if (folio_test_large(folio))
		mapcount += folio_entire_mapcount(folio);
	return mapcount;
#endif
}

/*
 * Return resident or swapped pages. Until f1a7941243c1 ("mm: convert mm's rss stats into
 * percpu_counter", 6.2) each thread cached a part of the counter; since then each CPU does.
 */
#if PGWALK_KERNEL(6, 2)
static inline long pgwalk_mm_counter(struct mm_struct *mm, int member)
{
	return percpu_counter_sum(&mm->rss_stat[member]);
}

static inline long pgwalk_task_mm_counter(const struct task_struct *task, int member)
{
	return 0;
}
#else
static inline long pgwalk_mm_counter(struct mm_struct *mm, int member)
{
	return atomic_long_read(&mm->rss_stat.count[member]);
}

static inline long pgwalk_task_mm_counter(const struct task_struct *task, int member)
{
#ifdef SPLIT_RSS_COUNTING
	return READ_ONCE(task->rss_stat.count[member]);
#else
	return 0;
#endif
}
#endif

/*
 * Flags of a page of a large folio in /proc/kpageflags, by fs/proc/page.c of each kernel.
 *
 * PGWALK_KPF_OF_FOLIO: the flags are those of the folio; before 6.10 ("proc: rewrite
 * stable_page_flags()") those of the page itself. Since 6.10 /proc/kpagecount is the sum
 * of _mapcount and _entire_mapcount; before, it is page_mapcount().
 * PGWALK_KPF_TYPE_OF_FOLIO: the types offline and page table are those of the folio, because
 * the kernel takes a snapshot of the page (6.17, "proc: kpagecount: use snapshot_page()" and
 * related commits). A pfn without struct page then has no flag at all, not even nopage.
 * PGWALK_KPF_KSM_OF_ANON: the 6.10 rewrite reported every anonymous page as KSM, because it
 * tested for either of two bits. The snapshot of 6.17 fixed this.
 * pgwalk_stable_page_flags(): the kernel's own function, exported since 7.2.
 */
#define PGWALK_KPF_OF_FOLIO		PGWALK_KERNEL(6, 10)
#define PGWALK_KPF_TYPE_OF_FOLIO	PGWALK_KERNEL(6, 17)
#define PGWALK_KPF_KSM_OF_ANON		(PGWALK_KPF_OF_FOLIO && !PGWALK_KPF_TYPE_OF_FOLIO)
#if PGWALK_KERNEL(7, 2)
#define pgwalk_stable_page_flags(page)	stable_page_flags(page)
#endif

/*
 * PGWALK_TABLES_MARKED: the frame of every page table of a process has the page type
 * "table". 6.1 marks the tables of ptes and pmds, 6.12 also those of puds, and 7.2 all,
 * because p4d and pgd tables have constructors there.
 */
#define PGWALK_TABLES_MARKED	PGWALK_KERNEL(7, 2)

/* The mm with its root in a frame (pgd_set_mm()). In other frames this word has any value. */
#if PGWALK_KERNEL(6, 6)
#define pgwalk_page_pt_mm(page)	READ_ONCE(page_ptdesc(page)->pt_mm)
#else
#define pgwalk_page_pt_mm(page)	READ_ONCE((page)->pt_mm)
#endif

/* Renamed in 7.3, which adds a second use of the userfaultfd bit (UFFDIO_RWPROTECT). */
#if PGWALK_KERNEL(7, 3)
#define pgwalk_pte_swp_uffd(pte)	pte_swp_uffd(pte)
#else
#define pgwalk_pte_swp_uffd(pte)	pte_swp_uffd_wp(pte)
#endif

/*
 * VMAs registered with UFFDIO_REGISTER_MODE_RWP (7.3): a PROT_NONE entry with the
 * userfaultfd bit is access-protected there, and is not a NUMA hint.
 */
#if PGWALK_KERNEL(7, 3)
#define PGWALK_VM_UFFD_RWP		VM_UFFD_RWP
#else
#define PGWALK_VM_UFFD_RWP		0
#endif

/*
 * Return the features of the userfaultfd that a VMA is registered with, as PGWALK_FACT_UFFD_*.
 * The struct is private before 6.9 ("userfaultfd: move userfaultfd_ctx struct to header
 * file"); no feature is known there.
 */
#if !IS_ENABLED(CONFIG_USERFAULTFD) || !PGWALK_KERNEL(6, 9)
static inline u32 pgwalk_uffd_feature_facts(const struct vm_area_struct *vma)
{
	return 0;
}
#else
static inline u32 pgwalk_uffd_feature_facts(const struct vm_area_struct *vma)
{
	const struct userfaultfd_ctx *ctx = vma->vm_userfaultfd_ctx.ctx;
	unsigned int features = ctx ? READ_ONCE(ctx->features) : 0;
	u32 facts = ctx ? PGWALK_FACT_UFFD_FEATURES : 0;

	if (features & UFFD_FEATURE_SIGBUS)
		facts |= PGWALK_FACT_UFFD_SIGBUS;
	if (features & UFFD_FEATURE_WP_ASYNC)
		facts |= PGWALK_FACT_UFFD_WP_ASYNC;
#ifdef UFFD_FEATURE_RWP_ASYNC
	if (features & UFFD_FEATURE_RWP_ASYNC)
		facts |= PGWALK_FACT_UFFD_RWP_ASYNC;
#endif
	return facts;
}
#endif

/* User shadow stacks were added in 6.6. */
#if PGWALK_KERNEL(6, 6)
#define PGWALK_VM_SHADOW_STACK		VM_SHADOW_STACK
#else
#define PGWALK_VM_SHADOW_STACK		0
#endif

/*
 * The page cache of hugetlb counted huge pages until a08c7193e4f1 ("mm/filemap: remove
 * hugetlb special casing in filemap.c", 6.7).
 */
#if PGWALK_KERNEL(6, 7)
#define pgwalk_hugetlb_cache_index(h, index)	((index) << huge_page_order(h))
#else
#define pgwalk_hugetlb_cache_index(h, index)	((void)(h), (index))
#endif

/* The flags word got its own type in 6.18 ("mm: introduce memdesc_flags_t"). */
#if PGWALK_KERNEL(6, 18)
#define pgwalk_page_flags(page)		READ_ONCE((page)->flags.f)
#else
#define pgwalk_page_flags(page)		READ_ONCE((page)->flags)
#endif

/*
 * Test if a page without the flag PG_head is a tail page. Before 7.0, PageTail() also finds tail
 * pages of hugetlb that show the struct page of their head, and so have PG_head.
 */
#if PGWALK_KERNEL(7, 0)
#define pgwalk_page_is_tail(page)	PageTail(page)
#else
#define pgwalk_page_is_tail(page)	(READ_ONCE((page)->compound_head) & 1)
#endif

/* 6.18 removed the second argument of get_dev_pagemap(), which had no user left. */
#if PGWALK_KERNEL(6, 18)
#define pgwalk_get_dev_pagemap(pfn)	get_dev_pagemap(pfn)
#else
#define pgwalk_get_dev_pagemap(pfn)	get_dev_pagemap(pfn, NULL)
#endif

/*
 * Return the order of the entry at the cursor of an xarray. A swap entry of a shmem object
 * covers a single page until 12885cbe88dd ("mm: shmem: support large folio swap out", 6.12),
 * and early 6.1 has no xas_get_order().
 */
static inline unsigned int pgwalk_xas_order(struct xa_state *xas)
{
#if PGWALK_KERNEL(6, 12)
	return xas_get_order(xas);
#else
	return 0;
#endif
}

/*
 * PGWALK_DEVICE_FOLIOS: pages of a file on DAX are folios with references, and their
 * mapcount is maintained: 38607c62b34b ("fs/dax: properly refcount fs dax pages", 6.15).
 * Before, such an entry is special (pte_devmap) and has no mapcount.
 */
#define PGWALK_DEVICE_FOLIOS		PGWALK_KERNEL(6, 15)

/* The flags of a VMA are changed through functions since 6.3. mmap_lock is held for writing, or the VMA is new. */
static inline void pgwalk_vm_flags_mod(struct vm_area_struct *vma, unsigned long set,
				       unsigned long clear)
{
#if PGWALK_KERNEL(6, 3)
	vm_flags_set(vma, set);
	vm_flags_clear(vma, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

/* Return a writable entry. 6.6 gave pte_mkwrite() a second argument, for shadow stacks. */
#if PGWALK_KERNEL(6, 6)
#define pgwalk_pte_mkwrite(pte)		pte_mkwrite_novma(pte)
#else
#define pgwalk_pte_mkwrite(pte)		pte_mkwrite(pte)
#endif

/*
 * Remove the entry of one page and flush it from the TLBs. zap_page_range() became
 * zap_page_range_single() in 6.3, and zap_vma_range() in 7.1.
 */
#if PGWALK_KERNEL(7, 1)
#define pgwalk_zap_page(vma, addr)	zap_vma_range(vma, addr, PAGE_SIZE)
#elif PGWALK_KERNEL(6, 3)
#define pgwalk_zap_page(vma, addr)	zap_page_range_single(vma, addr, PAGE_SIZE, NULL)
#else
#define pgwalk_zap_page(vma, addr)	zap_page_range(vma, addr, PAGE_SIZE)
#endif

/*
 * Test if an address of a VMA with VM_IO has an entry that maps a page. mmap_lock is held.
 * follow_pte() got a VMA in 6.10, and became follow_pfnmap_start() in 6.12.
 */
static inline bool pgwalk_has_entry(struct vm_area_struct *vma, unsigned long addr)
{
#if PGWALK_KERNEL(6, 12)
	struct follow_pfnmap_args args = { .vma = vma, .address = addr };

	if (follow_pfnmap_start(&args))
		return false;
	follow_pfnmap_end(&args);
#else
	spinlock_t *ptl;
	pte_t *pte;

#if PGWALK_KERNEL(6, 10)
	if (follow_pte(vma, addr, &pte, &ptl))
#else
	if (follow_pte(vma->vm_mm, addr, &pte, &ptl))
#endif
		return false;
	/* follow_pte() has locked it, which sparse does not see */
	__acquire(ptl);
	pte_unmap_unlock(pte, ptl);
#endif
	return true;
}

/* Kfuncs: __bpf_kfunc was added in 6.3, BTF_KFUNCS_START and __bpf_kfunc_start_defs in 6.8. */
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

/*
 * The value of prctl(PR_GET_THP_DISABLE) of the processes of an address space. 6.18 has
 * PR_THP_DISABLE_EXCEPT_ADVISED, and two flags for one.
 */
static inline u32 pgwalk_mm_thp_disable(const struct mm_struct *mm)
{
#ifdef MMF_DISABLE_THP_COMPLETELY
	if (mm_flags_test(MMF_DISABLE_THP_COMPLETELY, mm))
		return 1;
	return mm_flags_test(MMF_DISABLE_THP_EXCEPT_ADVISED, mm) ? 1 | 1 << 1 : 0;
#else
	return test_bit(MMF_DISABLE_THP, &mm->flags);
#endif
}

#endif /* PGWALK_COMPAT_H */
