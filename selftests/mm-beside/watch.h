/* SPDX-License-Identifier: GPL-2.0 */
/* One pgtop that watches all processes from before a command until behind it. */
#ifndef PGWALK_MM_BESIDE_WATCH_H
#define PGWALK_MM_BESIDE_WATCH_H

#include <stdbool.h>

/* Waits for the first interval, so that whatever comes then is watched */
bool watch_start(void);
/* How many intervals were told; -1: none, or something that is no interval, or no clean end */
long watch_end(void);

#endif
