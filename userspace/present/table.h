/* SPDX-License-Identifier: GPL-2.0 */
/* Records as lines of text, with the columns that are wanted. */
#ifndef PGWALK_PRESENT_TABLE_H
#define PGWALK_PRESENT_TABLE_H

#include <stdio.h>

#include "column.h"

#define TABLE_COLUMNS_MAX	48

/**
 * struct table - which columns, how wide
 * @column: those that are shown
 * @count: how many
 * @width: of a line; what has a fixed width keeps it
 * @exact: write bytes out
 */
struct table {
	const struct column *column[TABLE_COLUMNS_MAX];
	size_t count;
	unsigned int width;
	bool exact;
};

void table__init(struct table *t, const struct columns *columns,
		 unsigned int width, bool exact);
int table__choose(struct table *t, const struct columns *columns,
		  const char *keys);
void table__header(const struct table *t, FILE *out);
void table__line(const struct table *t, FILE *out, const void *row,
		 char first);

#endif
