/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Ranges of addresses with changes, in bounded memory: if there are too many ranges, close ones are joined. */
#ifndef PGWALK_MODEL_CHANGE_CELLS_H
#define PGWALK_MODEL_CHANGE_CELLS_H

#include "../inspect.h"

/** CHANGE_CELLS - limit of the number of ranges */
#define CHANGE_CELLS	16384

/**
 * struct change_cells - ranges with changes
 * @granule: ranges with a smaller gap are one; a power of two in bytes
 * @count: number of @range
 * @range: the ranges, in order of addresses, without overlap
 */
struct change_cells {
	uint64_t granule;
	size_t count;
	struct inspect_range range[CHANGE_CELLS];
};

void change_cells__add(struct change_cells *c, uint64_t start, uint64_t end);

#endif
