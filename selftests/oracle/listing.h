/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages of a process as pgwalk lists them, expanded to single pages of 4K,
 * whichever way they were asked for.
 */
#ifndef PGWALK_ORACLE_LISTING_H
#define PGWALK_ORACLE_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <pgwalk.h>

#define LISTING_HEADER	"# range size kind pfn flags frame letters mapcount node order\n"

/**
 * struct page - 4K of a process
 * @frame:	of the run's line, the kind and letters of the frames, the latter without
 *		head and tail; "" if it did not come from text
 * @mapcount:	with it; -1: "-"
 * @node:	likewise
 * @order:	likewise
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
 * @lines:	runs that they came in
 * @error:	what was wrong with the form, "" if nothing was
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
 * The first page that differs between a and b, as an index; a->nr if none does. What
 * changed from a to again, which was read behind b, is left out: the kernel clears
 * the accessed bit when it likes.
 */
size_t listing_differ(const struct listing *a, const struct listing *b,
		      const struct listing *again);
void listing_free(struct listing *listing);

#endif
