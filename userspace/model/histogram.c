// SPDX-License-Identifier: GPL-2.0
/*
 * Latency histograms: adding, merging, quantiles. The bucket formula is the
 * ABI's (module/uapi/pgwalk_fault.h); it must not be changed here alone.
 */
#include <string.h>

#include "histogram.h"

/**
 * histogram__bucket - the bucket a duration is counted in
 * @ns: nanoseconds
 *
 * Return: 0 to PGWALK_HIST_BUCKETS - 1; the last one takes all that is longer.
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
 * histogram__upper_edge - the first duration behind a bucket
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

/* Buckets from @first on, before @end, may have some now */
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

/** histogram__clear - forget all durations */
void histogram__clear(struct histogram *h)
{
	memset(&h->bucket[h->first], 0,
	       (h->end - h->first) * sizeof(h->bucket[0]));
	h->samples = h->sum_ns = h->max_ns = 0;
	h->first = h->end = 0;
}

/**
 * histogram__add_row - add the durations of one drained row
 * @h: the histogram
 * @row: as the probes gave it
 */
void histogram__add_row(struct histogram *h, const struct pgwalk_fault_row *row)
{
	uint32_t first = 0, end = PGWALK_HIST_BUCKETS, i;

	while (first < end && !row->hist[first])
		first++;
	while (first < end && !row->hist[end - 1])
		end--;
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
 * @other: stays as it is
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

/* ceil(samples * permille / 1000), and no overflow on the way */
static uint64_t rank_of(const struct histogram *h, unsigned int permille)
{
	return h->samples / 1000 * permille +
	       (h->samples % 1000 * permille + 999) / 1000;
}

/* What is told of a bucket: the last one has no upper edge of its own */
static uint64_t edge_of(const struct histogram *h, unsigned int bucket)
{
	uint64_t edge = histogram__upper_edge(bucket);

	if (bucket == PGWALK_HIST_BUCKETS - 1 && h->max_ns > edge)
		return h->max_ns;
	return edge;
}

/**
 * histogram__quantiles - below what did these shares of the durations stay?
 * @h: the histogram
 * @permille: 500 is the median, 990 the 99th percentile; 1 to 1000, ascending
 * @ns: filled: for each the upper edge of the bucket that holds it; in the last
 *	bucket the longest duration, if that is above; 0 if there are no samples
 * @count: how many
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
