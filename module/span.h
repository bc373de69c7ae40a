/* SPDX-License-Identifier: GPL-2.0 */
/* Runs of like pages in a range of an address space. */
#ifndef PGWALK_SPAN_H
#define PGWALK_SPAN_H

#include "uapi/pgwalk.h"
#include "walk.h"

struct pgwalk_batch;

/**
 * struct pgwalk_filter - which entries are wanted
 * @require:	PGWALK_F_* that all must be set
 * @exclude:	PGWALK_F_* that none may be set
 * @kinds:	mask of 1 << enum pgwalk_kind; 0: all
 */
struct pgwalk_filter {
	u64 require;
	u64 exclude;
	u64 kinds;
};

/**
 * struct pgwalk_span - a range that is being turned into runs
 * @walk:	the cursor
 * @filter:	what is wanted
 * @by_page:	the runs will be told page by page: they need not be whole
 * @listed:	by page, and pages with scattered pfns are one run, their pfns in a list
 * @enough:	runs, or by page leaves, that are wanted at a time
 * @leaves:	in the batch that is being filled
 * @waits:	holds in a row that ended at a VMA that was locked for writing
 * @open:	the last run, which may still grow; none if its kind is unset
 * @list:	1 + where in the batch the list of @open's pfns begins; 0: it has none
 * @like:	a plain entry, and the run it was, as long as no other kind of entry was met;
 *		none if @like.value is 0
 */
struct pgwalk_span {
	struct pgwalk_walk walk;
	struct pgwalk_filter filter;
	bool by_page;
	bool listed;
	u64 enough;
	u64 leaves;
	unsigned int waits;
	struct pgwalk_run open;
	unsigned int list;
	struct pgwalk_like {
		u64 value;
		struct pgwalk_run run;
		bool wanted;
	} like;
};

void pgwalk_span_init(struct pgwalk_span *span, struct mm_struct *mm,
		      unsigned long start, unsigned long end);
int pgwalk_span_fill(struct pgwalk_span *span, struct pgwalk_batch *batch);
bool pgwalk_span_has_pfn(const struct pgwalk_run *run);
u64 pgwalk_span_position(const struct pgwalk_span *span);
bool pgwalk_span_is_done(const struct pgwalk_span *span);

#endif /* PGWALK_SPAN_H */
