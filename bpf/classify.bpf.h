/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Classifies a fault: its class, and the size of the leaf that it mapped. A pure function of
 * the entry before and after, the mapping and the flags.
 *
 * The entry "before" is that of the first call of a fault, because later calls see the
 * effects of the fault itself. Another thread may map or unmap
 * the page between the probe and the kernel's read under the page-table
 * lock; such a fault has the class that follows from the entry before.
 *
 *  before    access   mapping          class
 *  any       any      any              userfault if handle_userfault() was called in the fault:
 *                                      missing, minor, write protection, of any memory
 *  any       any      hugetlb          userfault if the userfaultfd bit or marker is set,
 *                                      as below; else hugetlb
 *  absent    any      anon, uffd-miss  userfault: the kernel sends each of them to the monitor
 *                                      (handle_userfault)
 *  absent    any      anon             by the leaf after: zero page anon-zero, 2M thp-new,
 *                                      4K anon-new. If the page table exists already
 *                                      no 2M leaf is possible: read anon-zero, else anon-new
 *  absent    write    private file     file-cow (tmpfs too)
 *  absent    any      tmpfs            shmem
 *  absent    any      file             file-read if major; else a write to a shared file is
 *                                      shared-write (page_mkwrite ran), others file-cached
 *  absent    any      driver, vdso     other
 *  zero      write    any              2M after thp-new, else anon-new: a page was zeroed,
 *                                      not copied
 *  present   write    any              uffd-wp bit: userfault. Else by the entry after: another
 *                                      page cow-copy; the old page, now writable: private
 *                                      cow-reuse, shared shared-write; not writable: spurious
 *                                      (also if only accessed or dirty was set); absent: other
 *  zero/present read  any              spurious: such an entry allows it
 *  swap      any      any              swap-read if major, else swap-cached. On tmpfs the entry
 *                                      may be empty, with the swap entry in the shmem object;
 *                                      a private write then also copies the page
 *  protnone  any      accessible       numa-hint; userfault if the VMA is registered for RWP and
 *                                      the userfaultfd bit is set; mapping without access
 *                                      (FOLL_FORCE): other
 *  migration, device  any              migration, device
 *  marker    any      any              userfault-wp marker: userfault; else other
 *  unknown   any      any              without pgwalk.ko, or in another mm, only if certain:
 *                                      hugetlb; major by the return code of
 *                                      handle_mm_fault on anonymous memory and on tmpfs:
 *                                      swap-read, on a shared file: file-read. Others: other
 *
 * "write" is FAULT_FLAG_WRITE or FAULT_FLAG_UNSHARE (a page that is about to be pinned
 * is unshared as by a write). A leaf counts as new if there was none before: before
 * absent, swap or marker.
 */
#ifndef PGWALK_CLASSIFY_BPF_H
#define PGWALK_CLASSIFY_BPF_H

#include "arch.bpf.h"
#include "mapping.bpf.h"

/* A flag beside VM_FAULT_*: the kernel passed the fault to a userfaultfd */
#define RET_USERFAULT	(1U << 31)

/* Input of classify(). An entry of kind 0 (unset) is not known */
struct classify_in {
	const struct mapping *map;
	const struct pgwalk_entry *before;	/* .kind == 0: not known */
	const struct pgwalk_entry *after;	/* .kind == 0: not known */
	u64 addr;
	u32 flags;				/* FAULT_FLAG_* of the last call */
	u32 ret;				/* VM_FAULT_* of all calls, RET_USERFAULT */
	bool major;				/* as the kernel counted it */
};

struct classify_out {
	u32 class;
	u32 leaf_shift;				/* log2 of the bytes of the new leaf; 0: none */
	bool thp_fallback;			/* a small page where a huge one was allowed */
};

static __always_inline bool is_write(u32 flags)
{
	return flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE);
}

/* Test for an empty page-table entry, also that of a page that shmem has in swap */
static __always_inline bool is_empty(const struct pgwalk_entry *e)
{
	return e->kind == PGWALK_KIND_NONE || e->flags & PGWALK_F_SWAP_SHMEM;
}

/* Test if the kernel could map a huge page here: there is no table, and the mapping covers the area */
static __always_inline bool huge_possible(const struct pgwalk_fault_key *k,
					  const struct pgwalk_entry *before, u64 addr)
{
	u64 base = addr & ~((1ULL << SHIFT_PMD) - 1);

	return before->level > PGWALK_LEVEL_PTE && base >= k->start &&
	       base + (1ULL << SHIFT_PMD) <= k->end;
}

/**
 * after_matters - test if the class or the leaf size depends on the entry after
 *
 * The second probe is a large part of the cost of a fault, so it is made only if needed.
 */
static __always_inline bool after_matters(const struct mapping *m,
					  const struct pgwalk_entry *before,
					  u64 addr, u32 flags)
{
	if (is_empty(before))
		return huge_possible(&m->id.key, before, addr);
	switch (before->kind) {
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_SPECIAL:
		return is_write(flags);
	}
	return false;
}

static __always_inline u64 pfn_at(const struct pgwalk_entry *e, u64 addr)
{
	u64 mask = (1ULL << (e->shift & 63)) - 1;

	return e->pfn + ((addr & mask) >> SHIFT_PAGE);
}

static __always_inline bool is_mapped(const struct pgwalk_entry *e)
{
	return e->kind == PGWALK_KIND_PRESENT || e->kind == PGWALK_KIND_ZERO ||
	       e->kind == PGWALK_KIND_SPECIAL;
}

/* The kfunc sets the kind: for 4K by the pfn of the zero page, for 2M by the frame's owner */
static __always_inline bool is_zero(const struct pgwalk_entry *e)
{
	return e->kind == PGWALK_KIND_ZERO;
}

static __always_inline u32 class_of_absent_anon(const struct classify_in *ev)
{
	if (ev->map->id.key.vm_flags & VM_UFFD_MISSING)
		return PGWALK_FAULT_USERFAULT;
	if (is_mapped(ev->after)) {
		if (is_zero(ev->after))
			return PGWALK_FAULT_ANON_ZERO;
		return ev->after->shift >= SHIFT_PMD ? PGWALK_FAULT_THP_NEW : PGWALK_FAULT_ANON_NEW;
	}
	if (huge_possible(&ev->map->id.key, ev->before, ev->addr))
		return PGWALK_FAULT_OTHER;	/* the size, 4K or 2M, is not known */
	return is_write(ev->flags) ? PGWALK_FAULT_ANON_NEW : PGWALK_FAULT_ANON_ZERO;
}

static __always_inline u32 class_of_absent(const struct classify_in *ev)
{
	u32 backing = ev->map->backing;

	if (backing == BACKING_ANON)
		return class_of_absent_anon(ev);
	if (backing != BACKING_FILE && backing != BACKING_SHMEM)
		return PGWALK_FAULT_OTHER;
	if (is_write(ev->flags) && !(ev->map->id.key.vm_flags & VM_SHARED))
		return PGWALK_FAULT_FILE_COW;
	if (backing == BACKING_SHMEM)
		return PGWALK_FAULT_SHMEM;
	if (ev->major)
		return PGWALK_FAULT_FILE_READ;
	return is_write(ev->flags) ? PGWALK_FAULT_SHARED_WRITE : PGWALK_FAULT_FILE_CACHED;
}

static __always_inline u32 class_of_zero_write(const struct classify_in *ev)
{
	if (ev->before->flags & PGWALK_F_UFFD_WP)
		return PGWALK_FAULT_USERFAULT;
	if (is_mapped(ev->after)) {
		if (is_zero(ev->after))
			return PGWALK_FAULT_SPURIOUS;
		return ev->after->shift >= SHIFT_PMD ? PGWALK_FAULT_THP_NEW : PGWALK_FAULT_ANON_NEW;
	}
	return ev->before->shift == SHIFT_PAGE ? PGWALK_FAULT_ANON_NEW : PGWALK_FAULT_OTHER;
}

static __always_inline u32 class_of_present_write(const struct classify_in *ev)
{
	const struct pgwalk_entry *b = ev->before, *a = ev->after;

	if (is_zero(b))
		return class_of_zero_write(ev);
	if (b->flags & PGWALK_F_UFFD_WP)
		return PGWALK_FAULT_USERFAULT;
	if (!is_mapped(a))
		return PGWALK_FAULT_OTHER;
	if (pfn_at(a, ev->addr) != pfn_at(b, ev->addr))
		return PGWALK_FAULT_COW_COPY;
	if (b->flags & PGWALK_F_WRITE || !(a->flags & PGWALK_F_WRITE))
		return PGWALK_FAULT_SPURIOUS;
	if (ev->map->id.key.vm_flags & VM_SHARED)
		return PGWALK_FAULT_SHARED_WRITE;
	/* under lockdown the kfunc returns no pfn: a copy is not distinguished from a reuse */
	return b->value ? PGWALK_FAULT_COW_REUSE : PGWALK_FAULT_OTHER;
}

static __always_inline u32 class_of_unknown(const struct classify_in *ev)
{
	if (!(ev->ret & VM_FAULT_MAJOR))
		return PGWALK_FAULT_OTHER;
	/* Only swap is read from a device there: do_swap_page(), shmem_swapin_folio() */
	if (ev->map->backing == BACKING_ANON || ev->map->backing == BACKING_SHMEM)
		return PGWALK_FAULT_SWAP_READ;
	if (ev->map->backing == BACKING_FILE && ev->map->id.key.vm_flags & VM_SHARED)
		return PGWALK_FAULT_FILE_READ;
	return PGWALK_FAULT_OTHER;
}

static __always_inline u32 class_of_protnone(const struct classify_in *ev)
{
	u64 flags = ev->map->id.key.vm_flags;

	/* The kfunc may not read the VMA; its flags in the key decide, as in handle_pte_fault() */
	if (!(flags & (VM_READ | VM_WRITE | VM_EXEC)))
		return PGWALK_FAULT_OTHER;
	return flags & VM_UFFD_RWP && ev->before->flags & PGWALK_F_UFFD_WP ?
		PGWALK_FAULT_USERFAULT : PGWALK_FAULT_NUMA_HINT;
}

static __always_inline u32 class_of_marker(const struct classify_in *ev)
{
	return ev->before->flags & PGWALK_F_MARK_UFFD_WP ? PGWALK_FAULT_USERFAULT :
							   PGWALK_FAULT_OTHER;
}

/* Test if userfaultfd protects the entry before against this access */
static __always_inline bool is_uffd_protected(const struct classify_in *ev)
{
	switch (ev->before->kind) {
	case PGWALK_KIND_PRESENT:
		return is_write(ev->flags) && ev->before->flags & PGWALK_F_UFFD_WP;
	case PGWALK_KIND_UFFD_RWP:
		return true;
	case PGWALK_KIND_PROTNONE:
		return class_of_protnone(ev) == PGWALK_FAULT_USERFAULT;
	case PGWALK_KIND_MARKER:
		return class_of_marker(ev) == PGWALK_FAULT_USERFAULT;
	}
	return false;
}

static __always_inline u32 class_of(const struct classify_in *ev)
{
	if (ev->ret & RET_USERFAULT)
		return PGWALK_FAULT_USERFAULT;
	if (ev->map->backing == BACKING_HUGETLB)
		return is_uffd_protected(ev) ? PGWALK_FAULT_USERFAULT : PGWALK_FAULT_HUGETLB;
	switch (ev->before->kind) {
	case PGWALK_KIND_NONE:
		return class_of_absent(ev);
	case PGWALK_KIND_ZERO:
		return is_write(ev->flags) ? class_of_zero_write(ev) : PGWALK_FAULT_SPURIOUS;
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_SPECIAL:
		return is_write(ev->flags) ? class_of_present_write(ev) : PGWALK_FAULT_SPURIOUS;
	case PGWALK_KIND_SWAP:
		return ev->major ? PGWALK_FAULT_SWAP_READ : PGWALK_FAULT_SWAP_CACHED;
	case PGWALK_KIND_NUMA_HINT:
		return PGWALK_FAULT_NUMA_HINT;
	case PGWALK_KIND_UFFD_RWP:
		return PGWALK_FAULT_USERFAULT;
	case PGWALK_KIND_PROTNONE:
		return class_of_protnone(ev);
	case PGWALK_KIND_MIGRATION:
		return PGWALK_FAULT_MIGRATION;
	case PGWALK_KIND_DEVICE:
		return PGWALK_FAULT_DEVICE;
	case PGWALK_KIND_MARKER:
		return class_of_marker(ev);
	case PGWALK_KIND_UNSET:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		return class_of_unknown(ev);
	}
	return PGWALK_FAULT_OTHER;
}

static __always_inline u32 leaf_gained(const struct classify_in *ev)
{
	u32 kind = ev->before->kind;

	if (kind != PGWALK_KIND_NONE && kind != PGWALK_KIND_SWAP && kind != PGWALK_KIND_MARKER)
		return 0;
	if (is_mapped(ev->after))
		return ev->after->shift;
	if (ev->map->backing == BACKING_HUGETLB ||
	    huge_possible(&ev->map->id.key, ev->before, ev->addr))
		return 0;			/* its size is not known */
	return SHIFT_PAGE;
}

/* As in __thp_vma_allowable_orders(), hugepage_vma_check() in 6.1 */
static __always_inline bool thp_allowed(const struct pgwalk_fault_key *k)
{
	u64 flags = k->vm_flags;
	bool advised = flags & VM_HUGEPAGE;

	if (thp_mode == THP_NEVER || (thp_mode == THP_MADVISE && !advised))
		return false;
	if (flags & (VM_NOHUGEPAGE | VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP))
		return false;
	if ((flags & VM_STACK_INCOMPLETE) == VM_STACK_INCOMPLETE)
		return false;
	return !mm_refuses_thp(k->mm, advised);
}

/*
 * Test if a small page was mapped where the kernel tried to map a huge one. It does so if
 * there is no table. A fault that userfaultfd gets is excluded by its class.
 */
static __always_inline bool thp_fell_back(const struct classify_in *ev, u32 class, u32 leaf_shift)
{
	return leaf_shift == SHIFT_PAGE && ev->before->kind == PGWALK_KIND_NONE &&
	       (class == PGWALK_FAULT_ANON_NEW || class == PGWALK_FAULT_ANON_ZERO) &&
	       huge_possible(&ev->map->id.key, ev->before, ev->addr) &&
	       thp_allowed(&ev->map->id.key);
}

/**
 * classify - return the class of a counted fault
 *
 * Return: by value, because the BPF stack is small and this is inlined.
 */
static __always_inline struct classify_out classify(const struct classify_in *ev)
{
	struct classify_out v = { .class = class_of(ev), .leaf_shift = leaf_gained(ev) };

	v.thp_fallback = thp_fell_back(ev, v.class, v.leaf_shift);
	return v;
}

#endif /* PGWALK_CLASSIFY_BPF_H */
