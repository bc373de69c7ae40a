// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Maps an address space to a line of cells. The length of a mapping is the square root of
 * its size, so that a large mapping does not hide small ones. The widest gaps, at most one
 * per eight cells, have one cell each, other gaps have none. The mappings between two
 * shown gaps have at least one cell.
 */
#include <math.h>
#include <string.h>

#include "address_cells.h"

#define GAP_SHARE	8
#define GAPS_MAX	(ADDRESS_CELLS_MAX / GAP_SHARE)

/* The visible part, in units of the length of mappings */
struct window {
	double from;
	double to;
};

/* Consecutive regions between two shown gaps */
struct segment {
	size_t first;		/* region */
	size_t end;
	double length;
	double offset;		/* position of its first region */
	double begins;		/* position of its visible part */
	int at;			/* cell */
	int cells;
};

static double length_of(const struct snapshot_region *r)
{
	return sqrt((double)(r->end - r->start) / 4096);
}

static bool overlaps(const struct address_bar *bar, const struct snapshot_region *r)
{
	return bar->end && r->start < bar->end && r->end > bar->start;
}

static void choose_window(const struct address_bar *bar, const struct snapshot *s,
			  struct window *w)
{
	double all = 0, from = -1, to = 0, half;
	size_t i;

	for (i = 0; i < s->nr_regions; i++) {
		const struct snapshot_region *r = &s->region[i];

		if (overlaps(bar, r) && from < 0)
			from = all;
		all += length_of(r);
		if (overlaps(bar, r))
			to = all;
	}
	*w = (struct window){ 0, all };
	if (!bar->zoom || from < 0)
		return;
	half = ldexp(all, -1 - (int)bar->zoom);
	w->from = fmin(fmax((from + to) / 2 - half, 0), all - 2 * half);
	w->to = w->from + 2 * half;
}

/* Return the smallest width of a shown gap: the @max widest gaps are shown */
static uint64_t choose_gaps(const struct snapshot_region *r, size_t first,
			    size_t end, int max)
{
	uint64_t top[GAPS_MAX];
	int count = 0, i;
	size_t at;

	for (at = first + 1; at < end; at++) {
		uint64_t gap = r[at].start - r[at - 1].end;

		if (!gap || !max || (count == max && gap <= top[count - 1]))
			continue;
		if (count < max)
			count++;
		for (i = count - 1; i > 0 && top[i - 1] < gap; i--)
			top[i] = top[i - 1];
		top[i] = gap;
	}
	return count ? top[count - 1] : UINT64_MAX;
}

/* Return the length of the visible part of a region, and its position */
static double clip(const struct window *w, double at, double length,
		   double *begins)
{
	double from = fmax(at, w->from), to = fmin(at + length, w->to);

	*begins = from;
	return to > from ? to - from : 0;
}

static int make_segments(const struct snapshot *s, const struct window *w,
			 int max, struct segment *segment)
{
	const struct snapshot_region *r = s->region;
	size_t first = s->nr_regions, end = 0, i;
	double at = 0, first_at = 0, begins;
	uint64_t least;
	int n = -1;

	for (i = 0; i < s->nr_regions; i++) {
		if (clip(w, at, length_of(&r[i]), &begins) > 0) {
			first = i < first ? i : first;
			first_at = i == first ? at : first_at;
			end = i + 1;
		}
		at += length_of(&r[i]);
	}
	least = choose_gaps(r, first, end, max - 1);
	at = first_at;
	for (i = first; i < end; i++) {
		double length = clip(w, at, length_of(&r[i]), &begins);

		if (n < 0 || (r[i].start - r[i - 1].end >= least && n + 1 < max))
			segment[++n] = (struct segment){ .first = i,
							 .offset = at,
							 .begins = begins };
		segment[n].length += length;
		segment[n].end = i + 1;
		at += length_of(&r[i]);
	}
	return n + 1;
}

/* One cell per segment and gap; the rest in proportion to length, the remainder to the longest */
static void distribute(struct segment *segment, int count, int width)
{
	int left = width - 2 * count + 1, given = 0, longest = 0, i;
	double all = 0;
	int at = 0;

	for (i = 0; i < count; i++) {
		all += segment[i].length;
		if (segment[i].length > segment[longest].length)
			longest = i;
	}
	for (i = 0; i < count; i++) {
		int more = all > 0 ? (int)(left * segment[i].length / all) : 0;

		segment[i].cells = 1 + more;
		given += more;
	}
	segment[longest].cells += left - given;
	for (i = 0; i < count; i++) {
		segment[i].at = at;
		at += segment[i].cells + 1;
	}
}

/* Add a region's part of one cell; @part: share of the region */
static void add(struct address_cell *c, const struct snapshot_region *r,
		double part, double length, bool selected)
{
	c->gap = false;
	c->known |= r->counted;
	c->mapped += part * (double)(r->end - r->start);
	c->resident += part * (double)r->resident;
	c->huge += part * (double)r->huge;
	c->giant += part * (double)r->giant;
	c->swapped += part * (double)r->swapped;
	c->hot |= !!r->faults;
	c->selected |= selected;
	if (!c->name || length > c->most) {
		c->name = r->name;
		c->most = length;
	}
}

static void place(const struct address_bar *bar, const struct segment *g,
		  const struct snapshot_region *r, double from, double length,
		  struct address_cell *cell)
{
	double scale = g->length > 0 ? g->cells / g->length : 0;
	double begin = from * scale, end = (from + length) * scale;
	int first = (int)begin, last = (int)ceil(end) - 1, i;
	double all = length_of(r);

	if (last >= g->cells)
		last = g->cells - 1;
	if (first > last)
		first = last < 0 ? 0 : last;
	for (i = first; i <= last; i++) {
		double part = fmin(end, i + 1) - fmax(begin, i);

		if (scale > 0 && all > 0 && part > 0)
			add(&cell[g->at + i], r, part / scale / all, part,
			    overlaps(bar, r));
	}
	if (r->faults && last >= first)
		cell[g->at + (first + last) / 2].faulting = true;
}

static void fill(const struct address_bar *bar, const struct window *w,
		 const struct snapshot_region *region,
		 const struct segment *g, struct address_cell *cell)
{
	double at = g->offset, begins, visible;
	size_t i;

	for (i = g->first; i < g->end; i++) {
		visible = clip(w, at, length_of(&region[i]), &begins);
		place(bar, g, &region[i], begins - g->begins, visible, cell);
		at += length_of(&region[i]);
	}
}

/**
 * address_cells__make - map an address space to cells
 * @bar: the visible part
 * @s: a snapshot with regions
 * @cell: filled in
 * @width: number of cells, at most ADDRESS_CELLS_MAX
 *
 * The counts of a region are spread evenly over it.
 *
 * Return: number of filled cells: @width, or 0 without regions.
 */
int address_cells__make(const struct address_bar *bar, const struct snapshot *s,
			struct address_cell *cell, int width)
{
	struct segment segment[GAPS_MAX + 1];
	struct window w;
	int count, i;

	memset(cell, 0, (size_t)width * sizeof(*cell));
	for (i = 0; i < width; i++)
		cell[i].gap = true;
	choose_window(bar, s, &w);
	count = make_segments(s, &w, width / GAP_SHARE + 1, segment);
	if (count <= 0)
		return 0;
	distribute(segment, count, width);
	for (i = 0; i < count; i++)
		fill(bar, &w, s->region, &segment[i], cell);
	return width;
}
