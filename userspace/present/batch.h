/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Snapshots as text, one block per interval. */
#ifndef PGWALK_PRESENT_BATCH_H
#define PGWALK_PRESENT_BATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "../snapshot.h"

/** BATCH_WIDTH - default width of a line, in columns */
#define BATCH_WIDTH	79

/**
 * struct batch_options - layout of the text
 * @width: width of a line, in columns; fixed columns keep their width
 * @rows: limit of rows per table; 0: all, but 10 call stacks
 * @sort: key or title of the column to sort by; NULL: most faults first
 * @memory: SNAPSHOT_MEMORY_*, further columns, before the last one
 */
struct batch_options {
	unsigned int width;
	unsigned int rows;
	const char *sort;
	unsigned int memory;
};

bool batch__can_sort(const char *key);
unsigned int batch__needs_memory(const char *key);
const char *batch__sort_keys(char *buf, size_t size);
int batch__summary(FILE *out, const struct snapshot *since,
		   const struct batch_options *options);
int batch__format(FILE *out, const struct snapshot *s,
		  const struct batch_options *options);

#endif
