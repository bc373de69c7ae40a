// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Pictures of changes between two readings: bytes by kind of change, and the mappings with the most changes. */
#include <string.h>

#include "../../lib/digits.h"
#include "../../lib/units.h"
#include "../../names/names.h"
#include "content.h"
#include "svg.h"

#define LABEL_X		4
#define BAR_X		120
#define BAR_WIDTH	420
#define ROW		24
#define PAIR		52

static bool has_diff(const struct content *c)
{
	return c->diff;
}

static uint64_t most_of(const uint64_t *n, unsigned int count)
{
	uint64_t most = 1;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (n[i] > most)
			most = n[i];
	return most;
}

static unsigned int draw_changes(FILE *out, const struct content *c)
{
	const struct inspect_mapping_change *sum = &c->diff->diff->sum;
	const uint64_t most = most_of(sum->bytes, INSPECT_CHANGE_NR);
	char bytes[QUANTITY_MAX];
	unsigned int i, y = 0;

	for (i = 0; i < INSPECT_CHANGE_NR; i++) {
		if (!sum->bytes[i])
			continue;
		units__bytes(bytes, sizeof(bytes), sum->bytes[i]);
		fprintf(out, "<g class=\"change\" data-change=\"%s\">", names__change(i));
		svg__title(out, "%s: %s bytes", names__change(i), bytes);
		fprintf(out, "<rect x=\"0\" y=\"%u\" width=\"%d\" height=\"%d\" class=\"hit\"/>", y, SVG_WIDTH, ROW - 2);
		svg__label(out, LABEL_X, y + 15, "", "%s", names__change(i));
		svg__rect(out, BAR_X, y + 3, BAR_WIDTH * (double)sum->bytes[i] / (double)most, 15, "changed");
		svg__label(out, BAR_X + BAR_WIDTH + 12, y + 15, "small", "%s", bytes);
		fputs("</g>", out);
		y += ROW;
	}
	units__bytes(bytes, sizeof(bytes), sum->unchanged);
	svg__label(out, LABEL_X, y + 15, "small quiet", y ? "%s bytes are unchanged." : "No page changed; %s bytes are the same.",
		   bytes);
	return y + 24;
}

const struct picture changes_picture = {
	.name = "changes",
	.title = "Bytes by kind of change",
	.has_parts = true,
	.has = has_diff,
	.draw = draw_changes,
};

/* One reading of a mapping: its resident bytes, with the unchanged part first */
static void draw_reading(FILE *out, const struct inspect_mapping_change *m, unsigned int reading, uint64_t scale,
			 unsigned int y)
{
	const double unit = (double)BAR_WIDTH / (double)scale;
	const uint64_t resident = m->resident[reading], same = m->unchanged < resident ? m->unchanged : resident;
	char bytes[QUANTITY_MAX];

	units__bytes(bytes, sizeof(bytes), resident);
	svg__label(out, BAR_X - 8, y + 11, "small end", reading ? "B" : "A");
	svg__rect(out, BAR_X, y + 1, (double)same * unit, 12, "reserved");
	svg__rect(out, BAR_X + (double)same * unit, y + 1, (double)(resident - same) * unit, 12, reading ? "unique" : "swapped");
	svg__label(out, BAR_X + BAR_WIDTH + 12, y + 11, "small", "%s", bytes);
}

static void draw_mapping(FILE *out, const struct inspect_mapping_change *m, uint64_t scale, unsigned int y)
{
	const char *slash = strrchr(m->name, '/'), *kind = names__kind(m->kind), *name = slash ? slash + 1 : m->name;
	char range[DIGITS_RANGE_MAX];

	digits__range(range, m->start, m->end);
	fprintf(out, "<g class=\"pair\" data-start=\"%llx\">", (unsigned long long)m->start);
	svg__title(out, "%s %s", range, *m->name ? m->name : kind ? kind : "");
	fprintf(out, "<rect x=\"0\" y=\"%u\" width=\"%d\" height=\"%d\" class=\"hit\"/>", y, SVG_WIDTH, PAIR - 4);
	svg__label(out, LABEL_X, y + 11, "small mono", "%s", range);
	svg__label(out, BAR_X + 120, y + 11, "small", "%.60s", *name ? name : kind ? kind : "");
	draw_reading(out, m, 0, scale, y + 16);
	draw_reading(out, m, 1, scale, y + 30);
	fputs("</g>", out);
}

static bool has_largest(const struct content *c)
{
	return c->diff && c->diff->nr_largest;
}

static unsigned int draw_compared(FILE *out, const struct content *c)
{
	const struct inspect_diff_page *d = c->diff;
	unsigned int i, y = 0;
	uint64_t scale = 1;

	for (i = 0; i < d->nr_largest; i++) {
		const uint64_t most = most_of(d->largest[i].resident, 2);

		scale = most > scale ? most : scale;
	}
	for (i = 0; i < d->nr_largest; i++, y += PAIR)
		draw_mapping(out, &d->largest[i], scale, y);
	svg__key(out, BAR_X, y + 12, "reserved", "unchanged");
	svg__key(out, BAR_X + 110, y + 12, "swapped", "changed or gone since A");
	svg__key(out, BAR_X + 290, y + 12, "unique", "changed or new in B");
	return y + 24;
}

const struct picture compared_picture = {
	.name = "compared",
	.title = "Resident memory before and after, of the mappings with the most changes",
	.has_parts = true,
	.has = has_largest,
	.draw = draw_compared,
};
