// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Latency histograms: adding, merging, quantiles. The bucket formula is the same in
 * bpf/ and in the ABI (module/uapi/pgwalk_fault.h).
 */
#include <stdbool.h>
#include <string.h>

#include "histogram.h"

/**
 * histogram__bucket - return the bucket of a duration
 * @ns: nanoseconds
 *
 * Return: 0 to PGWALK_HIST_BUCKETS - 1; the last bucket has all longer durations.
 */
unsigned int histogram__bucket(uint64_t ns)
{
	unsigned int power, bucket;

	if (ns < 4)
		return (unsigned int)ns;
	power = 63 - (unsigned int)__builtin_clzll(ns);
	bucket = 4 * (power - 1) + (unsigned int)((ns >> (power - 2)) & 3);
	return bucket < PGWALK_HIST_BUCKETS ? bucket : PGWALK_HIST_BUCKETS - 1;
}

/**
 * histogram__upper_edge - return the first duration above a bucket
 * @bucket: below PGWALK_HIST_BUCKETS
 *
 * Return: nanoseconds.
 */
uint64_t histogram__upper_edge(unsigned int bucket)
{
	if (bucket < 4)
		return bucket + 1;
	return (4ULL + (bucket & 3) + 1) << (bucket / 4 - 1);
}

/* Extend the range of non-empty buckets to @first .. @end - 1 */
static void widen(struct histogram *h, uint32_t first, uint32_t end)
{
	if (first >= end)
		return;
	if (h->first == h->end) {
		h->first = first;
		h->end = end;
		return;
	}
	if (first < h->first)
		h->first = first;
	if (end > h->end)
		h->end = end;
}

/** histogram__clear - remove all durations */
void histogram__clear(struct histogram *h)
{
	memset(&h->bucket[h->first], 0,
	       (h->end - h->first) * sizeof(h->bucket[0]));
	h->samples = h->sum_ns = h->max_ns = 0;
	h->first = h->end = 0;
}

#define GROUP	4	/* buckets that are tested at once */
#define GROUPS	(4 * GROUP)	/* of which most are empty: first this many */

_Static_assert(PGWALK_HIST_BUCKETS % GROUPS == 0, "groups of buckets");

static inline uint64_t two(const __u32 *bucket)
{
	uint64_t both;

	memcpy(&both, bucket, sizeof(both));
	return both;
}

static inline bool is_empty(const __u32 *bucket)
{
	return !(two(bucket) | two(bucket + 2));
}

/* Not a loop, which the compiler does not unroll */
static inline bool is_empty_group(const __u32 *bucket)
{
	return !(two(bucket) | two(bucket + 2) | two(bucket + 4) | two(bucket + 6) |
		 two(bucket + 8) | two(bucket + 10) | two(bucket + 12) | two(bucket + 14));
}

/**
 * histogram__add_row - add the durations of one row
 * @h: the histogram
 * @row: as read from the probes
 */
void histogram__add_row(struct histogram *h, const struct pgwalk_fault_row *row)
{
	uint32_t first = 0, end = PGWALK_HIST_BUCKETS, i;

	while (first < end && is_empty_group(&row->hist[first]))
		first += GROUPS;
	while (first < end && is_empty_group(&row->hist[end - GROUPS]))
		end -= GROUPS;
	while (first < end && is_empty(&row->hist[first]))
		first += GROUP;
	while (first < end && is_empty(&row->hist[end - GROUP]))
		end -= GROUP;
	widen(h, first, end);
	for (i = first; i < end; i++) {
		h->bucket[i] += row->hist[i];
		h->samples += row->hist[i];
	}
	h->sum_ns += row->latency_ns;
	if (row->max_ns > h->max_ns)
		h->max_ns = row->max_ns;
}

/**
 * histogram__merge - add another histogram
 * @h: the histogram
 * @other: histogram to add
 */
void histogram__merge(struct histogram *h, const struct histogram *other)
{
	uint32_t i;

	widen(h, other->first, other->end);
	for (i = other->first; i < other->end; i++)
		h->bucket[i] += other->bucket[i];
	h->samples += other->samples;
	h->sum_ns += other->sum_ns;
	if (other->max_ns > h->max_ns)
		h->max_ns = other->max_ns;
}

/* ceil(samples * permille / 1000) without overflow */
static uint64_t rank_of(const struct histogram *h, unsigned int permille)
{
	return h->samples / 1000 * permille +
	       (h->samples % 1000 * permille + 999) / 1000;
}

/* Return the upper edge of a bucket; the last bucket has none and gets the maximum */
static uint64_t edge_of(const struct histogram *h, unsigned int bucket)
{
	uint64_t edge = histogram__upper_edge(bucket);

	if (bucket == PGWALK_HIST_BUCKETS - 1 && h->max_ns > edge)
		return h->max_ns;
	return edge;
}

/**
 * histogram__quantiles - compute quantiles
 * @h: the histogram
 * @permille: 500 is the median, 990 the 99th percentile; 1 to 1000, ascending
 * @ns: set to the upper edge of the bucket of each quantile; in the last bucket, to
 *	the longest duration, if that is larger; 0 without samples
 * @count: number of quantiles
 */
void histogram__quantiles(const struct histogram *h,
			  const unsigned int *permille, uint64_t *ns,
			  unsigned int count)
{
	uint64_t below = 0, rank;
	uint32_t bucket = h->first;
	unsigned int i;

	for (i = 0; i < count; i++) {
		ns[i] = 0;
		if (!h->samples)
			continue;
		rank = rank_of(h, permille[i]);
		while (bucket < h->end - 1 && below + h->bucket[bucket] < rank)
			below += h->bucket[bucket++];
		ns[i] = edge_of(h, bucket);
	}
}
