/* SPDX-License-Identifier: GPL-2.0 */
/* The rows whose mapping is gone, in the order in which they are given up. */
#ifndef PGWALK_MODEL_GONE_H
#define PGWALK_MODEL_GONE_H

#include <stdbool.h>

#include "mapping.h"

/**
 * struct gone - a list by age
 * @next: of each row the one that goes after it; of 0: the first
 * @prev: of each row the one before; of 0: the last
 * @is: of each row: is it in the list?
 *
 * All zeroes is an empty one.
 */
struct gone {
	uint16_t next[MAPPING_ROWS];
	uint16_t prev[MAPPING_ROWS];
	bool is[MAPPING_ROWS];
};

void gone__add(struct gone *g, unsigned int row);
void gone__remove(struct gone *g, unsigned int row);
unsigned int gone__first(const struct gone *g);
void gone__sort(struct gone *g, const struct mapping *row, unsigned int count);

#endif
