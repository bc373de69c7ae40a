// SPDX-License-Identifier: GPL-2.0
/*
 * Adds up faults by row and class: of the running interval, and beside it of the
 * one before, which is being shown. It decides nothing about rows, and what it is
 * given it keeps until it is shown: no fault may get lost here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"

/* Sums are had in blocks: one that is in use never moves */
#define BLOCK	256

/**
 * struct held - a sum, and whose it is
 * @sum: the sum
 * @at: points to it, in @at of its interval; NULL: it is spare, or was given back
 * @next: if it was given back, as @free of struct interval
 */
struct held {
	struct fault_sum sum;
	uint32_t *at;
	uint32_t next;
};

/**
 * struct interval - the sums of one interval
 * @block: memory for them
 * @nr_blocks: how many there are
 * @count: of the sums in them so many were used
 * @free: of these, given back: 1 + its number, more follow there; 0: none
 * @at: by row and class: 1 + number of the sum; 0: none
 */
struct interval {
	struct held **block;
	size_t nr_blocks;
	size_t count;
	uint32_t free;
	uint32_t (*at)[PGWALK_FAULT_CLASS_NR];
};

/**
 * struct faults - two intervals
 * @rows: of both
 * @running: what is ingested goes here
 * @closed: what is found is of this one
 * @spare: blocks that neither of them needs: it is not always the same that is large
 * @nr_spare: how many
 * @nr_blocks: of all three
 */
struct faults {
	unsigned int rows;
	struct interval running;
	struct interval closed;
	struct held **spare;
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

static struct held *held_at(const struct interval *v, uint32_t number)
{
	return &v->block[number / BLOCK][number % BLOCK];
}

static int grow(struct held ***list, size_t count)
{
	struct held **at = realloc(*list, count * sizeof(struct held *));

	if (at)
		*list = at;
	return at ? 0 : -ENOMEM;
}

static int add_block(struct faults *f, struct interval *v)
{
	struct held *block;

	if (grow(&v->block, v->nr_blocks + 1))
		return -ENOMEM;
	if (f->nr_spare) {
		v->block[v->nr_blocks++] = f->spare[--f->nr_spare];
		return 0;
	}
	/* room for giving it back, too */
	if (grow(&f->spare, f->nr_blocks + 1))
		return -ENOMEM;
	block = calloc(BLOCK, sizeof(*block));
	if (!block)
		return -ENOMEM;
	f->nr_blocks++;
	v->block[v->nr_blocks++] = block;
	return 0;
}

/* An empty sum, and its number; NULL: no memory */
static struct held *take_sum(struct faults *f, struct interval *v,
			     uint32_t *number)
{
	struct held *h;

	if (v->free) {
		*number = v->free - 1;
		h = held_at(v, *number);
		v->free = h->next;
	} else {
		if (v->count == v->nr_blocks * BLOCK && add_block(f, v))
			return NULL;
		*number = (uint32_t)v->count++;
		h = held_at(v, *number);
	}
	h->at = NULL;
	/* now, not when it was given back: it is about to be filled anyway */
	memset(&h->sum.n, 0, sizeof(h->sum.n));
	histogram__clear(&h->sum.latency);
	return h;
}

/* The sum of (row, class), made if need be; NULL: no memory */
static struct fault_sum *sum_at(struct faults *f, unsigned int row,
				unsigned int class)
{
	struct interval *v = &f->running;
	uint32_t *at = &v->at[row][class];

	if (!*at) {
		struct held *h = take_sum(f, v, at);

		if (!h)
			return NULL;
		h->at = at;
		++*at;
	}
	return &held_at(v, *at - 1)->sum;
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
 * @rows: there are so many
 *
 * Return: it, or NULL.
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

/** faults__destroy - free it; NULL is fine */
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
 * @row: of this row
 * @class: enum pgwalk_fault_class
 * @faults: the faults
 *
 * Return: 0 or -ENOMEM.
 */
int faults__ingest(struct faults *f, unsigned int row, unsigned int class,
		   const struct pgwalk_fault_row *faults)
{
	struct fault_sum *sum = sum_at(f, row, class);

	if (!sum)
		return -ENOMEM;
	sum_add_row(sum, faults);
	return 0;
}

/**
 * faults__fold - what a row has in the running interval goes to another one
 * @f: the faults
 * @from: it has none any more
 * @to: the other one
 *
 * Where that one has none of a class the sum is handed over, so no memory is
 * asked for.
 */
void faults__fold(struct faults *f, unsigned int from, unsigned int to)
{
	struct interval *v = &f->running;
	unsigned int class;

	for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
		uint32_t *give = &v->at[from][class], *take = &v->at[to][class];
		struct held *h;

		if (!*give)
			continue;
		h = held_at(v, *give - 1);
		if (*take) {
			fault_sum__merge(&held_at(v, *take - 1)->sum, &h->sum);
			h->at = NULL;
			h->next = v->free;
			v->free = *give;
		} else {
			*take = *give;
			h->at = take;
		}
		*give = 0;
	}
}

/** faults__turn - the running interval is closed, and an empty one begins */
void faults__turn(struct faults *f)
{
	struct interval next = f->closed;
	uint32_t i;

	if (next.count > f->rows)	/* faster than one by one */
		memset(next.at, 0, f->rows * sizeof(*next.at));
	for (i = 0; i < next.count && next.count <= f->rows; i++)
		if (held_at(&next, i)->at)
			*held_at(&next, i)->at = 0;
	while (next.nr_blocks)
		f->spare[f->nr_spare++] = next.block[--next.nr_blocks];
	next.count = 0;
	next.free = 0;
	f->closed = f->running;
	f->running = next;
}

/** faults__count - sums of the closed interval, and no fewer: for the memory they take */
size_t faults__count(const struct faults *f)
{
	return f->closed.count;
}

/**
 * faults__find - the faults of one row and class in the closed interval
 * @f: the faults
 * @row: the row
 * @class: enum pgwalk_fault_class
 *
 * Return: the sum, good until the next faults__turn(); NULL if there was none.
 */
const struct fault_sum *faults__find(const struct faults *f, unsigned int row,
				     unsigned int class)
{
	uint32_t at = f->closed.at[row][class];

	return at ? &held_at(&f->closed, at - 1)->sum : NULL;
}

/**
 * faults__spare - an empty sum that is kept as long as the closed interval
 * @f: the faults
 *
 * Return: the sum, good until the next faults__turn(); NULL: no memory.
 */
struct fault_sum *faults__spare(struct faults *f)
{
	uint32_t number;
	struct held *h = take_sum(f, &f->closed, &number);

	return h ? &h->sum : NULL;
}
