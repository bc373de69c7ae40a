/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of mappings that have faults in the running interval. */
#ifndef PGWALK_MODEL_ACTIVE_H
#define PGWALK_MODEL_ACTIVE_H

#include "mapping.h"

/**
 * struct active - a list, each row in it once
 * @interval: the number of the interval it is of, from 1
 * @count: rows in it
 * @row: their indices, in the order they came
 * @seen: of each row, the number of the last interval it was in the list of
 *
 * All zeroes is an empty one.
 */
struct active {
	uint64_t interval;
	unsigned int count;
	uint16_t row[MAPPING_ROWS];
	uint64_t seen[MAPPING_ROWS];
};

void active__note(struct active *a, unsigned int row, uint64_t interval);
const uint16_t *active__rows(const struct active *a, uint64_t interval,
			     unsigned int *count);

#endif
