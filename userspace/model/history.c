// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Summaries of the latest intervals, always consecutive in memory. */
#include <string.h>

#include "history.h"

/**
 * history__add - add an interval; a full history drops the oldest
 * @h: the history
 * @past: the interval
 */
void history__add(struct history *h, const struct snapshot_past *past)
{
	if (h->count == SNAPSHOT_HISTORY) {
		h->first++;
		h->count--;
	}
	if (h->first == SNAPSHOT_HISTORY) {
		memmove(h->past, &h->past[h->first],
			h->count * sizeof(*h->past));
		h->first = 0;
	}
	h->past[h->first + h->count++] = *past;
}

/** history__clear - remove all intervals */
void history__clear(struct history *h)
{
	h->first = h->count = 0;
}
