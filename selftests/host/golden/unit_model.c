// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of histograms, the address space, and the conservation of faults in the model. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/model/histogram.h"
#include "../../../userspace/model/mappings.h"
#include "../../../userspace/model/monitor.h"
#include "../../../userspace/model/tlb.h"
#include "unit.h"

static void every_duration_is_below_the_edge_of_its_bucket(void)
{
	uint64_t v, limit = histogram__upper_edge(PGWALK_HIST_BUCKETS - 1);
	unsigned int b;

	for (b = 1; b < PGWALK_HIST_BUCKETS; b++)
		EXPECT(histogram__upper_edge(b) > histogram__upper_edge(b - 1));
	for (v = 0; v < 3000; v++) {
		b = histogram__bucket(v);
		EXPECT(v < histogram__upper_edge(b));
		EXPECT(!b || v >= histogram__upper_edge(b - 1));
	}
	for (; v < limit; v += v / 211 + 1) {
		b = histogram__bucket(v);
		EXPECT(v < histogram__upper_edge(b));
		EXPECT(v >= histogram__upper_edge(b - 1));
		EXPECT((double)histogram__upper_edge(b) <= 1.25 * (double)v + 1);
	}
	EXPECT(limit == 1ULL << 41);
	EXPECT(histogram__bucket(~0ULL) == PGWALK_HIST_BUCKETS - 1);
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Return the exact quantile: the smallest value with at least that share of the values at or below it */
static uint64_t exact(const uint64_t *sorted, unsigned int n, unsigned int permille)
{
	return sorted[(n * permille + 999) / 1000 - 1];
}

static void quantiles_are_the_bucket_edges_above_the_exact_values(void)
{
	static uint64_t v[3000];
	static const unsigned int permilles[] = { 1, 10, 500, 900, 990, 999, 1000 };
	unsigned int round, i, n;
	uint64_t q[7];

	srand(23);
	for (round = 0; round < 300; round++) {
		struct pgwalk_fault_row row = { 0 };
		struct histogram h = { 0 };

		n = 1 + (unsigned int)rand() % (round % 3 ? 3000 : 5);
		for (i = 0; i < n; i++) {
			v[i] = (uint64_t)rand() >> rand() % 31;
			row.hist[histogram__bucket(v[i])]++;
			row.latency_ns += v[i];
			row.max_ns = v[i] > row.max_ns ? v[i] : row.max_ns;
		}
		histogram__add_row(&h, &row);
		qsort(v, n, sizeof(*v), by_value);
		EXPECT(h.samples == n && h.max_ns == v[n - 1]);
		histogram__quantiles(&h, permilles, q, 7);
		for (i = 0; i < 7; i++)
			EXPECT(q[i] == histogram__upper_edge(histogram__bucket(
						exact(v, n, permilles[i]))));
	}
}

static void beyond_the_last_bucket_quantiles_are_the_maximum(void)
{
	static const unsigned int median = 500;
	struct pgwalk_fault_row row = { .max_ns = 1ULL << 50 };
	struct histogram h = { 0 };
	uint64_t ns = 23;

	histogram__quantiles(&h, &median, &ns, 1);
	EXPECT(ns == 0);
	row.hist[PGWALK_HIST_BUCKETS - 1] = 1;
	histogram__add_row(&h, &row);
	histogram__quantiles(&h, &median, &ns, 1);
	EXPECT(ns == 1ULL << 50);
	histogram__clear(&h);
	row.max_ns = 5;
	histogram__add_row(&h, &row);
	histogram__quantiles(&h, &median, &ns, 1);
	EXPECT(ns == histogram__upper_edge(PGWALK_HIST_BUCKETS - 1));
}

static void a_cleared_histogram_equals_a_new_one(void)
{
	static struct histogram used, fresh;
	unsigned int round, i;

	srand(5);
	for (round = 0; round < 300; round++) {
		struct pgwalk_fault_row row = { .latency_ns = 7, .max_ns = 5 };
		struct histogram other = { 0 };

		for (i = 0; i < 4; i++)
			row.hist[rand() % PGWALK_HIST_BUCKETS] = (__u32)rand() % 3;
		histogram__clear(&used);
		fresh = (struct histogram) { 0 };
		histogram__add_row(&used, &row);
		histogram__add_row(&other, &row);
		histogram__merge(&fresh, &other);
		EXPECT(!memcmp(&used, &fresh, sizeof(used)));
		for (i = 0; i < PGWALK_HIST_BUCKETS; i++)
			EXPECT(used.bucket[i] == row.hist[i]);
	}
}

static void add_vma(struct aspace *a, uint64_t start, uint64_t end, const char *name, int counted)
{
	union {
		struct pgwalk_vma vma;
		char room[sizeof(struct pgwalk_vma) + 64];
	} u = { .vma = { .start = start, .end = end, .counted = (unsigned int)counted,
			 .resident = (__u64)counted } };

	u.vma.name_len = (__u16)strlen(name);
	memcpy(u.vma.name, name, strlen(name));
	EXPECT(!aspace__add(a, &u.vma));
}

static void a_partial_update_replaces_the_mappings_of_its_range_only(void)
{
	struct aspace *a = aspace__create();
	struct aspace_sum sum;

	aspace__begin(a, 0, 10);
	add_vma(a, 0x1000, 0x2000, "a", 5);
	add_vma(a, 0x3000, 0x6000, "b", 7);
	add_vma(a, 0x8000, 0x9000, "c", 11);
	EXPECT(!aspace__end(a, ~0ULL));
	aspace__begin(a, 0x4000, 20);		/* b was shortened, and d was mapped */
	add_vma(a, 0x3000, 0x5000, "b", 0);
	add_vma(a, 0x6000, 0x7000, "d", 13);
	EXPECT(!aspace__end(a, 0x7000));
	aspace__sum(a, &sum);
	EXPECT(sum.regions == 4);
	EXPECT(sum.resident == 5 + 7 + 13 + 11);	/* b is listed without counts: it keeps its count */
	EXPECT(sum.oldest_ns == 10);
	EXPECT_TEXT(aspace__find(a, 0x4fff, 0x5000)->name, "b");
	EXPECT(!aspace__find(a, 0x5000, 0x6000));
	EXPECT_TEXT(aspace__find(a, 0x5000, 0x6001)->name, "d");
	aspace__begin(a, 0x6000, 30);		/* d is unmapped */
	EXPECT(!aspace__end(a, 0x8000));
	aspace__sum(a, &sum);
	EXPECT(sum.regions == 3);
	EXPECT_TEXT(aspace__find(a, 0x6000, ~0ULL)->name, "c");
	aspace__begin(a, 0, 40);		/* an update that is not ended changes nothing */
	aspace__begin(a, 0, 41);
	EXPECT(!aspace__end(a, 0));
	aspace__sum(a, &sum);
	EXPECT(sum.regions == 3);
	aspace__destroy(a);
}

static void only_updates_without_gaps_make_the_address_space_complete(void)
{
	struct aspace *a = aspace__create();
	struct aspace_sum sum;

	aspace__begin(a, 0, 1);
	EXPECT(!aspace__end(a, 0x5000));
	aspace__begin(a, 0x6000, 2);
	EXPECT(!aspace__end(a, ~0ULL));
	aspace__sum(a, &sum);
	EXPECT(!sum.complete);
	aspace__begin(a, 0, 3);
	EXPECT(!aspace__end(a, 0x5000));
	aspace__begin(a, 0x5000, 4);
	EXPECT(!aspace__end(a, ~0ULL));
	aspace__sum(a, &sum);
	EXPECT(sum.complete);
	aspace__destroy(a);
}

static void mappings_out_of_order_are_refused(void)
{
	struct pgwalk_vma one = { .start = 0x1000, .end = 0x2000 };
	struct aspace *a = aspace__create();

	aspace__begin(a, 0, 0);
	EXPECT(!aspace__add(a, &one));
	EXPECT(aspace__add(a, &one));
	one.end = one.start = 0x3000;
	EXPECT(aspace__add(a, &one));
	aspace__destroy(a);
}

/* Random mappings, splits, moves and updates: all faults that were ingested are in the snapshots */
static void no_fault_is_lost_when_mappings_change(void)
{
	struct monitor *m = monitor__create();
	unsigned int interval, i;

	srand(23);
	for (interval = 1; interval <= 12; interval++) {
		struct monitor_mark mark = { .now_ns = interval, .span_ns = 1 };
		uint64_t in = 0, majors = 0, none = 0, out = 0, out_major = 0, signals = 0;
		struct snapshot s;
		size_t j, k;

		aspace__begin(monitor__aspace(m), 0, interval);
		for (i = 0; i < 50; i++)
			add_vma(monitor__aspace(m), (uint64_t)i << 20,
			     ((uint64_t)i << 20) + 0x1000 * (1 + (unsigned int)rand() % 200), "", 1);
		EXPECT(!aspace__end(monitor__aspace(m), ~0ULL));
		for (i = 0; i < 3000; i++) {
			struct pgwalk_fault_row row = { .count = 1 + (unsigned int)rand() % 9 };
			struct pgwalk_fault_key key = {
				.mm = rand() % 50 ? 1 : 0,
				.start = (uint64_t)(rand() % 10000) << 14,
				.ino = rand() % 2 ? 0 : (uint64_t)(rand() % 30),
				.vm_flags = (uint64_t)rand() % 16,
				.class = (uint32_t)rand() % PGWALK_FAULT_CLASS_NR,
			};

			key.end = key.start + ((uint64_t)(1 + rand() % 64) << 12);
			key.offset = rand() % 3 ? key.start >> 12 : (uint64_t)(rand() % 1000);
			row.major = (unsigned int)rand() % (row.count + 1);
			row.hist[rand() % PGWALK_HIST_BUCKETS] = (__u32)row.count;
			EXPECT(!monitor__ingest(m, &key, &row));
			if (key.class >= PGWALK_FAULT_SIGNAL_FIRST) {
				signals += row.count;
				continue;
			}
			in += row.count;
			majors += row.major;
			none += key.class ? 0 : row.count;
		}
		EXPECT(!monitor__close(m, &mark, &s));
		EXPECT(s.nr_mappings <= MAPPING_ROWS);
		for (j = 0; j < s.nr_mappings; j++) {
			uint64_t sum = 0;

			for (k = 0; k < s.mapping[j].nr_classes; k++) {
				if (s.mapping[j].class[k].class < PGWALK_FAULT_SIGNAL_FIRST)
					sum += s.mapping[j].class[k].faults.count;
				else
					signals -= s.mapping[j].class[k].faults.count;
			}
			EXPECT(sum == s.mapping[j].faults.count && s.mapping[j].nr_classes);
			out += sum;
			out_major += s.mapping[j].faults.major;
		}
		EXPECT(!signals);
		EXPECT(s.unattributed.count == none);
		EXPECT(s.total.count == in && out + none == in);
		EXPECT(s.total.major == majors);
		EXPECT(out_major + s.unattributed.major == majors);
		EXPECT(s.total.latency.samples == in);
	}
	monitor__destroy(m);
}

static void totals_include_folded_mappings(void)
{
	struct aspace *a = aspace__create();
	struct mappings *m = mappings__create(a);
	struct pgwalk_fault_row row = { .count = 1 };
	struct pgwalk_fault_key key = { .mm = 1, .class = PGWALK_FAULT_ANON_NEW };
	uint64_t sum = 0;
	unsigned int i;
	int index;

	for (i = 0; i < 10000; i++) {
		key.start = (uint64_t)i << 20;
		key.end = key.start + 0x1000;
		key.offset = key.start >> 12;
		index = mappings__ingest(m, &key, &row, i);
		EXPECT(index > 0);
		mappings__at(m, (unsigned int)index)->total[key.class]++;
	}
	EXPECT(mappings__count(m) == MAPPING_ROWS);
	EXPECT(mappings__at(m, MAPPING_OTHER)->total[key.class] == 10000 - MAPPINGS_MAX);
	for (i = 0; i < mappings__count(m); i++)
		sum += mappings__at(m, i)->total[key.class];
	EXPECT(sum == 10000);
	mappings__destroy(m);
	aspace__destroy(a);
}

static void no_live_mapping_is_evicted_from_a_full_table(void)
{
	struct aspace *a = aspace__create();
	struct mappings *m = mappings__create(a);
	struct pgwalk_fault_row row = { .count = 1 };
	struct pgwalk_fault_key key = { .mm = 1, .class = PGWALK_FAULT_ANON_NEW };
	unsigned int i;

	mappings__set_mm(m, 1);
	aspace__begin(a, 0, 0);
	for (i = 0; i < MAPPINGS_MAX + 10; i++)
		add_vma(a, (uint64_t)i << 20, ((uint64_t)i << 20) + 0x1000, "", 1);
	EXPECT(!aspace__end(a, ~0ULL));
	for (i = 0; i < MAPPINGS_MAX + 10; i++) {
		int index;

		key.start = (uint64_t)i << 20;
		key.end = key.start + 0x1000;
		key.offset = key.start >> 12;
		index = mappings__ingest(m, &key, &row, 1);
		EXPECT(i < MAPPINGS_MAX ? index == (int)(MAPPING_FIRST + i) : index == MAPPING_OTHER);
	}
	mappings__destroy(m);
	aspace__destroy(a);
}

/* Descriptors of leaf 2; a register with bit 31 has none, and the lowest byte of EAX is none */
static void tlbs_are_decoded_from_descriptors(void)
{
	static const struct inspect_cpuid nehalem = {
		.known = true,
		.leaf = { { 11, 0x756e6547, 0x6c65746e, 0x49656e69 }, { 0 },
			  { 0x55035a01, 0x00f0b2e4, 0x80000003, 0x09ca212c } },
	};
	static const struct inspect_tlb want[] = {
		{ 1, INSPECT_TLB_DATA, 1 << 21, 32, 4, 0 }, { 1, INSPECT_TLB_DATA, 1 << 12, 64, 4, 0 },
		{ 1, INSPECT_TLB_INSTRUCTION, 1 << 21, 7, 7, 0 }, { 1, INSPECT_TLB_INSTRUCTION, 1 << 12, 64, 4, 0 },
		{ 2, INSPECT_TLB_UNIFIED, 1 << 12, 512, 4, 0 },
	};
	struct inspect_reach_size size[64] = { [12] = { .leaves = 1000, .exec_leaves = 23 } };
	struct inspect_tlb tlb[TLB_MAX] = { { 0 } };
	unsigned int i, count = tlb__decode(&nehalem, tlb);

	EXPECT(count == 5);
	for (i = 0; i < count && i < 5; i++)
		EXPECT(tlb[i].level == want[i].level && tlb[i].type == want[i].type &&
		       tlb[i].sizes == want[i].sizes && tlb[i].entries == want[i].entries &&
		       tlb[i].ways == want[i].ways);
	tlb__need(tlb, count, size, 64);
	EXPECT(tlb[0].needed == 0 && tlb[1].needed == 1000 && tlb[3].needed == 23 && tlb[4].needed == 1000);
}

static void a_vendor_without_known_leaves_has_no_tlb(void)
{
	static const struct inspect_cpuid other = { .known = true, .leaf = { { 2, 0x746e6543, 0x736c7561, 0x48727561 } } };
	static const struct inspect_cpuid none;
	struct inspect_tlb tlb[TLB_MAX];

	EXPECT(!tlb__decode(&other, tlb));
	EXPECT(!tlb__decode(&none, tlb));
}

const struct unit_test model_tests[] = {
	{ "every duration is below the edge of its bucket", every_duration_is_below_the_edge_of_its_bucket },
	{ "quantiles are the bucket edges above the exact values", quantiles_are_the_bucket_edges_above_the_exact_values },
	{ "beyond the last bucket quantiles are the maximum", beyond_the_last_bucket_quantiles_are_the_maximum },
	{ "a cleared histogram equals a new one", a_cleared_histogram_equals_a_new_one },
	{ "a partial update replaces the mappings of its range only", a_partial_update_replaces_the_mappings_of_its_range_only },
	{ "only updates without gaps make the address space complete", only_updates_without_gaps_make_the_address_space_complete },
	{ "mappings out of order are refused", mappings_out_of_order_are_refused },
	{ "no fault is lost when mappings change", no_fault_is_lost_when_mappings_change },
	{ "totals include folded mappings", totals_include_folded_mappings },
	{ "no live mapping is evicted from a full table", no_live_mapping_is_evicted_from_a_full_table },
	{ "TLBs are decoded from descriptors", tlbs_are_decoded_from_descriptors },
	{ "a vendor without known leaves has no TLB", a_vendor_without_known_leaves_has_no_tlb },
	{ 0 },
};
