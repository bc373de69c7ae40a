/* SPDX-License-Identifier: GPL-2.0 */
/* Snapshots as lines of text, one block an interval. */
#ifndef PGWALK_PRESENT_BATCH_H
#define PGWALK_PRESENT_BATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "../snapshot.h"

/** BATCH_WIDTH - columns of a line if nobody says otherwise */
#define BATCH_WIDTH	79

/**
 * struct batch_options - how it looks
 * @width: columns of a line; what has a fixed width keeps it
 * @rows: of each table, at most; 0: all, of call stacks 10
 * @sort: key or title of the column to sort by; NULL: the most faults first
 */
struct batch_options {
	unsigned int width;
	unsigned int rows;
	const char *sort;
};

bool batch__can_sort(const char *key);
const char *batch__sort_keys(char *buf, size_t size);
int batch__format(FILE *out, const struct snapshot *s,
		  const struct batch_options *options);

#endif
