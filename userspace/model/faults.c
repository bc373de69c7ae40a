// SPDX-License-Identifier: GPL-2.0
/*
 * Adds up the faults of the running interval by mapping row and class, and
 * those of no mapping apart. It decides nothing about mappings, and what it is
 * given it keeps until it is cleared: no fault may get lost here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

#define ROWS	(MAPPINGS_MAX + 1)

/**
 * struct faults - sums that are in use, and where to find them
 * @mappings: the rows
 * @sum: one for each (row, class) with faults, in the order they came
 * @count: sums in use
 * @room: sums there is memory for; it stays from interval to interval
 * @index: 1 + index in @sum by row and class; 0: none
 * @none: what has no mapping
 */
struct faults {
	struct mappings *mappings;
	struct fault_sum *sum;
	size_t count, room;
	uint32_t index[ROWS][PGWALK_FAULT_CLASS_NR];
	struct fault_sum none;
};

static void sum_add_row(struct fault_sum *sum,
			const struct pgwalk_fault_row *row)
{
	sum->n.count += row->count;
	sum->n.major += row->major;
	sum->n.missed_exit += row->missed_exit;
	sum->n.missed_entry += row->missed_entry;
	sum->n.read += row->read;
	sum->n.write += row->write;
	sum->n.exec += row->exec;
	sum->n.kernel += row->kernel;
	sum->n.gup += row->gup;
	sum->n.retries += row->retries;
	sum->n.leaf_4k += row->leaf_4k;
	sum->n.leaf_2m += row->leaf_2m;
	sum->n.leaf_1g += row->leaf_1g;
	sum->n.retry_ns += row->retry_ns;
	sum->n.around += row->around;
	sum->n.thp_fallback += row->thp_fallback;
	histogram__add_row(&sum->latency, row);
}

/**
 * fault_sum__merge - add one sum to another
 * @sum: grows
 * @other: stays
 */
void fault_sum__merge(struct fault_sum *sum, const struct fault_sum *other)
{
	uint64_t *to = (uint64_t *)&sum->n;
	const uint64_t *from = (const uint64_t *)&other->n;
	size_t i;

	for (i = 0; i < sizeof(sum->n) / sizeof(*to); i++)
		to[i] += from[i];
	histogram__merge(&sum->latency, &other->latency);
}

/* The sum of (row, class), made if need be; NULL: no memory */
static struct fault_sum *sum_at(struct faults *f, unsigned int row,
				unsigned int class)
{
	uint32_t *index = &f->index[row][class];

	if (*index)
		return &f->sum[*index - 1];
	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		struct fault_sum *sum = realloc(f->sum, room * sizeof(*sum));

		if (!sum)
			return NULL;
		f->sum = sum;
		f->room = room;
	}
	memset(&f->sum[f->count], 0, sizeof(*f->sum));
	f->count++;
	*index = (uint32_t)f->count;
	return &f->sum[*index - 1];
}

/*
 * A row goes into "(other mappings)". The place of its sum is handed over where
 * that row has none of the class, so no memory is asked for.
 */
static void fold(void *ctx, unsigned int row)
{
	struct faults *f = ctx;
	unsigned int class;

	for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
		uint32_t *from = &f->index[row][class];
		uint32_t *to = &f->index[MAPPING_OTHER][class];

		if (!*from)
			continue;
		if (*to)
			fault_sum__merge(&f->sum[*to - 1], &f->sum[*from - 1]);
		else
			*to = *from;
		*from = 0;
	}
}

/**
 * faults__create - make an empty interval
 * @mappings: where rows come from; must outlive it
 *
 * Return: it, or NULL.
 */
struct faults *faults__create(struct mappings *mappings)
{
	struct faults *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->mappings = mappings;
	mappings__on_fold(mappings, fold, f);
	return f;
}

/** faults__destroy - free it; NULL is fine */
void faults__destroy(struct faults *f)
{
	if (!f)
		return;
	mappings__on_fold(f->mappings, NULL, NULL);
	free(f->sum);
	free(f);
}

/**
 * faults__ingest - add a drained row
 * @f: the interval
 * @key: mapping and class; a class of later ABIs counts as "other"
 * @row: its faults
 * @interval: the number of the interval
 *
 * Return: 0 or -ENOMEM.
 */
int faults__ingest(struct faults *f, const struct pgwalk_fault_key *key,
		   const struct pgwalk_fault_row *row, uint64_t interval)
{
	unsigned int class = key->class;
	struct fault_sum *sum;
	int index;

	if (class == PGWALK_FAULT_UNATTRIBUTED) {
		sum_add_row(&f->none, row);
		return 0;
	}
	if (class >= PGWALK_FAULT_CLASS_NR)
		class = PGWALK_FAULT_OTHER;
	index = mappings__join(f->mappings, key, row, interval);
	if (index < 0)
		return index;
	sum = sum_at(f, (unsigned int)index, class);
	if (!sum)
		return -ENOMEM;
	sum_add_row(sum, row);
	mappings__at(f->mappings, (unsigned int)index)->total[class] +=
		row->count;
	return 0;
}

/** faults__clear - begin the next interval with nothing; memory is kept */
void faults__clear(struct faults *f)
{
	if (f->count)
		memset(f->index, 0, sizeof(f->index));
	f->count = 0;
	memset(&f->none, 0, sizeof(f->none));
}

/**
 * faults__find - the faults of one row and class
 * @f: the interval
 * @row: index of the row
 * @class: enum pgwalk_fault_class, not unattributed
 *
 * Return: the sum, or NULL if there was none.
 */
const struct fault_sum *faults__find(const struct faults *f, unsigned int row,
				     unsigned int class)
{
	uint32_t index = f->index[row][class];

	return index ? &f->sum[index - 1] : NULL;
}

/** faults__unattributed - the faults that could not be given to a mapping */
const struct fault_sum *faults__unattributed(const struct faults *f)
{
	return &f->none;
}
