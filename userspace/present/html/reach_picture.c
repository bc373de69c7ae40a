// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A picture of physical contiguity: bytes in runs of consecutive frames, in leaves and in folios, by size. */
#include "../../lib/units.h"
#include "../../names/names.h"
#include "content.h"
#include "svg.h"

#define BAR_X		60
#define BAR_WIDTH	440
#define ROW		34

static bool has_reach(const struct content *c)
{
	return c->report && c->report->reach_total && c->report->reach_total->reach.resident;
}

static bool is_empty(const struct inspect_reach_size *s)
{
	return !s->runs && !s->leaves && !s->folios;
}

static void draw_size(FILE *out, const struct inspect_reach_size *s, uint64_t whole, unsigned int y)
{
	const double unit = (double)BAR_WIDTH / (double)whole;
	char size[8], runs[QUANTITY_MAX], leaves[QUANTITY_MAX], folios[QUANTITY_MAX];

	names__size(size, s->shift);
	units__bytes(runs, sizeof(runs), s->run_bytes);
	units__bytes(leaves, sizeof(leaves), s->leaf_bytes);
	units__bytes(folios, sizeof(folios), s->folio_bytes);
	fputs("<g>", out);
	svg__title(out, "%s: %llu runs with %s bytes, %llu leaves with %s, %llu folios with %s", size,
		   (unsigned long long)s->runs, runs, (unsigned long long)s->leaves, leaves,
		   (unsigned long long)s->folios, folios);
	svg__label(out, BAR_X - 8, y + 18, "end", "%s", size);
	svg__rect(out, BAR_X, y + 2, (double)s->run_bytes * unit, 8, "unique");
	svg__rect(out, BAR_X, y + 11, (double)s->leaf_bytes * unit, 8, "huge");
	svg__rect(out, BAR_X, y + 20, (double)s->folio_bytes * unit, 8, "folio");
	svg__label(out, BAR_X + BAR_WIDTH + 10, y + 18, "small", "%s / %s / %s", runs, leaves, folios);
	fputs("</g>", out);
}

static unsigned int draw_reach(FILE *out, const struct content *c)
{
	const struct inspect_report *r = c->report;
	const struct inspect_reach *total = &r->reach_total->reach;
	char resident[QUANTITY_MAX], longest[QUANTITY_MAX];
	unsigned int i, y = 0;

	for (i = 0; i < r->nr_reach; i++) {
		if (is_empty(&r->reach[i]))
			continue;
		draw_size(out, &r->reach[i], total->resident, y);
		y += ROW;
	}
	units__bytes(resident, sizeof(resident), total->resident);
	units__bytes(longest, sizeof(longest), total->longest);
	svg__line(out, BAR_X, y, BAR_X + BAR_WIDTH, y);
	svg__label(out, BAR_X, y + 14, "small quiet", "0");
	svg__label(out, BAR_X + BAR_WIDTH, y + 14, "small quiet end", "%sB resident", resident);
	svg__key(out, BAR_X, y + 36, "unique", "runs of consecutive frames");
	svg__key(out, BAR_X + 190, y + 36, "huge", "leaves");
	svg__key(out, BAR_X + 270, y + 36, "folio", "folios mapped whole");
	svg__label(out, BAR_X, y + 58, "small", "The longest run of consecutive frames has %s, at %llx.", longest,
		   (unsigned long long)total->longest_start);
	return y + 68;
}

const struct picture reach_picture = {
	.name = "reach",
	.title = "Physical contiguity by size",
	.has = has_reach,
	.draw = draw_reach,
};
