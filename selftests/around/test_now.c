// SPDX-License-Identifier: GPL-2.0
/* What pages are now: asked of the made-up module of the golden tests. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/collect/now.h"
#include "around.h"

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

struct told {
	struct pgwalk_frame_run run[8];
	unsigned int count;
	unsigned int end_at;
};

static int take(void *ctx, const struct pgwalk_frame_run *run)
{
	struct told *t = ctx;

	t->run[t->count++ % 8] = *run;
	return t->count == t->end_at ? -ECANCELED : 0;
}

static void pages_are_told_in_their_order(void)
{
	const uint64_t addr[] = { 0x7f0000012345, 0x1003000, 0x400fff, 0x1009000, 0x7f0000202010 };
	const struct now_pages pages = { addr, 5, SECOND };
	struct device *d = open_fake(NULL);
	struct told t = { .count = 0 };

	EXPECT(now__pages(d, &pages, take, &t) == 5 && t.count == 5);
	/* within a huge page: one page of it, with its own frame */
	EXPECT(t.run[0].run.start == 0x7f0000012000 && t.run[0].run.end == 0x7f0000013000);
	EXPECT(t.run[0].run.pfn == 0x412 && t.run[0].run.shift == 21 && t.run[0].mapcount == 1);
	EXPECT(t.run[1].run.kind == PGWALK_KIND_SWAP && t.run[1].run.pfn == 0x17);
	EXPECT(t.run[2].run.start == 0x400000 && t.run[2].run.pfn == 0x100 && t.run[2].mapcount == 3);
	EXPECT(t.run[3].run.kind == PGWALK_KIND_NONE && t.run[3].run.start == 0x1009000 && t.run[3].mapcount == -1);
	EXPECT(t.run[4].run.pfn == 0x802 && t.run[4].node == 1);
	close_fake(d);
}

static void pages_are_bounded(void)
{
	static uint64_t addr[NOW_PAGES_MAX + 23];
	struct now_pages pages = { addr, NOW_PAGES_MAX + 23, 60 * SECOND };
	struct device *d = open_fake(NULL);
	struct told t = { .count = 0 };
	size_t i;

	for (i = 0; i < NOW_PAGES_MAX + 23; i++)
		addr[i] = 0x400000;
	EXPECT(now__pages(d, &pages, take, &t) == NOW_PAGES_MAX);
	pages.limit_ns = 0;	/* no time: one, so that it gets on */
	EXPECT(now__pages(d, &pages, take, &t) == 1);
	t = (struct told){ .end_at = 3 };
	pages.limit_ns = SECOND;
	EXPECT(now__pages(d, &pages, take, &t) == -ECANCELED && t.count == 3);
	close_fake(d);
	d = open_fake("gone");
	EXPECT(now__pages(d, &pages, take, &t) == -ESRCH);
	close_fake(d);
}

static void a_page_is_asked_about(void)
{
	struct device *d = open_fake(NULL);
	static struct snapshot_answer a;

	now__ask(d, 0x400010, &a);
	EXPECT(!a.error && a.addr == 0x400010 && a.translate.nr_steps == 4);
	EXPECT(a.has_frame && a.frame.pfn == 0x100 && a.frame.mapcount == 3);
	/* one a call: all are told, and counted as the module counts */
	EXPECT(a.has_rmap && a.nr_hits == 4 && a.rmap.found == 3 && a.rmap.mapcount == 3);
	EXPECT(a.rmap.status == PGWALK_RMAP_DONE && !a.rmap.records);
	EXPECT(a.hit[0].tgid == 4211 && a.hit[1].addr == 0x7f1234567000 && a.hit[3].tgid == -1);
	now__ask(d, 0x7f0000012345, &a);
	EXPECT(!a.error && a.translate.nr_steps == 3 && a.has_frame && a.frame.pfn == 0x412);
	EXPECT(a.has_rmap && !a.nr_hits && a.rmap.status == PGWALK_RMAP_NO_PAGE);
	close_fake(d);
}

static void where_no_page_is_only_the_walk_is_told(void)
{
	const uint64_t none[] = { 0x1003000, 0x1009000, 0x600000, 0x7ffc00020000 };
	struct device *d = open_fake(NULL);
	static struct snapshot_answer a;
	int i;

	for (i = 0; i < 4; i++) {	/* swapped, empty, no mapping, raced */
		now__ask(d, none[i], &a);
		EXPECT(!a.error && !a.has_frame && !a.has_rmap);
	}
	close_fake(d);
}

static void what_cannot_be_told_is_said_in_words(void)
{
	static struct snapshot_answer a;
	struct device *d;

	now__ask(NULL, 0x400000, &a);
	EXPECT(a.error && strstr(a.error, "not loaded") && a.addr == 0x400000);
	d = open_fake(NULL);
	now__ask(d, 1ULL << 63, &a);
	EXPECT(a.error && strstr(a.error, "no address") && !a.has_frame && !a.has_rmap);
	close_fake(d);
	d = open_fake("old");
	now__ask(d, 0x400000, &a);
	EXPECT(a.error && strstr(a.error, "another version"));
	close_fake(d);
}

const struct unit_test now_tests[] = {
	{ "now: pages are told in their order", pages_are_told_in_their_order },
	{ "now: pages are bounded in number and time", pages_are_bounded },
	{ "now: a page is asked about", a_page_is_asked_about },
	{ "now: where no page is, only the walk is told", where_no_page_is_only_the_walk_is_told },
	{ "now: what cannot be told is said in words", what_cannot_be_told_is_said_in_words },
	{ 0 },
};
