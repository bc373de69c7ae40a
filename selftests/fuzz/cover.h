/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which ways through the module were gone: KCOV of the calling thread
 * (Documentation/dev-tools/kcov.rst). Without it everything is as if nothing was.
 */
#ifndef PGWALK_FUZZ_COVER_H
#define PGWALK_FUZZ_COVER_H

#include <stdbool.h>

/* Is there KCOV? The thread that asks is the one that is watched */
bool cover_create(void);
void cover_begin(void);
/* Edges that no call before had */
unsigned int cover_end(void);
unsigned int cover_edges(void);
unsigned int cover_points(void);

#endif
