// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Summaries of fault sums: counts and quantiles. */
#include "summary.h"

/**
 * summary__fill - fill the summary of a sum
 * @to: filled in; points to the buckets of @sum
 * @sum: the faults
 */
void summary__fill(struct snapshot_faults *to, const struct fault_sum *sum)
{
	const struct fault_counts *n = &sum->n;
	const struct histogram *h = &sum->latency;
	static const unsigned int permille[] = { 500, 900, 990 };
	uint64_t ns[3];

	histogram__quantiles(h, permille, ns, 3);
	*to = (struct snapshot_faults) {
		.count = n->count,
		.major = n->major,
		.missed_exit = n->missed_exit,
		.missed_entry = n->missed_entry,
		.read = n->read,
		.write = n->write,
		.exec = n->exec,
		.kernel = n->kernel,
		.gup = n->gup,
		.retries = n->retries,
		.leaf_4k = n->leaf_4k,
		.leaf_2m = n->leaf_2m,
		.leaf_1g = n->leaf_1g,
		.retry_ns = n->retry_ns,
		.around = n->around,
		.thp_fallback = n->thp_fallback,
		.remote = n->remote,
		.latency = {
			.samples = h->samples,
			.sum_ns = h->sum_ns,
			.p50_ns = ns[0],
			.p90_ns = ns[1],
			.p99_ns = ns[2],
			.max_ns = h->max_ns,
			.bucket = h->samples ? h->bucket : NULL,
		},
	};
}
