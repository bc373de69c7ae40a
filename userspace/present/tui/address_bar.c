// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Draws an address space as a line of cells, with names above and a legend below. */
#include <stdio.h>
#include <string.h>

#include "../../lib/i18n.h"
#include "row.h"
#include "address_cells.h"

#define LABEL_MAX	16

/* Content of a cell; the character identifies it, the colour is redundant */
enum glyph {
	GLYPH_GAP, GLYPH_UNKNOWN, GLYPH_ABSENT, GLYPH_FEW, GLYPH_SOME, GLYPH_MOST,
	GLYPH_2M, GLYPH_1G, GLYPH_SWAPPED, GLYPH_FAULT,
};

static const struct {
	const char *sign;
	const char *ascii;
	enum style style;
	const char *word;	/* in the legend; NULL: shares the next one */
} glyphs[] = {
	[GLYPH_GAP] = { " ", " ", STYLE_PLAIN, NULL },
	[GLYPH_UNKNOWN] = { "─", "-", STYLE_DIM, NULL },
	[GLYPH_ABSENT] = { "·", ".", STYLE_DIM, N_("absent") },
	[GLYPH_FEW] = { "░", ":", STYLE_ANON, NULL },
	[GLYPH_SOME] = { "▒", "+", STYLE_ANON, NULL },
	[GLYPH_MOST] = { "▓", "#", STYLE_ANON, N_("4K by share present") },
	[GLYPH_2M] = { "█", "@", STYLE_HUGE, "2M" },
	[GLYPH_1G] = { "▉", "G", STYLE_HUGE, "1G" },
	[GLYPH_SWAPPED] = { "s", "s", STYLE_SWAP, N_("swapped") },
	[GLYPH_FAULT] = { "!", "!", STYLE_FAULT, N_("faulting now") },
};

/**
 * address_bar__zoom - zoom in or out
 * @bar: changed
 * @step: 1 in, -1 out
 */
void address_bar__zoom(struct address_bar *bar, int step)
{
	if (step < 0)
		bar->zoom -= !!bar->zoom;
	else if (bar->zoom < ADDRESS_BAR_ZOOM_MAX)
		bar->zoom++;
}

static enum glyph glyph_of(const struct address_cell *c)
{
	if (c->gap)
		return GLYPH_GAP;
	if (c->faulting)
		return GLYPH_FAULT;
	if (!c->known)
		return GLYPH_UNKNOWN;
	if (c->swapped > c->resident)
		return GLYPH_SWAPPED;
	if (c->resident <= 0)
		return GLYPH_ABSENT;
	if (c->giant * 2 >= c->resident)
		return GLYPH_1G;
	if (c->huge * 2 >= c->resident)
		return GLYPH_2M;
	if (c->resident * 3 < c->mapped)
		return GLYPH_FEW;
	return c->resident * 3 < c->mapped * 2 ? GLYPH_SOME : GLYPH_MOST;
}

static const char *sign_of(const struct paint *p, enum glyph glyph)
{
	return p->utf8 ? glyphs[glyph].sign : glyphs[glyph].ascii;
}

/* "/usr/lib/libc.so.6" becomes libc, "[heap]" heap, no name anon */
static void shorten(const char *name, char *label)
{
	const char *s = row__short_name(name);
	char *dot;

	s += *s == '[';
	snprintf(label, LABEL_MAX, "%s", *s ? s : "anon");
	dot = strstr(label, ".so");
	if (dot && dot != label)
		*dot = '\0';
	label[strcspn(label, "]")] = '\0';
}

/* A run of cells of one name */
struct run {
	int at;
	int cells;
	bool hot;
	bool selected;
	bool tried;
	const char *name;
};

static int find_runs(const struct address_cell *cell, int width, struct run *run)
{
	int n = -1, i;

	for (i = 0; i < width; i++) {
		if (!cell[i].name)
			continue;
		if (n < 0 || run[n].at + run[n].cells != i ||
		    strcmp(run[n].name, cell[i].name))
			run[++n] = (struct run){ .at = i,
						 .name = cell[i].name };
		run[n].cells++;
		run[n].hot |= cell[i].hot;
		run[n].selected |= cell[i].selected;
	}
	return n + 1;
}

static int weight(const struct run *r)
{
	return r->cells + (r->selected ? 4 : r->hot ? 2 : 0) * ADDRESS_CELLS_MAX;
}

static struct run *next_run(struct run *run, int count)
{
	struct run *best = NULL;
	int i;

	for (i = 0; i < count; i++)
		if (!run[i].tried && (!best || weight(&run[i]) > weight(best)))
			best = &run[i];
	return best;
}

/* Place labels in order: the selected mapping, mappings with faults, long ones */
static void draw_labels(const struct paint *p, int y,
			const struct address_cell *cell, int width)
{
	char occupied[ADDRESS_CELLS_MAX + 2] = { 0 };
	struct run run[ADDRESS_CELLS_MAX];
	char label[LABEL_MAX];
	int count = find_runs(cell, width, run);
	struct run *r;

	while ((r = next_run(run, count))) {
		int len, x = r->at;

		r->tried = true;
		shorten(r->name, label);
		len = paint__columns(label);
		if (r->cells > len)
			x += (r->cells - len) / 2;
		if (x + len > width)
			x = width - len;
		/* a blank on either side */
		if (x < 0 || memchr(occupied + x, 1, (size_t)len + 2))
			continue;
		memset(occupied + x + 1, 1, (size_t)len);
		paint__text(p, y, x, len,
			    r->selected ? STYLE_CURSOR :
			    r->hot ? STYLE_STRONG : STYLE_DIM, label);
	}
}

static enum style style_of(const struct address_cell *c, enum glyph glyph)
{
	if (c->selected && !c->gap)
		return STYLE_CURSOR;
	return c->hot ? STYLE_FAULT : glyphs[glyph].style;
}

/**
 * address_bar__draw - draw the address space in two lines
 * @bar: the visible part
 * @p: the screen to paint on
 * @y: line of the names
 * @s: the interval
 */
void address_bar__draw(const struct address_bar *bar, const struct paint *p, int y,
		       const struct snapshot *s)
{
	struct address_cell cell[ADDRESS_CELLS_MAX];
	int width = p->width < ADDRESS_CELLS_MAX ? p->width : ADDRESS_CELLS_MAX;
	int i;

	if (!s->has_regions || !address_cells__make(bar, s, cell, width)) {
		paint__text(p, y + 1, 0, p->width, STYLE_DIM,
			    _("address space: not read yet"));
		return;
	}
	draw_labels(p, y, cell, width);
	for (i = 0; i < width; i++) {
		enum glyph glyph = glyph_of(&cell[i]);

		paint__text(p, y + 1, i, 1, style_of(&cell[i], glyph),
			    sign_of(p, glyph));
	}
	if (bar->zoom)
		paint__format(p, y, p->width - 5, 5, STYLE_HEADER, " x%-3u",
			      1U << (bar->zoom < 9 ? bar->zoom : 9));
}

/**
 * address_bar__legend - draw the legend in one line
 * @p: the screen to paint on
 * @y: the line
 */
void address_bar__legend(const struct paint *p, int y)
{
	enum glyph glyph;
	int x = 1;

	for (glyph = GLYPH_ABSENT; glyph <= GLYPH_FAULT; glyph++) {
		x += paint__text(p, y, x, p->width - x, glyphs[glyph].style,
				 sign_of(p, glyph));
		x++;
		if (glyphs[glyph].word)
			x += 2 + paint__text(p, y, x, p->width - x, STYLE_DIM,
					     _(glyphs[glyph].word));
	}
}
