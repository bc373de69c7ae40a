// SPDX-License-Identifier: GPL-2.0
/*
 * Records as they are told: rows or a list of their fields in text, an object a
 * line in JSON, both from the same columns. It decides nothing and reads nothing.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/text.h"
#include "object.h"
#include "report.h"

/**
 * report__remark - write a line that is no data; text only
 * @r: the report
 * @format: as printf, without the '#' and the newline
 */
void report__remark(struct report *r, const char *format, ...)
{
	va_list args;

	if (r->json)
		return;
	fputs("# ", r->out);
	va_start(args, format);
	vfprintf(r->out, format, args);
	va_end(args);
	fputc('\n', r->out);
}

/** report__text - write what was made for people, as it is; text only */
void report__text(struct report *r, const char *text)
{
	if (!r->json)
		fputs(text, r->out);
}

/**
 * report__columns - choose what the rows will be
 * @r: the report
 * @columns: of their records
 *
 * Return: 0; -ENOENT, -E2BIG: what is wanted cannot be shown.
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
	json_object *object = json_object_new_object();
	const char *text = NULL;
	bool failed = !object;

	if (object) {
		object__add_text(object, "schema", columns->schema, &failed);
		object__add_columns(object, columns, row, COLUMN_JSON, &failed);
	}
	if (!failed)
		text = object__text(object);
	if (text)
		fprintf(r->out, "%s\n", text);
	else
		r->failed = true;
	json_object_put(object);
}

/**
 * report__row - tell one record
 * @r: the report, its columns chosen
 * @row: the record
 */
void report__row(struct report *r, const void *row)
{
	if (r->json)
		print_object(r, r->columns, row);
	else
		table__line(&r->table, r->out, row, ' ');
}

/**
 * report__total - tell the sum of all rows
 * @r: the report
 * @total: how it is told in JSON
 * @row: a record as the rows are, and as @total takes it
 */
void report__total(struct report *r, const struct columns *total,
		   const void *row)
{
	if (r->json)
		print_object(r, total, row);
	else
		table__line(&r->table, r->out, row, '#');
}

/* Bytes for people and for awk: "1.2M", or with @exact all digits */
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
 * report__record - tell one record, a line a field
 * @r: the report
 * @columns: of the record; those with a key are told
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
