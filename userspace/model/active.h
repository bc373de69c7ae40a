/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A list of the rows with faults in the running interval. */
#ifndef PGWALK_MODEL_ACTIVE_H
#define PGWALK_MODEL_ACTIVE_H

#include "mapping.h"

/**
 * struct active - a list, each row in it once
 * @interval: number of its interval, from 1
 * @count: number of rows
 * @row: indices of rows, in order of their first fault
 * @seen: by row: number of the last interval with the row in the list
 *
 * All zeroes: an empty list.
 */
struct active {
	uint64_t interval;
	unsigned int count;
	uint16_t row[MAPPING_ROWS];
	uint64_t seen[MAPPING_ROWS];
};

void active__add(struct active *a, unsigned int row, uint64_t interval);
const uint16_t *active__rows(const struct active *a, uint64_t interval,
			     unsigned int *count);

#endif
