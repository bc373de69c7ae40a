/* SPDX-License-Identifier: GPL-2.0 */
/* A page that is kept while those who map it are looked for. */
#ifndef PGWALK_RMAP_PAGE_H
#define PGWALK_RMAP_PAGE_H

#include <linux/types.h>

#include "uapi/pgwalk.h"

struct dev_pagemap;
struct folio;
struct page;

/**
 * struct pgwalk_rmap_page - a page, and what its folio said of itself
 * @pfn:	its number
 * @page:	the page
 * @folio:	the folio that it is of; a reference is held. NULL: there is none to hold
 * @device:	the pagemap of a page of a device; a reference is held
 * @mapping:	what folio->mapping was, tags included
 * @method:	enum pgwalk_rmap_method that follows from @mapping
 * @mapcount:	as /proc/kpagecount; -1: not known
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
void pgwalk_rmap_page_judge(struct pgwalk_rmap_page *page);
unsigned long pgwalk_rmap_page_offset(const struct pgwalk_rmap_page *page);
bool pgwalk_rmap_page_is_at(const struct pgwalk_rmap_page *page, unsigned long addr,
			    const struct pgwalk_entry *entry);

#endif /* PGWALK_RMAP_PAGE_H */
