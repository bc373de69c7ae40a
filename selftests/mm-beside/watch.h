/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* One pgtop that watches all processes from before the start of a command until after its end. */
#ifndef PGWALK_MM_BESIDE_WATCH_H
#define PGWALK_MM_BESIDE_WATCH_H

#include <stdbool.h>

/* Start pgtop, and wait for the first interval */
bool watch_start(void);
/* End pgtop; return the number of intervals, or -1 if there is none, one is invalid, or pgtop failed */
long watch_end(void);

#endif
