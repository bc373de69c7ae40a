/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Paints text, bars and colours on the screen, as the terminal can show them. */
#ifndef PGWALK_TUI_PAINT_H
#define PGWALK_TUI_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Style of a text; paint.c maps it to attributes */
enum style {
	STYLE_PLAIN,
	STYLE_DIM,		/* labels, unimportant text */
	STYLE_STRONG,
	STYLE_HEADER,		/* titles of columns */
	STYLE_CURSOR,
	STYLE_GOOD,
	STYLE_WARNING,
	STYLE_BAD,
	STYLE_ANON,
	STYLE_FILE,
	STYLE_COPY,
	STYLE_HUGE,
	STYLE_SWAP,
	STYLE_FAULT,
	STYLE_KEY,
	STYLE_NR
};

/* Heights of a bar; 0 is no bar, so values above 0 always have one */
#define PAINT_LEVELS	8

/**
 * struct paint - properties of the screen
 * @utf8: characters outside of ASCII can be shown
 * @colour: colours can be shown
 * @width: columns of the screen
 * @height: lines of the screen
 */
struct paint {
	bool utf8;
	bool colour;
	int width;
	int height;
};

void paint__init(struct paint *p, bool utf8, bool colour);
unsigned int paint__attribute(const struct paint *p, enum style style);

int paint__columns(const char *text);
int paint__text(const struct paint *p, int y, int x, int width,
		enum style style, const char *text);
int paint__format(const struct paint *p, int y, int x, int width,
		  enum style style, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
void paint__cell(const struct paint *p, int y, int x, int width, bool left,
		 enum style style, const char *text);
void paint__fill(const struct paint *p, int y, int x, int width,
		 enum style style);

const char *paint__bar(const struct paint *p, unsigned int level);
char *paint__bars(const struct paint *p, char *buf, size_t size,
		  const double *value, size_t count);

#endif
