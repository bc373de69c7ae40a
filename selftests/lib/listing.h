/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The pages that pgwalk lists of a process, from the text or the device, expanded to
 * pages of 4K.
 */
#ifndef PGWALK_ORACLE_LISTING_H
#define PGWALK_ORACLE_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <pgwalk.h>

#define LISTING_HEADER	"# range size kind pfn flags frame letters mapcount node order\n"

/**
 * struct page - 4K of a process
 * @frame:	kind and letters of the frame as the text has them, the letters without head
 *		and tail; "" if the page is not from text or has no frame columns
 * @mapcount:	of the frame; -1: "-" in the text
 * @node:	of the frame; -1: "-" in the text
 * @order:	of the frame; -1: "-" in the text
 */
struct page {
	__u64 address, pfn, flags;
	__u32 swap_type;
	__u8 kind, shift, pkey;
	char frame[40];
	int mapcount, node, order;
};

/**
 * struct listing - pages in the order of their addresses
 * @lines:	number of runs
 * @error:	description of the first format error, "" if there is none
 */
struct listing {
	struct page *pages;
	size_t nr, room, lines;
	char error[160];
};

/* From the text of <PID>/pages */
bool listing_from_text(struct listing *listing, char *text);
/* By PGWALK_IOC_SCAN, batch records a call; 0 or -errno */
int listing_from_scan(struct listing *listing, int fd, __u64 start, __u64 end,
		      __u32 flags, __u32 batch);
const struct page *listing_find(const struct listing *listing, __u64 address);
/*
 * Return the index of the first page that differs between a and b; a->nr if none differs.
 * Pages that changed from a to again, read after b, are skipped: the kernel may clear an
 * accessed bit at any time.
 */
size_t listing_differ(const struct listing *a, const struct listing *b,
		      const struct listing *again);
void listing_free(struct listing *listing);

#endif
