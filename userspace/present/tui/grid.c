// SPDX-License-Identifier: GPL-2.0
/* Draws a table of rows, and keeps the cursor with its row when the order changes. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <ncurses.h>

#include "grid.h"

/* The last column may be a name, of which less is of no use; columns to the right of
 * these, which are of less weight, leave it more
 */
#define LAST_MIN	10
#define LAST_GOOD	24
#define WEIGHTY		57

/**
 * grid__init - give a table its columns
 * @g: set
 * @columns: that batch and JSON have too; may be NULL
 * @titles: of the columns, ended by NULL; one that there is not is left out
 */
void grid__init(struct grid *g, const struct columns *columns,
		const char *const *titles)
{
	*g = (struct grid){ .count = 0 };
	for (; *titles && g->count < GRID_COLUMNS; titles++) {
		const struct column *c = row__column(columns, *titles);

		if (c)
			g->column[g->count++] = c;
	}
}

/* "fault/s", "FAULT", "p50_ns" and "p50" are all meant */
static bool means(const struct column *c, const char *word)
{
	size_t len = strlen(word);

	if (c->key && !strcasecmp(c->key, word))
		return true;
	return len && !strncasecmp(c->title, word, len) &&
	       (!c->title[len] || !isalnum((unsigned char)c->title[len]));
}

/**
 * grid__sort_by - sort by a column
 * @g: the table
 * @word: its title or key
 *
 * Return: 0; -ENOENT: there is no such column.
 */
int grid__sort_by(struct grid *g, const char *word)
{
	size_t i;

	for (i = 0; i < g->count; i++) {
		if (!means(g->column[i], word))
			continue;
		g->sort = i;
		g->reverse = false;
		return 0;
	}
	return -ENOENT;
}

static void shift(struct grid *g, int key)
{
	if (key == KEY_LEFT)
		g->shift -= !!g->shift;
	else if (g->shift + 4 < g->count)
		g->shift++;
}

/**
 * grid__key - obey a key
 * @g: the table
 * @key: as curses tells it
 *
 * Return: whether it was one for a table: the cursor or the view moved.
 */
bool grid__key(struct grid *g, int key)
{
	if (list__key(&g->list, key))
		return true;
	switch (key) {
	case KEY_LEFT:
	case KEY_RIGHT:
		shift(g, key);
		return true;
	}
	return false;
}

/**
 * grid__keep - let the cursor stay with a row, whatever its place will be
 * @g: the table
 * @row: where the cursor is now; at the first one it stays with the place
 */
void grid__keep(struct grid *g, const struct row *row)
{
	g->kept = g->list.cursor != 0;
	if (!g->kept)
		return;
	g->id = row->id;
	g->class = row->class;
}

/**
 * grid__find - move the cursor to the row it is to stay with
 * @g: the table
 * @row: all rows, in their order
 * @count: how many
 */
void grid__find(struct grid *g, const struct row *row, size_t count)
{
	size_t i;

	for (i = 0; g->kept && i < count; i++) {
		if (row[i].id != g->id || row[i].class != g->class)
			continue;
		g->list.count = count;
		list__go(&g->list, i);
		return;
	}
}

/* The columns that fit on a line, and what is left for one without a width */
struct shown {
	size_t at[GRID_COLUMNS];
	size_t count;
	int last;
};

static void choose(const struct grid *g, int width, struct shown *s)
{
	const struct column *last = g->column[g->count - 1];
	int used = 1;	/* one blank at the left edge */
	size_t i, count = g->count - !last->width;

	*s = (struct shown){ .count = 0 };
	for (i = 0; i < count; i++) {
		int need = (int)g->column[i]->width + 1;
		int least = used + need > WEIGHTY ? LAST_GOOD : LAST_MIN;

		if (i >= 2 && i < 2 + g->shift)
			continue;
		/* a blank at the right edge is not needed */
		if (used + need + (last->width ? -1 : least) > width)
			break;
		s->at[s->count++] = i;
		used += need;
	}
	if (count == g->count)
		return;
	s->at[s->count++] = count;
	s->last = width > used ? width - used : 0;
}

static int width_of(const struct grid *g, const struct shown *s, size_t i)
{
	int width = (int)g->column[s->at[i]]->width;

	return width ? width : s->last;
}

/* Behind the title that it is sorted by, in the blank between two columns */
static void draw_mark(const struct grid *g, const struct paint *p, int y, int x)
{
	const char *down = p->utf8 ? "▾" : "*", *up = p->utf8 ? "▴" : "-";

	paint__text(p, y, x, 1, STYLE_HEADER, g->reverse ? up : down);
}

static void draw_titles(const struct grid *g, const struct paint *p, int y,
			const struct shown *s)
{
	size_t i;
	int x = 1;

	paint__fill(p, y, 0, p->width, STYLE_HEADER);
	for (i = 0; i < s->count; i++) {
		const struct column *c = g->column[s->at[i]];
		int width = width_of(g, s, i);
		int len = (int)strlen(c->title);

		paint__cell(p, y, x, width, c->left, STYLE_HEADER, c->title);
		if (s->at[i] == g->sort)
			draw_mark(g, p, y, x + (c->left && len < width ?
						len : width));
		x += width + 1;
	}
}

static enum style style_of(const struct column *c, const struct row *row)
{
	bool class = !strcmp(c->title, "CLASS");

	return class ? row__class_style(row->class) : STYLE_PLAIN;
}

static void draw_row(const struct grid *g, const struct paint *p, int y,
		     const struct shown *s, const struct row *row, bool cursor)
{
	char buf[VALUE_TEXT_MAX];
	struct value value;
	size_t i;
	int x = 1;

	if (cursor)
		paint__fill(p, y, 0, p->width, STYLE_CURSOR);
	for (i = 0; i < s->count; i++) {
		const struct column *c = g->column[s->at[i]];
		int width = width_of(g, s, i);

		column__get(c, row, &value);
		paint__cell(p, y, x, width, c->left,
			    cursor ? STYLE_CURSOR : style_of(c, row),
			    value__format(&value, false, buf, sizeof(buf)));
		x += width + 1;
	}
	/* the cursor is seen without any attribute, too */
	if (cursor)
		paint__text(p, y, 0, 1, STYLE_CURSOR, ">");
}

/**
 * grid__draw - draw the titles and the rows that fit
 * @g: the table; list__fit() told how many rows that are
 * @p: how to draw
 * @y: the line of the titles
 * @row: all rows, in their order
 */
void grid__draw(const struct grid *g, const struct paint *p, int y,
		const struct row *row)
{
	const struct list *l = &g->list;
	struct shown shown;
	size_t i;

	choose(g, p->width, &shown);
	draw_titles(g, p, y, &shown);
	for (i = 0; i < l->height && l->top + i < l->count; i++)
		draw_row(g, p, y + 1 + (int)i, &shown, &row[l->top + i],
			 l->top + i == l->cursor);
}
