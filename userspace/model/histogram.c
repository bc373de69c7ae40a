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
	bucket = 4 * (power - 1) + ((ns >> (power - 2)) & 3);
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

/**
 * histogram__quantile - below what did this share of the durations stay?
 * @h: the histogram
 * @permille: 500 is the median, 990 the 99th percentile; 1 to 1000
 *
 * The last bucket has no upper edge of its own: there the longest duration
 * is told if it is above.
 *
 * Return: the upper edge of the bucket that holds the quantile, in nanoseconds;
 * 0 if there are no samples.
 */
uint64_t histogram__quantile(const struct histogram *h, unsigned int permille)
{
	uint64_t rank, below = 0, edge;
	uint32_t i;

	if (!h->samples)
		return 0;
	/* ceil(samples * permille / 1000), and no overflow on the way */
	rank = h->samples / 1000 * permille +
	       (h->samples % 1000 * permille + 999) / 1000;
	for (i = h->first; i < h->end && i < PGWALK_HIST_BUCKETS - 1; i++) {
		below += h->bucket[i];
		if (below >= rank)
			return histogram__upper_edge(i);
	}
	edge = histogram__upper_edge(PGWALK_HIST_BUCKETS - 1);
	return h->max_ns > edge ? h->max_ns : edge;
}
