// SPDX-License-Identifier: GPL-2.0
/* What the model keeps of pages, call stacks and symbols, and what it gives up first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/model/index.h"
#include "../../userspace/model/page.h"
#include "../../userspace/model/spans.h"
#include "../../userspace/model/stack.h"
#include "../../userspace/model/symbol.h"
#include "unit.h"
#include "unit_told.h"

#define AREA	0x40000000ULL
#define PAGE(n)	(AREA + ((uint64_t)(n) << PGWALK_PAGE_SHIFT))

static void an_index_finds_what_was_put_in_last(void)
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

/* Ranges at random, against a list that is searched from one end to the other */
static void spans_are_found_as_in_a_list(void)
{
	static struct span list[600];
	struct spans *s = spans__create(600);
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
			spans__remove(s, &list[j]);
			list[j] = list[--count];
		} else {
			spans__add(s, &q);
			list[count++] = q;
		}
		got = spans__find(s, &q, owner, 600);
		for (j = 0; j < count; j++) {
			bool common = list[j].group == q.group && list[j].start < q.end &&
				      q.start < list[j].end;

			want += common;
			owners += common ? list[j].owner : 0;
		}
		for (j = 0; j < got; j++)
			owners -= owner[j];
		EXPECT(got == want && !owners);
		EXPECT(spans__find(s, &q, owner, 1) == !!want);
	}
	spans__destroy(s);
}

static void pages_are_told_the_hottest_first(void)
{
	struct monitor *m = monitor__create();
	struct snapshot s;
	unsigned int i, j;

	monitor__look_into(m, AREA, PAGE(1000));
	for (i = 0; i < 100; i++)
		for (j = 0; j <= i; j++)
			told_event(m, PAGE(i) + j);
	told_event(m, PAGE(1000));		/* behind it */
	told_event(m, AREA - 1);
	told_end(m, &s);
	EXPECT(s.pages.start == AREA && s.pages.end == PAGE(1000));
	EXPECT(s.pages.nr_pages == 100 && !s.pages.left_out);
	for (i = 0; i < 100; i++) {
		EXPECT(s.pages.page[i].addr == PAGE(99 - i) && s.pages.page[i].faults == 100 - i);
		EXPECT(s.pages.page[i].interval_faults == 100 - i);
		EXPECT(s.pages.page[i].last.addr == PAGE(99 - i) + 99 - i);
		EXPECT(!s.pages.page[i].now_known && s.pages.page[i].mapcount == -1);
	}
	for (i = 0; i < 70; i++)		/* 70 now are more than 100 before */
		told_event(m, PAGE(0));
	told_end(m, &s);
	EXPECT(s.pages.page[0].addr == PAGE(0) && s.pages.page[0].faults == 71);
	EXPECT(s.pages.page[0].interval_faults == 70 && !s.pages.page[1].interval_faults);
	EXPECT(s.pages.page[1].addr == PAGE(99) && s.pages.page[1].faults == 100);
	monitor__look_into(m, AREA + 0x2000, PAGE(2000));	/* it has grown: the same */
	told_end(m, &s);
	EXPECT(s.pages.nr_pages == 100 && s.pages.end == PAGE(2000));
	monitor__look_into(m, PAGE(2000), PAGE(3000));		/* another one */
	told_end(m, &s);
	EXPECT(!s.pages.nr_pages && s.pages.start == PAGE(2000));
	monitor__destroy(m);
}

/* Against the rule of struct snapshot_pages, applied to a list from one end to the other */
static void the_coldest_page_makes_room(void)
{
	static struct { uint64_t page, faults, turn; double heat; } list[PAGES_MAX];
	struct monitor *m = monitor__create();
	uint64_t left_out = 0, turn = 0;
	unsigned int interval, i, j, count = 0;

	srand(3);
	monitor__look_into(m, AREA, PAGE(1 << 20));
	for (interval = 0; interval < 6; interval++) {
		struct snapshot s;

		for (i = 0; i < 3000; i++) {
			uint64_t page = (uint64_t)rand() % (rand() % 3 ? 20000 : 300);
			unsigned int coldest = 0;

			told_event(m, PAGE(page));
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
		told_end(m, &s);
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

static void a_page_is_as_large_as_its_leaf_and_is_known_for_an_interval(void)
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

	monitor__look_into(m, AREA, AREA << 1);
	EXPECT(!monitor__event(m, &event));
	event.after.kind = PGWALK_KIND_RACED;		/* its shift means nothing */
	EXPECT(!monitor__event(m, &event));
	EXPECT(!monitor__page(m, &run));
	told_end(m, &s);
	EXPECT(s.pages.nr_pages == 2);
	p = &s.pages.page[0];
	EXPECT(p->addr == AREA + 0x200000 && p->now_known && p->now.pfn == 0x800);
	EXPECT(p->now.flags == 7 && p->mapcount == 3 && p->node == 1 && p->frame_flags == 5);
	EXPECT(p[1].addr == AREA + 0x345000 && p[1].now.pfn == 0x800 + 0x145 && p[1].now_known);
	run.run = (struct pgwalk_run) { .start = AREA + 0x345000, .end = AREA + 0x346000,
					.kind = PGWALK_KIND_NONE };
	EXPECT(!monitor__page(m, &run));
	told_end(m, &s);
	EXPECT(!s.pages.page[0].now_known && s.pages.page[1].now_known);
	EXPECT(s.pages.page[1].mapcount == -1 && s.pages.page[1].now.kind == PGWALK_KIND_NONE);
	run.run.start = 0;
	run.run.end = UINT64_MAX;			/* damaged: no harm */
	EXPECT(!monitor__page(m, &run));
	monitor__reset(m);
	told_end(m, &s);
	EXPECT(!s.pages.nr_pages);
	monitor__destroy(m);
}

/* Two instructions of one function are one site; another caller or class is another one */
static void stacks_that_name_the_same_are_one_site(void)
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
		told_stack(m, i, PGWALK_FAULT_ANON_NEW, 1 + (uint64_t)i);
	}
	told_stack(m, 0, PGWALK_FAULT_COW_COPY, 9);
	told_end(m, &s);
	EXPECT(s.nr_stacks == 5 && s.nr_sites == 4);
	EXPECT(s.site[0].sum.count == 9 && s.site[0].sum.class == PGWALK_FAULT_COW_COPY);
	EXPECT(s.site[1].sum.count == 4 && s.site[1].sum.frame[0].ip == 0x5000);
	EXPECT(s.site[2].sum.count == 3 && s.site[3].sum.count == 3);
	i = s.site[2].sum.frame[1].ip == 0x3000 ? 2 : 3;
	id = s.site[i].id;
	EXPECT(s.site[i].sum.latency_ns == 30 && s.site[i].sum.frame[0].ip == 0x1008);
	/* one of the two alone: the total is still of both */
	told_stack(m, 0, PGWALK_FAULT_ANON_NEW, 1);
	told_end(m, &s);
	EXPECT(s.nr_stacks == 5 && s.nr_sites == 1);
	EXPECT(s.site[0].id == id && s.site[0].sum.count == 1 && s.site[0].sum.total == 4);
	monitor__destroy(m);
}

static void a_stack_has_its_frames_and_names(void)
{
	struct monitor *m = monitor__create();
	uint64_t ip[] = { 0x1000, 0x2000, 0x3000 };
	struct snapshot s;

	told_end(m, &s);
	EXPECT(!s.has_stacks);
	EXPECT(!monitor__frames(m, 5, ip, 3));
	EXPECT(!monitor__symbol(m, 0x1000, 16, "work", "prog"));
	EXPECT(!monitor__symbol(m, 0x2000, 0, NULL, "[anon]"));
	told_stack(m, 5, PGWALK_FAULT_ANON_NEW, 3);
	told_stack(m, 5, PGWALK_FAULT_COW_COPY, 9);
	told_stack(m, -1, PGWALK_FAULT_ANON_NEW, 2);
	told_stack(m, 6, PGWALK_FAULT_ANON_NEW, 4);	/* whose frames were not told */
	told_end(m, &s);
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
	EXPECT(!monitor__symbol(m, 0x3000, 1, "main", "prog"));		/* late */
	EXPECT(!monitor__symbol(m, 0x1000, 2, "other", "new"));	/* something else now */
	told_stack(m, 5, PGWALK_FAULT_ANON_NEW, 1);
	told_end(m, &s);
	EXPECT(s.stack[0].count == 1 && s.stack[0].total == 4 && s.stack[0].total_ns == 40);
	EXPECT_TEXT(s.stack[0].frame[2].name, "main");
	EXPECT_TEXT(s.stack[0].frame[0].name, "other");
	EXPECT(s.nr_stacks == 3 && !s.stack[1].count && s.stack[1].total == 9);
	ip[1] = 0x4000;
	EXPECT(!monitor__frames(m, 5, ip, 2));		/* the number is another's now */
	told_stack(m, 5, PGWALK_FAULT_ANON_NEW, 8);
	told_end(m, &s);
	EXPECT(s.nr_stacks == 4 && s.stack[0].count == 8 && s.stack[0].nr_frames == 2);
	EXPECT(s.stack[1].total == 9 && s.stack[1].nr_frames == 3);
	monitor__reset(m);
	told_end(m, &s);
	EXPECT(s.has_stacks && !s.nr_stacks);
	monitor__destroy(m);
}

/* Eight times more stacks than there is room for, a few of which fault again and again */
static void hot_stacks_stay(void)
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
		told_stack(m, i, PGWALK_FAULT_ANON_NEW, 1);
		told_stack(m, i % 100, PGWALK_FAULT_ANON_NEW, 2);
		in += 3;
	}
	told_end(m, &s);
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

static void names_are_cut_and_addresses_forgotten_when_there_are_too_many(void)
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
	told_stack(m, 1, PGWALK_FAULT_CLASS_NR + 5, 1);		/* of a later ABI */
	told_end(m, &s);
	EXPECT(s.stack[0].nr_frames == PGWALK_STACK_MAX && s.stack[0].class == PGWALK_FAULT_OTHER);
	EXPECT(strlen(s.stack[0].frame[0].name) == SYMBOL_NAME_MAX);
	for (i = 2; i < 3 * SYMBOLS_MAX; i++)
		EXPECT(!monitor__symbol(m, i, 0, "f", "m"));
	ip[0] = 3 * SYMBOLS_MAX - 1;
	ip[1] = 2;
	EXPECT(!monitor__frames(m, 2, ip, 2));
	told_stack(m, 2, PGWALK_FAULT_ANON_NEW, 5);
	told_end(m, &s);
	EXPECT_TEXT(s.stack[0].frame[0].name, "f");
	EXPECT(!s.stack[0].frame[1].name);
	EXPECT(strlen(s.stack[1].frame[0].name) == SYMBOL_NAME_MAX);	/* it had it already */
	monitor__destroy(m);
}

const struct unit_test kept_tests[] = {
	{ "an index finds what was put in last", an_index_finds_what_was_put_in_last },
	{ "spans are found as in a list", spans_are_found_as_in_a_list },
	{ "pages are told, the hottest first", pages_are_told_the_hottest_first },
	{ "the coldest page makes room", the_coldest_page_makes_room },
	{ "a page is as large as its leaf, and is known for an interval", a_page_is_as_large_as_its_leaf_and_is_known_for_an_interval },
	{ "a stack has its frames and names", a_stack_has_its_frames_and_names },
	{ "stacks that name the same are one site", stacks_that_name_the_same_are_one_site },
	{ "hot stacks stay", hot_stacks_stay },
	{ "names are cut, and addresses forgotten, when there are too many", names_are_cut_and_addresses_forgotten_when_there_are_too_many },
	{ 0 },
};
