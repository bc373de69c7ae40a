// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Adds up faults by row and class, for the running interval and for the closed one,
 * which is being shown. No fault is lost before it is shown.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

/* Sums are allocated in blocks, because a sum in use must not move */
#define BLOCK	256

/**
 * struct sum_slot - a sum and its reference
 * @sum: the sum
 * @at: the element of @at of its interval that refers to it; NULL: spare or freed
 * @next: next freed sum, as @free of struct interval
 */
struct sum_slot {
	struct fault_sum sum;
	uint32_t *at;
	uint32_t next;
};

/**
 * struct interval - the sums of one interval
 * @block: memory for sums
 * @nr_blocks: number of blocks
 * @count: sums in use or freed
 * @free: 1 + number of the first freed sum; 0: none
 * @at: by row and class: 1 + number of the sum; 0: none
 */
struct interval {
	struct sum_slot **block;
	size_t nr_blocks;
	size_t count;
	uint32_t free;
	uint32_t (*at)[PGWALK_FAULT_CLASS_NR];
};

/**
 * struct faults - two intervals
 * @rows: number of rows of both
 * @running: interval that faults are added to
 * @closed: interval that faults are read from
 * @spare: blocks in neither interval, because the larger interval alternates
 * @nr_spare: number of @spare
 * @nr_blocks: number of all blocks
 */
struct faults {
	unsigned int rows;
	struct interval running;
	struct interval closed;
	struct sum_slot **spare;
	size_t nr_spare;
	size_t nr_blocks;
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
	sum->n.remote += row->remote;
	histogram__add_row(&sum->latency, row);
}

/**
 * fault_sum__merge - add one sum to another
 * @sum: sum to add to
 * @other: sum to add
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

static struct sum_slot *slot_at(const struct interval *v, uint32_t number)
{
	return &v->block[number / BLOCK][number % BLOCK];
}

static int grow(struct sum_slot ***list, size_t count)
{
	struct sum_slot **at = realloc(*list, count * sizeof(struct sum_slot *));

	if (at)
		*list = at;
	return at ? 0 : -ENOMEM;
}

static int add_block(struct faults *f, struct interval *v)
{
	struct sum_slot *block;

	if (grow(&v->block, v->nr_blocks + 1))
		return -ENOMEM;
	if (f->nr_spare) {
		v->block[v->nr_blocks++] = f->spare[--f->nr_spare];
		return 0;
	}
	/* reserve the room to put the block back */
	if (grow(&f->spare, f->nr_blocks + 1))
		return -ENOMEM;
	block = calloc(BLOCK, sizeof(*block));
	if (!block)
		return -ENOMEM;
	f->nr_blocks++;
	v->block[v->nr_blocks++] = block;
	return 0;
}

/* Return an empty sum, and its number; NULL: no memory */
static struct sum_slot *take_sum(struct faults *f, struct interval *v,
				 uint32_t *number)
{
	struct sum_slot *h;

	if (v->free) {
		*number = v->free - 1;
		h = slot_at(v, *number);
		v->free = h->next;
	} else {
		if (v->count == v->nr_blocks * BLOCK && add_block(f, v))
			return NULL;
		*number = (uint32_t)v->count++;
		h = slot_at(v, *number);
	}
	h->at = NULL;
	/* clear here, not when freed, because the caller fills it next */
	memset(&h->sum.n, 0, sizeof(h->sum.n));
	histogram__clear(&h->sum.latency);
	return h;
}

/* Return the sum of (row, class) in an interval, allocated if missing; NULL: no memory */
static struct fault_sum *sum_at(struct faults *f, struct interval *v, unsigned int row,
				unsigned int class)
{
	uint32_t *at = &v->at[row][class];

	if (!*at) {
		struct sum_slot *h = take_sum(f, v, at);

		if (!h)
			return NULL;
		h->at = at;
		++*at;
	}
	return &slot_at(v, *at - 1)->sum;
}

static void destroy_interval(struct interval *v)
{
	size_t i;

	for (i = 0; i < v->nr_blocks; i++)
		free(v->block[i]);
	free(v->block);
	free(v->at);
}

/**
 * faults__create - make two empty intervals
 * @rows: number of rows
 *
 * Return: the intervals, or NULL.
 */
struct faults *faults__create(unsigned int rows)
{
	struct faults *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->rows = rows;
	f->running.at = calloc(rows, sizeof(*f->running.at));
	f->closed.at = calloc(rows, sizeof(*f->closed.at));
	if (f->running.at && f->closed.at)
		return f;
	faults__destroy(f);
	return NULL;
}

/** faults__destroy - free both intervals; NULL is fine */
void faults__destroy(struct faults *f)
{
	if (!f)
		return;
	destroy_interval(&f->running);
	destroy_interval(&f->closed);
	while (f->nr_spare)
		free(f->spare[--f->nr_spare]);
	free(f->spare);
	free(f);
}

/**
 * faults__ingest - add faults to the running interval
 * @f: the faults
 * @row: index of the row
 * @class: enum pgwalk_fault_class
 * @faults: faults to add
 *
 * Return: 0 or -ENOMEM.
 */
int faults__ingest(struct faults *f, unsigned int row, unsigned int class,
		   const struct pgwalk_fault_row *faults)
{
	struct fault_sum *sum = sum_at(f, &f->running, row, class);

	if (!sum)
		return -ENOMEM;
	sum_add_row(sum, faults);
	return 0;
}

/**
 * faults__add_closed - add a sum to the closed interval
 * @f: faults that are added up over intervals
 * @row: index of the row
 * @class: enum pgwalk_fault_class
 * @sum: the faults
 *
 * Return: 0 or -ENOMEM.
 */
int faults__add_closed(struct faults *f, unsigned int row, unsigned int class,
		       const struct fault_sum *sum)
{
	struct fault_sum *to = sum_at(f, &f->closed, row, class);

	if (!to)
		return -ENOMEM;
	fault_sum__merge(to, sum);
	return 0;
}

/**
 * faults__each - iterate over the sums of the closed interval, in no order
 * @f: the faults
 * @fn: called for each sum; must not change @f
 * @ctx: its argument
 *
 * Return: 0 or the error of @fn.
 */
int faults__each(const struct faults *f, faults_fn fn, void *ctx)
{
	const uint32_t *first = &f->closed.at[0][0];
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < f->closed.count; i++) {
		const struct sum_slot *slot = slot_at(&f->closed, i);
		size_t at = slot->at ? (size_t)(slot->at - first) : 0;

		if (slot->at)
			err = fn(ctx, (unsigned int)(at / PGWALK_FAULT_CLASS_NR),
				 (unsigned int)(at % PGWALK_FAULT_CLASS_NR), &slot->sum);
	}
	return err;
}

/* A class that is new in @to takes over the sum of @from, so no memory is allocated */
static void fold(struct interval *v, unsigned int from, unsigned int to)
{
	unsigned int class;

	for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
		uint32_t *source = &v->at[from][class], *target = &v->at[to][class];
		struct sum_slot *h;

		if (!*source)
			continue;
		h = slot_at(v, *source - 1);
		if (*target) {
			fault_sum__merge(&slot_at(v, *target - 1)->sum, &h->sum);
			h->at = NULL;
			h->next = v->free;
			v->free = *source;
		} else {
			*target = *source;
			h->at = target;
		}
		*source = 0;
	}
}

/**
 * faults__fold - move the faults of a row in the running interval to another row
 * @f: the faults
 * @from: row without faults afterwards
 * @to: row that gets the faults
 */
void faults__fold(struct faults *f, unsigned int from, unsigned int to)
{
	fold(&f->running, from, to);
}

/** faults__fold_closed - as faults__fold(), in the closed interval */
void faults__fold_closed(struct faults *f, unsigned int from, unsigned int to)
{
	fold(&f->closed, from, to);
}

/** faults__next_interval - close the running interval and begin an empty one */
void faults__next_interval(struct faults *f)
{
	struct interval next = f->closed;
	uint32_t i;

	if (next.count > f->rows)	/* faster than single entries */
		memset(next.at, 0, f->rows * sizeof(*next.at));
	for (i = 0; i < next.count && next.count <= f->rows; i++)
		if (slot_at(&next, i)->at)
			*slot_at(&next, i)->at = 0;
	while (next.nr_blocks)
		f->spare[f->nr_spare++] = next.block[--next.nr_blocks];
	next.count = 0;
	next.free = 0;
	f->closed = f->running;
	f->running = next;
}

/** faults__count - upper limit of the number of sums in the closed interval */
size_t faults__count(const struct faults *f)
{
	return f->closed.count;
}

/**
 * faults__find - find the faults of one row and class in the closed interval
 * @f: the faults
 * @row: the row
 * @class: enum pgwalk_fault_class
 *
 * Return: the sum, valid until the next faults__next_interval(); NULL: no faults.
 */
const struct fault_sum *faults__find(const struct faults *f, unsigned int row,
				     unsigned int class)
{
	uint32_t at = f->closed.at[row][class];

	return at ? &slot_at(&f->closed, at - 1)->sum : NULL;
}

/**
 * faults__alloc_sum - allocate an empty sum for the time of the closed interval
 * @f: the faults
 *
 * Return: the sum, valid until the next faults__next_interval(); NULL: no memory.
 */
struct fault_sum *faults__alloc_sum(struct faults *f)
{
	uint32_t number;
	struct sum_slot *h = take_sum(f, &f->closed, &number);

	return h ? &h->sum : NULL;
}
