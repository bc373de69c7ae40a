/* SPDX-License-Identifier: GPL-2.0 */
/* Runs of like pages, cut where their frames differ. */
#ifndef PGWALK_FRAME_SPAN_H
#define PGWALK_FRAME_SPAN_H

#include <linux/types.h>

#include "frame.h"
#include "uapi/pgwalk.h"

struct pgwalk_batch;

#define PGWALK_FRAME_RUNS	1024

/**
 * struct pgwalk_frame_span - a batch of runs that is being cut by what their frames are
 * @require:	PGWALK_FRAME_FLAG() that all must be set; set by the caller
 * @exclude:	that none may be set; likewise
 * @by_page:	runs will be told page by page: head and tail are told apart; likewise
 * @enough:	runs that are wanted at a time; likewise, at least 1
 * @batch:	what is being cut
 * @at:		the run of @batch that is
 * @addr:	the next leaf of it
 * @lens:	what is known of the frames looked at last
 * @from:	what lies before was told to whom it is for
 * @is_part:	what was added last is a part of a leaf, and nothing is added to it
 * @is_open:	the one behind the last of @run may still grow
 * @room:	for how many of @run there is room
 * @nr:		of @run
 * @run:	the answer
 */
struct pgwalk_frame_span {
	u64 require;
	u64 exclude;
	bool by_page;
	u32 enough;
	const struct pgwalk_batch *batch;
	unsigned int at;
	u64 addr;
	struct pgwalk_frame_lens lens;
	u64 from;
	bool is_part;
	bool is_open;
	unsigned int room;
	unsigned int nr;
	struct pgwalk_frame_run run[PGWALK_FRAME_RUNS + 1];
};

struct pgwalk_frame_span *pgwalk_frame_span_create(void);
void pgwalk_frame_span_destroy(struct pgwalk_frame_span *span);
void pgwalk_frame_span_begin(struct pgwalk_frame_span *span, const struct pgwalk_batch *batch,
			     u64 from);
int pgwalk_frame_span_fill(struct pgwalk_frame_span *span);
bool pgwalk_frame_span_is_done(const struct pgwalk_frame_span *span);
u64 pgwalk_frame_span_position(const struct pgwalk_frame_span *span);

#endif /* PGWALK_FRAME_SPAN_H */
