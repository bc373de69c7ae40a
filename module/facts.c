// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the state that decides the result of an access to an address: the end of the file,
 * the page cache, the hugetlb pool, userfaultfd, protection keys. It reads the fields that the
 * fault handlers of mm/memory.c, mm/filemap.c, mm/shmem.c and mm/hugetlb.c read, and takes no
 * lock or reference.
 */
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pkeys.h>
#include <linux/userfaultfd_k.h>
#include <linux/xarray.h>

#include "compat.h"
#include "facts.h"
#include "uapi/pgwalk.h"
#include "vma.h"

#define UFFD_FLAGS	(VM_UFFD_MISSING | VM_UFFD_MINOR | VM_UFFD_WP | PGWALK_VM_UFFD_RWP)

static noinline u32 uffd_facts(const struct vm_area_struct *vma)
{
	u32 facts = 0;

	if (vma->vm_flags & VM_UFFD_MISSING)
		facts |= PGWALK_FACT_UFFD_MISSING;
	if (vma->vm_flags & VM_UFFD_MINOR)
		facts |= PGWALK_FACT_UFFD_MINOR;
	if (vma->vm_flags & VM_UFFD_WP)
		facts |= PGWALK_FACT_UFFD_WP;
	if (vma->vm_flags & PGWALK_VM_UFFD_RWP)
		facts |= PGWALK_FACT_UFFD_RWP;
	return facts ? facts | pgwalk_uffd_feature_facts(vma) : 0;
}

/* Test if the page cache has a page at @index, or (tmpfs) a swap entry for it. */
static u32 cache_facts(struct address_space *mapping, pgoff_t index, bool shmem)
{
	const void *entry = xa_load(&mapping->i_pages, index);

	if (!entry)
		return 0;
	if (!xa_is_value(entry))
		return PGWALK_FACT_CACHED;
	/* For other files a value is a shadow entry of a page that was evicted. */
	return shmem ? PGWALK_FACT_SWAPPED : 0;
}

#ifdef CONFIG_HUGETLB_PAGE
/*
 * A fault takes a free page, or allocates one within nr_overcommit_hugepages. Reserved free
 * pages are for mappings with a reservation only. The counters change at any time, as the
 * counters in sysfs do.
 */
static u32 pool_facts(struct hstate *h)
{
	unsigned long free = READ_ONCE(h->free_huge_pages);

	if (READ_ONCE(h->surplus_huge_pages) < READ_ONCE(h->nr_overcommit_huge_pages))
		return 0;
	if (!free)
		return PGWALK_FACT_POOL_EMPTY;
	return free <= READ_ONCE(h->resv_huge_pages) ? PGWALK_FACT_POOL_RESERVED : 0;
}

static u32 hugetlb_facts(struct vm_area_struct *vma, unsigned long addr)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	struct hstate *h = hstate_vma(vma);
	pgoff_t index = ((addr - vma->vm_start) >> huge_page_shift(h)) +
			(vma->vm_pgoff >> huge_page_order(h));
	u32 facts = pool_facts(h) |
		    cache_facts(mapping, pgwalk_hugetlb_cache_index(h, index), false);

	if (index >= i_size_read(mapping->host) >> huge_page_shift(h))
		facts |= PGWALK_FACT_FILE_END;
	return facts | (vma->vm_flags & VM_NORESERVE ? PGWALK_FACT_NORESERVE : 0);
}
#else
static u32 hugetlb_facts(struct vm_area_struct *vma, unsigned long addr)
{
	return 0;
}
#endif

/*
 * filemap_fault() and shmem_fault() first compare the page's index with the size of the file.
 * A driver may use filemap_fault() for pages that it put into the page cache (AIO rings).
 */
static u32 file_facts(const struct vm_area_struct *vma, unsigned long addr)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	pgoff_t index = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
	u32 facts = PGWALK_FACT_PAGE_CACHE;

	if (!pgwalk_vma_has_page_cache(vma) && vma->vm_ops->fault != filemap_fault)
		return 0;
	if (index >= DIV_ROUND_UP_ULL(i_size_read(mapping->host), PAGE_SIZE))
		facts |= PGWALK_FACT_FILE_END;
	if (IS_DAX(mapping->host))
		return (facts & PGWALK_FACT_FILE_END) | PGWALK_FACT_DAX;
	if (mapping->a_ops->read_folio)
		facts |= PGWALK_FACT_READS;
	return facts | cache_facts(mapping, index, pgwalk_vma_is_shmem(vma));
}

/* Not inline, so that an anonymous VMA costs no registers. */
static noinline u32 backing_facts(struct vm_area_struct *vma, unsigned long addr)
{
	if (is_vm_hugetlb_page(vma))
		return hugetlb_facts(vma, addr);
	/* do_fault() then ends in SIGBUS. */
	if (!vma->vm_ops->fault)
		return PGWALK_FACT_NO_HANDLER;
	return vma->vm_file ? file_facts(vma, addr) : 0;
}

/**
 * pgwalk_facts_fill - report the state that decides the result of an access to an address
 * @t: @linear is read; @facts, @vma_offset and @vma_pkey are set
 * @vma: the VMA at @linear, or the next one after it; NULL: there is none
 *
 * Context: mmap_lock is held, for reading at least. Does not sleep.
 */
void pgwalk_facts_fill(struct pgwalk_translate *t, struct vm_area_struct *vma)
{
	t->facts = PGWALK_FACT_KNOWN;
	t->vma_offset = 0;
	t->vma_pkey = 0;
	if (!vma)
		return;
	mmap_assert_locked(vma->vm_mm);
	if (vma->vm_start > t->linear) {
		if (vma->vm_flags & VM_GROWSDOWN)
			t->facts |= PGWALK_FACT_GROWS;
		return;
	}
	t->vma_offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	t->vma_pkey = vma_pkey(vma);
	if (PGWALK_VM_SHADOW_STACK && vma->vm_flags & PGWALK_VM_SHADOW_STACK)
		t->facts |= PGWALK_FACT_SHADOW_STACK;
	if (unlikely(vma->vm_flags & UFFD_FLAGS))
		t->facts |= uffd_facts(vma);
	t->facts |= vma_is_anonymous(vma) ? PGWALK_FACT_ANON : backing_facts(vma, t->linear);
}
