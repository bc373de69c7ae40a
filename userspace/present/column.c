// SPDX-License-Identifier: GPL-2.0
/*
 * What all columns have in common: their values are taken, ordered and made
 * text here and nowhere else. It knows no record and prints nothing.
 */
#include <stdio.h>
#include <string.h>

#include "../lib/quantity.h"
#include "column.h"

/**
 * column__get - take the value of one cell
 * @c: the column
 * @row: the record that the column is made for
 * @value: filled; its text is good as long as both are
 */
void column__get(const struct column *c, const void *row, struct value *value)
{
	memset(value, 0, sizeof(*value));
	c->get(row, value);
}

/**
 * column__compare - order two rows by a column of numbers
 * @c: the column
 * @a: a row
 * @b: another one
 *
 * Return: as strcmp(); what is not known comes first.
 */
int column__compare(const struct column *c, const void *a, const void *b)
{
	struct value x, y;

	column__get(c, a, &x);
	column__get(c, b, &y);
	if (x.n != y.n)
		return x.n < y.n ? -1 : 1;
	return (x.unit != VALUE_NONE) - (y.unit != VALUE_NONE);
}

/**
 * value__set - make it a number
 * @value: filled
 * @unit: of what
 * @n: how many
 */
void value__set(struct value *value, enum value_unit unit, uint64_t n)
{
	value->unit = unit;
	value->n = n;
}

/**
 * value__set_text - make it a word
 * @value: filled
 * @text: it is not copied; NULL: not known
 */
void value__set_text(struct value *value, const char *text)
{
	value->unit = text ? VALUE_TEXT : VALUE_NONE;
	value->text = text;
}

static void format_number(char *buf, size_t size, uint64_t n)
{
	snprintf(buf, size, "%llu", (unsigned long long)n);
}

static void format_rate(char *buf, size_t size, const struct value *value)
{
	quantity__rate(buf, size, value->seconds > 0 ?
		       (double)value->n / value->seconds : (double)value->n);
}

/**
 * value__format - make a value text for people
 * @value: the value; a VALUE_NAME comes out as it is
 * @exact: write bytes out
 * @buf: where to, if it needs to be written
 * @size: bytes of @buf, VALUE_TEXT_MAX is enough
 *
 * Return: @buf or the value's own text.
 */
const char *value__format(const struct value *value, bool exact, char *buf,
			  size_t size)
{
	snprintf(buf, size, "-");
	switch (value->unit) {
	case VALUE_NONE:
	case VALUE_ARRAY:
		break;
	case VALUE_RATE:
		format_rate(buf, size, value);
		break;
	case VALUE_NS:
		quantity__time(buf, size, value->n);
		break;
	case VALUE_BYTES:
		if (exact)
			format_number(buf, size, value->n);
		else
			quantity__bytes(buf, size, value->n);
		break;
	case VALUE_SHARE:
		if (exact)
			format_number(buf, size, value->n);
		else
			quantity__share(buf, size, value->n, value->whole);
		break;
	case VALUE_TEXT:
	case VALUE_NAME:
		return value->text;
	case VALUE_WORDS:
		return value->text[0] ? value->text : buf;
	case VALUE_ADDRESS:
		snprintf(buf, size, "%08llx", (unsigned long long)value->n);
		break;
	case VALUE_HEX:
		snprintf(buf, size, "%llx", (unsigned long long)value->n);
		break;
	case VALUE_SIGNED:
		snprintf(buf, size, "%lld", (long long)value->n);
		break;
	case VALUE_COUNT:
	case VALUE_BOOL:
		format_number(buf, size, value->n);
		break;
	}
	return buf;
}
