/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Compares the module's report of a page with the kernel's own files. */
#ifndef PGWALK_MODEL_COMPARE_H
#define PGWALK_MODEL_COMPARE_H

#include "../inspect.h"

/**
 * struct compare_ours - one page, as reported by the module
 * @kind: enum pgwalk_kind; 0: not in the report
 * @swap_type: see struct pgwalk_run
 * @frame_kind: enum pgwalk_frame_kind; 0: no frame
 * @flags: PGWALK_F_*
 * @pfn: frame of this page
 * @frame_flags: PGWALK_FRAME_FLAG()
 * @inner: not the first page of a large leaf; @frame_flags are of the first page
 * @hugetlb: the mapping is of hugetlb
 * @mapcount: -1: unknown
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
 * struct compare_theirs - the same page in the kernel's own files
 * @entry: entry in pagemap
 * @has_frame: @flags and @mapcount are known
 * @flags: flags in kpageflags
 * @mapcount: count in kpagecount
 */
struct compare_theirs {
	uint64_t entry;
	bool has_frame;
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
