// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes records: in text as rows or as lists of fields, in JSON as one object per line,
 * both from the same columns.
 */
#include <stdarg.h>
#include <string.h>

#include "../lib/i18n.h"
#include "../lib/text.h"
#include "../lib/units.h"
#include "json_writer.h"
#include "report.h"

/**
 * report__bytes - format bytes for a line of text
 * @r: the report, which knows whether all digits are written
 * @buf: filled
 * @size: bytes of @buf, at least QUANTITY_MAX
 * @bytes: the number
 *
 * Return: @buf.
 */
char *report__bytes(const struct report *r, char *buf, size_t size, uint64_t bytes)
{
	if (!r->exact)
		return units__bytes(buf, size, bytes);
	snprintf(buf, size, "%llu", (unsigned long long)bytes);
	return buf;
}

/**
 * report__comment - write a line that begins with '#'; text only
 * @r: the report
 * @format: as printf, without '#' and newline; translated here
 */
void report__comment(struct report *r, const char *format, ...)
{
	va_list args;

	if (r->json)
		return;
	fputs("# ", r->out);
	va_start(args, format);
	vfprintf(r->out, gettext(format), args);
	va_end(args);
	fputc('\n', r->out);
}

/** report__text - write a text unchanged; text only */
void report__text(struct report *r, const char *text)
{
	if (!r->json)
		fputs(text, r->out);
}

/**
 * report__columns - set the columns of the rows
 * @r: the report
 * @columns: columns of the type of record
 *
 * Return: 0; -ENOENT, -E2BIG: a chosen column is unknown, or there are too many.
 */
int report__columns(struct report *r, const struct columns *columns)
{
	r->columns = columns;
	table__init(&r->table, columns, r->width, r->exact);
	return r->chosen ? table__choose(&r->table, columns, r->chosen) : 0;
}

/** report__header - write the titles of the rows; text only */
void report__header(struct report *r)
{
	if (!r->json)
		table__header(&r->table, r->out);
}

static void print_object(struct report *r, const struct columns *columns,
			 const void *row)
{
	struct json_writer w;

	json_writer__begin(&w, r->out);
	json_writer__text(&w, "schema", columns->schema);
	json_writer__columns(&w, columns, row, COLUMN_JSON);
	json_writer__end(&w);
}

/**
 * report__row - write one record
 * @r: the report, after report__columns()
 * @row: the record
 */
void report__row(struct report *r, const void *row)
{
	if (r->json)
		print_object(r, r->columns, row);
	else
		table__row(&r->table, r->out, row, ' ');
}

/**
 * report__total - write the sum of all rows
 * @r: the report
 * @total: columns of the sum in JSON
 * @row: a record of the type of the rows and of @total
 */
void report__total(struct report *r, const struct columns *total,
		   const void *row)
{
	if (r->json)
		print_object(r, total, row);
	else
		table__row(&r->table, r->out, row, '#');
}

/* Bytes are rounded: "1.2M"; with @exact all digits */
static void print_field(struct report *r, const struct column *c,
			const void *row)
{
	char buf[VALUE_TEXT_MAX], fitted[4 * 240 + 1];
	struct value value;

	column__get(c, row, &value);
	text__fit(fitted, sizeof(fitted),
		  value__format(&value, r->exact, buf, sizeof(buf)), 240);
	fprintf(r->out, "%-16s %s\n", c->key, fitted);
}

/**
 * report__record - write one record, one line per field
 * @r: the report
 * @columns: columns of the record; those without a key are left out
 * @row: the record
 */
void report__record(struct report *r, const struct columns *columns,
		    const void *row)
{
	size_t i;

	if (r->json) {
		print_object(r, columns, row);
		return;
	}
	for (i = 0; i < columns->count; i++)
		if (columns->column[i].key &&
		    columns->column[i].in & COLUMN_TEXT)
			print_field(r, &columns->column[i], row);
}
