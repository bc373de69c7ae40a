/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Runs of pages with equal attributes, split where the attributes of their frames differ. */
#ifndef PGWALK_FRAME_RUNS_H
#define PGWALK_FRAME_RUNS_H

#include <linux/types.h>

#include "../uapi/pgwalk.h"
#include "cache.h"

struct pgwalk_batch;

#define PGWALK_FRAME_RUNS	1024

/**
 * struct pgwalk_frame_runs - a batch of runs that is being split by the attributes of frames
 * @require:	PGWALK_FRAME_FLAG() that must all be set; set by the caller
 * @exclude:	PGWALK_FRAME_FLAG() of which none may be set; set by the caller
 * @by_page:	runs are reported page by page, and head and tail pages differ; set by the caller
 * @exclusive:	flags have PGWALK_FRAME_EXCLUSIVE; set by the caller
 * @enough:	maximum of runs per call, at least 1; each page of a listed run counts. Set by the
 *		caller
 * @batch:	batch that is being split
 * @at:		index of the current run of @batch
 * @addr:	address of the next leaf in the current run
 * @cache:	cached facts about frames
 * @from:	pages before this address were reported
 * @is_part:	the last run is a part of a leaf, and is not extended
 * @is_open:	the run after the last one of @run may still grow
 * @room:	maximum of runs in this call
 * @more:	number of pages of listed runs, without the first page of each
 * @nr:		number of runs in @run
 * @list:	for each run: 1 + index in the list of pfns of @batch of the pfn of its first page,
 *		and each page is a run of its own; 0: the pfns of the run are consecutive
 * @run:	result
 */
struct pgwalk_frame_runs {
	u64 require;
	u64 exclude;
	bool by_page;
	bool exclusive;
	u32 enough;
	const struct pgwalk_batch *batch;
	unsigned int at;
	u64 addr;
	struct pgwalk_frame_cache cache;
	u64 from;
	bool is_part;
	bool is_open;
	unsigned int room;
	unsigned int more;
	unsigned int nr;
	u16 list[PGWALK_FRAME_RUNS + 1];
	struct pgwalk_frame_run run[PGWALK_FRAME_RUNS + 1];
};

struct pgwalk_frame_runs *pgwalk_frame_runs_create(void);
void pgwalk_frame_runs_destroy(struct pgwalk_frame_runs *runs);
void pgwalk_frame_runs_begin(struct pgwalk_frame_runs *runs, const struct pgwalk_batch *batch,
			     u64 from);
int pgwalk_frame_runs_fill(struct pgwalk_frame_runs *runs);
bool pgwalk_frame_runs_is_done(const struct pgwalk_frame_runs *runs);
u64 pgwalk_frame_runs_position(const struct pgwalk_frame_runs *runs);

#endif /* PGWALK_FRAME_RUNS_H */
