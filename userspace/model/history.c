// SPDX-License-Identifier: GPL-2.0
/* The latest intervals, always one after the other in memory. It keeps nothing else. */
#include <string.h>

#include "history.h"

/**
 * history__add - remember an interval; the oldest is forgotten if need be
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

/** history__clear - forget all of them */
void history__clear(struct history *h)
{
	h->first = h->count = 0;
}
