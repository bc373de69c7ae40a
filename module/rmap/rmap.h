/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A search for the mappings of a page. */
#ifndef PGWALK_RMAP_H
#define PGWALK_RMAP_H

#include <linux/types.h>

#include "../uapi/pgwalk.h"
#include "batch.h"
#include "page.h"
#include "scan.h"

struct mm_struct;

/**
 * struct pgwalk_rmap_search - a search
 * @page:	page, referenced from begin to end
 * @batch:	places, and the position in the reverse map
 * @scan:	position in the page tables of all processes
 * @reported:	last process of the next place that was reported; 0: none
 * @reported_at:	position of that place
 * @reported_in:	process in which a scan found that place; else 0
 * @alone:	that place has to be a round of its own
 * @paused:	the call must end: another pass over all processes is needed
 * @status:	enum pgwalk_rmap_status; MORE: the search is not over
 * @method:	enum pgwalk_rmap_method
 * @mapcount:	mapcount when the search began; when it is over, at its end
 * @found:	entries found by this call, each counted once
 * @found_before: entries found by the calls before, up to the maximum of a cursor
 */
struct pgwalk_rmap_search {
	struct pgwalk_rmap_page page;
	struct pgwalk_rmap_batch *batch;
	struct pgwalk_rmap_scan scan;
	pid_t reported;
	u64 reported_at;
	pid_t reported_in;
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
