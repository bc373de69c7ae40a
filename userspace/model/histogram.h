/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A latency histogram as the fault probes fill it: log2 with 4 sub-buckets per power. */
#ifndef PGWALK_MODEL_HISTOGRAM_H
#define PGWALK_MODEL_HISTOGRAM_H

#include <stdint.h>

#include "pgwalk_fault.h"

/**
 * struct histogram - durations by bucket
 * @samples:	number of durations
 * @sum_ns:	sum
 * @max_ns:	longest duration, exact
 * @first:	all buckets before it are empty
 * @end:	it and all buckets after it are empty
 * @bucket:	counts, see PGWALK_HIST_BUCKETS
 *
 * All zeroes: an empty histogram.
 */
struct histogram {
	uint64_t samples;
	uint64_t sum_ns;
	uint64_t max_ns;
	uint32_t first;
	uint32_t end;
	uint64_t bucket[PGWALK_HIST_BUCKETS];
};

unsigned int histogram__bucket(uint64_t ns);
uint64_t histogram__upper_edge(unsigned int bucket);
void histogram__add_row(struct histogram *h, const struct pgwalk_fault_row *row);
void histogram__clear(struct histogram *h);
void histogram__merge(struct histogram *h, const struct histogram *other);
void histogram__quantiles(const struct histogram *h,
			  const unsigned int *permille, uint64_t *ns,
			  unsigned int count);

#endif
