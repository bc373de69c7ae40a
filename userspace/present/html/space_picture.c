// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Pictures of an address space: bars by kind of mapping, and a map of its parts in order of addresses. */
#include <string.h>

#include "../../lib/digits.h"
#include "../../lib/units.h"
#include "../../names/names.h"
#include "content.h"
#include "svg.h"

#define LABEL_X		4
#define BAR_X		64
#define BAR_WIDTH	380
#define TEXT_X		(BAR_X + BAR_WIDTH + 14)
#define ROW		36

static bool has_space(const struct content *c)
{
	return c->space && c->space->nr_cells;
}

static uint64_t in_memory(const struct inspect_space_kind *k)
{
	return k->resident + k->swapped;
}

static unsigned int draw_legend(FILE *out, unsigned int y, bool frames)
{
	unsigned int x = LABEL_X;

	if (frames) {
		svg__key(out, x, y, "unique", "resident, unique");
		svg__key(out, x + 130, y, "shared", "resident, shared");
		x += 260;
	} else {
		svg__key(out, x, y, "unique", "resident");
		x += 90;
	}
	svg__key(out, x, y, "swapped", "swapped out");
	svg__key(out, x + 110, y, "reserved", "reserved only");
	svg__key(out, x + 230, y, "huge", "in 2M and 1G leaves");
	return y + 12;
}

/* A bar of memory, and under it the part in huge leaves; the reserved rest is cut off at the end of the scale */
static void draw_kind(FILE *out, const struct inspect_space *space, const struct inspect_space_kind *k, uint64_t scale,
		      unsigned int y)
{
	const char *word = names__kind(k->kind);
	const double unit = (double)BAR_WIDTH / (double)scale;
	const uint64_t unique = space->has_frames && k->unique < k->resident ? k->unique : k->resident;
	const double first = (double)unique * unit, second = (double)k->resident * unit;
	const double third = (double)in_memory(k) * unit;
	const bool cut = k->reserved > scale;
	const double whole = cut ? BAR_WIDTH : (double)k->reserved * unit;
	char reserved[QUANTITY_MAX], resident[QUANTITY_MAX], own[QUANTITY_MAX], huge[QUANTITY_MAX], swapped[QUANTITY_MAX];

	units__bytes(reserved, sizeof(reserved), k->reserved);
	units__bytes(resident, sizeof(resident), k->resident);
	units__bytes(own, sizeof(own), k->unique);
	units__bytes(huge, sizeof(huge), k->huge);
	units__bytes(swapped, sizeof(swapped), k->swapped);
	word = word ? word : "other";
	fprintf(out, "<g class=\"kind\" data-kind=\"%s\">", word);
	svg__title(out, "%s: %llu mappings, reserved %s, resident %s, unique %s, huge %s, swapped %s (bytes)", word,
		   (unsigned long long)k->mappings, reserved, resident, space->has_frames ? own : "unknown", huge,
		   swapped);
	fprintf(out, "<rect x=\"0\" y=\"%u\" width=\"%d\" height=\"%d\" class=\"hit\"/>", y, SVG_WIDTH, ROW - 4);
	svg__label(out, LABEL_X, y + 14, "", "%s", word);
	svg__rect(out, BAR_X, y + 3, whole, 14, "reserved");
	svg__rect(out, BAR_X, y + 3, first, 14, "unique");
	svg__rect(out, BAR_X + first, y + 3, second - first, 14, "shared");
	svg__rect(out, BAR_X + second, y + 3, third - second, 14, "swapped");
	svg__rect(out, BAR_X, y + 19, (double)k->huge * unit, 5, "huge");
	if (cut)
		svg__label(out, BAR_X + BAR_WIDTH + 1, y + 15, "", "\xc2\xbb");
	svg__label(out, TEXT_X, y + 12, "small", "%s resident of %s", resident, reserved);
	if (k->swapped || k->huge)
		svg__label(out, TEXT_X, y + 26, "small quiet", "%s huge, %s swapped", huge, swapped);
	fputs("</g>", out);
}

static unsigned int draw_space(FILE *out, const struct content *c)
{
	const struct inspect_space *space = c->space;
	unsigned int y = 0;
	uint64_t scale = 1;
	char size[QUANTITY_MAX];
	uint32_t i;

	for (i = 0; i < PGWALK_VMA_NR; i++)
		if (in_memory(&space->kind[i]) > scale)
			scale = in_memory(&space->kind[i]);
	if (scale < 4096)
		scale = 4096;
	for (i = 0; i < PGWALK_VMA_NR; i++) {
		if (!space->kind[i].mappings)
			continue;
		draw_kind(out, space, &space->kind[i], scale, y);
		y += ROW;
	}
	units__bytes(size, sizeof(size), scale);
	svg__line(out, BAR_X, y, BAR_X + BAR_WIDTH, y);
	svg__label(out, BAR_X, y + 14, "small quiet", "0");
	svg__label(out, BAR_X + BAR_WIDTH, y + 14, "small quiet end", "%sB", size);
	return draw_legend(out, y + 36, space->has_frames);
}

const struct picture space_picture = {
	.name = "space",
	.title = "Memory by kind of mapping",
	.has_parts = true,
	.has = has_space,
	.draw = draw_space,
};

#define STRIPS	12	/* limit of the number of strips of the map */
#define GAP	(2ULL << 20)	/* a smaller gap is part of a strip */
#define COLUMNS	336
#define STEP	2
#define STRIP	24

/* The largest gaps between cells, which separate the strips, in order of addresses */
struct gaps {
	struct inspect_range gap[STRIPS - 1];
	unsigned int count;
};

static void add_gap(struct gaps *g, uint64_t start, uint64_t end)
{
	unsigned int least = 0, i;

	if (g->count < STRIPS - 1) {
		g->gap[g->count++] = (struct inspect_range){ start, end };
		return;
	}
	for (i = 1; i < g->count; i++)
		if (g->gap[i].end - g->gap[i].start < g->gap[least].end - g->gap[least].start)
			least = i;
	if (end - start <= g->gap[least].end - g->gap[least].start)
		return;
	memmove(&g->gap[least], &g->gap[least + 1], (g->count - 1 - least) * sizeof(g->gap[0]));
	g->gap[g->count - 1] = (struct inspect_range){ start, end };
}

/* Find the range of the cells of up to two address spaces, which have at least one, and the largest gaps in it */
static struct inspect_range find_gaps(const struct inspect_space *space, unsigned int spaces, struct gaps *gaps)
{
	struct inspect_range all = { 0, 0 };
	size_t next[2] = { 0, 0 };
	unsigned int i;

	for (;;) {
		const struct inspect_cell *c = NULL;

		for (i = 0; i < spaces; i++)
			if (next[i] < space[i].nr_cells && (!c || space[i].cell[next[i]].start < c->start))
				c = &space[i].cell[next[i]];
		if (!c)
			return all;
		if (!all.end)
			all.start = c->start;
		else if (c->start >= all.end + GAP)
			add_gap(gaps, all.end, c->start);
		if (c->end > all.end)
			all.end = c->end;
		for (i = 0; i < spaces; i++)
			if (next[i] < space[i].nr_cells && c == &space[i].cell[next[i]])
				next[i]++;
	}
}

static uint64_t part(uint64_t bytes, uint64_t of, uint64_t whole)
{
	return of == whole ? bytes : (uint64_t)((double)bytes * (double)of / (double)whole);
}

/* Add the part of a cell within a range; its pages are taken to be spread evenly */
static void add_part(struct inspect_cell *sum, const struct inspect_cell *c)
{
	const uint64_t from = c->start > sum->start ? c->start : sum->start;
	const uint64_t to = c->end < sum->end ? c->end : sum->end;
	const uint64_t whole = c->end - c->start;

	if (from >= to)
		return;
	sum->mapped += part(c->mapped, to - from, whole);
	sum->resident += part(c->resident, to - from, whole);
	sum->unique += part(c->unique, to - from, whole);
	sum->huge += part(c->huge, to - from, whole);
	sum->swapped += part(c->swapped, to - from, whole);
}

enum { UNIQUE, SHARED, SWAPPED, RESERVED, HUGE, LAYERS };

static double share(uint64_t bytes, const struct inspect_cell *of)
{
	return (double)bytes / (double)(of->end - of->start);
}

/* Return the height of a layer, and its distance from the bottom of the strip */
static double height_of(const struct inspect_cell *c, int layer, bool frames, double *bottom)
{
	const uint64_t unique = frames && c->unique < c->resident ? c->unique : c->resident;

	*bottom = 0;
	switch (layer) {
	case UNIQUE:
		return STRIP * share(unique, c);
	case SHARED:
		*bottom = STRIP * share(unique, c);
		return STRIP * share(c->resident - unique, c);
	case SWAPPED:
		*bottom = STRIP * share(c->resident, c);
		return STRIP * share(c->swapped, c);
	case RESERVED:
		*bottom = STRIP * share(c->resident + c->swapped, c);
		return STRIP * share(c->mapped > c->resident + c->swapped ?
				     c->mapped - c->resident - c->swapped : 0, c);
	}
	*bottom = -6;
	return 4 * share(c->huge, c);
}

/* Draw one layer as one path; equal columns are one rectangle */
static void draw_layer(FILE *out, const struct inspect_cell column[COLUMNS], int layer, bool frames, unsigned int y)
{
	static const char *const class[] = { "unique", "shared", "swapped", "reserved", "huge" };
	double height, bottom, next = 0, next_bottom = 0;
	unsigned int i, first = 0;
	bool any = false;

	for (i = 0; i < COLUMNS; i = first) {
		height = height_of(&column[i], layer, frames, &bottom);
		for (first = i + 1; first < COLUMNS; first++) {
			next = height_of(&column[first], layer, frames, &next_bottom);
			if (next != height || next_bottom != bottom)
				break;
		}
		if (height <= 0)
			continue;
		/* a page in a large column stays visible */
		height = height < 1 ? 1 : height;
		if (!any)
			fprintf(out, "<path class=\"%s\" d=\"", class[layer]);
		any = true;
		fprintf(out, "M%u %.4gh%uv-%.3gh-%uz", LABEL_X + i * STEP, y + STRIP - bottom, (first - i) * STEP,
			height, (first - i) * STEP);
	}
	if (any)
		fputs("\"/>", out);
}

/* Draw the pages of a range, below y */
static void draw_pages(FILE *out, const struct inspect_space *space, const struct inspect_range *range, unsigned int y)
{
	struct inspect_cell column[COLUMNS] = { 0 };
	const uint64_t start = range->start, size = range->end - start;
	unsigned int i;
	int layer;
	size_t cell;

	for (i = 0; i < COLUMNS; i++) {
		column[i].start = start + part(size, i, COLUMNS);
		column[i].end = start + part(size, i + 1, COLUMNS);
		if (column[i].end == column[i].start)
			column[i].end++;
	}
	for (cell = 0; cell < space->nr_cells; cell++) {
		const struct inspect_cell *c = &space->cell[cell];
		const double at = c->start > start ? (double)(c->start - start) * COLUMNS / (double)size : 0;

		if (c->end <= start || c->start >= range->end)
			continue;
		for (i = at > 1 ? (unsigned int)at - 1 : 0; i < COLUMNS && column[i].start < c->end; i++)
			add_part(&column[i], c);
	}
	svg__rect(out, LABEL_X, y, COLUMNS * STEP, STRIP, "empty");
	for (layer = 0; layer < LAYERS; layer++)
		draw_layer(out, column, layer, space->has_frames, y);
}

static void draw_range(FILE *out, const struct inspect_range *r, unsigned int y)
{
	char range[DIGITS_RANGE_MAX], bytes[QUANTITY_MAX];

	digits__range(range, r->start, r->end);
	units__bytes(bytes, sizeof(bytes), r->end - r->start);
	fprintf(out, "<g class=\"strip\" data-range=\"%s\">", range);
	svg__title(out, "%s, %s bytes", range, bytes);
	svg__label(out, LABEL_X, y + 11, "small mono", "%s", range);
	svg__label(out, LABEL_X + COLUMNS * STEP, y + 11, "small quiet end", "%s", bytes);
}

/* The range from the gap before to gap @i, or to the end */
static struct inspect_range strip_of(const struct gaps *gaps, const struct inspect_range *all, unsigned int i)
{
	return (struct inspect_range){
		.start = i ? gaps->gap[i - 1].end : all->start,
		.end = i < gaps->count ? gaps->gap[i].start : all->end,
	};
}

static unsigned int draw_map(FILE *out, const struct content *c)
{
	const struct inspect_space *space = c->space;
	struct gaps gaps = { .count = 0 };
	const struct inspect_range all = find_gaps(space, 1, &gaps);
	unsigned int i, y = 0;

	for (i = 0; i <= gaps.count; i++, y += STRIP + 30) {
		const struct inspect_range range = strip_of(&gaps, &all, i);

		draw_range(out, &range, y);
		draw_pages(out, space, &range, y + 16);
		fputs("</g>", out);
	}
	return draw_legend(out, y + 12, space->has_frames);
}

static bool has_both(const struct content *c)
{
	return c->diff && (c->diff->space[0].nr_cells || c->diff->space[1].nr_cells);
}

/* Mark the columns with changes, below y */
static void draw_changed(FILE *out, const struct inspect_diff_page *d, const struct inspect_range *range, unsigned int y)
{
	const double unit = COLUMNS * STEP / (double)(range->end - range->start);
	double last = -1;
	size_t i;

	for (i = 0; i < d->nr_changed; i++) {
		const struct inspect_range *r = &d->changed[i];
		const uint64_t from = r->start > range->start ? r->start : range->start;
		const uint64_t to = r->end < range->end ? r->end : range->end;
		double x, end;

		if (from >= to)
			continue;
		x = (double)(from - range->start) * unit;
		end = (double)(to - range->start) * unit;
		/* of several ranges in one unit, one is drawn */
		if (end - last < 1)
			continue;
		x = x < last ? last : x;
		last = end - x < 1 ? x + 1 : end;
		svg__rect(out, LABEL_X + x, y, last - x, 5, "changed");
	}
}

static unsigned int draw_both(FILE *out, const struct content *c)
{
	const struct inspect_diff_page *d = c->diff;
	struct gaps gaps = { .count = 0 };
	const struct inspect_range all = find_gaps(d->space, 2, &gaps);
	unsigned int i, y = 0;

	for (i = 0; i <= gaps.count; i++, y += 2 * STRIP + 54) {
		const struct inspect_range range = strip_of(&gaps, &all, i);

		draw_range(out, &range, y);
		draw_pages(out, &d->space[0], &range, y + 16);
		draw_pages(out, &d->space[1], &range, y + STRIP + 28);
		draw_changed(out, d, &range, y + 2 * STRIP + 37);
		fputs("</g>", out);
	}
	y = draw_legend(out, y + 12, d->space[0].has_frames);
	svg__key(out, LABEL_X, y + 10, "changed", "changed pages");
	svg__label(out, LABEL_X + 130, y + 10, "small", "Upper bar: before (A). Lower bar: after (B).");
	return y + 22;
}

const struct picture map_picture = {
	.name = "map",
	.title = "Map of the address space, a strip for each group of mappings",
	.has_parts = true,
	.has = has_space,
	.draw = draw_map,
};

const struct picture both_picture = {
	.name = "both",
	.title = "Map of the address space before and after, a pair of strips for each group of mappings",
	.has = has_both,
	.draw = draw_both,
};
