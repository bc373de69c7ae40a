/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * An address space for pictures: sums by kind of mapping, and cells in bounded memory. If there are too many cells,
 * their size is doubled.
 */
#ifndef PGWALK_MODEL_SPACE_H
#define PGWALK_MODEL_SPACE_H

#include "../inspect.h"

/** SPACE_CELLS - limit of the number of cells; 1.8 MB */
#define SPACE_CELLS	32768

struct space;

struct space *space__create(bool has_frames);
void space__destroy(struct space *s);

/* A mapping and its runs of pages, in order of addresses */
void space__begin(struct space *s, const struct pgwalk_vma *vma);
void space__run(struct space *s, const struct pgwalk_frame_run *run);
void space__end(struct space *s);

/* A mapping of which only sums of pages are known */
void space__mapping(struct space *s, const struct inspect_cell *sums, uint32_t kind);

void space__take(const struct space *s, struct inspect_space *out);

#endif
