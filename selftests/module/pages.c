// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/pages and PGWALK_IOC_SCAN: every page of every workload, against
 * pagemap, kpageflags, kpagecount, smaps and the workload's own word. Nothing is listed
 * that is not there, and nothing is there that is not listed.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/damon.h"
#include "../lib/frames_agree.h"
#include "../lib/exited.h"
#include "../lib/interface.h"
#include "../lib/pagemap.h"
#include "../lib/pages_agree.h"
#include "../lib/text.h"
#include "../workloads/list.h"
#include "../lib/sizes.h"

FIXTURE(state) {
	struct target target;
	struct account before, after;
	struct listing text, by_page, by_run, again;
	int device;
};

FIXTURE_VARIANT(state) {
	const char *workload;
};

#define TRIES	50

#define WORKLOAD(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	WORKLOAD_IF_##in_pages(FIXTURE_VARIANT_ADD(state, id) { .workload = name };)

WORKLOADS(WORKLOAD)

FIXTURE_SETUP(state)
{
	int ret = target_start(&self->target, variant->workload);

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, interface_attach(self->target.pid));
	self->device = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->device);
}

FIXTURE_TEARDOWN(state)
{
	if (self->target.pid)
		interface_attach(-self->target.pid);
	target_stop(&self->target);
}

static void read_view(struct __test_metadata *_metadata, pid_t pid,
		      struct listing *listing)
{
	int fd = interface_open_view(pid, "pages");
	char *text;

	ASSERT_LE(0, fd);
	text = interface_read_all(fd, 1 << 16, NULL);
	ASSERT_NE(NULL, text);
	ASSERT_EQ(0, strncmp(text, LISTING_HEADER, strlen(LISTING_HEADER))) {
		TH_LOG("header: %.60s", text);
	}
	ASSERT_TRUE(listing_from_text(listing, text)) {
		TH_LOG("%s", listing->error);
	}
	free(text);
	close(fd);
}

static void expect_none_wrong(struct __test_metadata *_metadata,
			      const struct comparison *v, const char *what)
{
	EXPECT_EQ(0, v->wrong) {
		TH_LOG("%s: %zu wrong, the first: %s", what, v->wrong, v->first);
	}
}

static void expect_equal(struct __test_metadata *_metadata,
			 const struct listing *a, const struct listing *b,
			 const struct listing *again)
{
	size_t i = listing_differ(a, b, again);

	EXPECT_EQ(a->nr, b->nr);
	EXPECT_EQ(a->nr, i) {
		const struct page *p = &a->pages[i], *q = &b->pages[i];

		TH_LOG("%llx: %s %llx flags %llx, then %llx: %s %llx flags %llx",
		       p->address, names_kind_word(p->kind), p->pfn, p->flags,
		       q->address, names_kind_word(q->kind), q->pfn, q->flags);
	}
}

static void look_at_frames_again(struct __test_metadata *_metadata, struct comparison *v, pid_t pid)
{
	struct listing before, after;
	struct frames frames;

	read_view(_metadata, pid, &before);
	ASSERT_TRUE(frames_read(&frames, pid, &before));
	read_view(_metadata, pid, &after);
	frames_agree(v, &frames, &before, &after);
	frames_free(&frames);
	listing_free(&before);
	listing_free(&after);
}

/*
 * Reads pages in all three ways between two reads of pagemap, and compares those that pagemap
 * shows alike both times. The odd batch sizes make SCAN resume inside tables and runs.
 */
static void read_and_compare(struct __test_metadata *_metadata, FIXTURE_DATA(state) *self,
			     __u64 user_end, struct frames *frames, struct comparison *v)
{
	pid_t pid = self->target.pid;

	ASSERT_TRUE(account_read(&self->before, pid));
	read_view(_metadata, pid, &self->text);
	ASSERT_TRUE(frames_read(frames, pid, &self->text));
	ASSERT_EQ(0, listing_from_scan(&self->by_page, self->device, 0, user_end,
				       PGWALK_SCAN_PAGES, 509));
	ASSERT_EQ(0, listing_from_scan(&self->by_run, self->device, 0, user_end, 0, 7));
	read_view(_metadata, pid, &self->again);
	ASSERT_TRUE(account_read(&self->after, pid));
	pages_agree(v, &self->before, &self->after, &self->text);
	expect_none_wrong(_metadata, v, "pagemap");
}

static void free_reads(FIXTURE_DATA(state) *self, struct frames *frames)
{
	account_free(&self->before);
	account_free(&self->after);
	listing_free(&self->text);
	listing_free(&self->again);
	listing_free(&self->by_page);
	listing_free(&self->by_run);
	frames_free(frames);
}

/* Other processes share and age the same pages: all is read again until nearly all stand still */
TEST_F_TIMEOUT(state, agrees_with_pagemap_smaps_and_the_workload, 300)
{
	struct pgwalk_info info;
	struct frames frames;
	struct comparison v;

	ASSERT_EQ(0, interface_info(&info));
	read_and_compare(_metadata, self, info.user_end, &frames, &v);
	for (int try = 0; v.moving > v.compared / 50 && try < TRIES; try++) {
		free_reads(self, &frames);
		usleep(50000);
		read_and_compare(_metadata, self, info.user_end, &frames, &v);
	}
	EXPECT_GT(v.compared, 30);
	EXPECT_LE(v.moving, v.compared / 50);
	frames_agree(&v, &frames, &self->text, &self->again);
	frames_free(&frames);
	/* Many pages at once are put on their lists, or found idle */
	for (int try = 0; v.moving > v.compared / 2 && try < TRIES; try++) {
		usleep(50000);
		look_at_frames_again(_metadata, &v, self->target.pid);
	}
	expect_none_wrong(_metadata, &v, "frames");
	EXPECT_GT(v.compared, 20);
	EXPECT_LE(v.moving, v.compared / 2);
	sizes_agree(&v, &self->before, &self->text);
	expect_none_wrong(_metadata, &v, "smaps");
	truth_agrees(&v, &self->target, &self->text);
	expect_none_wrong(_metadata, &v, "workload");
	expect_equal(_metadata, &self->text, &self->by_page, &self->again);
	expect_equal(_metadata, &self->text, &self->by_run, &self->again);
	EXPECT_LE(self->by_run.lines, self->by_page.lines);
}

FIXTURE(stream) {
	struct target target;
};

FIXTURE_SETUP(stream)
{
	damon_stat_enable(false);
	ASSERT_EQ(0, target_start(&self->target, "many-vmas"));
	ASSERT_EQ(0, interface_attach(self->target.pid));
}

FIXTURE_TEARDOWN(stream)
{
	damon_stat_enable(true);
	if (self->target.pid)
		interface_attach(-self->target.pid);
	target_stop(&self->target);
}

static char *read_pages(struct __test_metadata *_metadata, pid_t pid,
			size_t chunk, size_t *size)
{
	int fd = interface_open_view(pid, "pages");
	char *text;

	ASSERT_LE(0, fd);
	text = interface_read_all(fd, chunk, size);
	ASSERT_NE(NULL, text);
	close(fd);
	return text;
}

/* Return whether two texts are equal, and log the first line that differs. */
static bool is_same_text(struct __test_metadata *_metadata, const char *text, const char *again)
{
	const char *line, *other;

	if (text_is_equal(text, again, &line, &other))
		return true;
	TH_LOG("changed: %.*s", (int)strcspn(line, "\n"), line);
	TH_LOG("to:      %.*s", (int)strcspn(other, "\n"), other);
	return false;
}

/*
 * The same text, read with a buffer of @chunk bytes. The state of frames changes at any time:
 * a difference counts only if the frame did not change between reads before and after it.
 */
static void expect_same_text(struct __test_metadata *_metadata, pid_t pid, size_t chunk)
{
	size_t size = 0, other_size = 0;
	bool still = false, same = false;

	for (int try = 0; try < 10 && !still; try++) {
		char *text = read_pages(_metadata, pid, 1 << 16, &size);
		char *other = read_pages(_metadata, pid, chunk, &other_size);
		char *again = read_pages(_metadata, pid, 1 << 16, NULL);

		still = is_same_text(_metadata, text, again);
		same = !strcmp(text, other);
		free(text);
		free(other);
		free(again);
	}
	EXPECT_TRUE(still);
	EXPECT_LT(23 * 43 * 40, size);
	EXPECT_EQ(size, other_size);
	EXPECT_TRUE(same) {
		TH_LOG("in pieces of %zu", chunk);
	}
}

TEST_F_TIMEOUT(stream, small_reads_give_the_same_text, 120)
{
	static const size_t chunks[] = { 11, 61, 4096, 1 << 20 };

	for (int i = 0; i < 4; i++)
		expect_same_text(_metadata, self->target.pid, chunks[i]);
}

/* How many of 23 parts are not as in the text; seq_file may stop at the end of a line */
static size_t wrong_parts(int fd, const char *text, size_t size)
{
	size_t wrong = 0;
	char part[777];

	for (size_t i = 1; i <= 23; i++) {
		off_t at = (off_t)((i * 7919 * 31) % (size - sizeof(part)));
		ssize_t n = pread(fd, part, sizeof(part), at);

		wrong += n <= 0 || memcmp(part, text + at, (size_t)n);
	}
	return wrong + (pread(fd, part, sizeof(part), (off_t)size) != 0);
}

TEST_F_TIMEOUT(stream, pread_at_any_offset_gives_that_part, 120)
{
	int fd = interface_open_view(self->target.pid, "pages");
	size_t size, wrong = 1;
	bool still = false;

	ASSERT_LE(0, fd);
	for (int try = 0; try < 10 && !still; try++) {
		char *text = read_pages(_metadata, self->target.pid, 1 << 16, &size);
		char *again;

		wrong = wrong_parts(fd, text, size);
		again = read_pages(_metadata, self->target.pid, 1 << 16, NULL);
		still = is_same_text(_metadata, text, again);
		free(text);
		free(again);
	}
	EXPECT_TRUE(still);
	EXPECT_EQ(0, wrong);
	close(fd);
}

static void expect_gone(struct __test_metadata *_metadata, const char *text)
{
	const char *last = strrchr(text, '#');

	ASSERT_NE(NULL, last);
	EXPECT_EQ(0, strcmp(last, "# target gone\n")) {
		TH_LOG("the last remark is %.60s", last);
	}
}

TEST(opened_before_exit_has_nothing_but_target_gone)
{
	size_t size;
	char *text = exited_read("pages", "anon-new", "23", 0, &size);

	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, strcmp(text, LISTING_HEADER "# target gone\n")) {
		TH_LOG("%.200s", text);
	}
}

/* More runs than the reader can have fetched before the exit */
TEST(read_after_exit_ends_with_target_gone)
{
	size_t size;
	char *rest = exited_read("pages", "many-vmas", PAGE > 4096 ? "693" : "231", 64, &size);

	ASSERT_NE(NULL, rest);
	EXPECT_GT((PAGE > 4096 ? 693 : 231) * 43 * 40, size);
	expect_gone(_metadata, rest);
}

/*
 * A run that ends where a batch does, and a page after it that would continue the run:
 * the pages around each border between tables are touched first, in a row, and the
 * others in an order that gives no two neighbours pfns that follow.
 */
static char *map_broken_tables(size_t tables)
{
	size_t size = tables * HUGE, table, i;
	char *map = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile char *p;

	if (map == MAP_FAILED)
		return NULL;
	map = (char *)(((unsigned long)map + HUGE - 1) & -HUGE);
	madvise(map, size, MADV_NOHUGEPAGE);
	for (table = 1; table < tables; table++)
		for (p = map + table * HUGE - PAGE, i = 0; i < 2; i++, p += PAGE)
			*p = 1;
	for (i = 1; i < size >> PAGE_SHIFT; i += 2)
		*(volatile char *)(map + (i << PAGE_SHIFT)) = 1;
	for (i = 0; i < size >> PAGE_SHIFT; i += 2)
		*(volatile char *)(map + (i << PAGE_SHIFT)) = 1;
	return mlock(map, size) ? NULL : map;
}

TEST(one_call_reports_every_page)
{
	const size_t tables = 12, nr = tables * TABLE_ENTRIES;
	char *map = map_broken_tables(tables);
	__u64 start = (unsigned long)map, entries[PAGE_MOST / 8];
	struct listing listing = {};
	int pagemap, device = interface_open_device(getpid());
	size_t i;

	ASSERT_NE(NULL, map);
	ASSERT_LE(0, device);
	pagemap = pagemap_open(getpid());
	ASSERT_EQ(0, listing_from_scan(&listing, device, start, start + tables * HUGE,
				       PGWALK_SCAN_PAGES, 2 * nr));
	ASSERT_EQ(nr, listing.nr);
	for (i = 0; i < nr; i++) {
		if (!(i % TABLE_ENTRIES))
			ASSERT_TRUE(pagemap_read(pagemap, start + (i << PAGE_SHIFT), TABLE_ENTRIES, entries));
		ASSERT_EQ(start + (i << PAGE_SHIFT), listing.pages[i].address);
		ASSERT_EQ(PM_PFN(entries[i % TABLE_ENTRIES]), listing.pages[i].pfn);
	}
	listing_free(&listing);
	close(pagemap);
	close(device);
}

TEST_HARNESS_MAIN
