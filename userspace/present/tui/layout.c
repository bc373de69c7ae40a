// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Places header, table, details and keys on a screen of any size. */
#include <string.h>
#include <ncurses.h>

#include "../../lib/i18n.h"
#include "view.h"

static int draw_small(const struct tui *t)
{
	paint__text(&t->paint, 0, 0, t->paint.width, STYLE_PLAIN,
		    _("terminal too small: 40x10 at least"));
	return 0;
}

/* Draw the keys of the screen; the first word of each text is the key */
static void draw_keys(const struct tui *t, int y)
{
	static const char *const always[] = {
		N_("q quit"), N_("? help"), N_("Tab next"), N_("s sort"), N_("/ find"),
		N_("\\ filter"), N_("p pause"), N_("t threads"), N_("U stacks"), N_("a all"), N_("d delay"),
		N_("w write"), N_("r reset"), N_("space refresh"),
	};
	const struct paint *p = &t->paint;
	const char *own = t->inside && t->id == VIEW_MAPPINGS ? _("Enter pages  Esc processes") :
			  t->options.replay && !*view__of(t->id)->keys ? _(", . step  g go  l loop") :
			  *view__of(t->id)->keys ? _(view__of(t->id)->keys) : "";
	int x = 1;
	size_t i;

	if (*own)
		x += paint__text(p, y, x, p->width - x, STYLE_KEY, own) + 2;
	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		const char *text = _(always[i]);
		int key = (int)strcspn(text, " "), columns = paint__columns(text);

		if (x + columns > p->width)
			break;
		paint__text(p, y, x, columns, STYLE_DIM, text);
		paint__format(p, y, x, key, STYLE_KEY, "%.*s", key, text);
		x += columns + 2;
	}
}

static void draw_filter(const struct tui *t, int y)
{
	const struct paint *p = &t->paint;
	struct field at = { .y = y, .x = 1, .end = p->width };

	field__put(p, &at, "", STYLE_WARNING,
		   _("filter \"%s\": %zu of %zu rows (Esc: all)"), t->filter,
		   t->nr_rows, t->found);
}

static void draw_bottom(const struct tui *t)
{
	int y = t->paint.height - 1;

	if (t->prompt.kind)
		prompt__draw(&t->prompt, &t->paint, y);
	else if (t->note[0])
		paint__text(&t->paint, y, 1, t->paint.width - 1,
			    t->bad ? STYLE_BAD : STYLE_GOOD, t->note);
	else if (t->filter[0] && view__of(t->id)->titles)
		draw_filter(t, y);
	else
		draw_keys(t, y);
}

/* Return the lines of details, which are left out first: columns further right have the same */
static int details_of(const struct tui *t, const struct view *v)
{
	int height = t->paint.height;

	if (!v->detail || height < 20)
		return 0;
	return t->id == VIEW_STACKS && height / 3 > v->details ? height / 3 :
								 v->details;
}

static void draw_table(struct tui *t, const struct view *v, int y)
{
	struct grid *g = &t->grid[t->id];
	bool legend = t->id == VIEW_MAPPINGS && t->paint.height >= 20;
	int details = details_of(t, v);
	int bottom = t->paint.height - 1 - legend - details;
	int room = bottom - y - 1 - !!v->sum;
	const struct row *row;
	int rows;

	list__fit(&g->list, t->nr_rows, room > 0 ? (size_t)room : 0);
	row = view__at(t);
	grid__draw(g, &t->paint, y, t->row);
	rows = (int)(t->nr_rows - g->list.top);
	if (rows > room)
		rows = room;
	if (!t->nr_rows)
		paint__text(&t->paint, y + 1, 1, t->paint.width - 1,
			    STYLE_DIM, v->empty(t));
	else if (v->sum && room > 0)
		v->sum(t, y + 1 + rows);
	if (details && row)
		v->detail(t, bottom, details, row);
	if (legend)
		address_bar__legend(&t->paint, t->paint.height - 2);
}

static int draw_view(struct tui *t)
{
	const struct view *v = view__of(t->id);
	/* a text gets most of the lines, except on a large screen */
	int y = header__draw(t, v->titles || t->paint.height >= 40 ? 4 : 1);
	int err = view__rows(t);

	if (err)
		return err;
	if (!v->titles) {
		pager__draw(&t->pager, &t->paint, y,
			    t->paint.height - 1 - y);
		return 0;
	}
	if (v->above && t->paint.height >= 12)
		y += v->above(t, y);
	draw_table(t, v, y);
	return 0;
}

/**
 * layout__draw - draw the screen and refresh the terminal
 * @t: the screen
 *
 * Return: 0 or a negative errno.
 */
int layout__draw(struct tui *t)
{
	int err = 0;

	terminal__fit(t->terminal);
	getmaxyx(stdscr, t->paint.height, t->paint.width);
	erase();
	if (t->paint.width < VIEW_WIDTH_MIN ||
	    t->paint.height < VIEW_HEIGHT_MIN) {
		err = draw_small(t);
	} else if (!t->snapshot) {
		paint__text(&t->paint, 0, 0, t->paint.width, STYLE_STRONG,
			    _("pgtop: the first interval has not ended yet"));
		draw_bottom(t);
	} else {
		err = draw_view(t);
		draw_bottom(t);
	}
	refresh();
	return err;
}
