/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A process that does not change: stopped, its memory locked, each of its pages known. A
 * twin made by fork shares the pages, so that the mappings of each page are known too.
 */
#ifndef PGWALK_TORTURE_SENTINEL_H
#define PGWALK_TORTURE_SENTINEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SENTINEL_PAGES	80

/**
 * struct sentinel_page - a page of the sentinel
 * @kind:	enum pgwalk_kind; PGWALK_KIND_NONE: never touched
 * @shift:	of its leaf
 * @mappers:	number of entries that map it, in all processes; 0: not known
 * @word:	the first word of its content; 0: not known
 * @pfn:	by pagemap; 0: none
 */
struct sentinel_page {
	uint64_t addr, word, pfn;
	uint8_t kind, shift, mappers;
};

/**
 * struct sentinel - the process and its pages
 * @low:	the first address of its pages
 * @high:	the end of the last page
 */
struct sentinel {
	pid_t pid, twin;
	unsigned int nr;
	uint64_t low, high;
	struct sentinel_page page[SENTINEL_PAGES];
};

/* Start and stop both processes; NULL: failed. The frames are not known yet */
struct sentinel *sentinel_start(void);
/* Read the frames from pagemap */
bool sentinel_locate(struct sentinel *sentinel);
void sentinel_end(struct sentinel *sentinel);

#endif
