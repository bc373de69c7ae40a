/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The faults of an interval, by row and class; a row is a mapping or a task. */
#ifndef PGWALK_MODEL_FAULTS_H
#define PGWALK_MODEL_FAULTS_H

#include <stddef.h>

#include "histogram.h"

/**
 * struct fault_sum - sum of faults
 * @n: as the fields of struct pgwalk_fault_row
 * @latency: latency of the faults that were measured
 */
struct fault_sum {
	struct fault_counts {
		uint64_t count, major, missed_exit, missed_entry;
		uint64_t read, write, exec, kernel, gup, retries;
		uint64_t leaf_4k, leaf_2m, leaf_1g;
		uint64_t retry_ns, around, thp_fallback, remote;
	} n;
	struct histogram latency;
};

void fault_sum__merge(struct fault_sum *sum, const struct fault_sum *other);

struct faults;

struct faults *faults__create(unsigned int rows);
void faults__destroy(struct faults *f);

int faults__ingest(struct faults *f, unsigned int row, unsigned int class,
		   const struct pgwalk_fault_row *faults);
void faults__fold(struct faults *f, unsigned int from, unsigned int to);

int faults__add_closed(struct faults *f, unsigned int row, unsigned int class,
		       const struct fault_sum *sum);
void faults__fold_closed(struct faults *f, unsigned int from, unsigned int to);

/**
 * typedef faults_fn - handle a sum
 * @ctx: argument of faults__each()
 * @row: index of the row
 * @class: enum pgwalk_fault_class
 * @sum: the faults
 *
 * Return: 0 or -errno, which ends the iteration.
 */
typedef int (*faults_fn)(void *ctx, unsigned int row, unsigned int class,
			 const struct fault_sum *sum);
int faults__each(const struct faults *f, faults_fn fn, void *ctx);

void faults__next_interval(struct faults *f);
size_t faults__count(const struct faults *f);
const struct fault_sum *faults__find(const struct faults *f, unsigned int row,
				     unsigned int class);
struct fault_sum *faults__alloc_sum(struct faults *f);

#endif
