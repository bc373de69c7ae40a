/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The current state of pages, queried from the module by address. */
#ifndef PGWALK_COLLECT_PAGE_QUERY_H
#define PGWALK_COLLECT_PAGE_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "../../snapshot.h"
#include "device.h"

/** PAGE_QUERY_MAX - limit of pages per query */
#define PAGE_QUERY_MAX	4096

/* Called with the current state of a page: @run covers one page; kind none: no entry */
typedef int (*page_query_fn)(void *ctx, const struct pgwalk_frame_run *run);

/**
 * struct page_query_pages - pages to query
 * @addr: an address in each page, in any order
 * @count: number of @addr; pages after PAGE_QUERY_MAX are ignored
 * @limit_ns: time limit; pages after the limit are left out
 */
struct page_query_pages {
	const uint64_t *addr;
	size_t count;
	uint64_t limit_ns;
};

long page_query__pages(struct device *d, const struct page_query_pages *pages,
		       page_query_fn fn, void *ctx);
void page_query__translate(struct device *d, uint64_t addr, struct snapshot_page_details *answer);

#endif
