// SPDX-License-Identifier: GPL-2.0
/*
 * Presses an address space into a line of cells. The rule: a mapping is as long as
 * the square root of its size, so that a large one does not hide the small ones; the
 * widest gaps, one for eight cells, are a cell each, all others are none; whatever
 * stands between two such gaps has a cell at least. It draws nothing.
 */
#include <math.h>
#include <string.h>

#include "strip_cells.h"

#define GAP_SHARE	8
#define GAPS_MAX	(STRIP_CELLS_MAX / GAP_SHARE)

/* What is seen, in lengths of mappings one behind the other */
struct window {
	double from;
	double to;
};

/* A run of regions between two gaps that are shown */
struct segment {
	size_t first;		/* region */
	size_t end;
	double length;
	double offset;		/* where its first region begins, as the window counts */
	double begins;		/* the same, of what is seen of it */
	int at;			/* cell */
	int cells;
};

static double length_of(const struct snapshot_region *r)
{
	return sqrt((double)(r->end - r->start) / 4096);
}

static bool overlaps(const struct strip *strip, const struct snapshot_region *r)
{
	return strip->end && r->start < strip->end && r->end > strip->start;
}

static void choose_window(const struct strip *strip, const struct snapshot *s,
			  struct window *w)
{
	double all = 0, from = -1, to = 0, half;
	size_t i;

	for (i = 0; i < s->nr_regions; i++) {
		const struct snapshot_region *r = &s->region[i];

		if (overlaps(strip, r) && from < 0)
			from = all;
		all += length_of(r);
		if (overlaps(strip, r))
			to = all;
	}
	*w = (struct window){ 0, all };
	if (!strip->zoom || from < 0)
		return;
	half = ldexp(all, -1 - (int)strip->zoom);
	w->from = fmin(fmax((from + to) / 2 - half, 0), all - 2 * half);
	w->to = w->from + 2 * half;
}

/* How wide a gap must be to be shown: the narrowest of the widest @max */
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

/* The part of a region that is seen: where it begins, and how long it is */
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

/* One cell each and one for each gap; the rest by length, what is over to the longest */
static void share_out(struct segment *segment, int count, int width)
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

/* A region's part of one cell; @part of all of it */
static void add(struct strip_cell *c, const struct snapshot_region *r,
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

static void place(const struct strip *strip, const struct segment *g,
		  const struct snapshot_region *r, double from, double length,
		  struct strip_cell *cell)
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
			    overlaps(strip, r));
	}
	if (r->faults && last >= first)
		cell[g->at + (first + last) / 2].faulting = true;
}

static void fill(const struct strip *strip, const struct window *w,
		 const struct snapshot_region *region,
		 const struct segment *g, struct strip_cell *cell)
{
	double at = g->offset, begins, seen;
	size_t i;

	for (i = g->first; i < g->end; i++) {
		seen = clip(w, at, length_of(&region[i]), &begins);
		place(strip, g, &region[i], begins - g->begins, seen, cell);
		at += length_of(&region[i]);
	}
}

/**
 * strip_cells__make - press an address space into a line
 * @strip: what part of it
 * @s: with regions
 * @cell: filled
 * @width: how many, at most STRIP_CELLS_MAX
 *
 * What is known of a region is taken to be the same all over it.
 *
 * Return: cells that were filled: @width, or 0 if there are no regions.
 */
int strip_cells__make(const struct strip *strip, const struct snapshot *s,
		      struct strip_cell *cell, int width)
{
	struct segment segment[GAPS_MAX + 1];
	struct window w;
	int count, i;

	memset(cell, 0, (size_t)width * sizeof(*cell));
	for (i = 0; i < width; i++)
		cell[i].gap = true;
	choose_window(strip, s, &w);
	count = make_segments(s, &w, width / GAP_SHARE + 1, segment);
	if (count <= 0)
		return 0;
	share_out(segment, count, width);
	for (i = 0; i < count; i++)
		fill(strip, &w, s->region, &segment[i], cell);
	return width;
}
