// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes records as lines of text with fixed columns.
 */
#include <errno.h>
#include <string.h>

#include "../lib/chunk.h"
#include "../lib/text.h"
#include "table.h"

/* Limits of the width of a name column, which takes the rest of the line */
#define NAME_MIN	8
#define NAME_MAX_WIDTH	240
#define SHORT		16	/* characters of a cell that is written in few steps */
#define EXACT_WIDTH	14	/* of a column of exact bytes */

/**
 * table__init - select the columns of text
 * @t: set
 * @columns: columns of the record
 * @width: width of a line
 * @exact: write all digits of bytes
 */
void table__init(struct table *t, const struct columns *columns,
		 unsigned int width, bool exact)
{
	size_t i;

	*t = (struct table){ .width = width, .exact = exact };
	for (i = 0; i < columns->count && t->count < TABLE_COLUMNS_MAX; i++)
		if (columns->column[i].in & COLUMN_TEXT)
			t->column[t->count++] = &columns->column[i];
}

/**
 * table__prepend - insert a column before all others
 * @t: changed
 * @column: the column; it must stay valid
 */
void table__prepend(struct table *t, const struct column *column)
{
	size_t i;

	if (t->count == TABLE_COLUMNS_MAX)
		t->count--;
	for (i = t->count; i; i--)
		t->column[i] = t->column[i - 1];
	t->column[0] = column;
	t->count++;
}

static const struct column *find(const struct columns *columns,
				 const char *key, size_t len)
{
	size_t i;

	for (i = 0; i < columns->count; i++) {
		const struct column *c = &columns->column[i];

		if (c->title && c->key && strlen(c->key) == len &&
		    !strncmp(c->key, key, len))
			return c;
	}
	return NULL;
}

/**
 * table__choose - select other columns
 * @t: changed; unchanged on failure
 * @columns: columns of the record
 * @keys: keys of columns, separated by commas
 *
 * Return: 0; -ENOENT: unknown column; -E2BIG: too many.
 */
int table__choose(struct table *t, const struct columns *columns,
		  const char *keys)
{
	struct table chosen = { .width = t->width, .exact = t->exact };

	for (;;) {
		size_t len = strcspn(keys, ",");
		const struct column *c = find(columns, keys, len);

		if (!c)
			return -ENOENT;
		if (chosen.count == TABLE_COLUMNS_MAX)
			return -E2BIG;
		chosen.column[chosen.count++] = c;
		if (!keys[len])
			break;
		keys += len + 1;
	}
	*t = chosen;
	return 0;
}

/**
 * table__insert - add a column before the last one
 * @t: the table, with a column
 * @c: the column; without room nothing is added
 */
void table__insert(struct table *t, const struct column *c)
{
	if (t->count == TABLE_COLUMNS_MAX)
		return;
	t->column[t->count] = t->column[t->count - 1];
	t->column[t->count - 1] = c;
	t->count++;
}

/* Return the width of a column: only the last one takes the rest of the line */
static unsigned int width_of(const struct table *t, size_t i)
{
	const struct column *c = t->column[i];
	bool bytes = c->unit == VALUE_BYTES || c->unit == VALUE_SHARE;

	if (!c->width && i + 1 < t->count)
		return 16;
	return t->exact && bytes && c->width < EXACT_WIDTH ? EXACT_WIDTH :
							     c->width;
}

/* Write a right-aligned text of at most SHORT characters if it is plain. Return if it was written */
static bool put_short(struct chunk *out, const char *text, unsigned int width)
{
	const size_t n = text__plain_length(text, SHORT);
	const size_t blanks = width > n ? width - n : 0;
	char *to = out->text + out->len;

	if (text[n] || blanks > SHORT || sizeof(out->text) - out->len < 2UL * SHORT)
		return false;
	memset(to, ' ', SHORT);	/* of constant size: no call */
	chunk__copy(to + blanks, text, n);
	out->len += blanks + n;
	return true;
}

static void print_cell(struct chunk *out, const struct column *c, unsigned int width,
		       const char *text, unsigned int room)
{
	char fitted[4 * NAME_MAX_WIDTH + 1];
	size_t max = width && c->width ? NAME_MAX_WIDTH : width ? width : room;
	size_t n, blanks, len;

	/* Most cells are short numbers */
	if (!c->left && c->width && put_short(out, text, width))
		return;
	if (max > NAME_MAX_WIDTH)
		max = NAME_MAX_WIDTH;
	n = len = text__plain_length(text, max);
	if (text[n]) {
		n = text__fit(fitted, sizeof(fitted), text, max);
		text = fitted;
		len = strlen(text);
	}
	blanks = width > n ? width - n : 0;
	if (!c->left)
		chunk__put_blanks(out, blanks);
	chunk__put(out, text, len);
	if (c->left)
		chunk__put_blanks(out, blanks);
}

/**
 * table__header - write the line of titles
 * @t: the table
 * @out: output
 */
void table__header(const struct table *t, FILE *out)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		const struct column *c = t->column[i];
		int width = (int)width_of(t, i);

		/* '#' takes the place of the blank before the first column */
		if (c->left && i + 1 == t->count)
			width = 0;
		fprintf(out, "%s%*s", i ? " " : "#", c->left ? -width : width,
			c->title);
	}
	fputc('\n', out);
}

/**
 * table__row - write one record
 * @t: the table
 * @out: output
 * @row: the record
 * @first: ' ', or '#' for a line without data
 */
void table__row(const struct table *t, FILE *out, const void *row, char first)
{
	char buf[VALUE_TEXT_MAX];
	unsigned int used = 0;
	struct value value;
	struct chunk line;
	size_t i;

	chunk__init(&line, out);
	for (i = 0; i < t->count; i++) {
		unsigned int width = width_of(t, i), room = NAME_MIN;

		chunk__put_char(&line, first);
		first = ' ';
		used += width + 1;
		if (t->width > used + NAME_MIN)
			room = t->width - used;
		column__get(t->column[i], row, &value);
		print_cell(&line, t->column[i],
			   t->column[i]->left && i + 1 == t->count &&
			   t->column[i]->width ? 1 : width,
			   value__format(&value, t->exact, buf, sizeof(buf)),
			   room);
	}
	chunk__put_char(&line, '\n');
	chunk__flush(&line);
}
