/* SPDX-License-Identifier: GPL-2.0 */
/* Snapshots as lines of text, one block an interval. */
#ifndef PGWALK_PRESENT_BATCH_H
#define PGWALK_PRESENT_BATCH_H

#include <stdio.h>

#include "../snapshot.h"

/** BATCH_WIDTH - columns of a line if nobody says otherwise */
#define BATCH_WIDTH	79

int batch__format(FILE *out, const struct snapshot *s, unsigned int width);

#endif
