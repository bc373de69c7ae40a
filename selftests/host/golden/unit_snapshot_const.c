// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests that a snapshot does not change until the next one: the screen draws it while events arrive. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "unit_feed.h"

#define HEAP	0x10000000ULL

/* Return all fields of @s that a presenter reads, as text */
static char *all_of(const struct snapshot *s)
{
	char *text;
	size_t size, i, j;
	FILE *f = open_memstream(&text, &size);

	fprintf(f, "%s %lu\n", s->target->comm, s->total.latency.bucket ?
		(unsigned long)s->total.latency.bucket[35] : 0);
	for (i = 0; i < s->nr_mappings; i++) {
		const struct snapshot_mapping *p = &s->mapping[i];

		fprintf(f, "%lx %s %lu", p->start, p->name, p->faults.count);
		for (j = 0; j < p->nr_classes; j++)
			fprintf(f, " %u %lu %lu", p->class[j].class, p->class[j].faults.count,
				p->class[j].faults.latency.bucket[35]);
	}
	for (i = 0; i < s->nr_tasks; i++)
		fprintf(f, "%d %s %lu\n", s->task[i].id, s->task[i].comm, s->task[i].faults.count);
	for (i = 0; i < s->nr_regions; i++)
		fprintf(f, "%lx %s %lu\n", s->region[i].start, s->region[i].name,
			s->region[i].faults);
	for (i = 0; i < s->pages.nr_pages; i++)
		fprintf(f, "%lx %lu %d\n", s->pages.page[i].addr, s->pages.page[i].faults,
			s->pages.page[i].now_known);
	for (i = 0; i < s->nr_stacks; i++)
		for (j = 0; j < s->stack[i].nr_frames; j++)
			fprintf(f, "%lu %lx %s %s\n", s->stack[i].total, s->stack[i].frame[j].ip,
				s->stack[i].frame[j].name ?: "?", s->stack[i].frame[j].module ?: "?");
	for (i = 0; i < s->nr_past; i++)
		fprintf(f, "%lu\n", s->past[i].faults);
	fclose(f);
	return text;
}

/* Ingest records of every kind; @salt makes them differ */
static void ingest_everything(struct monitor *m, uint64_t salt)
{
	struct snapshot_target target = { .pid = 1 };
	struct pgwalk_frame_run run = { .run = { .kind = PGWALK_KIND_PRESENT } };
	struct aspace *a = monitor__aspace(m);
	char name[32];
	uint64_t i;

	snprintf(target.comm, sizeof(target.comm), "target %lu", salt);
	monitor__set_target(m, &target);
	aspace__begin(a, 0, salt);
	for (i = 1; i < 40; i++) {
		snprintf(name, sizeof(name), "/file/%lu/%lu", salt, i);
		feed_vma(a, (i + salt) << 20, ((i + salt) << 20) + 0x4000, name, 4096);
	}
	EXPECT(!aspace__end(a, UINT64_MAX));
	for (i = 1; i < 9000; i++) {
		uint64_t ip[] = { i + salt, 2 * i + salt };

		feed_faults(m, (i + salt) << 20, ((i + salt) << 20) + 0x4000, PGWALK_FAULT_ANON_NEW,
			    1 + salt);
		feed_task(m, PGWALK_SCOPE_THREAD, (int32_t)(i + salt), PGWALK_FAULT_ANON_NEW, salt, "t");
		EXPECT(!monitor__frames(m, (int32_t)i, ip, 2));
		snprintf(name, sizeof(name), "f%lu", ip[0] ^ salt);
		EXPECT(!monitor__symbol(m, ip[0], 0, name, salt % 2 ? "a" : "b"));
		feed_stack(m, (int32_t)i, PGWALK_FAULT_ANON_NEW, 1 + salt);
	}
	monitor__trace_range(m, HEAP * (salt + 1), HEAP * (salt + 1) + 0x10000000);
	for (i = 0; i < 5000; i++)
		feed_event(m, HEAP * (salt + 1) + (i * salt % 4999 << 12));
	run.run.start = HEAP * (salt + 1);
	run.run.end = run.run.start + 0x1000000;
	EXPECT(!monitor__page(m, &run));
}

static void a_snapshot_does_not_change_until_the_next_one(void)
{
	struct monitor *m = monitor__create();
	struct snapshot s;
	char *before, *after;
	uint64_t salt;

	monitor__want_regions(m, true);
	for (salt = 1; salt < 4; salt++) {
		ingest_everything(m, salt);
		feed_end(m, &s);
		before = all_of(&s);
		EXPECT(strlen(before) > 100000);
		ingest_everything(m, 10 * salt);
		monitor__reset(m);
		monitor__trace_range(m, 0, 0);
		monitor__want_regions(m, salt % 2);
		ingest_everything(m, 10 * salt + 7);
		after = all_of(&s);
		EXPECT(!strcmp(before, after));
		free(before);
		free(after);
	}
	monitor__destroy(m);
}

const struct unit_test snapshot_const_tests[] = {
	{ "a snapshot does not change until the next one", a_snapshot_does_not_change_until_the_next_one },
	{ 0 },
};
