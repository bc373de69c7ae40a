// SPDX-License-Identifier: GPL-2.0
/* Pieces of a line, a label and a value each: those that do not fit are left out. */
#include <stdarg.h>
#include <stdio.h>

#include "view.h"

/**
 * piece__put - draw a label and a value, two blanks behind what stands before
 * @p: how to draw
 * @at: where; moved on
 * @label: may be empty
 * @style: of the value
 * @format: of the value, as printf(), and what follows
 *
 * Return: whether there was room: else nothing was drawn.
 */
bool piece__put(const struct paint *p, struct piece *at, const char *label,
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
