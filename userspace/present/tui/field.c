// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Fields of a line, a label and a value each; fields that do not fit are left out. */
#include <stdarg.h>
#include <stdio.h>

#include "view.h"

/**
 * field__put - draw a label and a value, two blanks after the field before
 * @p: the screen to paint on
 * @at: position; advanced
 * @label: may be empty
 * @style: style of the value
 * @format: format of the value, as printf(), with its arguments
 *
 * Return: false if the field does not fit: nothing was drawn.
 */
bool field__put(const struct paint *p, struct field *at, const char *label,
		enum style style, const char *format, ...)
{
	char value[1024];
	int need, x = at->x;
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	need = paint__columns(label) + (*label && *value) +
	       paint__columns(value);
	if (x + need > at->end)
		return false;
	x += paint__text(p, at->y, x, need, STYLE_DIM, label);
	x += *label && *value;
	x += paint__text(p, at->y, x, need, style, value);
	at->x = x + 2;
	return true;
}
