// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the pages of shared memory (tmpfs, memfd, System V) that are swapped out. The page
 * tables have no entry for such a page: it is the shmem object that keeps the swap entry,
 * as a value in the place of the folio. It must not take a reference to a page, and must not
 * keep a VMA or an object past the lock that it was found under.
 *
 * Where the kernel does the same: shmem_partial_swap_usage(), for Swap of smaps.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/xarray.h>

#include "compat.h"
#include "entry.h"
#include "shmem.h"

/*
 * The object that a VMA maps, if it is of shmem and has a page in swap. The count is read
 * without its lock, as shmem_swap_usage() does: it is raised before a page is replaced by its
 * swap entry, and lowered after the swap entry is replaced.
 */
static struct address_space *swapped_object(const struct vm_area_struct *vma)
{
	const struct file *file = READ_ONCE(vma->vm_file);
	struct address_space *mapping = file ? READ_ONCE(file->f_mapping) : NULL;

	if (!mapping || !shmem_mapping(mapping))
		return NULL;
	return READ_ONCE(SHMEM_I(mapping->host)->swapped) ? mapping : NULL;
}

/**
 * struct object_range - pages of an object that a VMA maps
 * @vma:	locked
 * @index:	of the next page that is looked at
 * @end:	index after the last one
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
 * Find swap entries from @range->index on, and move it after the last entry that was looked
 * at. A swap entry of a large folio is one value for all of its pages, with the offset of the
 * first one.
 */
static unsigned int read_object(struct address_space *mapping, struct object_range *range,
				struct pgwalk_shmem_pages *pages, unsigned int room)
{
	XA_STATE(xas, &mapping->i_pages, range->index);
	unsigned int nr = 0, looks = 0;
	unsigned long size;
	pgoff_t first, last;
	void *entry;

	rcu_read_lock();
	xas_for_each(&xas, entry, range->end - 1) {
		if (looks++ == PGWALK_SHMEM_PAGES || nr == room) {
			range->index = max(range->index, xas.xa_index);
			goto out;
		}
		if (xas_retry(&xas, entry) || !xa_is_value(entry))
			continue;
		size = 1UL << pgwalk_xas_order(&xas);
		first = round_down(xas.xa_index, size);
		last = min(first + size, range->end);
		/* A large entry that was split since it was read: its pages are in the list */
		if (last <= range->index)
			continue;
		/* Split since it was loaded: the offset in it is unknown */
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

/* The pages of one VMA, which is locked. *@addr is moved; the VMA ends at @end or later. */
static unsigned int read_vma(struct pgwalk_hold *hold, const struct vm_area_struct *vma,
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
		hold->unswapped.start = vma->vm_start;
		hold->unswapped.end = vma->vm_end;
		*addr = end;
		return 0;
	}
	hold->steps++;
	nr = read_object(mapping, &range, pages, room);
	*addr = address_of(&range, range.index);
	return nr;
}

/**
 * pgwalk_shmem_read - find pages of shared memory that are swapped out
 * @hold: begun
 * @addr: in: where to begin, a multiple of the page size; out: the first address that was not
 *	looked at; on -EBUSY the end of the VMA, or @end
 * @end: the first address after the range, a multiple of the page size
 * @pages: filled, by ascending address
 * @room: of @pages, at least 1
 *
 * Looks at one VMA, or one gap between VMAs, and at PGWALK_SHMEM_PAGES entries of its object
 * at most.
 *
 * Context: within the hold, interrupts on. Does not wait.
 * Return: how many @pages; -EBUSY: the VMA is locked for writing.
 */
int pgwalk_shmem_read(struct pgwalk_hold *hold, unsigned long *addr, unsigned long end,
		      struct pgwalk_shmem_pages *pages, unsigned int room)
{
	struct pgwalk_hold_mapping at;
	int ret = pgwalk_hold_lock_file(hold, *addr, &at);

	end = min(end, at.end);
	switch (ret) {
	case 0:
		ret = read_vma(hold, at.vma, addr, end, pages, room);
		pgwalk_hold_unlock_file(hold, &at);
		return ret;
	case -ENOENT:
		hold->unswapped.start = *addr;
		hold->unswapped.end = at.end;
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
 * pgwalk_shmem_refine - find out if the page that an entry lacks is swapped out
 * @hold: begun; @entry was read in it
 * @addr: an address of the user half
 * @entry: of @addr; if a shmem object has the page in swap, an empty entry is set, and a
 *	userfaultfd-wp marker gets PGWALK_F_SWAP_SHMEM
 * Where the VMA is locked for writing @entry stays as it is: a marker then lacks
 * PGWALK_F_SWAP_SHMEM.
 *
 * Context: within the hold, interrupts on. Does not wait.
 */
void pgwalk_shmem_refine(struct pgwalk_hold *hold, unsigned long addr,
			 struct pgwalk_entry *entry)
{
	unsigned long at = addr & PAGE_MASK;
	struct pgwalk_shmem_pages pages = {};

	if (!may_be_swapped(entry) || pgwalk_shmem_is_excluded(hold, at, at + PAGE_SIZE) ||
	    pgwalk_shmem_read(hold, &at, at + PAGE_SIZE, &pages, 1) <= 0)
		return;
	if (entry->kind == PGWALK_KIND_NONE)
		pgwalk_entry_decode_shmem(entry, pages.swap);
	else
		entry->flags |= PGWALK_F_SWAP_SHMEM;
}

/**
 * pgwalk_shmem_refine_current - find a swapped page of the current process
 * @addr: an address of the user half
 * @entry: as pgwalk_shmem_refine()
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
	mapping = vma ? swapped_object(vma) : NULL;
	if (mapping) {
		pgoff_t index = index_of(vma, addr & PAGE_MASK);
		struct object_range range = { .vma = vma, .index = index, .end = index + 1 };

		if (read_object(mapping, &range, &pages, 1))
			pgwalk_entry_decode_shmem(entry, pages.swap);
	}
	rcu_read_unlock();
}
