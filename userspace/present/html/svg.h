/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Elements of SVG. Text is escaped: it may contain any bytes. */
#ifndef PGWALK_PRESENT_HTML_SVG_H
#define PGWALK_PRESENT_HTML_SVG_H

#include <stdio.h>

/** SVG_WIDTH - width of all pictures, in units of their coordinates */
#define SVG_WIDTH	680

void svg__text(FILE *out, const char *text);
void svg__title(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void svg__label(FILE *out, double x, double y, const char *class, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void svg__rect(FILE *out, double x, double y, double width, double height, const char *class);
void svg__line(FILE *out, double x1, double y1, double x2, double y2);
void svg__key(FILE *out, double x, double y, const char *class, const char *text);

#endif
