/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Records as lines of text, with selected columns. */
#ifndef PGWALK_PRESENT_TABLE_H
#define PGWALK_PRESENT_TABLE_H

#include <stdio.h>

#include "column.h"

#define TABLE_COLUMNS_MAX	48

/**
 * struct table - selected columns and layout
 * @column: columns
 * @count: number of @column
 * @width: width of a line; fixed columns keep their width
 * @exact: write all digits of bytes
 */
struct table {
	const struct column *column[TABLE_COLUMNS_MAX];
	size_t count;
	unsigned int width;
	bool exact;
};

void table__init(struct table *t, const struct columns *columns,
		 unsigned int width, bool exact);
void table__prepend(struct table *t, const struct column *column);
int table__choose(struct table *t, const struct columns *columns,
		  const char *keys);
void table__insert(struct table *t, const struct column *c);
void table__header(const struct table *t, FILE *out);
void table__row(const struct table *t, FILE *out, const void *row,
		char first);

#endif
