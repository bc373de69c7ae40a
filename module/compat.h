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
#include <linux/pagemap.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/userfaultfd_k.h>
#include <linux/version.h>
#include <linux/xarray.h>

#include "uapi/pgwalk.h"

#define PGWALK_KERNEL(major, minor) \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, 0))

/*
 * PGWALK_RMAP: reverse maps may be searched. The search goes through private structures of
 * the kernel, the trees of anon_vma and i_mmap. A change there need not show when the
 * module is compiled: 7.3 changed the key of one tree, and a search by the old key
 * dereferences NULL. So a kernel newer than the newest tested one gets no reverse maps.
 * All else goes by exported functions, by the kernel's headers, or by reads that may fail.
 */
#define PGWALK_NEWEST_TESTED	KERNEL_VERSION(PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR, 0)
#define PGWALK_RMAP	(!PGWALK_KERNEL(PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR + 1))

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
 * PGWALK_WALK_UNLOCKED: tables are read without mmap_lock. Not with PREEMPT_RT: an empty
 * entry is decided under the lock of its table, which sleeps there and so is taken with
 * interrupts on; what disabled interrupts alone hold off (collapsing, which frees the old
 * table without a grace period) is then held off by mmap_lock.
 */
#define PGWALK_WALK_UNLOCKED	(PGWALK_TABLES_RCU && !IS_ENABLED(CONFIG_PREEMPT_RT))

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

/* What folio->mapping points to: renamed in 6.17, when movable folios lost their tag. */
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
 * The index of a hugetlb folio counted huge pages until a08c7193e4f1 ("mm/filemap:
 * remove hugetlb special casing in filemap.c", 6.7).
 */
static inline pgoff_t pgwalk_folio_pgoff(const struct folio *folio)
{
#if !PGWALK_KERNEL(6, 7)
	if (PageHuge((struct page *)&folio->page))
		/* Masked: without a reference the order may be anything by now. */
		return folio->index << (compound_order((struct page *)&folio->page) &
					(BITS_PER_LONG - 1));
#endif
	return folio->index;
}

/*
 * The key of a VMA in the interval tree of an anon_vma, and the index of its first
 * anonymous page. Until 7.2 both are vm_pgoff. From 7.3 on a private mapping of a file
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
 * How many entries map this page, as /proc/kpagecount of this kernel; -1: it does not
 * count. 6.1 has double maps (page_mapcount() knows of them); in 6.11 it was "fs/proc:
 * move page_mapcount() to fs/proc/internal.h", without them.
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
 * Resident and swapped pages. Until f1a7941243c1 ("mm: convert mm's rss stats into
 * percpu_counter", 6.2) each thread kept some for itself; since then each CPU does.
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
 * What /proc/kpageflags says of a page of a large folio, by fs/proc/page.c of each kernel.
 *
 * PGWALK_KPF_OF_FOLIO: the flags are those of its folio; before 6.10 ("proc: rewrite
 * stable_page_flags()") those of the page itself. From there on /proc/kpagecount is put
 * together of _mapcount and _entire_mapcount, before it is page_mapcount().
 * PGWALK_KPF_TYPE_OF_FOLIO: so are offline and page table, since a snapshot of the page is
 * taken (6.17, "proc: kpagecount: use snapshot_page()" and its neighbours), and what has no
 * struct page has no flag at all any more, not even nopage.
 * PGWALK_KPF_KSM_OF_ANON: the same rewrite called every anonymous page KSM, by a test of
 * two bits for either of them; the snapshot put that right.
 * pgwalk_stable_page_flags(): the kernel's own answer, where a module may ask for it: 7.2.
 */
#define PGWALK_KPF_OF_FOLIO		PGWALK_KERNEL(6, 10)
#define PGWALK_KPF_TYPE_OF_FOLIO	PGWALK_KERNEL(6, 17)
#define PGWALK_KPF_KSM_OF_ANON		(PGWALK_KPF_OF_FOLIO && !PGWALK_KPF_TYPE_OF_FOLIO)
#if PGWALK_KERNEL(7, 2)
#define pgwalk_stable_page_flags(page)	stable_page_flags(page)
#endif

/*
 * PGWALK_TABLES_MARKED: the frame of every page table of a process has the page type
 * "table". 6.1 marks those of ptes and pmds; 6.12 also those of puds; 7.2 all, since
 * p4d and pgd have constructors too.
 */
#define PGWALK_TABLES_MARKED	PGWALK_KERNEL(7, 2)

/* The address space that a frame is the root of (pgd_set_mm()); of other frames any word. */
#if PGWALK_KERNEL(6, 6)
#define pgwalk_page_pt_mm(page)	READ_ONCE(page_ptdesc(page)->pt_mm)
#else
#define pgwalk_page_pt_mm(page)	READ_ONCE((page)->pt_mm)
#endif

/* Renamed in 7.3, where the userfaultfd bit has a second use (UFFDIO_RWPROTECT). */
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
 * The features of the userfaultfd that a VMA is registered with, as PGWALK_FACT_UFFD_*. The
 * struct is private until 6.9 ("userfaultfd: move userfaultfd_ctx struct to header file");
 * no feature is known then.
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

/* Shadow stacks of user mode are of 6.6. */
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

/* The word of flags got a type of its own in 6.18 ("mm: introduce memdesc_flags_t"). */
#if PGWALK_KERNEL(6, 18)
#define pgwalk_page_flags(page)		READ_ONCE((page)->flags.f)
#else
#define pgwalk_page_flags(page)		READ_ONCE((page)->flags)
#endif

/* The second argument of get_dev_pagemap() went with its last user, in 6.18. */
#if PGWALK_KERNEL(6, 18)
#define pgwalk_get_dev_pagemap(pfn)	get_dev_pagemap(pfn)
#else
#define pgwalk_get_dev_pagemap(pfn)	get_dev_pagemap(pfn, NULL)
#endif

/*
 * The order of the entry that a walk of an xarray is at. A swap entry of a shmem object is of
 * a single page until 12885cbe88dd ("mm: shmem: support large folio swap out", 6.12), and
 * early 6.1 has no xas_get_order().
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
 * PGWALK_DEVICE_FOLIOS: pages of a file on DAX are folios with references, and their entries
 * are counted: 38607c62b34b ("fs/dax: properly refcount fs dax pages", 6.15). Before, such an
 * entry is special (pte_devmap) and counts nothing.
 */
#define PGWALK_DEVICE_FOLIOS		PGWALK_KERNEL(6, 15)

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
