/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Contiguity of the frames of a process, added up run by run in constant memory. */
#ifndef PGWALK_MODEL_REACH_H
#define PGWALK_MODEL_REACH_H

#include "pgwalk.h"
#include "../inspect.h"

/** REACH_SIZES - powers of two from 1 byte to the largest address space */
#define REACH_SIZES	64

/**
 * struct reach_streak - neighbouring pages, still growing
 * @start: address of the first page
 * @end: address after the last page; equal to @start: none
 * @pfn: frame of the first page
 */
struct reach_streak {
	uint64_t start;
	uint64_t end;
	uint64_t pfn;
};

/**
 * struct reach_folio - pages of one folio in order, from its first page on
 * @next: address of its next page; 0: none
 * @next_pfn: frame of its next page
 * @end_pfn: first frame after the folio
 * @leaves: leaves that map its pages so far
 */
struct reach_folio {
	uint64_t next;
	uint64_t next_pfn;
	uint64_t end_pfn;
	uint64_t leaves;
};

/**
 * struct reach - sums, and the ends that may still grow
 * @size: rows by log2 of the size
 * @total: sums
 * @leaf_shift: log2 of the sizes that a leaf may have, largest first
 * @nr_leaf_shifts: number of @leaf_shift
 * @start: first address of the current mapping
 * @end: first address after the current mapping
 * @run: the current run of consecutive frames
 * @resident: the current run of resident pages
 * @folio: the current folio
 * @saved: leaves of whole, aligned folios, beyond one for each folio
 */
struct reach {
	struct inspect_reach_size size[REACH_SIZES];
	struct inspect_reach total;
	uint8_t leaf_shift[PGWALK_MAX_LEVELS];
	unsigned int nr_leaf_shifts;
	uint64_t start;
	uint64_t end;
	struct reach_streak run;
	struct reach_streak resident;
	struct reach_folio folio;
	uint64_t saved;
};

void reach__init(struct reach *r, const struct pgwalk_info *info);
void reach__begin(struct reach *r, uint64_t start, uint64_t end);
void reach__add(struct reach *r, const struct pgwalk_frame_run *run);
void reach__end(struct reach *r);
void reach__finish(struct reach *r);

#endif
