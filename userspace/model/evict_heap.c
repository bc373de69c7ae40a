// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A heap of unmapped rows: the row with the oldest last fault is evicted first.
 */
#include <stdbool.h>

#include "evict_heap.h"

static bool older(const struct evict_heap *g, unsigned int a, unsigned int b)
{
	return g->interval[a] != g->interval[b] ?
	       g->interval[a] < g->interval[b] : g->since[a] < g->since[b];
}

static void put(struct evict_heap *g, unsigned int position, unsigned int row)
{
	g->heap[position] = (uint16_t)row;
	g->position[row] = (uint16_t)(position + 1);
}

/* Restore the order of the heap after the row at @position has changed */
static void sift(struct evict_heap *g, unsigned int position)
{
	unsigned int row = g->heap[position], child;

	while (position && older(g, row, g->heap[(position - 1) / 2])) {
		put(g, position, g->heap[(position - 1) / 2]);
		position = (position - 1) / 2;
	}
	while ((child = 2 * position + 1) < g->count) {
		if (child + 1 < g->count &&
		    older(g, g->heap[child + 1], g->heap[child]))
			child++;
		if (!older(g, g->heap[child], row))
			break;
		put(g, position, g->heap[child]);
		position = child;
	}
	put(g, position, row);
}

/**
 * evict_heap__add - add an unmapped row, or update one
 * @g: the heap
 * @row: the row
 * @interval: number of the interval of its last fault
 */
void evict_heap__add(struct evict_heap *g, unsigned int row, uint64_t interval)
{
	if (g->position[row] && g->interval[row] == interval)
		return;
	if (!g->position[row])
		put(g, g->count++, row);
	g->interval[row] = interval;
	g->since[row] = ++g->additions;
	sift(g, g->position[row] - 1U);
}

/** evict_heap__remove - remove a row that is mapped or evicted; others are ignored */
void evict_heap__remove(struct evict_heap *g, unsigned int row)
{
	unsigned int position = g->position[row];

	if (!position--)
		return;
	g->position[row] = 0;
	if (position == --g->count)
		return;
	put(g, position, g->heap[g->count]);
	sift(g, position);
}

/** evict_heap__first - return the row to evict; 0: the heap is empty */
unsigned int evict_heap__first(const struct evict_heap *g)
{
	return g->count ? g->heap[0] : 0;
}
