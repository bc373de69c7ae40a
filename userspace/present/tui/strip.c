// SPDX-License-Identifier: GPL-2.0
/* Draws an address space as a line of cells, with names above and a legend below. */
#include <stdio.h>
#include <string.h>

#include "row.h"
#include "strip_cells.h"

#define LABEL_MAX	16

/* What a cell can show; the sign says it all, the colour adds */
enum look {
	LOOK_GAP, LOOK_UNKNOWN, LOOK_ABSENT, LOOK_FEW, LOOK_SOME, LOOK_MOST,
	LOOK_2M, LOOK_1G, LOOK_SWAPPED, LOOK_FAULT,
};

static const struct {
	const char *sign;
	const char *ascii;
	enum style style;
	const char *word;	/* in the legend; NULL: with the next */
} looks[] = {
	[LOOK_GAP] = { " ", " ", STYLE_PLAIN, NULL },
	[LOOK_UNKNOWN] = { "─", "-", STYLE_DIM, NULL },
	[LOOK_ABSENT] = { "·", ".", STYLE_DIM, "absent" },
	[LOOK_FEW] = { "░", ":", STYLE_ANON, NULL },
	[LOOK_SOME] = { "▒", "+", STYLE_ANON, NULL },
	[LOOK_MOST] = { "▓", "#", STYLE_ANON, "4K by share present" },
	[LOOK_2M] = { "█", "@", STYLE_HUGE, "2M" },
	[LOOK_1G] = { "▉", "G", STYLE_HUGE, "1G" },
	[LOOK_SWAPPED] = { "s", "s", STYLE_SWAP, "swapped" },
	[LOOK_FAULT] = { "!", "!", STYLE_FAULT, "faulting now" },
};

/**
 * strip__zoom - go nearer or further away
 * @strip: changed
 * @step: 1 or -1
 */
void strip__zoom(struct strip *strip, int step)
{
	if (step < 0)
		strip->zoom -= !!strip->zoom;
	else if (strip->zoom < STRIP_ZOOM_MAX)
		strip->zoom++;
}

static enum look look_of(const struct strip_cell *c)
{
	if (c->gap)
		return LOOK_GAP;
	if (c->faulting)
		return LOOK_FAULT;
	if (!c->known)
		return LOOK_UNKNOWN;
	if (c->swapped > c->resident)
		return LOOK_SWAPPED;
	if (c->resident <= 0)
		return LOOK_ABSENT;
	if (c->giant * 2 >= c->resident)
		return LOOK_1G;
	if (c->huge * 2 >= c->resident)
		return LOOK_2M;
	if (c->resident * 3 < c->mapped)
		return LOOK_FEW;
	return c->resident * 3 < c->mapped * 2 ? LOOK_SOME : LOOK_MOST;
}

static const char *sign_of(const struct paint *p, enum look look)
{
	return p->utf8 ? looks[look].sign : looks[look].ascii;
}

/* "/usr/lib/libc.so.6" is libc, "[heap]" is heap, what has no name is anon */
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

static int find_runs(const struct strip_cell *cell, int width, struct run *run)
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
	return r->cells + (r->selected ? 4 : r->hot ? 2 : 0) * STRIP_CELLS_MAX;
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

/* What is looked at has its label first, then what faults, then what is long */
static void draw_labels(const struct paint *p, int y,
			const struct strip_cell *cell, int width)
{
	char taken[STRIP_CELLS_MAX + 2] = { 0 };
	struct run run[STRIP_CELLS_MAX];
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
		/* one blank on either side */
		if (x < 0 || memchr(taken + x, 1, (size_t)len + 2))
			continue;
		memset(taken + x + 1, 1, (size_t)len);
		paint__text(p, y, x, len,
			    r->selected ? STYLE_CURSOR :
			    r->hot ? STYLE_STRONG : STYLE_DIM, label);
	}
}

static enum style style_of(const struct strip_cell *c, enum look look)
{
	if (c->selected && !c->gap)
		return STYLE_CURSOR;
	return c->hot ? STYLE_FAULT : looks[look].style;
}

/**
 * strip__draw - draw the address space, two lines
 * @strip: what part of it
 * @p: how to draw
 * @y: the line of the names
 * @s: the interval
 */
void strip__draw(const struct strip *strip, const struct paint *p, int y,
		 const struct snapshot *s)
{
	struct strip_cell cell[STRIP_CELLS_MAX];
	int width = p->width < STRIP_CELLS_MAX ? p->width : STRIP_CELLS_MAX;
	int i;

	if (!s->has_regions || !strip_cells__make(strip, s, cell, width)) {
		paint__text(p, y + 1, 0, p->width, STYLE_DIM,
			    "address space: not looked at yet");
		return;
	}
	draw_labels(p, y, cell, width);
	for (i = 0; i < width; i++) {
		enum look look = look_of(&cell[i]);

		paint__text(p, y + 1, i, 1, style_of(&cell[i], look),
			    sign_of(p, look));
	}
	if (strip->zoom)
		paint__format(p, y, p->width - 5, 5, STYLE_HEADER, " x%-3u",
			      1U << (strip->zoom < 9 ? strip->zoom : 9));
}

/**
 * strip__legend - draw what the signs mean, one line
 * @p: how to draw
 * @y: the line
 */
void strip__legend(const struct paint *p, int y)
{
	enum look look;
	int x = 1;

	for (look = LOOK_ABSENT; look <= LOOK_FAULT; look++) {
		x += paint__text(p, y, x, p->width - x, looks[look].style,
				 sign_of(p, look));
		x++;
		if (looks[look].word)
			x += 2 + paint__text(p, y, x, p->width - x, STYLE_DIM,
					     looks[look].word);
	}
}
