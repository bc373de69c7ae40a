/* SPDX-License-Identifier: GPL-2.0 */
/* Who maps a page. */
#ifndef PGWALK_RMAP_H
#define PGWALK_RMAP_H

#include <linux/types.h>

#include "rmap_batch.h"
#include "rmap_page.h"
#include "rmap_scan.h"
#include "uapi/pgwalk.h"

struct mm_struct;

/**
 * struct pgwalk_rmap_search - a search
 * @page:	is kept from begin to end
 * @batch:	places, and the position in the reverse map
 * @scan:	the position in the page tables of all processes
 * @told:	of the next place, processes up to this one were told; 0: none
 * @told_at:	position of that place
 * @told_in:	of a scan: the process it was found in; else 0
 * @alone:	that place is to be a round of its own
 * @paused:	the call must end: another pass over all processes is needed
 * @status:	enum pgwalk_rmap_status; MORE: not over
 * @method:	enum pgwalk_rmap_method
 * @mapcount:	when the search began; when it is over, at the end of it
 * @found:	entries found by this call, each counted once
 * @found_before: entries found by the calls before, up to what a cursor can hold
 */
struct pgwalk_rmap_search {
	struct pgwalk_rmap_page page;
	struct pgwalk_rmap_batch *batch;
	struct pgwalk_rmap_scan scan;
	pid_t told;
	u64 told_at;
	pid_t told_in;
	bool alone;
	bool paused;
	unsigned int status;
	unsigned int method;
	int mapcount;
	u64 found;
	u64 found_before;
};

int pgwalk_rmap_find_pfn(struct mm_struct *mm, unsigned long addr, u64 *pfn);
void pgwalk_rmap_begin(struct pgwalk_rmap_search *search, struct pgwalk_rmap_batch *batch,
		       unsigned long pfn, const struct pgwalk_rmap_cursor *from);
int pgwalk_rmap_fill(struct pgwalk_rmap_search *search, unsigned int limit);
void pgwalk_rmap_renew(struct pgwalk_rmap_search *search);
struct pgwalk_rmap_cursor pgwalk_rmap_position(const struct pgwalk_rmap_search *search);
void pgwalk_rmap_end(struct pgwalk_rmap_search *search);

#endif /* PGWALK_RMAP_H */
