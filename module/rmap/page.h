/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A page with a reference, for a search for its mappings. */
#ifndef PGWALK_RMAP_PAGE_H
#define PGWALK_RMAP_PAGE_H

#include <linux/types.h>

#include "../uapi/pgwalk.h"

struct dev_pagemap;
struct folio;
struct page;

/**
 * struct pgwalk_rmap_page - a page and its folio
 * @pfn:	frame of the page
 * @page:	struct page
 * @folio:	folio of the page; a reference is held. NULL: no reference is held
 * @device:	pagemap of a page of a device; a reference is held
 * @mapping:	value that folio->mapping had, with its tags
 * @method:	enum pgwalk_rmap_method that follows from @mapping
 * @mapcount:	mapcount as in /proc/kpagecount; -1: not known
 */
struct pgwalk_rmap_page {
	unsigned long pfn;
	struct page *page;
	struct folio *folio;
	struct dev_pagemap *device;
	unsigned long mapping;
	unsigned int method;
	int mapcount;
};

int pgwalk_rmap_page_get(struct pgwalk_rmap_page *page, unsigned long pfn);
void pgwalk_rmap_page_put(struct pgwalk_rmap_page *page);
bool pgwalk_rmap_page_is_mappable(const struct pgwalk_rmap_page *page);
void pgwalk_rmap_page_choose_method(struct pgwalk_rmap_page *page);
unsigned long pgwalk_rmap_page_offset(const struct pgwalk_rmap_page *page);
bool pgwalk_rmap_page_is_at(const struct pgwalk_rmap_page *page, unsigned long addr,
			    const struct pgwalk_entry *entry);

#endif /* PGWALK_RMAP_PAGE_H */
