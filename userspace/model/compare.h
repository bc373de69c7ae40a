/* SPDX-License-Identifier: GPL-2.0 */
/* What two sources tell of the same page, side by side. */
#ifndef PGWALK_MODEL_COMPARE_H
#define PGWALK_MODEL_COMPARE_H

#include "../inspect.h"

/**
 * struct compare_ours - one page, as the module tells of it
 * @kind: enum pgwalk_kind; 0: it is not listed
 * @swap_type: see struct pgwalk_run
 * @frame_kind: enum pgwalk_frame_kind; 0: there is none
 * @flags: PGWALK_F_*
 * @pfn: of this page
 * @frame_flags: PGWALK_FRAME_FLAG()
 * @inner: within a large leaf: @frame_flags are those of its first page
 * @hugetlb: the mapping is of hugetlb
 * @mapcount: -1: not known
 */
struct compare_ours {
	uint32_t kind;
	uint32_t swap_type;
	uint32_t frame_kind;
	int32_t mapcount;
	uint64_t flags;
	uint64_t pfn;
	uint64_t frame_flags;
	bool inner;
	bool hugetlb;
};

/**
 * struct compare_theirs - the same page, as the kernel's own files do
 * @entry: of pagemap
 * @framed: are the next two known?
 * @flags: of kpageflags
 * @mapcount: of kpagecount
 */
struct compare_theirs {
	uint64_t entry;
	bool framed;
	uint64_t flags;
	uint64_t mapcount;
};

void compare__expand(struct compare_ours *page, uint64_t start,
		     unsigned int count, const struct pgwalk_frame_run *run,
		     bool hugetlb);
bool compare__is_same(const struct compare_ours *a,
		      const struct compare_ours *b);
bool compare__page(const struct compare_ours *ours,
		   const struct compare_theirs *theirs,
		   struct inspect_difference *difference);

#endif
