/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A heap of unmapped rows, in the order of their eviction. */
#ifndef PGWALK_MODEL_EVICT_HEAP_H
#define PGWALK_MODEL_EVICT_HEAP_H

#include "mapping.h"

/**
 * struct evict_heap - unmapped rows, oldest last fault first
 * @count: rows in the heap
 * @additions: number of additions so far
 * @heap: the rows; none is older than its parent at (position - 1) / 2
 * @position: by row: 1 + position in @heap; 0: not in the heap
 * @interval: by row in the heap: number of the interval of its last fault
 * @since: by row in the heap: its addition, orders rows of one interval
 *
 * All zeroes: an empty heap.
 */
struct evict_heap {
	unsigned int count;
	uint64_t additions;
	uint16_t heap[MAPPING_ROWS];
	uint16_t position[MAPPING_ROWS];
	uint64_t interval[MAPPING_ROWS];
	uint64_t since[MAPPING_ROWS];
};

void evict_heap__add(struct evict_heap *g, unsigned int row, uint64_t interval);
void evict_heap__remove(struct evict_heap *g, unsigned int row);
unsigned int evict_heap__first(const struct evict_heap *g);

#endif
