// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Gets, compares and formats the values of all columns.
 */
#include <stdio.h>
#include <string.h>

#include "../lib/digits.h"
#include "../lib/i18n.h"
#include "../lib/units.h"
#include "column.h"

/**
 * column__get - get the value of one cell
 * @c: the column
 * @row: a record of the type of the column
 * @value: filled in; its text may point into @row and @value
 */
void column__get(const struct column *c, const void *row, struct value *value)
{
	value->unit = VALUE_NONE;
	value->n = 0;
	value->whole = 0;
	value->seconds = 0;
	value->text = NULL;
	value->array = NULL;
	value->buf[0] = '\0';
	c->get(row, value);
}

static bool is_name(const struct value *v)
{
	return v->unit == VALUE_TEXT || v->unit == VALUE_WORDS || v->unit == VALUE_PROSE ||
	       v->unit == VALUE_NAME;
}

/* A rate by its seconds, a share by its whole */
static double quotient(const struct value *v)
{
	const double by = v->unit == VALUE_RATE ? v->seconds : (double)v->whole;

	return by > 0 ? (double)v->n / by : 0;
}

static int compare_quotients(const struct value *x, const struct value *y)
{
	const double a = quotient(x), b = quotient(y);

	return a > b ? -1 : a < b;
}

/**
 * column__compare - compare two rows by a column
 * @c: the column
 * @a: a row
 * @b: another row
 *
 * Numbers are descending, names and addresses ascending; unknown values come last.
 *
 * Return: as strcmp().
 */
int column__compare(const struct column *c, const void *a, const void *b)
{
	struct value x, y;

	column__get(c, a, &x);
	column__get(c, b, &y);
	if (x.unit == VALUE_NONE || y.unit == VALUE_NONE)
		return (x.unit == VALUE_NONE) - (y.unit == VALUE_NONE);
	if (is_name(&x) && is_name(&y) && x.n != y.n)
		return x.n < y.n ? -1 : 1;
	if (is_name(&x) && is_name(&y))
		return strcmp(x.text, y.text);
	if (x.unit == VALUE_RATE || x.unit == VALUE_SHARE)
		return compare_quotients(&x, &y);
	if (x.n == y.n)
		return 0;
	if (x.unit == VALUE_SIGNED)
		return (int64_t)x.n < (int64_t)y.n ? 1 : -1;
	return (x.n < y.n) == (x.unit == VALUE_ADDRESS) ? -1 : 1;
}

/**
 * value__set - set a number
 * @value: set
 * @unit: its unit
 * @n: the number
 */
void value__set(struct value *value, enum value_unit unit, uint64_t n)
{
	value->unit = unit;
	value->n = n;
}

/**
 * value__set_text - set a text
 * @value: set
 * @text: not copied; NULL: unknown
 */
void value__set_text(struct value *value, const char *text)
{
	value->unit = text ? VALUE_TEXT : VALUE_NONE;
	value->text = text;
}

/**
 * value__set_prose - set a text that is translated where people read it
 * @value: set
 * @text: marked with N_(), not empty, not copied; NULL: unknown
 */
void value__set_prose(struct value *value, const char *text)
{
	value->unit = text ? VALUE_PROSE : VALUE_NONE;
	value->text = text;
}

/**
 * value__set_range - set a text "START-END", as in /proc/PID/maps, which is sorted by its start
 * @value: set
 * @start: first address
 * @end: address after the last
 */
void value__set_range(struct value *value, uint64_t start, uint64_t end)
{
	digits__range(value->buf, start, end);
	value__set_text(value, value->buf);
	value->n = start;
}

_Static_assert(VALUE_TEXT_MAX >= DIGITS_MAX, "value__format() writes digits");

static void format_rate(char *buf, size_t size, const struct value *value)
{
	units__rate(buf, size, value->seconds > 0 ?
		    (double)value->n / value->seconds : (double)value->n);
}

/**
 * value__format - format a value
 * @value: the value; a VALUE_NAME is returned unchanged, a VALUE_PROSE translated
 * @exact: write all digits of bytes
 * @buf: buffer for the text
 * @size: bytes of @buf, at least VALUE_TEXT_MAX
 *
 * Return: @buf or the value's own text.
 */
const char *value__format(const struct value *value, bool exact, char *buf,
			  size_t size)
{
	buf[0] = '-';
	buf[1] = '\0';
	switch (value->unit) {
	case VALUE_NONE:
	case VALUE_ARRAY:
		break;
	case VALUE_RATE:
		format_rate(buf, size, value);
		break;
	case VALUE_NS:
		units__time(buf, size, value->n);
		break;
	case VALUE_BYTES:
		if (exact)
			digits__decimal(buf, value->n);
		else
			units__bytes(buf, size, value->n);
		break;
	case VALUE_SHARE:
		if (exact)
			digits__decimal(buf, value->n);
		else
			units__share(buf, size, value->n, value->whole);
		break;
	case VALUE_PERCENT:
		units__percent(buf, size, value->n, value->whole);
		break;
	case VALUE_TEXT:
	case VALUE_NAME:
		return value->text;
	case VALUE_PROSE:
		return _(value->text);
	case VALUE_WORDS:
		return value->text[0] ? value->text : buf;
	case VALUE_ADDRESS:
		digits__hex(buf, value->n, 8);
		break;
	case VALUE_HEX:
		digits__hex(buf, value->n, 1);
		break;
	case VALUE_SIGNED:
		snprintf(buf, size, "%lld", (long long)value->n);
		break;
	case VALUE_COUNT:
	case VALUE_BOOL:
		digits__decimal(buf, value->n);
		break;
	}
	return buf;
}
