// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds the pages of shared memory (tmpfs, memfd, System V) that are swapped out. The page
 * tables have no entry for such a page: the shmem object has the swap entry, as a value in
 * place of the folio. The code takes no reference to a page, and keeps no VMA or object
 * after the lock is released under which it was found.
 *
 * The kernel does this in shmem_partial_swap_usage(), for Swap of smaps.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include "compat.h"
#include "entry.h"
#include "shmem.h"

/*
 * Return the object that a VMA maps, if it is a shmem object with a page in swap. The count is
 * read without its lock, as in shmem_swap_usage(): it is raised before a page is replaced by
 * its swap entry, and lowered after the swap entry is replaced.
 */
static struct address_space *swapped_object(const struct vm_area_struct *vma)
{
	const struct file *file = READ_ONCE(vma->vm_file);
	struct address_space *mapping = file ? READ_ONCE(file->f_mapping) : NULL;

	if (!mapping || !shmem_mapping(mapping))
		return NULL;
	return READ_ONCE(SHMEM_I(mapping->host)->swapped) ? mapping : NULL;
}

#define read_safely(to, from)	(!copy_from_kernel_nofault((to), (from), sizeof(*(to))))

/*
 * As swapped_object(), for a VMA that the caller does not hold. Where a VMA is freed at once, its memory may have other
 * contents: pointers in it are followed with reads that may fail. A file and an inode are freed after a grace period.
 */
static struct address_space *swapped_object_of_probe(const struct vm_area_struct *vma)
{
	struct address_space *mapping, seen = {};
	const struct file *file;
	unsigned long swapped;

	if (PGWALK_VMA_FREED_BY_RCU)
		return swapped_object(vma);
	file = READ_ONCE(vma->vm_file);
	if (!file || !read_safely(&mapping, &file->f_mapping) || !read_safely(&seen.a_ops, &mapping->a_ops) ||
	    !read_safely(&seen.host, &mapping->host) || !shmem_mapping(&seen))
		return NULL;
	return read_safely(&swapped, &SHMEM_I(seen.host)->swapped) && swapped ? mapping : NULL;
}

/**
 * struct object_range - pages of an object that a VMA maps
 * @vma:	VMA, locked
 * @index:	index of the page that is read next
 * @end:	index after the last page
 */
struct object_range {
	const struct vm_area_struct *vma;
	pgoff_t index;
	pgoff_t end;
};

static pgoff_t index_of(const struct vm_area_struct *vma, unsigned long addr)
{
	return vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
}

static unsigned long address_of(const struct object_range *range, pgoff_t index)
{
	return range->vma->vm_start + ((index - range->vma->vm_pgoff) << PAGE_SHIFT);
}

/*
 * Find swap entries from @range->index on, and move it after the last entry that was read.
 * The swap entry of a large folio is one value for all of its pages, with the offset of the
 * first page.
 */
static unsigned int read_object(struct address_space *mapping, struct object_range *range,
				struct pgwalk_shmem_pages *pages, unsigned int room)
{
	XA_STATE(xas, &mapping->i_pages, range->index);
	unsigned int nr = 0, reads = 0;
	unsigned long size;
	pgoff_t first, last;
	void *entry;

	rcu_read_lock();
	xas_for_each(&xas, entry, range->end - 1) {
		if (reads++ == PGWALK_SHMEM_PAGES || nr == room) {
			range->index = max(range->index, xas.xa_index);
			goto out;
		}
		if (xas_retry(&xas, entry) || !xa_is_value(entry))
			continue;
		size = 1UL << pgwalk_xas_order(&xas);
		first = round_down(xas.xa_index, size);
		last = min(first + size, range->end);
		/* A large entry was split after it was read, and its pages are in the list. */
		if (last <= range->index)
			continue;
		/* Split after it was loaded: the offset in it is unknown. */
		if (xas_reload(&xas) != entry) {
			xas_reset(&xas);
			continue;
		}
		range->index = max(range->index, first);
		pages[nr++] = (struct pgwalk_shmem_pages) {
			.addr = address_of(range, range->index),
			.nr = last - range->index,
			.swap = radix_to_swp_entry(entry).val + (range->index - first),
		};
		range->index = last;
	}
	range->index = range->end;
out:
	rcu_read_unlock();
	return nr;
}

/* Read the pages of a locked VMA, which ends at @end or later. *@addr is advanced. */
static unsigned int read_vma(struct pgwalk_mm_section *section, const struct vm_area_struct *vma,
			     unsigned long *addr, unsigned long end,
			     struct pgwalk_shmem_pages *pages, unsigned int room)
{
	struct address_space *mapping = swapped_object(vma);
	struct object_range range = {
		.vma = vma,
		.index = index_of(vma, *addr),
		.end = index_of(vma, end),
	};
	unsigned int nr;

	if (!mapping) {
		section->unswapped.start = vma->vm_start;
		section->unswapped.end = vma->vm_end;
		*addr = end;
		return 0;
	}
	section->steps++;
	nr = read_object(mapping, &range, pages, room);
	*addr = address_of(&range, range.index);
	return nr;
}

/**
 * pgwalk_shmem_read - find pages of shared memory that are swapped out
 * @section: begun
 * @addr: in: first address, a multiple of the page size; out: first address that was not
 *	read; on -EBUSY the end of the VMA, or @end
 * @end: first address after the range, a multiple of the page size
 * @pages: filled, by ascending address
 * @room: number of entries in @pages, at least 1
 *
 * Reads one VMA, or one gap between VMAs, and at most PGWALK_SHMEM_PAGES entries of its
 * object.
 *
 * Context: within the section, interrupts on. Does not wait.
 * Return: number of @pages that were filled; -EBUSY: the VMA is locked for writing.
 */
int pgwalk_shmem_read(struct pgwalk_mm_section *section, unsigned long *addr, unsigned long end,
		      struct pgwalk_shmem_pages *pages, unsigned int room)
{
	struct pgwalk_section_mapping at;
	int ret = pgwalk_mm_section_lock_file(section, *addr, &at);

	end = min(end, at.end);
	switch (ret) {
	case 0:
		ret = read_vma(section, at.vma, addr, end, pages, room);
		pgwalk_mm_section_unlock_file(section, &at);
		return ret;
	case -ENOENT:
		section->unswapped.start = *addr;
		section->unswapped.end = at.end;
		ret = 0;
		fallthrough;
	default:
		*addr = end;
		return ret;
	}
}

/*
 * When a page that userfaultfd protects is swapped out, a marker takes the place of its entry:
 * try_to_unmap_one().
 */
static bool may_be_swapped(const struct pgwalk_entry *entry)
{
	return entry->kind == PGWALK_KIND_NONE ||
	       (entry->kind == PGWALK_KIND_MARKER && entry->level == PGWALK_LEVEL_PTE &&
		entry->flags == PGWALK_F_MARK_UFFD_WP);
}

/**
 * pgwalk_shmem_refine - test if the page that an entry lacks is swapped out
 * @section: begun; @entry was read in it
 * @addr: an address of the user half
 * @entry: entry of @addr; if a shmem object has the page in swap, an empty entry is set, and a
 *	userfaultfd-wp marker gets PGWALK_F_SWAP_SHMEM
 *
 * If the VMA is locked for writing, @entry is not changed: a marker then lacks
 * PGWALK_F_SWAP_SHMEM.
 *
 * Context: within the section, interrupts on. Does not wait.
 */
void pgwalk_shmem_refine(struct pgwalk_mm_section *section, unsigned long addr,
			 struct pgwalk_entry *entry)
{
	unsigned long at = addr & PAGE_MASK;
	struct pgwalk_shmem_pages pages = {};

	if (!may_be_swapped(entry) || pgwalk_shmem_is_excluded(section, at, at + PAGE_SIZE) ||
	    pgwalk_shmem_read(section, &at, at + PAGE_SIZE, &pages, 1) <= 0)
		return;
	if (entry->kind == PGWALK_KIND_NONE)
		pgwalk_entry_decode_shmem(entry, pages.swap);
	else
		entry->flags |= PGWALK_F_SWAP_SHMEM;
}

/**
 * pgwalk_shmem_refine_current - find a swapped page of the current process
 * @addr: an address of the user half
 * @entry: as for pgwalk_shmem_refine()
 *
 * Context: any but NMI; mmap_lock, or the VMA at @addr, is held for reading. Takes no lock and
 * never sleeps.
 */
void pgwalk_shmem_refine_current(unsigned long addr, struct pgwalk_entry *entry)
{
	MA_STATE(mas, &current->mm->mm_mt, addr, addr);
	struct address_space *mapping;
	struct pgwalk_shmem_pages pages = {};
	struct vm_area_struct *vma;

	if (entry->kind != PGWALK_KIND_NONE)
		return;
	rcu_read_lock();
	vma = mas_walk(&mas);
	mapping = vma ? swapped_object_of_probe(vma) : NULL;
	if (mapping) {
		pgoff_t index = index_of(vma, addr & PAGE_MASK);
		struct object_range range = { .vma = vma, .index = index, .end = index + 1 };

		if (read_object(mapping, &range, &pages, 1))
			pgwalk_entry_decode_shmem(entry, pages.swap);
	}
	rcu_read_unlock();
}
