// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A picture of the walk of one address: its bits, the index of each level, and the entry that the index selects. */
#include "../../lib/page_size.h"
#include "../../names/names.h"
#include "content.h"
#include "svg.h"

#define BIT_X		20
#define BIT		10
#define BITS		64
#define STEP		52

static bool has_walk(const struct content *c)
{
	return c->report && c->report->walk;
}

/* Return the x of the left edge of a bit */
static unsigned int x_of(unsigned int bit)
{
	return BIT_X + (BITS - 1 - bit) * BIT;
}

static void draw_group(FILE *out, uint64_t addr, unsigned int high, unsigned int low, const char *class,
		       const char *label)
{
	unsigned int bit;

	svg__rect(out, x_of(high), 22, (high - low + 1) * BIT, 20, class);
	for (bit = high + 1; bit-- > low;)
		svg__label(out, x_of(bit) + BIT / 2.0, 36, "bit", "%u", (unsigned int)(addr >> bit & 1));
	svg__label(out, x_of(high), 17, "bit start", "%u", high);
	svg__label(out, (x_of(high) + x_of(low) + BIT) / 2.0, 58, "small middle", "%s", label);
}

static uint64_t index_of(uint64_t addr, const struct pgwalk_geometry *g)
{
	return addr >> g->shift & (g->entries - 1);
}

/* Number of bits of an index */
static unsigned int bits_of(const struct pgwalk_geometry *g)
{
	unsigned int bits = 0;

	while (1ULL << bits < g->entries)
		bits++;
	return bits;
}

/* Draw the bits; levels below the last entry of the walk are part of the offset */
static void draw_bits(FILE *out, const struct inspect_report *r)
{
	const struct pgwalk_translate *t = r->walk;
	const unsigned int offset = t->nr_steps ? t->step[t->nr_steps - 1].entry.shift : page_shift();
	unsigned int i, top = 0;
	char label[64];

	for (i = 0; i < r->info->nr_levels && i < PGWALK_MAX_LEVELS; i++) {
		const struct pgwalk_geometry *g = &r->info->geometry[i];
		const char *word = names__level(g->level);
		const unsigned int high = g->shift + bits_of(g) - 1;

		if (g->shift < offset || high >= BITS)
			continue;
		top = high > top ? high : top;
		snprintf(label, sizeof(label), "%s %llu", word ? word : "?",
			 (unsigned long long)index_of(t->linear, g));
		draw_group(out, t->linear, high, g->shift, i % 2 ? "part2" : "part1", label);
	}
	if (top && top < BITS - 1)
		draw_group(out, t->linear, BITS - 1, top + 1, "empty", "sign");
	snprintf(label, sizeof(label), "offset %llx", (unsigned long long)(t->linear & ((1ULL << offset) - 1)));
	draw_group(out, t->linear, offset - 1, 0, "part3", label);
}

static void draw_step(FILE *out, const struct pgwalk_step *s, unsigned int y, bool last)
{
	const char *level = names__level(s->entry.level), *kind = names__entry(s->entry.kind);
	char flags[NAMES_MAX];

	names__entry_flags(flags, sizeof(flags), s->entry.flags, s->entry.pkey);
	fputs("<g>", out);
	svg__title(out, "%s, frame %llx, entry %u: %s; %s", level ? level : "?", (unsigned long long)s->table_pfn,
		   s->index, kind ? kind : "?", flags);
	svg__rect(out, BIT_X, y, 190, 40, "box");
	svg__label(out, BIT_X + 10, y + 17, "strong", "%s", level ? level : "?");
	svg__label(out, BIT_X + 60, y + 17, "", "frame %llx", (unsigned long long)s->table_pfn);
	svg__label(out, BIT_X + 60, y + 33, "small quiet", "entry %u", s->index);
	svg__line(out, BIT_X + 190, y + 20, BIT_X + 215, y + 20);
	svg__rect(out, BIT_X + 215, y, SVG_WIDTH - BIT_X - 235, 40, last ? "box leaf-box" : "box");
	svg__label(out, BIT_X + 225, y + 17, "mono", "%016llx", (unsigned long long)s->entry.value);
	svg__label(out, BIT_X + 375, y + 17, "", "%s %llx", kind ? kind : "?", (unsigned long long)s->entry.pfn);
	svg__label(out, BIT_X + 225, y + 33, "small quiet", "%.64s", flags[0] ? flags : "no flags");
	fputs("</g>", out);
	if (!last)
		svg__line(out, BIT_X + 240, y + 40, BIT_X + 100, y + STEP);
}

static unsigned int draw_walk(FILE *out, const struct content *c)
{
	const struct pgwalk_translate *t = c->report->walk;
	unsigned int i, y = 74;

	draw_bits(out, c->report);
	if (t->status != PGWALK_TRANSLATE_DONE || !t->nr_steps) {
		svg__label(out, BIT_X, y + 14, "", "No entry was read.");
		return y + 24;
	}
	for (i = 0; i < t->nr_steps; i++) {
		draw_step(out, &t->step[i], y, i + 1 == t->nr_steps);
		y += STEP;
	}
	return y;
}

const struct picture walk_picture = {
	.name = "walk",
	.title = "The walk of one address",
	.has = has_walk,
	.draw = draw_walk,
};
