/* SPDX-License-Identifier: GPL-2.0 */
/* What is remembered of the intervals before: a line of the past. */
#ifndef PGWALK_MODEL_HISTORY_H
#define PGWALK_MODEL_HISTORY_H

#include "../snapshot.h"

/**
 * struct history - the latest intervals, one after the other
 * @past: those before the first are older than what is remembered
 * @first: the oldest that is remembered
 * @count: how many are, at most SNAPSHOT_HISTORY
 *
 * All zeroes is an empty one.
 */
struct history {
	struct snapshot_past past[2 * SNAPSHOT_HISTORY];
	size_t first;
	size_t count;
};

void history__add(struct history *h, const struct snapshot_past *past);
void history__clear(struct history *h);

#endif
