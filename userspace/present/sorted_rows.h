/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Rows that are collected, and printed in the order of a column. */
#ifndef PGWALK_PRESENT_SORTED_ROWS_H
#define PGWALK_PRESENT_SORTED_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "report.h"

struct sorted_rows;

struct sorted_rows *sorted_rows__create(const struct columns *columns, const char *key);
void sorted_rows__destroy(struct sorted_rows *rows);
void *sorted_rows__add(struct sorted_rows *rows, const void *row, size_t size, const void *more,
		       size_t more_size);
uint64_t sorted_rows__print(struct sorted_rows *rows, struct report *report);

const struct column *sorted_rows__find(const struct columns *columns, const char *key);

#endif
