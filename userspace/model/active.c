// SPDX-License-Identifier: GPL-2.0
/* The rows that have faults in the running interval; it knows nothing else of them. */
#include "active.h"

/**
 * active__note - a row has faults
 * @a: the list
 * @row: its index
 * @interval: the number of the interval: if it is another one, the list begins anew
 */
void active__note(struct active *a, unsigned int row, uint64_t interval)
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
 * active__rows - which rows have faults?
 * @a: the list
 * @interval: in the interval with this number, which is the latest
 * @count: filled: how many
 *
 * Return: their indices, until the next active__note().
 */
const uint16_t *active__rows(const struct active *a, uint64_t interval,
			     unsigned int *count)
{
	*count = a->interval == interval ? a->count : 0;
	return a->row;
}
