/* SPDX-License-Identifier: GPL-2.0 */
/* What a verb tells: records and remarks, as text for people or as JSON Lines. */
#ifndef PGWALK_PRESENT_REPORT_H
#define PGWALK_PRESENT_REPORT_H

#include <stdio.h>

#include "column.h"
#include "table.h"

/**
 * struct report - how it is told
 * @out: where to, at the moment
 * @json: JSON Lines instead of text
 * @exact: bytes written out
 * @width: of a line of text
 * @chosen: columns that are wanted, by key; NULL: the usual ones
 * @columns: of the rows
 * @table: of these, what is shown
 * @failed: something could not be told: no memory
 */
struct report {
	FILE *out;
	bool json;
	bool exact;
	unsigned int width;
	const char *chosen;
	const struct columns *columns;
	struct table table;
	bool failed;
};

void report__remark(struct report *r, const char *format, ...)
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
