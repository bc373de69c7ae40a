// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A list of the rows with faults in the running interval. */
#include "active.h"

/**
 * active__add - add a row with faults
 * @a: the list
 * @row: its index
 * @interval: number of the interval; another number than before empties the list
 */
void active__add(struct active *a, unsigned int row, uint64_t interval)
{
	if (a->interval != interval) {
		a->interval = interval;
		a->count = 0;
	}
	if (a->seen[row] == interval)
		return;
	a->seen[row] = interval;
	a->row[a->count++] = (uint16_t)row;
}

/**
 * active__rows - return the rows with faults in an interval
 * @a: the list
 * @interval: number of the latest interval
 * @count: set to the number of rows
 *
 * Return: their indices, valid until the next active__add().
 */
const uint16_t *active__rows(const struct active *a, uint64_t interval,
			     unsigned int *count)
{
	*count = a->interval == interval ? a->count : 0;
	return a->row;
}
