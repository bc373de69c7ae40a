// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Runs the model for a simulated day: a million mappings and threads, pages and stacks come and
 * go. Memory does not grow after the first half hour, and every fault is in a snapshot.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/lib/page_size.h"
#include "../../../userspace/model/mappings.h"
#include "../../../userspace/model/task.h"
#include "unit.h"
#include "unit_feed.h"

#define INTERVALS	21600	/* of four seconds: a day */
#define SHORT		24	/* mappings and threads that live for one interval only */
#define LIVE		24	/* mappings that exist at the same time */

/* The sanitizers replace malloc(), and count its bytes */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t allocated(void)
{
	struct mallinfo2 info;

	if (__sanitizer_get_current_allocated_bytes)
		return __sanitizer_get_current_allocated_bytes();
	info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

/**
 * struct memory - the highest memory use in two periods
 * @early: bytes, while the tables of the model fill up
 * @late: bytes, afterwards
 */
struct memory {
	size_t early;
	size_t late;
};

static void watch(struct memory *m, unsigned int at, unsigned int warm)
{
	size_t now = allocated(), *most = at < warm ? &m->early : &m->late;

	if (now > *most)
		*most = now;
}

/* Replace the oldest mapping by a new one */
static void ingest_mappings(struct monitor *m, unsigned int at)
{
	struct aspace *a = monitor__aspace(m);
	char name[32];
	uint64_t i;

	aspace__begin(a, 0, at);
	for (i = at; i < at + LIVE; i++) {
		snprintf(name, sizeof(name), i % 3 ? "/srv/%08lu" : "", i);
		feed_vma(a, (i + 1) << 20, ((i + 1) << 20) + 0x4000, name, 4096);
	}
	EXPECT(!aspace__end(a, UINT64_MAX));
}

/* Faults in live mappings, in short-lived mappings that were never listed, and of threads */
static uint64_t ingest_faults(struct monitor *m, unsigned int at)
{
	uint64_t i, count = 0;

	for (i = 0; i < SHORT; i++) {
		uint64_t n = 1 + i + at % 5, short_one = (uint64_t)at * SHORT + i;
		uint64_t live = (at + 1 + i % LIVE) << 20, gone = (1ULL << 46) + (short_one << 14);

		if (i % 6)
			n = 0;
		else
			feed_faults(m, live, live + 0x4000, PGWALK_FAULT_ANON_NEW, n);
		feed_faults(m, gone, gone + 0x1000 * (1 + i % 3), PGWALK_FAULT_COW_COPY, 1);
		feed_task(m, PGWALK_SCOPE_THREAD, (int32_t)short_one + 1, PGWALK_FAULT_ANON_NEW,
			  n + 1, "short");
		count += n + 1;
	}
	return count;
}

static uint64_t sum_mappings(const struct snapshot *s)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < s->nr_mappings; i++)
		sum += s->mapping[i].faults.count;
	return sum;
}

static uint64_t sum_tasks(const struct snapshot *s)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < s->nr_tasks; i++)
		sum += s->task[i].faults.count;
	return sum;
}

static void memory_is_bounded_over_a_day_of_mappings_and_threads(void)
{
	struct monitor *m = monitor__create();
	struct memory memory = { 0 };
	uint64_t in, all_in = 0, all_out = 0;
	unsigned int i;

	for (i = 0; i < INTERVALS; i++) {
		struct snapshot s;

		monitor__want_regions(m, i % 64 == 0);
		ingest_mappings(m, i);
		in = ingest_faults(m, i);
		feed_end(m, &s);
		EXPECT(s.total.count == in && sum_mappings(&s) == in && sum_tasks(&s) == in);
		EXPECT(s.nr_past == (i < SNAPSHOT_HISTORY ? i + 1 : SNAPSHOT_HISTORY));
		EXPECT(s.past[s.nr_past - 1].faults == in);
		all_in += in;
		all_out += s.total.count;
		watch(&memory, i, INTERVALS / 48);
	}
	EXPECT(all_in == all_out && all_in > 2 * SHORT * (uint64_t)INTERVALS);
	EXPECT(memory.late <= memory.early);
	printf("# a day: %zu KiB at most in the first half hour, %zu KiB after it\n",
	       memory.early >> 10, memory.late >> 10);
	monitor__destroy(m);
}

/* Four intervals, each with many more objects than the tables hold */
static void memory_is_bounded_in_an_interval_with_more_objects_than_rows(void)
{
	struct monitor *m = monitor__create();
	struct memory memory = { 0 };
	const uint64_t count = 100000;
	unsigned int round;
	struct snapshot s;
	uint64_t i;

	for (round = 0; round < 4; round++) {
		for (i = 1; i <= count; i++) {
			uint64_t at = (round * count + i) << 14;

			feed_faults(m, at, at + 0x1000, PGWALK_FAULT_ANON_NEW, 1);
			feed_task(m, PGWALK_SCOPE_THREAD, (int32_t)(round * count + i),
				  PGWALK_FAULT_ANON_NEW, 1, "t");
			watch(&memory, (unsigned int)(round * count + i), 2 * (unsigned int)count);
		}
		feed_end(m, &s);
		EXPECT(s.nr_mappings == MAPPINGS_MAX + 1 && s.nr_tasks == TASKS_MAX + 1);
		EXPECT(s.total.count == count && sum_mappings(&s) == count);
		EXPECT(sum_tasks(&s) == count && !s.task[0].id);
		EXPECT(s.task[0].faults.count == count - TASKS_MAX);
		EXPECT_TEXT(s.mapping[0].name, "(other mappings)");
		EXPECT(s.folded == count - MAPPINGS_MAX && s.mapping[0].faults.count == s.folded);
	}
	EXPECT(memory.late <= memory.early);
	monitor__destroy(m);
}

static void ingest_new_stack(struct monitor *m, int32_t id, uint64_t salt)
{
	uint64_t ip[8];
	char name[32];
	unsigned int i;

	for (i = 0; i < 8; i++)
		ip[i] = 0x400000 + salt * 8 + i;
	EXPECT(!monitor__frames(m, id, ip, 8));
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "function_%08lx", ip[i]);
		EXPECT(!monitor__symbol(m, ip[i], i, name, i % 2 ? "libx.so" : "prog"));
	}
}

/* Ids of stacks are reused for other stacks */
static void memory_is_bounded_over_a_day_of_stacks_and_pages(void)
{
	struct monitor *m = monitor__create();
	struct memory memory = { 0 };
	uint64_t stacks = 0, events = 0, before = 0, i, j;

	monitor__trace_range(m, 1ULL << 30, 1ULL << 46);
	for (i = 0; i < 150; i++) {
		uint64_t total = 0, count = 0, faults = 0;
		struct snapshot s;

		for (j = 0; j < 400; j++, stacks++) {
			ingest_new_stack(m, (int32_t)(stacks % 50000), stacks);
			feed_stack(m, (int32_t)(stacks % 50000), PGWALK_FAULT_ANON_NEW, 1 + j % 3);
			count += 1 + j % 3;
		}
		for (j = 0; j < 4000; j++, events++)
			feed_event(m, (1ULL << 30) + ((events * 7919) << page_shift()));
		feed_end(m, &s);
		before += count;
		for (j = 0; j < s.nr_stacks; j++) {
			total += s.stack[j].total;
			count -= s.stack[j].count;
		}
		EXPECT(total == before && !count);
		for (j = 0; j < s.pages.nr_pages; j++)
			faults += s.pages.page[j].faults;
		EXPECT(faults + s.pages.left_out == events);
		watch(&memory, (unsigned int)i, 75);
	}
	/* names of symbols differ in length by at most a few bytes */
	EXPECT(memory.late <= memory.early + memory.early / 100);
	printf("# stacks: %zu KiB at most in the first half, %zu KiB after it\n",
	       memory.early >> 10, memory.late >> 10);
	monitor__destroy(m);
}

const struct unit_test memory_tests[] = {
	{ "memory is bounded over a day of mappings and threads", memory_is_bounded_over_a_day_of_mappings_and_threads },
	{ "memory is bounded in an interval with more objects than rows", memory_is_bounded_in_an_interval_with_more_objects_than_rows },
	{ "memory is bounded over a day of stacks and pages", memory_is_bounded_over_a_day_of_stacks_and_pages },
	{ 0 },
};
