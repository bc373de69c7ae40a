/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The output of pgwalk diff as text and JSON: the readings, rows of pages, mappings, and the sums. */
#ifndef PGWALK_VERB_DIFF_TEXT_H
#define PGWALK_VERB_DIFF_TEXT_H

#include "run.h"

/**
 * struct diff_text - state of the output
 * @run: the run
 * @diff: the readings and the sums
 * @ended: RECORD_PAGES_* of the end of each reading
 * @has_range: only a range was compared
 * @rows: rows that were printed
 */
struct diff_text {
	struct run *run;
	const struct inspect_diff *diff;
	uint32_t ended[2];
	bool has_range;
	unsigned int rows;
};

void diff_text__begin(struct diff_text *t);
int diff_text__page(void *ctx, const struct inspect_page_change *row);
int diff_text__mapping(void *ctx, const struct inspect_mapping_change *m);
void diff_text__end(struct diff_text *t);

#endif
