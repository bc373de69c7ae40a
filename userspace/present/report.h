/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Output of a verb: records and remarks, as text or as JSON Lines. */
#ifndef PGWALK_PRESENT_REPORT_H
#define PGWALK_PRESENT_REPORT_H

#include <stdio.h>

#include "column.h"
#include "table.h"

/**
 * struct report - state of the output
 * @out: current output
 * @json: JSON Lines instead of text
 * @exact: write all digits of bytes
 * @width: width of a line of text, in columns
 * @chosen: keys of the chosen columns; NULL: the default columns
 * @columns: columns of the rows
 * @table: shown columns
 */
struct report {
	FILE *out;
	bool json;
	bool exact;
	unsigned int width;
	const char *chosen;
	const struct columns *columns;
	struct table table;
};

char *report__bytes(const struct report *r, char *buf, size_t size, uint64_t bytes);
void report__comment(struct report *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void report__text(struct report *r, const char *text);
int report__columns(struct report *r, const struct columns *columns);
void report__header(struct report *r);
void report__row(struct report *r, const void *row);
void report__total(struct report *r, const struct columns *total,
		   const void *row);
void report__record(struct report *r, const struct columns *columns,
		    const void *row);

#endif
