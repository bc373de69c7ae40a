/* SPDX-License-Identifier: GPL-2.0 */
/* Records, live or recorded, on their way into the model; snapshots on their way out. */
#ifndef PGWALK_SESSION_FEED_H
#define PGWALK_SESSION_FEED_H

#include "../collect/record.h"
#include "../snapshot.h"

struct feed;

/**
 * typedef feed_shown_fn - takes a closed interval
 * @ctx: as given to feed__create()
 * @snapshot: good until the next interval is closed
 *
 * Return: 0, or what ends it all.
 */
typedef int (*feed_shown_fn)(void *ctx, const struct snapshot *snapshot);

int feed__create(struct feed **out, bool regions, feed_shown_fn shown,
		 void *ctx);
void feed__destroy(struct feed *f);

int feed__record(struct feed *f, const struct record *record);
const struct snapshot *feed__last(const struct feed *f);
void feed__reset(struct feed *f);

/* What live sources ask of the model; @ctx is the feed */
bool feed__next_unseen(void *ctx, unsigned int *cursor, uint64_t *start,
		       uint64_t *end);
size_t feed__pages(void *ctx, uint64_t *addr, size_t max);

#endif
