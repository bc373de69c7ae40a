/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Changes of pages and mappings between two readings, by address, in constant memory. */
#ifndef PGWALK_MODEL_PAGE_DIFF_H
#define PGWALK_MODEL_PAGE_DIFF_H

#include "../inspect.h"
#include "page_sweep.h"

/* The lists of the sweep */
enum page_diff_list {
	PAGE_DIFF_A,	/* the first reading */
	PAGE_DIFF_B,	/* the second reading */
	PAGE_DIFF_IN,	/* pages of A that moved, at their address in B; offset of the mapping: address in A */
	PAGE_DIFF_OUT,	/* ranges of A that moved, at their address in A */
};

/* Takes a row or a mapping. Return a value other than 0 to stop */
typedef int (*page_diff_row)(void *ctx, const struct inspect_page_change *row);
typedef int (*page_diff_mapping)(void *ctx, const struct inspect_mapping_change *mapping);

/**
 * struct page_group - mappings of both readings that are one
 * @users: how many of the current mappings of the two readings belong to it
 * @sum: its changes
 * @moved: bytes that moved in and out
 * @prot_changed: permissions of a part changed
 * @row: like pages that were not passed on yet; @row.end 0: none
 * @name: its name
 */
struct page_group {
	unsigned int users;
	struct inspect_mapping_change sum;
	uint64_t moved[2];
	bool prot_changed;
	struct inspect_page_change row;
	char name[PGWALK_VMA_NAME_MAX + 1];
};

/**
 * struct page_diff - a comparison
 * @relation: enum inspect_relation
 * @single: pass on each page on its own
 * @first: first address to compare, in the second reading
 * @limit: first address after the last one to compare
 * @row: takes rows
 * @mapping: takes mappings after their rows
 * @ctx: argument of both
 * @total: sums
 * @group: groups in use
 * @of: group of the current mapping of each reading; NULL: none
 * @serial: number of that mapping
 */
struct page_diff {
	uint8_t relation;
	bool single;
	uint64_t first;
	uint64_t limit;
	page_diff_row row;
	page_diff_mapping mapping;
	void *ctx;
	struct inspect_mapping_change total;
	struct page_group group[2];
	struct page_group *of[2];
	uint64_t serial[2];
};

uint8_t page_diff__relation(const struct inspect_reading_of of[2]);
int page_diff__segment(struct page_diff *d, const struct page_segment *s);
int page_diff__finish(struct page_diff *d);
bool page_diff__is_changed(const struct inspect_mapping_change *m);

#endif
