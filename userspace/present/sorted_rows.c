// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Collects rows and prints them in the order of a column. The memory is bounded: of more rows than
 * fit, the first ones in the order are kept.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sorted_rows.h"

/* Bytes of rows that are kept; twice as many are collected before the last ones are dropped */
#define KEPT_BYTES	(32UL << 20)

/**
 * struct sorted_row - a row
 * @number: number of rows added before it: rows that compare equal keep their order
 * @size: bytes of @data
 * @data: copy of the row
 */
struct sorted_row {
	uint64_t number;
	size_t size;
	char data[] __attribute__((aligned(16)));
};

/**
 * struct sorted_rows - rows and their order
 * @by: the column
 * @row: rows
 * @nr: number of @row
 * @room: number of rows that @row has room for
 * @bytes: bytes of all rows
 * @added: number of rows that were added
 */
struct sorted_rows {
	const struct column *by;
	struct sorted_row **row;
	size_t nr;
	size_t room;
	size_t bytes;
	uint64_t added;
};

/**
 * sorted_rows__find - find a column to sort by
 * @columns: columns of the rows
 * @key: key or title, in upper or lower case
 *
 * A title may be the key of another column: an exact key comes first, then an exact title.
 *
 * Return: the column; NULL: none.
 */
const struct column *sorted_rows__find(const struct columns *columns, const char *key)
{
	static int (*const equal[])(const char *, const char *) = { strcmp, strcasecmp };
	size_t i, pass;

	for (pass = 0; pass < 4; pass++) {
		for (i = 0; i < columns->count; i++) {
			const struct column *c = &columns->column[i];

			if (c->title && c->key && !equal[pass / 2](pass % 2 ? c->title : c->key, key))
				return c;
		}
	}
	return NULL;
}

/**
 * sorted_rows__create - create an empty collection
 * @columns: columns of the rows
 * @key: a column that sorted_rows__find() finds
 *
 * Return: the collection; NULL: no memory.
 */
struct sorted_rows *sorted_rows__create(const struct columns *columns, const char *key)
{
	struct sorted_rows *rows = calloc(1, sizeof(*rows));

	if (rows)
		rows->by = sorted_rows__find(columns, key);
	return rows;
}

/* Drop the rows from a number on */
static void drop(struct sorted_rows *rows, size_t from)
{
	while (rows->nr > from) {
		rows->bytes -= rows->row[--rows->nr]->size;
		free(rows->row[rows->nr]);
	}
}

/** sorted_rows__destroy - free the rows; NULL is fine */
void sorted_rows__destroy(struct sorted_rows *rows)
{
	if (!rows)
		return;
	drop(rows, 0);
	free(rows->row);
	free(rows);
}

static int compare(const void *a, const void *b, void *by)
{
	const struct sorted_row *x = *(struct sorted_row *const *)a;
	const struct sorted_row *y = *(struct sorted_row *const *)b;
	const int n = column__compare(by, x->data, y->data);

	return n ? n : x->number < y->number ? -1 : 1;
}

static void sort(struct sorted_rows *rows)
{
	if (rows->nr)
		qsort_r(rows->row, rows->nr, sizeof(void *), compare, (void *)rows->by);
}

/* Keep the first rows in the order */
static void shrink(struct sorted_rows *rows)
{
	size_t bytes = 0, i;

	sort(rows);
	for (i = 0; i < rows->nr && bytes + rows->row[i]->size <= KEPT_BYTES; i++)
		bytes += rows->row[i]->size;
	drop(rows, i);
}

static int make_room(struct sorted_rows *rows)
{
	size_t room = rows->room ? 2 * rows->room : 64;
	struct sorted_row **row;

	if (rows->nr < rows->room)
		return 0;
	row = reallocarray(rows->row, room, sizeof(void *));
	if (!row)
		return -1;
	rows->row = row;
	rows->room = room;
	return 0;
}

/**
 * sorted_rows__add - add a copy of a row
 * @rows: the rows
 * @row: the row
 * @size: bytes of @row
 * @more: memory that follows it in the copy, which @row points to
 * @more_size: bytes of @more; 0: none
 *
 * Return: the copy, in which the caller sets the pointer to the copy of @more; it is valid until
 * the next call; NULL: no memory.
 */
void *sorted_rows__add(struct sorted_rows *rows, const void *row, size_t size, const void *more,
		       size_t more_size)
{
	struct sorted_row *copy;

	if (rows->bytes > 2 * KEPT_BYTES)
		shrink(rows);
	copy = make_room(rows) ? NULL : malloc(sizeof(*copy) + size + more_size);
	if (!copy)
		return NULL;
	copy->number = rows->added++;
	copy->size = sizeof(*copy) + size + more_size;
	memcpy(copy->data, row, size);
	if (more_size)
		memcpy(copy->data + size, more, more_size);
	rows->row[rows->nr++] = copy;
	rows->bytes += copy->size;
	return copy->data;
}

/**
 * sorted_rows__print - write the rows in order, and drop them
 * @rows: the rows
 * @report: output, with the columns of the rows
 *
 * Return: number of rows that were not kept.
 */
uint64_t sorted_rows__print(struct sorted_rows *rows, struct report *report)
{
	uint64_t missing;
	size_t i;

	shrink(rows);
	missing = rows->added - rows->nr;
	for (i = 0; i < rows->nr; i++)
		report__row(report, rows->row[i]->data);
	drop(rows, 0);
	rows->added = 0;
	return missing;
}
