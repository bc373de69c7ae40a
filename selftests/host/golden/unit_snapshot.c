// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of snapshots: sums of every kind agree. */
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/model/mappings.h"
#include "../../../userspace/model/task.h"
#include "unit.h"
#include "unit_feed.h"

#define HEAP	0x10000000ULL

static bool is_signal(uint32_t class)
{
	return class >= PGWALK_FAULT_SIGNAL_FIRST;
}

static void add(struct snapshot_faults *sum, const struct snapshot_faults *f)
{
	uint64_t *to = (uint64_t *)sum;
	const uint64_t *from = (const uint64_t *)f;
	size_t i;

	for (i = 0; i < offsetof(struct snapshot_faults, latency) / sizeof(*to); i++)
		to[i] += from[i];
	sum->latency.samples += f->latency.samples;
	sum->latency.sum_ns += f->latency.sum_ns;
	if (f->latency.max_ns > sum->latency.max_ns)
		sum->latency.max_ns = f->latency.max_ns;
}

static void expect_same(const struct snapshot_faults *a, const struct snapshot_faults *b)
{
	EXPECT(!memcmp(a, b, offsetof(struct snapshot_faults, latency)));
	EXPECT(a->latency.samples == b->latency.samples);
	EXPECT(a->latency.sum_ns == b->latency.sum_ns);
	EXPECT(a->latency.max_ns == b->latency.max_ns);
}

/* Buckets add up to the samples, and quantiles are in order */
static void expect_latency(const struct snapshot_latency *l)
{
	uint64_t sum = 0;
	unsigned int i;

	EXPECT(!l->samples == !l->bucket);
	for (i = 0; l->bucket && i < PGWALK_HIST_BUCKETS; i++)
		sum += l->bucket[i];
	EXPECT(sum == l->samples);
	EXPECT(l->p50_ns <= l->p90_ns && l->p90_ns <= l->p99_ns);
}

/* The classes of a row add up to the row, and to the totals by class */
static void expect_classes(const struct snapshot_class *class, size_t count,
			   const struct snapshot_faults *faults, uint64_t none,
			   struct snapshot_faults *by_class)
{
	struct snapshot_faults sum = { .count = none };
	size_t i;

	for (i = 0; i < count; i++) {
		EXPECT(class[i].class && class[i].class < PGWALK_FAULT_CLASS_NR);
		EXPECT(!i || class[i].class > class[i - 1].class);
		expect_latency(&class[i].faults.latency);
		add(&by_class[class[i].class], &class[i].faults);
		if (!is_signal(class[i].class))
			add(&sum, &class[i].faults);
	}
	expect_latency(&faults->latency);
	EXPECT(sum.count == faults->count);
	if (!none)
		expect_same(&sum, faults);
}

static void expect_totals(const struct snapshot *s, const struct snapshot_faults *by_class)
{
	struct snapshot_faults total = s->unattributed;
	uint64_t signals = 0;
	size_t i, j = 0;

	for (i = 1; i < PGWALK_FAULT_CLASS_NR; i++) {
		if (!by_class[i].count)
			continue;
		EXPECT(j < s->nr_classes && s->class[j].class == i);
		expect_same(&s->class[j].faults, &by_class[i]);
		expect_latency(&s->class[j++].faults.latency);
		if (is_signal((uint32_t)i))
			signals += by_class[i].count;
		else
			add(&total, &by_class[i]);
	}
	EXPECT(j == s->nr_classes && signals == s->signals);
	expect_same(&s->total, &total);
	expect_latency(&s->total.latency);
}

static void random_row(struct pgwalk_fault_row *row)
{
	uint64_t *field = (uint64_t *)row;
	unsigned int i;

	*row = (struct pgwalk_fault_row) { 0 };
	for (i = 0; i < offsetof(struct pgwalk_fault_row, kind) / sizeof(*field); i++)
		field[i] = (uint64_t)rand() % 9;
	row->count++;
	row->hist[rand() % PGWALK_HIST_BUCKETS] = (__u32)rand() % 9;
}

static void sums_agree_for_any_input(void)
{
	struct monitor *m = monitor__create();
	struct snapshot_target many = { .scope = SNAPSHOT_ALL };
	unsigned int round, i;

	srand(23);
	for (round = 0; round < 20; round++) {
		struct snapshot_faults by_class[PGWALK_FAULT_CLASS_NR] = { 0 };
		uint64_t in[PGWALK_SCOPE_NR] = { 0 }, threads = 0;
		struct pgwalk_fault_row row;
		struct snapshot s;
		size_t j;

		if (round == 10)
			monitor__set_target(m, &many);
		for (i = 0; i < 6000; i++) {
			struct pgwalk_fault_key key = {
				.scope = (__u32)rand() % PGWALK_SCOPE_NR,
				.class = (__u32)rand() % PGWALK_FAULT_CLASS_NR,
			};

			random_row(&row);
			if (key.scope)
				key.id = rand() % (rand() % 2 ? 50 : 5000);
			else if (rand() % 9)
				key.mm = 1, key.start = (__u64)(rand() % 6000) << 16,
				key.end = key.start + 0x4000, key.offset = key.start >> 12,
				key.vm_flags = 3;
			EXPECT(!monitor__ingest(m, &key, &row));
			if (!is_signal(key.class))
				in[key.scope] += row.count;
		}
		feed_end(m, &s);
		for (j = 0; j < s.nr_mappings; j++)
			expect_classes(s.mapping[j].class, s.mapping[j].nr_classes,
				       &s.mapping[j].faults, 0, by_class);
		for (j = 0; j < s.nr_tasks; j++) {
			struct snapshot_faults ignored[PGWALK_FAULT_CLASS_NR] = { 0 };

			threads += s.task[j].faults.count;
			expect_classes(s.task[j].class, s.task[j].nr_classes, &s.task[j].faults,
				       s.task[j].unattributed, round < 10 ? ignored : by_class);
			EXPECT(!j || s.task[j].id > s.task[j - 1].id);
		}
		expect_totals(&s, by_class);
		EXPECT(s.total.count == in[round < 10 ? PGWALK_SCOPE_MAPPING :
							PGWALK_SCOPE_PROCESS]);
		EXPECT(threads == in[round < 10 ? PGWALK_SCOPE_THREAD : PGWALK_SCOPE_PROCESS]);
		EXPECT(round < 10 ? s.nr_mappings > 1000 : !s.nr_mappings);
	}
	monitor__destroy(m);
}

static void a_fault_with_a_signal_has_its_mapping_and_is_in_no_total(void)
{
	struct monitor *m = monitor__create();
	struct snapshot s;

	feed_faults(m, HEAP, HEAP + 0x4000, PGWALK_FAULT_ANON_NEW, 7);
	feed_faults(m, HEAP, HEAP + 0x4000, PGWALK_FAULT_SEGV_ACCESS, 3);
	feed_faults(m, HEAP << 1, (HEAP << 1) + 0x4000, PGWALK_FAULT_SIGBUS, 5);
	feed_faults(m, 0, 0x1000, PGWALK_FAULT_SEGV_MAP, 2);
	feed_end(m, &s);
	EXPECT(s.total.count == 7 && s.signals == 10 && s.nr_classes == 4);
	EXPECT(s.nr_mappings == 3);
	EXPECT_TEXT(s.mapping[0].name, "(no mapping)");
	EXPECT(!s.mapping[0].start && !s.mapping[0].end && !s.mapping[0].faults.count);
	EXPECT(s.mapping[0].nr_classes == 1 && s.mapping[0].class[0].faults.count == 2);
	EXPECT(s.mapping[1].faults.count == 7 && s.mapping[1].nr_classes == 2);
	EXPECT(s.mapping[1].class[1].class == PGWALK_FAULT_SEGV_ACCESS);
	EXPECT(s.mapping[2].faults.count == 0 && s.mapping[2].class[0].faults.count == 5);
	monitor__destroy(m);
}

static void aggregate_rows_are_never_evicted(void)
{
	struct monitor *m = monitor__create();
	struct snapshot s;
	uint64_t i;

	for (i = 0; i < 3; i++)
		feed_end(m, &s);
	for (i = 1; i <= MAPPINGS_MAX + 10; i++)
		feed_faults(m, i << 20, (i << 20) + 0x1000, PGWALK_FAULT_ANON_NEW, 1);
	feed_faults(m, 0, 0, PGWALK_FAULT_SEGV_MAP, 1);
	feed_end(m, &s);
	EXPECT(s.nr_mappings == MAPPINGS_MAX + 2);
	EXPECT_TEXT(s.mapping[0].name, "(other mappings)");
	EXPECT(s.mapping[0].faults.count == 10);
	EXPECT_TEXT(s.mapping[1].name, "(no mapping)");
	EXPECT(s.mapping[2].start);
	monitor__destroy(m);
}

/* One row is free: each further mapping folds the one before, with its faults */
static void further_mappings_are_folded_if_the_table_is_full_of_live_ones(void)
{
	struct monitor *m = monitor__create();
	struct aspace *a = monitor__aspace(m);
	unsigned int round, n;
	struct snapshot s;
	uint64_t i;

	aspace__begin(a, 0, 1);
	for (i = 1; i < MAPPINGS_MAX; i++)
		feed_vma(a, i << 20, (i << 20) + 0x1000, "", 1);
	EXPECT(!aspace__end(a, UINT64_MAX));
	for (i = 1; i < MAPPINGS_MAX; i++)
		feed_faults(m, i << 20, (i << 20) + 0x1000, PGWALK_FAULT_ANON_NEW, 1);
	feed_end(m, &s);
	EXPECT(s.nr_mappings == MAPPINGS_MAX - 1);
	for (round = 1; round < 9; round++) {
		for (n = 0; n < round % 4; n++, i++)
			feed_faults(m, i << 20, (i << 20) + 0x1000,
				    PGWALK_FAULT_ANON_NEW + round % 3, 5);
		feed_faults(m, 1 << 20, (1 << 20) + 0x1000, PGWALK_FAULT_ANON_ZERO, round);
		feed_end(m, &s);
		EXPECT(s.total.count == 5 * n + round);
		EXPECT(s.nr_mappings == 1U + (n > 0) + (n > 1));
		EXPECT(s.folded == (n ? 5 * (n - 1) : 0));
	}
	monitor__destroy(m);
}

static void tasks_are_those_of_the_interval(void)
{
	struct monitor *m = monitor__create();
	struct pgwalk_fault_key key = { .scope = PGWALK_SCOPE_THREAD, .id = 9, .class = 2 };
	struct pgwalk_fault_row row = { .count = 4, .name = "gone", .kind = PGWALK_TASK_ENDED };
	struct snapshot s;
	int32_t i;

	EXPECT(!monitor__ingest(m, &key, &row));
	feed_task(m, PGWALK_SCOPE_THREAD, 7, PGWALK_FAULT_ANON_NEW, 5, "old");
	feed_task(m, PGWALK_SCOPE_THREAD, 7, PGWALK_FAULT_UNATTRIBUTED, 2, "new");
	feed_task(m, PGWALK_SCOPE_THREAD, 0, PGWALK_FAULT_ANON_NEW, 1, "");
	feed_end(m, &s);
	EXPECT(s.by_thread && s.nr_tasks == 3 && s.total.count == 0);
	EXPECT_TEXT(s.task[0].comm, "(other threads)");
	EXPECT(s.task[1].id == 7 && s.task[1].live);
	EXPECT_TEXT(s.task[1].comm, "new");
	EXPECT(s.task[1].faults.count == 7 && s.task[1].unattributed == 2);
	EXPECT(s.task[1].nr_classes == 1 && s.task[1].class[0].faults.count == 5);
	EXPECT(s.task[2].id == 9 && !s.task[2].live);
	feed_end(m, &s);
	EXPECT(s.nr_tasks == 0);
	for (i = 1; i <= 20000; i++) {		/* in total far more tasks than rows */
		feed_task(m, PGWALK_SCOPE_THREAD, i, PGWALK_FAULT_ANON_NEW, 1, "t");
		if (i % 1000)
			continue;
		feed_end(m, &s);
		EXPECT(s.nr_tasks == 1000 && s.task[0].id == i - 999);
	}
	monitor__destroy(m);
}

/* A process in two intervals, faults of its end, then another process with its id */
static void an_id_that_is_used_again_has_two_rows_since_the_start(void)
{
	struct monitor *m = monitor__create();
	struct snapshot_target all = { .scope = SNAPSHOT_ALL };
	struct pgwalk_fault_key key = { .scope = PGWALK_SCOPE_PROCESS, .id = 9, .class = PGWALK_FAULT_ANON_NEW };
	struct pgwalk_fault_row end = { .count = 4, .name = "first", .kind = PGWALK_TASK_ENDED };
	struct snapshot s, since;

	monitor__set_target(m, &all);
	EXPECT(!monitor__want_since(m));
	feed_task(m, PGWALK_SCOPE_PROCESS, 9, PGWALK_FAULT_ANON_NEW, 10, "first");
	feed_end(m, &s);
	EXPECT(!monitor__ingest(m, &key, &end));
	feed_task(m, PGWALK_SCOPE_PROCESS, 9, PGWALK_FAULT_SHMEM, 2, "first");
	feed_end(m, &s);
	feed_task(m, PGWALK_SCOPE_PROCESS, 9, PGWALK_FAULT_ANON_NEW, 3, "second");
	feed_task(m, PGWALK_SCOPE_PROCESS, 9, PGWALK_FAULT_SHMEM, 1, "second");
	feed_end(m, &s);
	feed_task(m, PGWALK_SCOPE_PROCESS, 9, PGWALK_FAULT_ANON_NEW, 1, "second");
	feed_end(m, &s);
	EXPECT(!monitor__since(m, &s, &since));
	EXPECT(since.nr_tasks == 2 && since.total.count == 21);
	EXPECT_TEXT(since.task[0].comm, "first");
	EXPECT(since.task[0].faults.count == 16 && !since.task[0].live && since.task[0].nr_classes == 2);
	EXPECT_TEXT(since.task[1].comm, "second");
	EXPECT(since.task[1].faults.count == 5 && since.task[1].live && since.task[1].nr_classes == 2);
	monitor__destroy(m);
}

static void faults_are_counted_for_the_region_of_their_mapping(void)
{
	struct monitor *m = monitor__create();
	struct aspace *a = monitor__aspace(m);
	struct snapshot s;
	uint64_t sum = 0;
	size_t i;

	monitor__want_regions(m, true);
	aspace__begin(a, 0, 1);
	for (i = 1; i <= 1000; i++)
		feed_vma(a, i << 20, (i + 1) << 20, i % 2 ? "odd" : "even", (unsigned int)i);
	EXPECT(!aspace__end(a, UINT64_MAX));
	feed_faults(m, 5ULL << 20, (5ULL << 20) + 0x40000, PGWALK_FAULT_ANON_NEW, 3);
	feed_faults(m, 5ULL << 20, (5ULL << 20) + 0x40000, PGWALK_FAULT_COW_COPY, 4);
	feed_faults(m, 5ULL << 20, (5ULL << 20) + 0x40000, PGWALK_FAULT_SEGV_ACCESS, 9);
	feed_faults(m, (7ULL << 20) + 0x1000, (7ULL << 20) + 0x2000, PGWALK_FAULT_ANON_NEW, 2);
	feed_faults(m, (7ULL << 20) + 0x3000, (7ULL << 20) + 0x4000, PGWALK_FAULT_ANON_NEW, 1);
	feed_faults(m, 1ULL << 40, (1ULL << 40) + 0x1000, PGWALK_FAULT_ANON_NEW, 11);	/* unmapped */
	feed_end(m, &s);
	EXPECT(s.has_regions && s.nr_regions == 1000);
	for (i = 0; i < s.nr_regions; i++) {
		EXPECT(s.region[i].start == (i + 1) << 20 && s.region[i].resident == i + 1);
		EXPECT_TEXT(s.region[i].name, i % 2 ? "even" : "odd");
		sum += s.region[i].faults;
	}
	EXPECT(s.region[4].faults == 7 && s.region[6].faults == 3 && sum == 10);
	feed_faults(m, 5ULL << 20, (5ULL << 20) + 0x40000, PGWALK_FAULT_ANON_NEW, 5);
	feed_end(m, &s);
	EXPECT(s.region[4].faults == 5 && s.region[6].faults == 0);
	monitor__want_regions(m, false);
	feed_end(m, &s);
	EXPECT(!s.has_regions && !s.nr_regions);
	monitor__destroy(m);
}

static void parts_of_the_system_s_counters_are_merged_into_one_interval(void)
{
	struct monitor *m = monitor__create();
	struct snapshot_system vm = { .known = true, .swap_in = 5, .migrated = UINT64_MAX };
	struct snapshot_system tlb = { .tlb_known = true, .tlb = { 1, 2 }, .tlb_target = { 0, 1 } };
	struct snapshot s;

	monitor__system(m, &vm);
	monitor__system(m, &tlb);
	feed_end(m, &s);
	EXPECT(s.system.known && s.system.swap_in == 5 && s.system.migrated == UINT64_MAX);
	EXPECT(s.system.tlb_known && s.system.tlb[1] == 2 && s.system.tlb_target[1] == 1);
	monitor__system(m, &tlb);
	monitor__system(m, &vm);
	feed_end(m, &s);
	EXPECT(s.system.known && s.system.swap_in == 5 && s.system.tlb[1] == 2);
	feed_end(m, &s);
	EXPECT(!s.system.known && !s.system.tlb_known);
	monitor__destroy(m);
}

static void the_history_keeps_the_last_intervals_in_order(void)
{
	struct monitor *m = monitor__create();
	struct snapshot s;
	uint64_t i, j;

	for (i = 1; i <= 3 * SNAPSHOT_HISTORY; i++) {
		struct monitor_mark mark = { .span_ns = i * 500000000 };

		feed_faults(m, HEAP, HEAP + 0x1000, PGWALK_FAULT_ANON_NEW, i);
		EXPECT(!monitor__close(m, &mark, &s));
		EXPECT(s.nr_past == (i < SNAPSHOT_HISTORY ? i : SNAPSHOT_HISTORY));
		for (j = 0; j < s.nr_past; j++)
			EXPECT(s.past[j].faults == i - s.nr_past + 1 + j);
		EXPECT(s.past[j - 1].seconds == (double)i / 2);
	}
	monitor__reset(m);
	feed_end(m, &s);
	EXPECT(s.nr_past == 1);
	monitor__destroy(m);
}

static void the_fields_of_a_mark_are_in_the_snapshot(void)
{
	struct monitor *m = monitor__create();
	struct monitor_mark mark = {
		.span_ns = 1, .lost = 2, .folded = 3, .missed_runs = 4, .self_ns = 5, .walk_ns = 6,
		.tables_bytes = 7, .events_lost = 8, .nr_threads = 9, .by_thread = true,
		.last = true, .exited = true,
	};
	struct snapshot s;

	feed_task(m, PGWALK_SCOPE_THREAD, 4, PGWALK_FAULT_ANON_NEW, 5, "t");
	EXPECT(!monitor__close(m, &mark, &s));
	EXPECT(s.lost == 2 && s.folded == 3 && s.missed_runs == 4 && s.self_ns == 5);
	EXPECT(s.walk_ns == 6 && s.tables_bytes == 7 && s.pages.lost == 8 && s.nr_threads == 9);
	EXPECT(s.by_thread && s.last && s.exited && !s.has_stacks && !s.has_regions);
	EXPECT(!s.task[0].live);		/* no thread of an exited process is live */
	monitor__destroy(m);
}

const struct unit_test snapshot_tests[] = {
	{ "sums agree for any input", sums_agree_for_any_input },
	{ "a fault with a signal has its mapping and is in no total", a_fault_with_a_signal_has_its_mapping_and_is_in_no_total },
	{ "aggregate rows are never evicted", aggregate_rows_are_never_evicted },
	{ "further mappings are folded if the table is full of live ones", further_mappings_are_folded_if_the_table_is_full_of_live_ones },
	{ "tasks are those of the interval", tasks_are_those_of_the_interval },
	{ "an id that is used again has two rows since the start",
	  an_id_that_is_used_again_has_two_rows_since_the_start },
	{ "faults are counted for the region of their mapping", faults_are_counted_for_the_region_of_their_mapping },
	{ "parts of the system's counters are merged into one interval", parts_of_the_system_s_counters_are_merged_into_one_interval },
	{ "the history keeps the last intervals in order", the_history_keeps_the_last_intervals_in_order },
	{ "the fields of a mark are in the snapshot", the_fields_of_a_mark_are_in_the_snapshot },
	{ 0 },
};
