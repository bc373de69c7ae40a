/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Coverage of the module: KCOV of the calling thread (Documentation/dev-tools/kcov.rst). Without
 * KCOV all counts are 0.
 */
#ifndef PGWALK_FUZZ_COVER_H
#define PGWALK_FUZZ_COVER_H

#include <stdbool.h>

/* Enable KCOV for the calling thread; return whether the kernel has it */
bool cover_create(void);
void cover_begin(void);
/* Return the number of new edges */
unsigned int cover_end(void);
unsigned int cover_edges(void);
unsigned int cover_points(void);

#endif
