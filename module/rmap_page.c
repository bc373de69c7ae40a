// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps a page while those who map it are looked for: the only place in the module that
 * takes a reference to a folio. It must not lock it, nor look at who maps it.
 *
 * Frames are looked at without a reference everywhere else, for one more makes a copy of
 * what would have been reused on a write, and makes migration and splitting fail. Here
 * it is needed: all that is read under the locks of the reverse map is of use only if the
 * page is not freed, and the folio not split, between two of them. Both want the
 * reference count to be what they expect, and so wait for pgwalk_rmap_page_put() or give
 * up.
 */
#include <linux/hugetlb.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swapops.h>

#include "compat.h"
#include "frame.h"
#include "rmap_page.h"

#define TRIES	8

/*
 * The folio may be another one by the time that the reference is had: then it is put. Free
 * memory has no references, and pages of slabs may have none; nor has, for a moment, a
 * folio that is being split or migrated, so it is tried more than once.
 */
static struct folio *try_get(struct page *page)
{
	struct folio *folio = page_folio(page);

	if (!folio_try_get(folio)) {
		cpu_relax();
		/* What is free belongs to nothing any more. */
		return ERR_PTR(READ_ONCE(folio->mapping) && !folio_test_slab(folio) ?
			       -EAGAIN : -ENXIO);
	}
	if (page_folio(page) == folio)
		return folio;
	folio_put(folio);
	return ERR_PTR(-EAGAIN);
}

static void drop_device(struct pgwalk_rmap_page *page)
{
	put_dev_pagemap(page->device);
	page->device = NULL;
}

/*
 * Memory that is taken away waits for a grace period, and then for references (frame.c). That
 * of a device waits for references to its pagemap only, not for those to folios: the pagemap
 * is kept as long as the folio.
 */
static struct folio *find_and_get(struct pgwalk_rmap_page *page)
{
	struct folio *folio = ERR_PTR(-ENXIO);
	unsigned int try = 0;

	rcu_read_lock();
	page->page = pfn_to_online_page(page->pfn);
	if (!page->page)
		page->device = pgwalk_frame_get_device(page->pfn);
	if (page->device)
		page->page = pfn_to_page(page->pfn);
	if (page->page)
		page->mapcount = 0;
	if (page->page && !is_zero_pfn(page->pfn))
		do {
			folio = try_get(page->page);
		} while (IS_ERR(folio) && ++try < TRIES);
	rcu_read_unlock();
	if (IS_ERR(folio))
		drop_device(page);
	return folio;
}

/**
 * pgwalk_rmap_page_is_mappable - test if a process may map the page
 * @page: got
 *
 * Memory that has a page type, or is of a slab, belongs to the kernel. Hugetlb has a page type
 * on some kernels.
 *
 * Context: any. The reference keeps the memory from being freed and used in another way.
 * Return: true if it may be mapped.
 */
bool pgwalk_rmap_page_is_mappable(const struct pgwalk_rmap_page *page)
{
	struct folio *folio = page->folio;

	return folio_test_hugetlb(folio) ||
	       !(folio_test_slab(folio) || page_has_type(&folio->page));
}

/**
 * pgwalk_rmap_page_get - take hold of a page
 * @page: set; on an error without a reference
 * @pfn: any number
 *
 * Context: process context.
 * Return: 0; -ENXIO: nothing that a reverse map would know: no struct page, free, slab,
 * a page table, the page of zeroes, kernel memory that nobody maps; -EAGAIN: its folio
 * changed each time, or is being split or moved.
 */
int pgwalk_rmap_page_get(struct pgwalk_rmap_page *page, unsigned long pfn)
{
	struct folio *folio;

	*page = (struct pgwalk_rmap_page) {
		.pfn = pfn,
		.method = PGWALK_RMAP_METHOD_NONE,
		.mapcount = -1,
	};
	folio = find_and_get(page);
	if (IS_ERR(folio))
		return PTR_ERR(folio);
	page->folio = folio;
	if (pgwalk_rmap_page_is_mappable(page))
		pgwalk_rmap_page_judge(page);
	if (page->method != PGWALK_RMAP_METHOD_NONE)
		return 0;
	pgwalk_rmap_page_put(page);
	return -ENXIO;
}

/**
 * pgwalk_rmap_page_put - let go
 * @page: got, or not
 *
 * Context: process context, nothing is locked: it may be the last reference.
 */
void pgwalk_rmap_page_put(struct pgwalk_rmap_page *page)
{
	if (page->folio)
		folio_put(page->folio);
	page->folio = NULL;
	drop_device(page);
}

/**
 * pgwalk_rmap_page_judge - see by what the folio belongs to how to find who maps it
 * @page: got; @mapping, @method and @mapcount are set
 *
 * Without a lock the answer is that of a moment. What is done by it asks again with the
 * folio locked, and pages that are scanned for, at the end.
 *
 * Of what has no mapping at all a driver may have mapped pages all the same
 * (vm_insert_page()): those are counted, and scanned for. KSM: who is in its stable tree
 * is private to mm/ksm.c.
 *
 * Context: process context.
 */
void pgwalk_rmap_page_judge(struct pgwalk_rmap_page *page)
{
	page->mapping = (unsigned long)READ_ONCE(page->folio->mapping);
	page->mapcount = pgwalk_page_mapcount(page->folio, page->page);
	switch (page->mapping & PGWALK_MAPPING_FLAGS) {
	case PGWALK_MAPPING_ANON:
		page->method = PGWALK_RMAP_METHOD_ANON;
		break;
	case PGWALK_MAPPING_KSM:
		page->method = PGWALK_RMAP_METHOD_SCAN;
		break;
	case 0:
		if (page->mapping)
			page->method = PGWALK_RMAP_METHOD_FILE;
		else
			page->method = page->mapcount > 0 ? PGWALK_RMAP_METHOD_SCAN :
							    PGWALK_RMAP_METHOD_NONE;
		break;
	default:	/* movable memory of a driver: never mapped */
		page->method = PGWALK_RMAP_METHOD_NONE;
	}
}

/**
 * pgwalk_rmap_page_offset - where in its file or anonymous area the page is
 * @page: got
 *
 * Context: any; good for as long as the folio is locked.
 * Return: its linear offset, in 4K pages, as vm_pgoff counts.
 */
unsigned long pgwalk_rmap_page_offset(const struct pgwalk_rmap_page *page)
{
	return pgwalk_folio_pgoff(page->folio) + (page->pfn - folio_pfn(page->folio));
}

/*
 * Since 6.15 a page that a device has for itself is still counted as mapped; SWP_DEVICE_
 * EXCLUSIVE is of the same series. Pages that migrate are not.
 */
static bool is_counted(const struct pgwalk_entry *entry)
{
	switch (entry->kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_PROTNONE:
		return true;
#ifdef SWP_DEVICE_EXCLUSIVE
	case PGWALK_KIND_DEVICE:
		return entry->flags & PGWALK_F_DEV_EXCLUSIVE;
#endif
	default:
		return false;
	}
}

/**
 * pgwalk_rmap_page_is_at - ask if an entry maps the page at an address
 * @page: got
 * @addr: an address that @entry covers
 * @entry: decoded
 *
 * Context: any.
 * Return: true: by an entry that the kernel counts as a mapping.
 */
bool pgwalk_rmap_page_is_at(const struct pgwalk_rmap_page *page, unsigned long addr,
			    const struct pgwalk_entry *entry)
{
	u64 within = addr & ((1ULL << entry->shift) - 1);

	return is_counted(entry) && entry->pfn + (within >> PAGE_SHIFT) == page->pfn;
}
