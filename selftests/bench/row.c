// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Prints rows as JSON Lines. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row.h"

/* The targets are those of 6.12; other kernels may exceed them by this factor */
#define ELSEWHERE	1.2

static const char *kernel(void)
{
	const char *name = getenv("PGWALK_KERNEL");

	return name ? name : "-";
}

static void print_string(const char *key, const char *value)
{
	if (value)
		printf("\"%s\":\"%s\",", key, value);
	else
		printf("\"%s\":null,", key);
}

static void print_number(const char *key, double value)
{
	if (isnan(value))
		printf("\"%s\":null,", key);
	else
		printf("\"%s\":%.6g,", key, value);
}

/* Return NAN without a target or without a figure to compare */
static double excess(const struct row *row, double allowed)
{
	if (row->target)
		return row->ours / row->theirs - row->target * allowed;
	return row->limit < 0 ? NAN : row->ours - row->limit;
}

void row_print(const struct row *row)
{
	double over = excess(row, strcmp(kernel(), "6.12") ? ELSEWHERE : 1);

	printf("{");
	print_string("kernel", kernel());
	print_string("row", row->key);
	print_string("what", row->what);
	print_string("unit", row->unit);
	print_number("ours", row->ours);
	print_string("peer", row->peer);
	print_number("theirs", row->theirs);
	print_number("ratio", row->ours / row->theirs);
	print_number("target", row->target ? row->target : NAN);
	print_number("limit", row->limit < 0 ? NAN : row->limit);
	printf("\"met\":%s}\n", isnan(over) ? "null" : over <= 0 ? "true" : "false");
	fflush(stdout);
}
