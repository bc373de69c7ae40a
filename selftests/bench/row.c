// SPDX-License-Identifier: GPL-2.0
/* Writes rows as JSON Lines. It must not measure. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row.h"

/* The targets are those of 6.12; elsewhere this much more is allowed */
#define ELSEWHERE	1.2

static const char *kernel(void)
{
	const char *name = getenv("PGWALK_KERNEL");

	return name ? name : "-";
}

static void tell_string(const char *key, const char *value)
{
	if (value)
		printf("\"%s\":\"%s\",", key, value);
	else
		printf("\"%s\":null,", key);
}

static void tell_number(const char *key, double value)
{
	if (isnan(value))
		printf("\"%s\":null,", key);
	else
		printf("\"%s\":%.6g,", key, value);
}

/* NAN where there is no target or no figure to compare with */
static double excess(const struct row *row, double allowed)
{
	if (row->target)
		return row->ours / row->theirs - row->target * allowed;
	return row->limit < 0 ? NAN : row->ours - row->limit;
}

void row_tell(const struct row *row)
{
	double over = excess(row, strcmp(kernel(), "6.12") ? ELSEWHERE : 1);

	printf("{");
	tell_string("kernel", kernel());
	tell_string("row", row->key);
	tell_string("what", row->what);
	tell_string("unit", row->unit);
	tell_number("ours", row->ours);
	tell_string("peer", row->peer);
	tell_number("theirs", row->theirs);
	tell_number("ratio", row->ours / row->theirs);
	tell_number("target", row->target ? row->target : NAN);
	tell_number("limit", row->limit < 0 ? NAN : row->limit);
	printf("\"met\":%s}\n", isnan(over) ? "null" : over <= 0 ? "true" : "false");
	fflush(stdout);
}
