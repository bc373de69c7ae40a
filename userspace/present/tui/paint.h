/* SPDX-License-Identifier: GPL-2.0 */
/* Text, bars and colours onto the screen, in whatever the terminal can show. */
#ifndef PGWALK_TUI_PAINT_H
#define PGWALK_TUI_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a piece of text is; how that looks is decided in one place */
enum style {
	STYLE_PLAIN,
	STYLE_DIM,		/* labels, what is of no weight now */
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

/* Heights of a bar: 0 is none, so that what is not 0 never looks like it */
#define PAINT_LEVELS	8

/**
 * struct paint - how to draw
 * @utf8: other characters than those of ASCII may be shown
 * @colour: colours may be
 * @width: columns of the screen
 * @height: lines
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
