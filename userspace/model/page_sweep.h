/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A sweep over several lists of mappings and pages, all by address: cuts the address space into segments in
 * which each list has at most one mapping and one run.
 */
#ifndef PGWALK_MODEL_PAGE_SWEEP_H
#define PGWALK_MODEL_PAGE_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "pgwalk.h"

#define PAGE_SWEEP_LISTS	4

/* Get the next mapping or run of a list. Return 1, 0 at the end, or -errno. Both are valid until the next call */
typedef int (*page_sweep_next)(void *ctx, const struct pgwalk_vma **vma, const struct pgwalk_frame_run **run);

/**
 * struct page_list - one of the lists
 * @next: gets the next mapping, or the next run of the last mapping
 * @ctx: argument of @next
 * @room: memory of @vma
 * @vma: the current mapping, if @has_vma, with its name
 * @run: the current run in it, if @has_run
 * @serial: number of the current mapping in the list, from 1 on
 * @pending: mapping or run after those; NULL: none
 */
struct page_list {
	page_sweep_next next;
	void *ctx;
	uint64_t room[(sizeof(struct pgwalk_vma) + PGWALK_VMA_NAME_MAX) / 8 + 1];
	struct pgwalk_vma *vma;
	struct pgwalk_frame_run run;
	bool has_vma;
	bool has_run;
	uint64_t serial;
	const struct pgwalk_vma *pending_vma;
	const struct pgwalk_frame_run *pending_run;
};

/**
 * struct page_sweep - a sweep
 * @list: the lists
 * @count: number of @list
 * @at: first address that is not done
 */
struct page_sweep {
	struct page_list list[PAGE_SWEEP_LISTS];
	unsigned int count;
	uint64_t at;
};

/**
 * struct page_segment - a range in which no list changes
 * @start: first address
 * @end: first address after the range
 * @list: for each list, itself if it has a mapping here, or NULL
 * @run: for each list, its run if it has one here, or NULL
 */
struct page_segment {
	uint64_t start;
	uint64_t end;
	const struct page_list *list[PAGE_SWEEP_LISTS];
	const struct pgwalk_frame_run *run[PAGE_SWEEP_LISTS];
};

void page_sweep__init(struct page_sweep *s);
int page_sweep__add(struct page_sweep *s, page_sweep_next next, void *ctx);
int page_sweep__next(struct page_sweep *s, uint64_t limit, struct page_segment *segment);

#endif
