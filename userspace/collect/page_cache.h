/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Maps the pages of a file that are in the page cache, and only these. */
#ifndef PGWALK_COLLECT_PAGE_CACHE_H
#define PGWALK_COLLECT_PAGE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

struct page_cache;

/**
 * struct page_cache_window - a mapped part of the file
 * @addr: address of the first page
 * @offset: its offset in the file
 * @bytes: size of the part
 * @cached: bytes of pages that mincore(2) reports as in the page cache
 */
struct page_cache_window {
	uint64_t addr;
	uint64_t offset;
	uint64_t bytes;
	uint64_t cached;
};

int page_cache__open(struct page_cache **out, const char *path);
void page_cache__close(struct page_cache *pc);
uint64_t page_cache__size(const struct page_cache *pc);
bool page_cache__is_hugetlbfs(const struct page_cache *pc);
uint64_t page_cache__skip_empty(struct page_cache *pc, uint64_t offset, uint64_t end);
int page_cache__map(struct page_cache *pc, uint64_t offset, uint64_t end, struct page_cache_window *window);
void page_cache__unmap(struct page_cache *pc);

#endif
