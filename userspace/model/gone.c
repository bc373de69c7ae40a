// SPDX-License-Identifier: GPL-2.0
/*
 * The rows whose mapping is gone, the one without a fault for the longest time
 * first. It decides nothing of who is gone, and holds no rows.
 */
#include <stdbool.h>

#include "gone.h"

static bool older(const struct gone *g, unsigned int a, unsigned int b)
{
	return g->interval[a] != g->interval[b] ?
	       g->interval[a] < g->interval[b] : g->since[a] < g->since[b];
}

static void put(struct gone *g, unsigned int place, unsigned int row)
{
	g->heap[place] = (uint16_t)row;
	g->place[row] = (uint16_t)(place + 1);
}

/* The row at @place may be older than those before it, or younger than those behind */
static void settle(struct gone *g, unsigned int place)
{
	unsigned int row = g->heap[place], child;

	while (place && older(g, row, g->heap[(place - 1) / 2])) {
		put(g, place, g->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	while ((child = 2 * place + 1) < g->count) {
		if (child + 1 < g->count &&
		    older(g, g->heap[child + 1], g->heap[child]))
			child++;
		if (!older(g, g->heap[child], row))
			break;
		put(g, place, g->heap[child]);
		place = child;
	}
	put(g, place, row);
}

/**
 * gone__add - tell that a row is gone; it may be known already
 * @g: the heap
 * @row: the row
 * @interval: the number of that with its last fault
 */
void gone__add(struct gone *g, unsigned int row, uint64_t interval)
{
	if (g->place[row] && g->interval[row] == interval)
		return;
	if (!g->place[row])
		put(g, g->count++, row);
	g->interval[row] = interval;
	g->since[row] = ++g->turn;
	settle(g, g->place[row] - 1U);
}

/** gone__remove - the row is not gone, or not there any more */
void gone__remove(struct gone *g, unsigned int row)
{
	unsigned int place = g->place[row];

	if (!place--)
		return;
	g->place[row] = 0;
	if (place == --g->count)
		return;
	put(g, place, g->heap[g->count]);
	settle(g, place);
}

/** gone__first - the one to be given up; 0: none is gone */
unsigned int gone__first(const struct gone *g)
{
	return g->count ? g->heap[0] : 0;
}
