// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Keeps a page during a search for its mappings. This is the only file of the module that
 * takes a reference to a folio; it does not lock the folio.
 *
 * Other files read frames without a reference, because an additional reference makes a write
 * copy a page that would have been reused, and makes migration and splitting fail. A search
 * needs the reference: the results of several sections under the locks of the reverse map
 * belong together only if the page is not freed, and the folio not split, in between. Both
 * expect a certain reference count, and so wait for pgwalk_rmap_page_put() or fail.
 */
#include <linux/hugetlb.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swapops.h>

#include "../compat.h"
#include "../frame/frame.h"
#include "page.h"

#define TRIES	8

/*
 * The page may be in another folio by the time the reference is taken: then it is put. Free
 * memory has no references, and pages of slabs may have none. A folio that is being split or
 * migrated has none for a short time, so the get is tried several times.
 */
static struct folio *try_get(struct page *page)
{
	struct folio *folio = page_folio(page);

	if (!folio_try_get(folio)) {
		cpu_relax();
		/* A free page has no mapping. */
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
 * Memory hot-remove waits for grace periods, and then for references (online.c). The removal
 * of a device waits for references to its pagemap only, not for those to folios, so the
 * pagemap is kept as long as the folio.
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
 * @page: referenced
 *
 * Memory with a page type, and memory of a slab, belongs to the kernel. Hugetlb has a page
 * type on some kernels.
 *
 * Context: any. The reference keeps the memory from being freed and used in another way.
 * Return: true if a process may map it.
 */
bool pgwalk_rmap_page_is_mappable(const struct pgwalk_rmap_page *page)
{
	struct folio *folio = page->folio;

	return folio_test_hugetlb(folio) ||
	       !(folio_test_slab(folio) || page_has_type(&folio->page));
}

/**
 * pgwalk_rmap_page_get - take a reference to a page
 * @page: set; on an error without a reference
 * @pfn: any number
 *
 * Context: process context.
 * Return: 0; -ENXIO: a page that no reverse map has: no struct page, free, slab,
 * a page table, the zero page, kernel memory that is not mapped; -EAGAIN: its folio
 * changed on each try, or is being split or migrated.
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
		pgwalk_rmap_page_choose_method(page);
	if (page->method != PGWALK_RMAP_METHOD_NONE)
		return 0;
	pgwalk_rmap_page_put(page);
	return -ENXIO;
}

/**
 * pgwalk_rmap_page_put - drop the reference
 * @page: with or without a reference
 *
 * Context: process context, no lock is held: it may be the last reference.
 */
void pgwalk_rmap_page_put(struct pgwalk_rmap_page *page)
{
	if (page->folio)
		folio_put(page->folio);
	page->folio = NULL;
	drop_device(page);
}

/**
 * pgwalk_rmap_page_choose_method - choose the method to find the mappings of a page
 * @page: referenced; @mapping, @method and @mapcount are set
 *
 * The folio is not locked, so the result may be outdated at once. A search in a tree tests it
 * again with the folio locked, and a scan tests it at its end.
 *
 * A driver may have mapped a page without a mapping (vm_insert_page()): such pages have a
 * mapcount, and are scanned for. KSM pages are scanned for, because the stable tree is private
 * to mm/ksm.c.
 *
 * Context: process context.
 */
void pgwalk_rmap_page_choose_method(struct pgwalk_rmap_page *page)
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
 * pgwalk_rmap_page_offset - return the offset of a page in its file or anonymous area
 * @page: referenced
 *
 * Context: any; valid while the folio is locked.
 * Return: offset in 4K pages, as in vm_pgoff.
 */
unsigned long pgwalk_rmap_page_offset(const struct pgwalk_rmap_page *page)
{
	return pgwalk_folio_pgoff(page->folio) + (page->pfn - folio_pfn(page->folio));
}

/*
 * Test if the kernel counts the entry in the mapcount. Since 6.15 it counts a page that a device
 * uses exclusively (the single SWP_DEVICE_EXCLUSIVE is of the same series), but no migrating page.
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
 * pgwalk_rmap_page_is_at - test if an entry maps the page at an address
 * @page: referenced
 * @addr: an address that @entry covers
 * @entry: decoded
 *
 * Context: any.
 * Return: true if it does, and the kernel counts the entry as a mapping.
 */
bool pgwalk_rmap_page_is_at(const struct pgwalk_rmap_page *page, unsigned long addr,
			    const struct pgwalk_entry *entry)
{
	u64 within = addr & ((1ULL << entry->shift) - 1);

	return is_counted(entry) && entry->pfn + (within >> PAGE_SHIFT) == page->pfn;
}
