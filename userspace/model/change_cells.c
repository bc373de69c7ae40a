// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Adds ranges in nearly ascending order, and joins ranges when there are too many. */
#include <string.h>

#include "../lib/page_size.h"
#include "change_cells.h"

/* Join the range at a place with those after it that it reaches */
static void join_at(struct change_cells *c, size_t at)
{
	struct inspect_range *r = &c->range[at];
	size_t next = at + 1;

	while (next < c->count && c->range[next].start <= r->end + c->granule) {
		if (c->range[next].end > r->end)
			r->end = c->range[next].end;
		next++;
	}
	memmove(r + 1, &c->range[next], (c->count - next) * sizeof(*r));
	c->count -= next - at - 1;
}

static void coarsen(struct change_cells *c)
{
	size_t at;

	while (c->count > CHANGE_CELLS / 2) {
		size_t count = 1;

		c->granule = c->granule ? c->granule * 2 : 1ULL << page_shift();
		for (at = 1; at < c->count; at++) {
			struct inspect_range *last = &c->range[count - 1];

			if (c->range[at].start <= last->end + c->granule)
				last->end = c->range[at].end;
			else
				c->range[count++] = c->range[at];
		}
		c->count = count;
	}
}

/**
 * change_cells__add - add a range
 * @c: the ranges; zeroed before the first one
 * @start: first address
 * @end: first address after the range
 *
 * Ranges may overlap, and a few may come late: their places are searched from the end.
 */
void change_cells__add(struct change_cells *c, uint64_t start, uint64_t end)
{
	size_t at;

	if (c->count == CHANGE_CELLS)
		coarsen(c);
	for (at = c->count; at && c->range[at - 1].start > start; at--)
		;
	if (at && c->range[at - 1].end + c->granule >= start) {
		at--;
		if (c->range[at].end < end)
			c->range[at].end = end;
	} else {
		memmove(&c->range[at + 1], &c->range[at], (c->count - at) * sizeof(c->range[0]));
		c->range[at] = (struct inspect_range){ .start = start, .end = end };
		c->count++;
	}
	join_at(c, at);
}
