// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests which pages, call stacks and symbols the model keeps, and which it evicts first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/lib/page_size.h"
#include "../../../userspace/model/index.h"
#include "../../../userspace/model/page.h"
#include "../../../userspace/model/interval_tree.h"
#include "../../../userspace/model/stack.h"
#include "../../../userspace/model/symbol.h"
#include "unit.h"
#include "unit_feed.h"

#define AREA	0x40000000ULL
#define PAGE(n)	(AREA + ((uint64_t)(n) << page_shift()))

static void the_index_finds_the_value_that_was_inserted_last(void)
{
	static uint32_t want[2000];
	struct index *x = index__create(1000);
	unsigned int i, in = 0;

	srand(1);
	memset(want, 0xff, sizeof(want));
	for (i = 0; i < 200000; i++) {
		unsigned int key = (unsigned int)rand() % 2000;

		if (want[key] == INDEX_NONE && in < 1000) {
			in++;
			want[key] = i;
			index__set(x, (uint64_t)key << 40, i);
		} else if (want[key] != INDEX_NONE) {
			in--;
			want[key] = INDEX_NONE;
			index__remove(x, (uint64_t)key << 40);
		}
		key = (unsigned int)rand() % 2000;
		EXPECT(index__find(x, (uint64_t)key << 40) == want[key]);
	}
	for (i = 0; i < 2000; i++)
		EXPECT(index__find(x, (uint64_t)i << 40) == want[i]);
	index__clear(x);
	EXPECT(index__find(x, 0) == INDEX_NONE);
	index__destroy(x);
}

/* Random ranges, compared with a linear search of a list */
static void the_interval_tree_finds_the_same_ranges_as_a_list(void)
{
	static struct span list[600];
	struct interval_tree *s = interval_tree__create(600);
	unsigned int i, j, count = 0;

	srand(2);
	for (i = 0; i < 20000; i++) {
		struct span q = { .group = (uint64_t)rand() % 3, .start = (uint64_t)rand() % 5000,
				  .owner = (uint32_t)rand() % 600 };
		unsigned int want = 0, got;
		uint64_t owners = 0;
		uint32_t owner[600];

		q.end = q.start + (uint64_t)rand() % (rand() % 8 ? 30 : 3000);
		if (count == 600 || (count && rand() % 2)) {
			j = (unsigned int)rand() % count;
			interval_tree__remove(s, &list[j]);
			list[j] = list[--count];
		} else {
			interval_tree__add(s, &q);
			list[count++] = q;
		}
		got = interval_tree__find(s, &q, owner, 600);
		for (j = 0; j < count; j++) {
			bool common = list[j].group == q.group && list[j].start < q.end &&
				      q.start < list[j].end;

			want += common;
			owners += common ? list[j].owner : 0;
		}
		for (j = 0; j < got; j++)
			owners -= owner[j];
		EXPECT(got == want && !owners);
		EXPECT(interval_tree__find(s, &q, owner, 1) == !!want);
	}
	interval_tree__destroy(s);
}

static void pages_are_listed_by_heat(void)
{
	struct monitor *m = monitor__create();
	struct snapshot s;
	unsigned int i, j;

	monitor__trace_range(m, AREA, PAGE(1000));
	for (i = 0; i < 100; i++)
		for (j = 0; j <= i; j++)
			feed_event(m, PAGE(i) + j);
	feed_event(m, PAGE(1000));		/* one page after the range */
	feed_event(m, AREA - 1);
	feed_end(m, &s);
	EXPECT(s.pages.start == AREA && s.pages.end == PAGE(1000));
	EXPECT(s.pages.nr_pages == 100 && !s.pages.left_out);
	for (i = 0; i < 100; i++) {
		EXPECT(s.pages.page[i].addr == PAGE(99 - i) && s.pages.page[i].faults == 100 - i);
		EXPECT(s.pages.page[i].interval_faults == 100 - i);
		EXPECT(s.pages.page[i].last.addr == PAGE(99 - i) + 99 - i);
		EXPECT(!s.pages.page[i].now_known && s.pages.page[i].mapcount == -1);
	}
	for (i = 0; i < 70; i++)		/* 70 faults of this interval outweigh 100 of the last */
		feed_event(m, PAGE(0));
	feed_end(m, &s);
	EXPECT(s.pages.page[0].addr == PAGE(0) && s.pages.page[0].faults == 71);
	EXPECT(s.pages.page[0].interval_faults == 70 && !s.pages.page[1].interval_faults);
	EXPECT(s.pages.page[1].addr == PAGE(99) && s.pages.page[1].faults == 100);
	monitor__trace_range(m, AREA + 0x2000, PAGE(2000));	/* overlaps: the mapping has grown */
	feed_end(m, &s);
	EXPECT(s.pages.nr_pages == 100 && s.pages.end == PAGE(2000));
	monitor__trace_range(m, PAGE(2000), PAGE(3000));		/* another mapping */
	feed_end(m, &s);
	EXPECT(!s.pages.nr_pages && s.pages.start == PAGE(2000));
	monitor__destroy(m);
}

/* Compared with the rule of struct snapshot_pages, applied to a list by a linear search */
static void the_coldest_page_is_evicted(void)
{
	static struct { uint64_t page, faults, turn; double heat; } list[PAGES_MAX];
	struct monitor *m = monitor__create();
	uint64_t left_out = 0, turn = 0;
	unsigned int interval, i, j, count = 0;

	srand(3);
	monitor__trace_range(m, AREA, PAGE(1 << 20));
	for (interval = 0; interval < 6; interval++) {
		struct snapshot s;

		for (i = 0; i < 3000; i++) {
			uint64_t page = (uint64_t)rand() % (rand() % 3 ? 20000 : 300);
			unsigned int coldest = 0;

			feed_event(m, PAGE(page));
			for (j = 0; j < count && list[j].page != page; j++)
				if (list[j].heat < list[coldest].heat ||
				    (list[j].heat == list[coldest].heat &&
				     list[j].turn < list[coldest].turn))
					coldest = j;
			if (j == PAGES_MAX) {
				j = coldest;
				left_out += list[j].faults;
				memset(&list[j], 0, sizeof(list[j]));
			} else if (j == count) {
				count++;
			}
			list[j].page = page;
			list[j].faults++;
			list[j].heat++;
			list[j].turn = ++turn;
		}
		feed_end(m, &s);
		EXPECT(s.pages.nr_pages == count && s.pages.left_out == left_out);
		for (i = 0; i < count; i++) {
			for (j = 0; j < count; j++)
				if (PAGE(list[j].page) == s.pages.page[i].addr)
					break;
			EXPECT(j < count && list[j].faults == s.pages.page[i].faults);
		}
		for (j = 0; j < count; j++)
			list[j].heat /= 2;
	}
	EXPECT(left_out > 1000);
	monitor__destroy(m);
}

static void a_page_has_the_size_of_its_leaf_and_its_entry_for_one_interval(void)
{
	struct pgwalk_fault_event event = {
		.addr = AREA + 0x345678, .after = { .kind = PGWALK_KIND_PRESENT, .shift = 21 },
	};
	struct pgwalk_frame_run run = {
		.run = { .start = AREA + 0x200000, .end = AREA + 0x400000, .pfn = 0x800,
			 .kind = PGWALK_KIND_PRESENT, .shift = 21, .flags = 7 },
		.mapcount = 3, .node = 1, .frame_flags = 5,
	};
	struct monitor *m = monitor__create();
	const struct snapshot_page *p;
	struct snapshot s;

	monitor__trace_range(m, AREA, AREA << 1);
	EXPECT(!monitor__event(m, &event));
	event.after.kind = PGWALK_KIND_RACED;		/* the shift of a raced entry is ignored */
	EXPECT(!monitor__event(m, &event));
	EXPECT(!monitor__page(m, &run));
	feed_end(m, &s);
	EXPECT(s.pages.nr_pages == 2);
	p = &s.pages.page[0];
	EXPECT(p->addr == AREA + 0x200000 && p->now_known && p->now.pfn == 0x800);
	EXPECT(p->now.flags == 7 && p->mapcount == 3 && p->node == 1 && p->frame_flags == 5);
	EXPECT(p[1].addr == AREA + 0x345000 && p[1].now.pfn == 0x800 + 0x145 && p[1].now_known);
	run.run = (struct pgwalk_run) { .start = AREA + 0x345000, .end = AREA + 0x346000,
					.kind = PGWALK_KIND_NONE };
	EXPECT(!monitor__page(m, &run));
	feed_end(m, &s);
	EXPECT(!s.pages.page[0].now_known && s.pages.page[1].now_known);
	EXPECT(s.pages.page[1].mapcount == -1 && s.pages.page[1].now.kind == PGWALK_KIND_NONE);
	run.run.start = 0;
	run.run.end = UINT64_MAX;			/* a damaged record */
	EXPECT(!monitor__page(m, &run));
	monitor__reset(m);
	feed_end(m, &s);
	EXPECT(!s.pages.nr_pages);
	monitor__destroy(m);
}

/* Two instructions of a function are one site; another caller or another class is another site */
static void stacks_with_equal_names_are_one_site(void)
{
	const uint64_t ip[4][2] = { { 0x1000, 0x3000 }, { 0x1008, 0x3000 }, { 0x1000, 0x4000 },
				    { 0x5000, 0x3000 } };
	struct monitor *m = monitor__create();
	struct snapshot s;
	uint64_t id;
	int i;

	monitor__symbol(m, 0x1000, 16, "work", "prog");
	monitor__symbol(m, 0x1008, 24, "work", "prog");
	monitor__symbol(m, 0x3000, 8, "main", "prog");
	for (i = 0; i < 4; i++) {
		monitor__frames(m, i, ip[i], 2);
		feed_stack(m, i, PGWALK_FAULT_ANON_NEW, 1 + (uint64_t)i);
	}
	feed_stack(m, 0, PGWALK_FAULT_COW_COPY, 9);
	feed_end(m, &s);
	EXPECT(s.nr_stacks == 5 && s.nr_sites == 4);
	EXPECT(s.site[0].sum.count == 9 && s.site[0].sum.class == PGWALK_FAULT_COW_COPY);
	EXPECT(s.site[1].sum.count == 4 && s.site[1].sum.frame[0].ip == 0x5000);
	EXPECT(s.site[2].sum.count == 3 && s.site[3].sum.count == 3);
	i = s.site[2].sum.frame[1].ip == 0x3000 ? 2 : 3;
	id = s.site[i].id;
	EXPECT(s.site[i].sum.latency_ns == 30 && s.site[i].sum.frame[0].ip == 0x1008);
	/* a fault of one of the two stacks: the total is still the sum of both */
	feed_stack(m, 0, PGWALK_FAULT_ANON_NEW, 1);
	feed_end(m, &s);
	EXPECT(s.nr_stacks == 5 && s.nr_sites == 1);
	EXPECT(s.site[0].id == id && s.site[0].sum.count == 1 && s.site[0].sum.total == 4);
	monitor__destroy(m);
}

static void a_stack_has_frames_and_symbols(void)
{
	struct monitor *m = monitor__create();
	uint64_t ip[] = { 0x1000, 0x2000, 0x3000 };
	struct snapshot s;

	feed_end(m, &s);
	EXPECT(!s.has_stacks);
	EXPECT(!monitor__frames(m, 5, ip, 3));
	EXPECT(!monitor__symbol(m, 0x1000, 16, "work", "prog"));
	EXPECT(!monitor__symbol(m, 0x2000, 0, NULL, "[anon]"));
	feed_stack(m, 5, PGWALK_FAULT_ANON_NEW, 3);
	feed_stack(m, 5, PGWALK_FAULT_COW_COPY, 9);
	feed_stack(m, -1, PGWALK_FAULT_ANON_NEW, 2);
	feed_stack(m, 6, PGWALK_FAULT_ANON_NEW, 4);	/* a stack without a frames record */
	feed_end(m, &s);
	EXPECT(s.has_stacks && s.nr_stacks == 3);
	EXPECT(s.stack[0].class == PGWALK_FAULT_COW_COPY && s.stack[0].count == 9);
	EXPECT(s.stack[0].latency_ns == 90 && s.stack[0].total_ns == 90);
	EXPECT(s.stack[1].count == 6 && !s.stack[1].nr_frames);
	EXPECT(s.stack[2].count == 3 && s.stack[2].nr_frames == 3);
	EXPECT_TEXT(s.stack[2].frame[0].name, "work");
	EXPECT(s.stack[2].frame[0].offset == 16 && s.stack[2].frame[0].ip == 0x1000);
	EXPECT(!s.stack[2].frame[1].name);
	EXPECT_TEXT(s.stack[2].frame[1].module, "[anon]");
	EXPECT(!s.stack[2].frame[2].name && !s.stack[2].frame[2].module);
	EXPECT(!monitor__symbol(m, 0x3000, 1, "main", "prog"));		/* after the stack */
	EXPECT(!monitor__symbol(m, 0x1000, 2, "other", "new"));	/* the address has another name now */
	feed_stack(m, 5, PGWALK_FAULT_ANON_NEW, 1);
	feed_end(m, &s);
	EXPECT(s.stack[0].count == 1 && s.stack[0].total == 4 && s.stack[0].total_ns == 40);
	EXPECT_TEXT(s.stack[0].frame[2].name, "main");
	EXPECT_TEXT(s.stack[0].frame[0].name, "other");
	EXPECT(s.nr_stacks == 3 && !s.stack[1].count && s.stack[1].total == 9);
	ip[1] = 0x4000;
	EXPECT(!monitor__frames(m, 5, ip, 2));		/* the id is that of another stack now */
	feed_stack(m, 5, PGWALK_FAULT_ANON_NEW, 8);
	feed_end(m, &s);
	EXPECT(s.nr_stacks == 4 && s.stack[0].count == 8 && s.stack[0].nr_frames == 2);
	EXPECT(s.stack[1].total == 9 && s.stack[1].nr_frames == 3);
	monitor__reset(m);
	feed_end(m, &s);
	EXPECT(s.has_stacks && !s.nr_stacks);
	monitor__destroy(m);
}

/* Eight times as many stacks as the table holds; 100 of them fault repeatedly */
static void hot_stacks_are_not_evicted(void)
{
	struct monitor *m = monitor__create();
	uint64_t in = 0, sum = 0, hot = 0;
	struct snapshot s;
	uint64_t ip[2];
	int32_t i;
	size_t j;

	for (i = 0; i < 8 * STACKS_MAX; i++) {
		ip[0] = 0x1000 + (uint64_t)i;
		ip[1] = 1;
		EXPECT(!monitor__frames(m, i, ip, 2));
		feed_stack(m, i, PGWALK_FAULT_ANON_NEW, 1);
		feed_stack(m, i % 100, PGWALK_FAULT_ANON_NEW, 2);
		in += 3;
	}
	feed_end(m, &s);
	for (j = 0; j < s.nr_stacks; j++) {
		sum += s.stack[j].total;
		if (s.stack[j].nr_frames && s.stack[j].frame[0].ip < 0x1000 + 100)
			hot += s.stack[j].total;
		EXPECT(!j || s.stack[j].count <= s.stack[j - 1].count);
	}
	EXPECT(s.nr_stacks <= STACKS_MAX + 1 && s.nr_stacks > STACKS_MAX / 2);
	EXPECT(sum == in && hot == 100 + 2 * 8 * STACKS_MAX);
	monitor__destroy(m);
}

static void long_names_are_cut_and_symbols_beyond_the_limit_are_dropped(void)
{
	struct monitor *m = monitor__create();
	static char longest[5000];
	uint64_t ip[PGWALK_STACK_MAX + 9] = { 1 };
	struct snapshot s;
	uint64_t i;

	memset(longest, 'x', sizeof(longest) - 1);
	EXPECT(!monitor__symbol(m, 1, 0, longest, longest));
	EXPECT(!monitor__symbol(m, 1, 0, longest, longest));
	EXPECT(!monitor__frames(m, 1, ip, PGWALK_STACK_MAX + 9));
	feed_stack(m, 1, PGWALK_FAULT_CLASS_NR + 5, 1);		/* a class of a later ABI */
	feed_end(m, &s);
	EXPECT(s.stack[0].nr_frames == PGWALK_STACK_MAX && s.stack[0].class == PGWALK_FAULT_OTHER);
	EXPECT(strlen(s.stack[0].frame[0].name) == SYMBOL_NAME_MAX);
	for (i = 2; i < 3 * SYMBOLS_MAX; i++)
		EXPECT(!monitor__symbol(m, i, 0, "f", "m"));
	ip[0] = 3 * SYMBOLS_MAX - 1;
	ip[1] = 2;
	EXPECT(!monitor__frames(m, 2, ip, 2));
	feed_stack(m, 2, PGWALK_FAULT_ANON_NEW, 5);
	feed_end(m, &s);
	EXPECT_TEXT(s.stack[0].frame[0].name, "f");
	EXPECT(!s.stack[0].frame[1].name);
	EXPECT(strlen(s.stack[1].frame[0].name) == SYMBOL_NAME_MAX);	/* named before the table was full */
	monitor__destroy(m);
}

const struct unit_test eviction_tests[] = {
	{ "the index finds the value that was inserted last", the_index_finds_the_value_that_was_inserted_last },
	{ "the interval tree finds the same ranges as a list", the_interval_tree_finds_the_same_ranges_as_a_list },
	{ "pages are listed by heat", pages_are_listed_by_heat },
	{ "the coldest page is evicted", the_coldest_page_is_evicted },
	{ "a page has the size of its leaf, and its entry for one interval", a_page_has_the_size_of_its_leaf_and_its_entry_for_one_interval },
	{ "a stack has frames and symbols", a_stack_has_frames_and_symbols },
	{ "stacks with equal names are one site", stacks_with_equal_names_are_one_site },
	{ "hot stacks are not evicted", hot_stacks_are_not_evicted },
	{ "long names are cut, and symbols beyond the limit are dropped", long_names_are_cut_and_symbols_beyond_the_limit_are_dropped },
	{ 0 },
};
