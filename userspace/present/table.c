// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of text with fixed columns, of whatever record the columns are made for.
 * It keeps no state and writes where it is told.
 */
#include <errno.h>
#include <string.h>

#include "../lib/text.h"
#include "table.h"

/* A name column is as long as the line lets it be, but of some use */
#define NAME_MIN	8
#define NAME_MAX_WIDTH	240
#define EXACT_WIDTH	14	/* of a column of bytes that are written out */

/**
 * table__init - show the columns that stand in text
 * @t: set
 * @columns: of the record
 * @width: of a line
 * @exact: write bytes out
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
 * table__choose - show these columns instead
 * @t: changed; left alone on failure
 * @columns: of the record
 * @keys: of columns, with commas between
 *
 * Return: 0; -ENOENT: there is no such column; -E2BIG: too many.
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

/* Nothing needs the rest of the line but what stands there last */
static unsigned int width_of(const struct table *t, size_t i)
{
	const struct column *c = t->column[i];
	bool bytes = c->unit == VALUE_BYTES || c->unit == VALUE_SHARE;

	if (!c->width && i + 1 < t->count)
		return 16;
	return t->exact && bytes && c->width < EXACT_WIDTH ? EXACT_WIDTH :
							     c->width;
}

static void print_cell(FILE *out, const struct column *c, unsigned int width,
		       const char *text, unsigned int room)
{
	char fitted[4 * NAME_MAX_WIDTH + 1];
	size_t max = width && c->width ? NAME_MAX_WIDTH : width ? width : room;
	size_t n = text__fit(fitted, sizeof(fitted), text,
			     max < NAME_MAX_WIDTH ? max : NAME_MAX_WIDTH);
	int blanks = width > n ? (int)(width - n) : 0;

	if (c->left)
		fprintf(out, "%s%*s", fitted, blanks, "");
	else
		fprintf(out, "%*s%s", blanks, "", fitted);
}

/**
 * table__header - write the line of titles
 * @t: the table
 * @out: where to
 */
void table__header(const struct table *t, FILE *out)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		const struct column *c = t->column[i];
		int width = (int)width_of(t, i);

		/* the '#' takes the blank before the first column */
		if (c->left && i + 1 == t->count)
			width = 0;
		fprintf(out, "%s%*s", i ? " " : "#", c->left ? -width : width,
			c->title);
	}
	fputc('\n', out);
}

/**
 * table__line - write one record
 * @t: the table
 * @out: where to
 * @row: the record
 * @first: ' ', or '#' for what is no data
 */
void table__line(const struct table *t, FILE *out, const void *row, char first)
{
	char buf[VALUE_TEXT_MAX];
	unsigned int used = 0;
	struct value value;
	size_t i;

	for (i = 0; i < t->count; i++) {
		unsigned int width = width_of(t, i), room = NAME_MIN;

		fputc(i ? ' ' : first, out);
		used += width + 1;
		if (t->width > used + NAME_MIN)
			room = t->width - used;
		column__get(t->column[i], row, &value);
		print_cell(out, t->column[i],
			   t->column[i]->left && i + 1 == t->count &&
			   t->column[i]->width ? 1 : width,
			   value__format(&value, t->exact, buf, sizeof(buf)),
			   room);
	}
	fputc('\n', out);
}
