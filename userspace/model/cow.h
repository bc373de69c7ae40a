/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Results of a write to each page in memory, by the rules of the kernel for copy-on-write. */
#ifndef PGWALK_MODEL_COW_H
#define PGWALK_MODEL_COW_H

#include "pgwalk.h"
#include "../inspect.h"

/**
 * enum cow_result - result of a write to a page
 *
 * @COW_NONE: no fault, or the mapping is not writable
 * @COW_REUSE: a fault makes the whole leaf writable in place
 * @COW_COPY: a fault copies the leaf
 * @COW_SPLIT: a huge leaf is split; then a fault for each 4K page copies it
 * @COW_FRAME: the frame decides: cow__judge_small() or cow__judge_huge()
 * @COW_FOLIO: the whole folio decides: cow__count_folio()
 * @COW_UNSURE: something else handles the fault; it is counted as COW_COPY
 */
enum cow_result {
	COW_NONE,
	COW_REUSE,
	COW_COPY,
	COW_SPLIT,
	COW_FRAME,
	COW_FOLIO,
	COW_UNSURE,
};

/**
 * struct cow_folio - pages of one large folio that small entries map
 * @head: first frame of the folio
 * @pages: pages that the process maps; 0: there is no folio
 * @pending: pages of @pages for which the folio decides
 * @partial: the process may map pages of it outside of what is read
 */
struct cow_folio {
	uint64_t head;
	uint64_t pages;
	uint64_t pending;
	bool partial;
};

/**
 * struct cow - the rules of a kernel
 * @kernel: version of the running kernel: major << 16 | minor << 8; 0: unknown
 */
struct cow {
	uint32_t kernel;
};

uint32_t cow__rules_version(const struct cow *c);
bool cow__is_anon(const struct pgwalk_frame_run *run);
bool cow__is_in_folio(const struct pgwalk_frame_run *run);
void cow__sum_pages(struct inspect_cow *row, const struct pgwalk_frame_run *run, uint64_t bytes);
enum cow_result cow__judge(const struct cow *c, const struct pgwalk_vma *vma, const struct pgwalk_frame_run *run);
enum cow_result cow__judge_small(const struct pgwalk_frame *frame);
enum cow_result cow__judge_huge(const struct pgwalk_frame *frame);
void cow__count(struct inspect_cow *row, const struct pgwalk_frame_run *run, enum cow_result result, uint64_t start,
		uint64_t end);
void cow__count_folio(const struct cow *c, struct inspect_cow *row, const struct cow_folio *folio,
		      const struct pgwalk_frame *head);
void cow__add(struct inspect_cow *sum, const struct inspect_cow *row);

#endif
