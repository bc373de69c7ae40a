// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Writes elements of SVG, and text that is safe in HTML and XML. */
#include <stdarg.h>
#include <stdbool.h>

#include "../../lib/text.h"
#include "svg.h"

#define LABEL_MAX	1024

/* A character that XML does not allow, or that only controls a terminal */
static bool is_unprintable(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	if (len == 2)
		return s[0] == 0xc2 && s[1] < 0xa0;
	return len == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe;
}

static const char *entity(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

/**
 * svg__text - write text for an element or an attribute of HTML or XML
 * @out: output
 * @text: any bytes; U+FFFD replaces invalid UTF-8 and control characters
 */
void svg__text(FILE *out, const char *text)
{
	while (*text) {
		const size_t len = text__sequence(text);

		if (!len || is_unprintable((const unsigned char *)text, len))
			fputs("&#xfffd;", out);
		else if (len == 1 && entity(*text))
			fputs(entity(*text), out);
		else
			fwrite(text, 1, len, out);
		text += len ? len : 1;
	}
}

static void put(FILE *out, const char *format, va_list args)
{
	char text[LABEL_MAX];

	vsnprintf(text, sizeof(text), format, args);
	svg__text(out, text);
}

/** svg__title - write the description of the element around it, which browsers show as a tooltip */
void svg__title(FILE *out, const char *format, ...)
{
	va_list args;

	fputs("<title>", out);
	va_start(args, format);
	put(out, format, args);
	va_end(args);
	fputs("</title>", out);
}

/**
 * svg__label - write a text at a place
 * @out: output
 * @x: left end, or another end by @class
 * @y: base line
 * @class: classes of picture.css
 * @format: as printf
 */
void svg__label(FILE *out, double x, double y, const char *class, const char *format, ...)
{
	va_list args;

	fprintf(out, "<text x=\"%.5g\" y=\"%.5g\" class=\"%s\">", x, y, class);
	va_start(args, format);
	put(out, format, args);
	va_end(args);
	fputs("</text>", out);
}

/** svg__rect - write a rectangle; nothing if it has no area */
void svg__rect(FILE *out, double x, double y, double width, double height, const char *class)
{
	if (width > 0 && height > 0)
		fprintf(out, "<rect x=\"%.5g\" y=\"%.5g\" width=\"%.5g\" height=\"%.5g\" class=\"%s\"/>", x, y, width,
			height, class);
}

/** svg__line - write a line */
void svg__line(FILE *out, double x1, double y1, double x2, double y2)
{
	fprintf(out, "<path d=\"M%.5g %.5gL%.5g %.5g\" class=\"line\"/>", x1, y1, x2, y2);
}

/** svg__key - write an entry of a legend */
void svg__key(FILE *out, double x, double y, const char *class, const char *text)
{
	svg__rect(out, x, y - 10, 12, 12, class);
	svg__label(out, x + 17, y, "small", "%s", text);
}
