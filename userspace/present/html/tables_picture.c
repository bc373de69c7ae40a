// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A picture of the page tables as a tree: a row for each level, with its fill, its waste and its leaves. */
#include "../../lib/page_size.h"
#include "../../lib/units.h"
#include "../../names/names.h"
#include "../inspect_columns.h"
#include "content.h"
#include "svg.h"

#define BOX_X		40
#define BOX_WIDTH	330
#define BOX_HEIGHT	64
#define ROW		96
#define LEAF_X		(BOX_X + BOX_WIDTH + 60)
#define LEAF_WIDTH	240

static bool has_tables(const struct content *c)
{
	return c->report && c->report->nr_stats && c->report->info->nr_levels;
}

/**
 * struct level - all tables of a level, on all nodes
 * @stats: their sum
 * @entries: entries of them that user space has
 * @bytes: their size in bytes
 */
struct level {
	struct pgwalk_pgtable_stats stats;
	uint64_t entries;
	uint64_t bytes;
};

static void sum_level(const struct inspect_report *r, uint8_t level, struct level *sum)
{
	unsigned int i;

	*sum = (struct level){ .stats.level = level };
	for (i = 0; i < r->nr_stats; i++) {
		const struct pgwalk_pgtable_stats *s = &r->stats[i];

		if (s->level != level)
			continue;
		sum->stats.tables += s->tables;
		sum->stats.empty += s->empty;
		sum->stats.used += s->used;
		sum->stats.leaves += s->leaves;
		sum->stats.deposited += s->deposited;
		sum->entries += s->tables << s->entries_shift;
		sum->bytes += (s->tables + s->deposited) << s->bytes_shift;
	}
}

static void draw_leaves(FILE *out, const struct level *l, const struct pgwalk_geometry *g, unsigned int y)
{
	char size[8], bytes[QUANTITY_MAX];

	units__bytes(bytes, sizeof(bytes), l->stats.leaves << g->shift);
	svg__line(out, BOX_X + BOX_WIDTH, y + 32, LEAF_X, y + 32);
	fputs("<g>", out);
	svg__title(out, "%llu entries that map a page of %s: %s bytes", (unsigned long long)l->stats.leaves,
		   names__size(size, g->shift), bytes);
	svg__rect(out, LEAF_X, y + 12, LEAF_WIDTH, 40, g->shift > page_shift() ? "box huge-box" : "box");
	svg__label(out, LEAF_X + 10, y + 29, "", "%llu %s of %s", (unsigned long long)l->stats.leaves,
		   l->stats.leaves == 1 ? "leaf" : "leaves", size);
	svg__label(out, LEAF_X + 10, y + 45, "small quiet", "%s mapped", bytes);
	fputs("</g>", out);
}

static void draw_level(FILE *out, const struct level *l, const struct pgwalk_geometry *g, unsigned int y)
{
	const char *word = names__level(g->level);
	const uint64_t waste = (l->entries - l->stats.used) * 8;
	char bytes[QUANTITY_MAX], wasted[QUANTITY_MAX], fill[QUANTITY_MAX];
	const double share = l->entries ? (double)l->stats.used / (double)l->entries : 0;
	int i;

	units__bytes(bytes, sizeof(bytes), l->bytes);
	units__bytes(wasted, sizeof(wasted), waste);
	units__share(fill, sizeof(fill), l->stats.used, l->entries);
	fputs("<g>", out);
	svg__title(out, "%s: %llu tables, %llu of %llu entries used, %llu empty tables, %llu deposited",
		   word ? word : "?", (unsigned long long)l->stats.tables, (unsigned long long)l->stats.used,
		   (unsigned long long)l->entries, (unsigned long long)l->stats.empty,
		   (unsigned long long)l->stats.deposited);
	/* Several tables are drawn as a stack of three */
	for (i = l->stats.tables > 2 ? 2 : l->stats.tables > 1; i >= 0; i--)
		svg__rect(out, BOX_X + 5 * i, y - 4 * i + 4, BOX_WIDTH - 10, BOX_HEIGHT - 6, "box");
	svg__label(out, BOX_X + 12, y + 22, "strong", "%s", word ? word : "?");
	svg__label(out, BOX_X + 60, y + 22, "", "%llu %s, %s", (unsigned long long)l->stats.tables,
		   l->stats.tables == 1 ? "table" : "tables", bytes);
	svg__rect(out, BOX_X + 12, y + 29, BOX_WIDTH - 34, 9, "empty");
	svg__rect(out, BOX_X + 12, y + 29, share * (BOX_WIDTH - 34), 9, "unique");
	svg__label(out, BOX_X + 12, y + 54, "small quiet", "%llu of %llu entries used (%s), %s in empty entries",
		   (unsigned long long)l->stats.used, (unsigned long long)l->entries, fill, wasted);
	fputs("</g>", out);
	if (l->stats.leaves)
		draw_leaves(out, l, g, y);
}

static unsigned int draw_tables(FILE *out, const struct content *c)
{
	const struct inspect_report *r = c->report;
	char taken[QUANTITY_MAX], flat[QUANTITY_MAX];
	uint64_t total = 0;
	unsigned int i, y = 4;

	for (i = 0; i < r->info->nr_levels && i < PGWALK_MAX_LEVELS; i++) {
		const struct pgwalk_geometry *g = &r->info->geometry[i];
		struct level l;

		sum_level(r, g->level, &l);
		total += l.bytes;
		draw_level(out, &l, g, y);
		if (l.stats.used > l.stats.leaves && g->shift > page_shift()) {
			svg__line(out, BOX_X + 60, y + BOX_HEIGHT - 2, BOX_X + 60, y + ROW - 4);
			svg__label(out, BOX_X + 70, y + 84, "small quiet", "%llu point to tables",
				   (unsigned long long)(l.stats.used - l.stats.leaves));
		}
		y += ROW;
	}
	units__bytes(taken, sizeof(taken), total);
	units__bytes(flat, sizeof(flat), r->tables->flat_bytes);
	svg__label(out, BOX_X, y + 4, "small", "All tables take %s; one flat table for the user half would take %s.",
		   taken, flat);
	return y + 16;
}

const struct picture tables_picture = {
	.name = "tables",
	.title = "Page tables by level",
	.has = has_tables,
	.draw = draw_tables,
};
