// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests page queries, with the fake module of the golden tests. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/collect/module/page_query.h"
#include "symbols.h"

#define SECOND	1000000000ULL

static struct device *open_fake(const char *wrong)
{
	struct device *d = NULL;

	unsetenv("PGWALK_FAKE");
	EXPECT(!device__open(&d) && !device__attach(d, 4211));
	if (wrong)
		setenv("PGWALK_FAKE", wrong, 1);
	return d;
}

static void close_fake(struct device *d)
{
	device__close(d);
	unsetenv("PGWALK_FAKE");
}

struct result {
	struct pgwalk_frame_run run[8];
	unsigned int count;
	unsigned int end_at;
};

static int take(void *ctx, const struct pgwalk_frame_run *run)
{
	struct result *t = ctx;

	t->run[t->count++ % 8] = *run;
	return t->count == t->end_at ? -ECANCELED : 0;
}

static void pages_are_returned_in_the_order_of_the_request(void)
{
	const uint64_t addr[] = { 0x7f0000012345, 0x1003000, 0x400fff, 0x1009000, 0x7f0000202010 };
	const struct page_query_pages pages = { addr, 5, SECOND };
	struct device *d = open_fake(NULL);
	struct result t = { .count = 0 };

	EXPECT(page_query__pages(d, &pages, take, &t) == 5 && t.count == 5);
	/* a page within a huge page has its own range and frame */
	EXPECT(t.run[0].run.start == 0x7f0000012000 && t.run[0].run.end == 0x7f0000013000);
	EXPECT(t.run[0].run.pfn == 0x412 && t.run[0].run.shift == 21 && t.run[0].mapcount == 1);
	EXPECT(t.run[1].run.kind == PGWALK_KIND_SWAP && t.run[1].run.pfn == 0x17);
	EXPECT(t.run[2].run.start == 0x400000 && t.run[2].run.pfn == 0x100 && t.run[2].mapcount == 3);
	EXPECT(t.run[3].run.kind == PGWALK_KIND_NONE && t.run[3].run.start == 0x1009000 && t.run[3].mapcount == -1);
	EXPECT(t.run[4].run.pfn == 0x802 && t.run[4].node == 1);
	close_fake(d);
}

static void pages_are_bounded_in_number_and_time(void)
{
	static uint64_t addr[PAGE_QUERY_MAX + 23];
	struct page_query_pages pages = { addr, PAGE_QUERY_MAX + 23, 60 * SECOND };
	struct device *d = open_fake(NULL);
	struct result t = { .count = 0 };
	size_t i;

	for (i = 0; i < PAGE_QUERY_MAX + 23; i++)
		addr[i] = 0x400000;
	EXPECT(page_query__pages(d, &pages, take, &t) == PAGE_QUERY_MAX);
	pages.limit_ns = 0;	/* without time one page is read, so that callers make progress */
	EXPECT(page_query__pages(d, &pages, take, &t) == 1);
	t = (struct result){ .end_at = 3 };
	pages.limit_ns = SECOND;
	EXPECT(page_query__pages(d, &pages, take, &t) == -ECANCELED && t.count == 3);
	close_fake(d);
	d = open_fake("gone");
	EXPECT(page_query__pages(d, &pages, take, &t) == -ESRCH);
	close_fake(d);
}

static void a_present_page_has_steps_frame_and_mappings(void)
{
	struct device *d = open_fake(NULL);
	static struct snapshot_page_details a;

	page_query__translate(d, 0x400010, &a);
	EXPECT(!a.error && a.addr == 0x400010 && a.translate.nr_steps == 4);
	EXPECT(a.has_frame && a.frame.pfn == 0x100 && a.frame.mapcount == 3);
	/* the fake returns one hit a call: all are collected, and counted as by the module */
	EXPECT(a.has_rmap && a.nr_hits == 4 && a.rmap.found == 3 && a.rmap.mapcount == 3);
	EXPECT(a.rmap.status == PGWALK_RMAP_DONE && !a.rmap.records);
	EXPECT(a.hit[0].tgid == 4211 && a.hit[1].addr == 0x7f1234567000 && a.hit[3].tgid == -1);
	page_query__translate(d, 0x7f0000012345, &a);
	EXPECT(!a.error && a.translate.nr_steps == 3 && a.has_frame && a.frame.pfn == 0x412);
	EXPECT(a.has_rmap && !a.nr_hits && a.rmap.status == PGWALK_RMAP_NO_PAGE);
	close_fake(d);
}

static void an_absent_page_has_steps_only(void)
{
	const uint64_t none[] = { 0x1003000, 0x1009000, 0x600000, 0x7ffc00020000 };
	struct device *d = open_fake(NULL);
	static struct snapshot_page_details a;
	int i;

	for (i = 0; i < 4; i++) {	/* swapped, empty, no mapping, raced */
		page_query__translate(d, none[i], &a);
		EXPECT(!a.error && !a.has_frame && !a.has_rmap);
	}
	close_fake(d);
}

static void errors_are_returned_as_text(void)
{
	static struct snapshot_page_details a;
	struct device *d;

	page_query__translate(NULL, 0x400000, &a);
	EXPECT(a.error && strstr(a.error, "not loaded") && a.addr == 0x400000);
	d = open_fake(NULL);
	page_query__translate(d, 1ULL << 63, &a);
	EXPECT(a.error && strstr(a.error, "not an address") && !a.has_frame && !a.has_rmap);
	close_fake(d);
	d = open_fake("old");
	page_query__translate(d, 0x400000, &a);
	EXPECT(a.error && strstr(a.error, "another version"));
	close_fake(d);
}

const struct unit_test page_query_tests[] = {
	{ "page_query: pages are returned in the order of the request", pages_are_returned_in_the_order_of_the_request },
	{ "page_query: pages are bounded in number and time", pages_are_bounded_in_number_and_time },
	{ "page_query: a present page has steps, frame and mappings", a_present_page_has_steps_frame_and_mappings },
	{ "page_query: an absent page has steps only", an_absent_page_has_steps_only },
	{ "page_query: errors are returned as text", errors_are_returned_as_text },
	{ 0 },
};
