/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Summaries of the latest intervals, for the graph of past intervals. */
#ifndef PGWALK_MODEL_HISTORY_H
#define PGWALK_MODEL_HISTORY_H

#include "../snapshot.h"

/**
 * struct history - the latest intervals, consecutive in memory
 * @past: the array; elements before @first are unused
 * @first: index of the oldest interval
 * @count: number of intervals, at most SNAPSHOT_HISTORY
 *
 * All zeroes: an empty history.
 */
struct history {
	struct snapshot_past past[2 * SNAPSHOT_HISTORY];
	size_t first;
	size_t count;
};

void history__add(struct history *h, const struct snapshot_past *past);
void history__clear(struct history *h);

#endif
