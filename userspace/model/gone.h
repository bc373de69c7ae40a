/* SPDX-License-Identifier: GPL-2.0 */
/* The rows whose mapping is gone: which of them is given up first. */
#ifndef PGWALK_MODEL_GONE_H
#define PGWALK_MODEL_GONE_H

#include "mapping.h"

/**
 * struct gone - a heap by age
 * @count: rows that are gone
 * @turn: rows that ever were
 * @heap: they, none older than the one at (its place - 1) / 2
 * @place: of each row, 1 + where it is there; 0: it is not
 * @interval: of each row that is there, the number of that with its last fault
 * @since: of those of one interval, which was told to be gone first
 *
 * All zeroes is an empty one.
 */
struct gone {
	unsigned int count;
	uint64_t turn;
	uint16_t heap[MAPPING_ROWS];
	uint16_t place[MAPPING_ROWS];
	uint64_t interval[MAPPING_ROWS];
	uint64_t since[MAPPING_ROWS];
};

void gone__add(struct gone *g, unsigned int row, uint64_t interval);
void gone__remove(struct gone *g, unsigned int row);
unsigned int gone__first(const struct gone *g);

#endif
