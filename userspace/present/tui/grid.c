// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Draws a table of rows, and keeps the cursor on its row when the order changes. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <ncurses.h>

#include "grid.h"

/*
 * Least widths of a last column without a width: a column within the first WEIGHTY
 * characters leaves it LAST_MIN, a column further right LAST_GOOD.
 */
#define LAST_MIN	10
#define LAST_GOOD	24
#define WEIGHTY		63

/* Number of columns before those of memory */
#define MEMORY_AT	2

static bool has_title(const struct grid *g, const char *title)
{
	size_t i;

	for (i = 0; i < g->count; i++)
		if (!strcmp(g->column[i]->title, title))
			return true;
	return false;
}

/* Add the selected columns of memory */
static void add_memory(struct grid *g, const struct columns *columns, unsigned int memory)
{
	size_t i;

	for (i = 0; columns && i < columns->count && g->count < GRID_COLUMNS; i++)
		if (memory & fault_columns__memory_bit(&columns->column[i]))
			g->column[g->count++] = &columns->column[i];
}

/**
 * grid__init - set the columns of a table
 * @g: set
 * @columns: columns shared with batch and JSON; may be NULL
 * @titles: titles of the columns, ended by NULL; unknown ones are left out
 * @memory: SNAPSHOT_MEMORY_*, columns of memory after the first two
 */
void grid__init(struct grid *g, const struct columns *columns,
		const char *const *titles, unsigned int memory)
{
	*g = (struct grid){ .count = 0 };
	for (; *titles; titles++) {
		const struct column *c = row__column(columns, *titles);

		if (g->count == MEMORY_AT)
			add_memory(g, fault_columns__memory(columns), memory);
		if (c && !has_title(g, *titles) && g->count < GRID_COLUMNS)
			g->column[g->count++] = c;
	}
}

/**
 * grid__select - change the columns of memory; sort column and cursor stay
 * @g: the table
 * @columns: as for grid__init()
 * @titles: as for grid__init()
 * @memory: as for grid__init()
 *
 * A sort column that is no longer there is replaced by the first one.
 */
void grid__select(struct grid *g, const struct columns *columns,
		  const char *const *titles, unsigned int memory)
{
	const struct grid old = *g;
	size_t i;

	grid__init(g, columns, titles, memory);
	g->list = old.list;
	g->kept = old.kept;
	g->id = old.id;
	g->class = old.class;
	for (i = 0; i < g->count && old.sort < old.count; i++) {
		if (g->column[i] != old.column[old.sort])
			continue;
		g->sort = i;
		g->reverse = old.reverse;
	}
}

/* Test if "fault/s", "FAULT", "p50_ns" or "p50" names the column */
static bool is_named(const struct column *c, const char *word)
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
 * Return: 0; -ENOENT: unknown column.
 */
int grid__sort_by(struct grid *g, const char *word)
{
	size_t i;

	for (i = 0; i < g->count; i++) {
		if (!is_named(g->column[i], word))
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
 * grid__key - handle a key of a table
 * @g: the table
 * @key: key code of curses
 *
 * Return: true if the cursor or the columns moved; false: not a key of a table.
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
 * grid__keep - remember the row of the cursor, to find it again
 * @g: the table
 * @row: row of the cursor; in the first line, the cursor stays in the line
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
 * grid__find - move the cursor to the remembered row
 * @g: the table
 * @row: all rows, sorted
 * @count: number of @row
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

/* The columns that fit on a line, and the width of a last one without a width */
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

/* Draw the mark of the sort column, in the blank after its title */
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
	/* visible without attributes, too */
	if (cursor)
		paint__text(p, y, 0, 1, STYLE_CURSOR, ">");
}

/**
 * grid__draw - draw the titles and the rows that fit
 * @g: the table, after list__fit()
 * @p: the screen to paint on
 * @y: line of the titles
 * @row: all rows, sorted
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
