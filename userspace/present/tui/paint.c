// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Paints into the memory of curses. Names come from targets: non-printable characters are
 * shown as '?', escape sequences are never interpreted.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <ncurses.h>

#include "paint.h"

#define LINE_MAX_COLUMNS	1024

static const struct {
	short colour;		/* -1: default of the terminal */
	attr_t with_colour;
	attr_t without;
} attributes[STYLE_NR] = {
	[STYLE_PLAIN]	= { -1, A_NORMAL, A_NORMAL },
	[STYLE_DIM]	= { -1, A_DIM, A_DIM },
	[STYLE_STRONG]	= { -1, A_BOLD, A_BOLD },
	[STYLE_HEADER]	= { -1, A_REVERSE, A_REVERSE },
	[STYLE_CURSOR]	= { COLOR_CYAN, A_REVERSE | A_BOLD, A_REVERSE | A_BOLD },
	[STYLE_GOOD]	= { COLOR_GREEN, A_NORMAL, A_NORMAL },
	[STYLE_WARNING]	= { COLOR_YELLOW, A_BOLD, A_BOLD },
	[STYLE_BAD]	= { COLOR_RED, A_BOLD, A_BOLD },
	[STYLE_ANON]	= { COLOR_GREEN, A_NORMAL, A_NORMAL },
	[STYLE_FILE]	= { COLOR_CYAN, A_NORMAL, A_NORMAL },
	[STYLE_COPY]	= { COLOR_MAGENTA, A_NORMAL, A_NORMAL },
	[STYLE_HUGE]	= { COLOR_BLUE, A_BOLD, A_BOLD },
	[STYLE_SWAP]	= { COLOR_YELLOW, A_NORMAL, A_NORMAL },
	[STYLE_FAULT]	= { COLOR_RED, A_BOLD, A_BOLD },
	[STYLE_KEY]	= { -1, A_BOLD, A_BOLD },
};

/**
 * paint__init - prepare to paint
 * @p: set
 * @utf8: see struct paint
 * @colour: see struct paint
 */
void paint__init(struct paint *p, bool utf8, bool colour)
{
	int i;

	*p = (struct paint){ .utf8 = utf8, .colour = colour };
	for (i = 0; colour && i < STYLE_NR; i++)
		init_pair((short)(i + 1), attributes[i].colour, -1);
}

/**
 * paint__attribute - return the attribute of a style
 * @p: the screen to paint on
 * @style: the style
 *
 * Return: a value for attrset().
 */
unsigned int paint__attribute(const struct paint *p, enum style style)
{
	if (!p->colour)
		return attributes[style].without;
	return attributes[style].with_colour | COLOR_PAIR(style + 1);
}

/*
 * Return the next character of @text, and its width in columns. An invalid, control or
 * zero-width character becomes '?'.
 */
static size_t next(const char *text, wchar_t *wc, int *columns)
{
	mbstate_t state = { 0 };
	size_t len = mbrtowc(wc, text, MB_CUR_MAX, &state);

	if (!len)
		return 0;
	if (len == (size_t)-1 || len == (size_t)-2) {
		len = 1;
		*wc = L'?';
	}
	*columns = wcwidth(*wc);
	if (*columns <= 0) {
		*wc = L'?';
		*columns = 1;
	}
	return len;
}

/**
 * paint__columns - return the width of a text on the screen
 * @text: any bytes
 *
 * Return: columns.
 */
int paint__columns(const char *text)
{
	int columns, used = 0;
	wchar_t wc;
	size_t len;

	while ((len = next(text, &wc, &columns))) {
		used += columns;
		text += len;
	}
	return used;
}

/* Fit @text into @width columns, cut with '~'; return its width */
static int fit(wchar_t *to, int *count, const char *text, int width)
{
	int columns[LINE_MAX_COLUMNS];
	int n = 0, used = 0;
	size_t len;

	if (width > LINE_MAX_COLUMNS - 2)
		width = LINE_MAX_COLUMNS - 2;
	while ((len = next(text, &to[n], &columns[n]))) {
		if (used + columns[n] > width)
			break;
		used += columns[n++];
		text += len;
	}
	if (len && width > 0) {
		while (n && used > width - 1)
			used -= columns[--n];
		to[n++] = L'~';
		used++;
	}
	*count = n;
	return used;
}

/**
 * paint__text - draw a text in one line
 * @p: the screen to paint on
 * @y: the line
 * @x: the column
 * @width: limit of columns; a longer text ends in '~'
 * @style: the style
 * @text: any bytes
 *
 * Return: width in columns.
 */
int paint__text(const struct paint *p, int y, int x, int width,
		enum style style, const char *text)
{
	wchar_t line[LINE_MAX_COLUMNS];
	int count, used;

	if (width > p->width - x)
		width = p->width - x;
	if (y < 0 || y >= p->height || x < 0 || width <= 0)
		return 0;
	used = fit(line, &count, text, width);
	attrset((int)paint__attribute(p, style));
	mvaddnwstr(y, x, line, count);
	attrset(A_NORMAL);
	return used;
}

/**
 * paint__format - draw a formatted text in one line
 * @p: the screen to paint on
 * @y: the line
 * @x: the column
 * @width: limit of columns
 * @style: the style
 * @format: as printf(), with its arguments
 *
 * Return: width in columns.
 */
int paint__format(const struct paint *p, int y, int x, int width,
		  enum style style, const char *format, ...)
{
	char buf[LINE_MAX_COLUMNS];
	va_list args;

	va_start(args, format);
	vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	return paint__text(p, y, x, width, style, buf);
}

/**
 * paint__cell - draw a text in a field of fixed width
 * @p: the screen to paint on
 * @y: the line
 * @x: the column
 * @width: width of the field
 * @left: left-aligned
 * @style: the style
 * @text: any bytes
 */
void paint__cell(const struct paint *p, int y, int x, int width, bool left,
		 enum style style, const char *text)
{
	int columns = paint__columns(text);

	if (!left && columns < width)
		x += width - columns;
	paint__text(p, y, x, columns < width ? columns : width, style, text);
}

/**
 * paint__fill - set the background of a part of a line
 * @p: the screen to paint on
 * @y: the line
 * @x: the column
 * @width: columns
 * @style: style of the background
 */
void paint__fill(const struct paint *p, int y, int x, int width,
		 enum style style)
{
	if (width > p->width - x)
		width = p->width - x;
	if (y < 0 || y >= p->height || x < 0)
		return;
	attrset((int)paint__attribute(p, style));
	move(y, x);
	while (width-- > 0)
		addch(' ');
	attrset(A_NORMAL);
}

/**
 * paint__bar - return a bar of one character
 * @p: the screen to paint on
 * @level: 0 to PAINT_LEVELS
 *
 * Return: a constant.
 */
const char *paint__bar(const struct paint *p, unsigned int level)
{
	static const char *const blocks[PAINT_LEVELS + 1] = {
		" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█",
	};
	static const char *const ascii[PAINT_LEVELS + 1] = {
		" ", ".", ".", ":", ":", "+", "+", "#", "@",
	};

	if (level > PAINT_LEVELS)
		level = PAINT_LEVELS;
	return p->utf8 ? blocks[level] : ascii[level];
}

/**
 * paint__bars - format values as a line of bars, scaled to the highest value
 * @p: the screen to paint on
 * @buf: filled in
 * @size: size of @buf, at least 3 * @count + 1
 * @value: not negative
 * @count: number of @value
 *
 * Return: @buf.
 */
char *paint__bars(const struct paint *p, char *buf, size_t size,
		  const double *value, size_t count)
{
	double max = 0;
	size_t i, at = 0;

	for (i = 0; i < count; i++)
		if (value[i] > max)
			max = value[i];
	buf[0] = '\0';
	for (i = 0; i < count && at + 4 <= size; i++) {
		unsigned int level = 0;

		if (value[i] > 0)
			level = 1 + (unsigned int)((PAINT_LEVELS - 1) *
						   (value[i] / max) + 0.5);
		at += (size_t)snprintf(buf + at, size - at, "%s",
				       paint__bar(p, level));
	}
	return buf;
}
