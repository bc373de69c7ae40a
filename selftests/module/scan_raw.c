// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_SCAN_RAW: the entry of every page of every workload, decoded here, against the records
 * of SCAN by page and against pagemap; its buffers, holes and levels.
 *
 * The decoder is of x86, by the Intel SDM, volume 3A, 4.5, and by
 * arch/x86/include/asm/pgtable_64.h for swap entries.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/listing.h"
#include "../lib/pagemap.h"
#include "../lib/pages_agree.h"
#include "../workloads/list.h"
#include "../lib/entry_bits.h"
#include "../lib/sizes.h"

#define TRIES		20
#define SWAP_PFN	((1ULL << 40) - 1)	/* the pfn in the offset of a migration entry */

/* A page with an entry */
struct raw {
	__u64 address, value;
	__u32 level;
};

/* The pages of a range that have an entry, by ascending address */
struct raws {
	struct raw *all;
	size_t nr, room;
};

static int scan_raw(int fd, struct pgwalk_scan *scan, __u64 *words, __u32 room)
{
	scan->size = sizeof(*scan);
	scan->flags = PGWALK_SCAN_RAW;
	scan->records = (unsigned long)words;
	scan->nr_records = room;
	return interface_ioctl(fd, PGWALK_IOC_SCAN, scan);
}

static void add_words(struct raws *raws, const struct pgwalk_scan *scan, const __u64 *words)
{
	for (__u32 i = 0; i < scan->filled; i++) {
		if (!words[i])
			continue;
		if (raws->nr == raws->room) {
			raws->room = 2 * raws->room + 1024;
			raws->all = realloc(raws->all, raws->room * sizeof(*raws->all));
		}
		raws->all[raws->nr++] = (struct raw){
			scan->start + i * PAGE, words[i], scan->level
		};
	}
}

/* Read a range in calls with room for @room entries. Return -1 if a result is impossible. */
static int raws_read(struct raws *raws, int fd, __u64 start, __u64 end, __u32 room)
{
	const __u64 guard = 0x5a5a5a5a5a5a5a5aULL;
	__u64 *words = malloc((room + 1) * sizeof(*words));
	struct pgwalk_scan scan = { .start = start, .end = end };
	int err = 0;

	*raws = (struct raws){ };
	words[room] = guard;
	for (; !err && scan.start < end; scan.start = scan.resume) {
		err = scan_raw(fd, &scan, words, room);
		if (err)
			break;
		if (scan.filled > room || words[room] != guard || scan.resume <= scan.start ||
		    scan.resume > end || scan.resume < scan.start + scan.filled * PAGE ||
		    (scan.filled == room && scan.resume != scan.start + room * PAGE))
			err = -1;
		else
			add_words(raws, &scan, words);
	}
	free(words);
	return err;
}

static const struct raw *raws_find(const struct raws *raws, __u64 address)
{
	size_t low = 0, high = raws->nr;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (raws->all[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < raws->nr && raws->all[low].address == address ? &raws->all[low] : NULL;
}

static unsigned int shift_of(const struct raw *raw)
{
	return PAGE_SHIFT + (PAGE_SHIFT - 3) * (raw->level - 1);
}

/* The number of the page in its leaf */
static __u64 index_in_leaf(const struct raw *raw)
{
	return (raw->address & ((1ULL << shift_of(raw)) - 1)) >> PAGE_SHIFT;
}

/* The frame of a page that is in memory */
static __u64 frame_of(const struct raw *raw)
{
	return (entry_is_present(raw->value) ? entry_frame(raw->value, shift_of(raw)) :
		entry_hidden_frame(raw->value, shift_of(raw))) + index_in_leaf(raw);
}

static __u64 swap_offset_of(const struct raw *raw)
{
	return entry_swap_offset(raw->value) + index_in_leaf(raw);
}

static bool is_in_memory(__u8 kind)
{
	return kind == PGWALK_KIND_PRESENT || kind == PGWALK_KIND_ZERO ||
	       kind == PGWALK_KIND_SPECIAL || kind == PGWALK_KIND_PROTNONE ||
	       kind == PGWALK_KIND_NUMA_HINT || kind == PGWALK_KIND_UFFD_RWP;
}

/* Return what is wrong with an entry that SCAN by page reports as @page; NULL: nothing */
static const char *differs(const struct raw *raw, const struct page *page)
{
	if (shift_of(raw) != page->shift)
		return "level";
	if (raw->value == PGWALK_SCAN_RAW_RACED)
		return page->kind == PGWALK_KIND_RACED ? NULL : "raced";
	if (is_in_memory(page->kind)) {
		if (frame_of(raw) != page->pfn)
			return "frame";
		if (!entry_is_present(raw->value))
			return page->flags & PGWALK_F_PRESENT ? "bits" : NULL;
		return (entry_flags(raw->value) ^ page->flags) & ENTRY_FLAGS ? "bits" : NULL;
	}
	if (entry_is_present(raw->value))
		return "present";
	switch (page->kind) {
	case PGWALK_KIND_SWAP:
		return entry_swap_type(raw->value) == page->swap_type && swap_offset_of(raw) == page->pfn ?
		       NULL : "swap entry";
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_DEVICE:
	case PGWALK_KIND_HWPOISON:
		return (swap_offset_of(raw) & SWAP_PFN) == page->pfn ? NULL : "frame in swap entry";
	default:
		return NULL;
	}
}

/* Only the shmem object knows these pages */
static bool has_no_entry(const struct page *page)
{
	return page->kind == PGWALK_KIND_SWAP && page->flags & PGWALK_F_SWAP_SHMEM;
}

static bool is_equal(const struct page *a, const struct page *b)
{
	return a && b && a->pfn == b->pfn && a->flags == b->flags && a->kind == b->kind &&
	       a->shift == b->shift && a->swap_type == b->swap_type;
}

FIXTURE(state) {
	struct target target;
	struct account before, after;
	struct listing first, last;
	struct raws raws;
	int device;
};

FIXTURE_VARIANT(state) {
	const char *workload;
};

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
	self->device = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->device);
}

FIXTURE_TEARDOWN(state)
{
	target_stop(&self->target);
}

/* Compare pages that were alike before and after. Return the number of pages compared. */
static size_t compare_records(struct __test_metadata *_metadata, FIXTURE_DATA(state) *self)
{
	size_t compared = 0;

	for (size_t i = 0; i < self->first.nr; i++) {
		const struct page *page = &self->first.pages[i];
		const struct raw *raw = raws_find(&self->raws, page->address);
		const char *what;

		if (!is_equal(page, listing_find(&self->last, page->address)))
			continue;
		compared++;
		if (has_no_entry(page)) {
			EXPECT_EQ(NULL, raw);
			continue;
		}
		what = raw ? differs(raw, page) : "no entry";
		EXPECT_EQ(NULL, what) {
			TH_LOG("%llx: %s: entry %llx level %u, by page kind %u pfn %llx flags %llx",
			       page->address, what, raw ? raw->value : 0, raw ? raw->level : 0,
			       page->kind, page->pfn, page->flags);
			return 0;
		}
	}
	for (size_t i = 0; i < self->raws.nr; i++) {
		__u64 address = self->raws.all[i].address;

		EXPECT_TRUE(listing_find(&self->first, address) ||
			    listing_find(&self->last, address)) {
			TH_LOG("%llx: entry %llx, no record", address, self->raws.all[i].value);
		}
	}
	return compared;
}

static bool agrees(const struct raw *raw, __u64 entry)
{
	if (entry & PM_PRESENT)
		return raw && frame_of(raw) == PM_PFN(entry);
	if (entry & PM_SWAP)
		return raw && !entry_is_present(raw->value);
	/* pagemap reports no markers of hugetlb mappings, and guard regions by a bit of their own */
	return !raw || (!entry_is_present(raw->value) && (raw->level > 1 || entry & PM_GUARD));
}

static void compare_pagemap(struct __test_metadata *_metadata, FIXTURE_DATA(state) *self)
{
	for (size_t i = 0; i < self->before.maps.nr; i++) {
		const struct mapping *m = &self->before.maps.all[i];
		const __u64 *a = self->before.entries[i], *b = self->after.entries[i];

		for (__u64 at = m->start; a && b && at < m->end; at += PAGE, a++, b++) {
			const struct raw *raw = raws_find(&self->raws, at);

			if (*a != *b || (raw && raw->value == PGWALK_SCAN_RAW_RACED))
				continue;
			EXPECT_TRUE(agrees(raw, *a)) {
				TH_LOG("%llx: entry %llx level %u, pagemap %llx", at,
				       raw ? raw->value : 0, raw ? raw->level : 0, *a);
				return;
			}
		}
	}
}

/* Odd sizes of the buffer, so that calls end inside of tables and leaves; and a large one */
TEST_F_TIMEOUT(state, has_the_entry_of_each_page, 300)
{
	static const __u32 rooms[] = { 509, 1, 100000 };
	struct pgwalk_info info;

	ASSERT_EQ(0, interface_info(&info));
	for (int i = 0; i < 3; i++) {
		size_t compared = 0;

		for (int try = 0; try < TRIES && compared < self->target.nr_truths; try++) {
			ASSERT_TRUE(account_read(&self->before, self->target.pid));
			ASSERT_EQ(0, listing_from_scan(&self->first, self->device, 0, info.user_end,
						       PGWALK_SCAN_PAGES, 4096));
			ASSERT_EQ(0, raws_read(&self->raws, self->device, 0, info.user_end,
					       rooms[i]));
			ASSERT_EQ(0, listing_from_scan(&self->last, self->device, 0, info.user_end,
						       PGWALK_SCAN_PAGES, 4096));
			ASSERT_TRUE(account_read(&self->after, self->target.pid));
			ASSERT_EQ(self->before.maps.nr, self->after.maps.nr);
			compared = compare_records(_metadata, self);
			compare_pagemap(_metadata, self);
			account_free(&self->before);
			account_free(&self->after);
			listing_free(&self->first);
			listing_free(&self->last);
			free(self->raws.all);
		}
		EXPECT_LE(self->target.nr_truths, compared);
	}
}

/* A range of @pages pages at a multiple of 1G, so that no other mapping shares its tables */
static char *map_alone(size_t pages)
{
	void *at = (void *)(77ULL << 30);

	return mmap(at, pages * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
}

TEST(result_continues_after_a_hole)
{
	const size_t pages = 8 << 18;		/* 8G: absent tables of each level */
	char *p = map_alone(pages);
	int fd = interface_open_device(getpid());
	struct pgwalk_scan scan = { };
	__u64 words[8], start = (unsigned long)p;

	ASSERT_NE(MAP_FAILED, (void *)p);
	ASSERT_LE(0, fd);
	madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
	p[3 * PAGE] = 1;
	p[5 * PAGE] = 1;
	p[pages / 2 * PAGE + HUGE + 7 * PAGE] = 1;
	scan.start = start;
	scan.end = start + pages * PAGE;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 8));
	EXPECT_EQ(8, scan.filled);
	EXPECT_EQ(PGWALK_LEVEL_PTE, scan.level);
	for (int i = 0; i < 8; i++)
		EXPECT_EQ(i == 3 || i == 5, !!words[i]);
	EXPECT_EQ(start + 8 * PAGE, scan.resume);

	/* Empty entries of the same table: without an entry there is no level */
	scan.start = start + 100 * PAGE;
	scan.end = start + 104 * PAGE;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 8));
	EXPECT_EQ(0, scan.level);
	EXPECT_EQ(scan.end, scan.resume);
	scan.end = start + pages * PAGE;

	/* The rest of the first table is empty entries; from there on no table exists */
	scan.start = start + HUGE;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 8));
	EXPECT_EQ(0, scan.filled);
	EXPECT_EQ(start + pages / 2 * PAGE + HUGE, scan.resume);

	/* A hole that fits into the buffer is written, because an entry follows */
	scan.start = scan.resume - PAGE;
	memset(words, 0x5a, sizeof(words));
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 8));
	EXPECT_EQ(8, scan.filled);
	for (int i = 0; i < 8; i++)
		EXPECT_EQ(0, words[i]);
	scan.start = scan.resume;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 1));
	EXPECT_EQ(1, scan.filled);
	EXPECT_NE(0, words[0]);
	EXPECT_EQ(scan.start + PAGE, scan.resume);

	/* Nothing up to the end */
	scan.start = start + pages / 2 * PAGE + 2 * HUGE;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 8));
	EXPECT_EQ(0, scan.filled);
	EXPECT_EQ(0, scan.level);
	EXPECT_EQ(scan.end, scan.resume);
	munmap(p, pages * PAGE);
	close(fd);
}

/* A huge page, small pages, a huge page */
TEST(a_call_ends_where_the_level_changes)
{
	char *p = map_alone(3 * TABLE_ENTRIES);
	int fd = interface_open_device(getpid());
	struct pgwalk_scan scan = { };
	static __u64 words[3 * PAGE_MOST / 8];
	__u64 start = (unsigned long)p, end = start + 3 * HUGE;

	ASSERT_NE(MAP_FAILED, (void *)p);
	ASSERT_LE(0, fd);
	madvise(p, 3 * HUGE, MADV_HUGEPAGE);
	madvise(p + HUGE, HUGE, MADV_NOHUGEPAGE);
	for (__u64 at = 0; at < 3 * HUGE; at += PAGE)
		p[at] = 1;
	scan.start = start + 3 * PAGE;
	scan.end = end - 5 * PAGE;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 3 * TABLE_ENTRIES));
	if (scan.level != PGWALK_LEVEL_PMD)
		SKIP(return, "no huge page");
	ASSERT_EQ(TABLE_ENTRIES - 3, scan.filled);
	EXPECT_EQ(start + HUGE, scan.resume);
	for (int i = 1; i < TABLE_ENTRIES - 3; i++)
		EXPECT_EQ(words[0], words[i]);
	scan.start = scan.resume;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 3 * TABLE_ENTRIES));
	EXPECT_EQ(PGWALK_LEVEL_PTE, scan.level);
	EXPECT_EQ(TABLE_ENTRIES, scan.filled);
	EXPECT_EQ(start + 2 * HUGE, scan.resume);
	scan.start = scan.resume;
	ASSERT_EQ(0, scan_raw(fd, &scan, words, 3 * TABLE_ENTRIES));
	EXPECT_EQ(PGWALK_LEVEL_PMD, scan.level);
	EXPECT_EQ(TABLE_ENTRIES - 5, scan.filled);
	EXPECT_EQ(scan.end, scan.resume);
	munmap(p, 3 * HUGE);
	close(fd);
}

#define ENDLESS_START	(32ULL << 40)	/* no other mapping is here */
#define ENDLESS_PAGES	(1ULL << 32)	/* 16T, with records of 32G */
#define ENDLESS_PIECE	(32ULL << 20)

/*
 * Read a hole with one page after it, into a buffer that is the same piece of memory many times
 * and ends with another piece. The signal comes from an interrupt: timers of CPU time send theirs
 * when the call returns.
 */
static int scan_endless(int piece, int last_piece)
{
	const struct itimerval soon = { .it_value.tv_sec = 1 };
	const __u64 bytes = ENDLESS_PAGES * sizeof(__u64);
	struct pgwalk_scan scan = {
		.start = ENDLESS_START,
		.end = ENDLESS_START + ENDLESS_PAGES * PAGE,
	};
	char *last = mmap((void *)(scan.end - 2 * PAGE), PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			  MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	char *words = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int fd = interface_open_device(getpid());

	if (fd < 0 || last == MAP_FAILED || words == MAP_FAILED)
		return 1;
	for (__u64 at = 0; at < bytes; at += ENDLESS_PIECE)
		if (mmap(words + at, ENDLESS_PIECE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			 at + ENDLESS_PIECE < bytes ? piece : last_piece, 0) == MAP_FAILED)
			return 2;
	*last = 1;
	if (setitimer(ITIMER_REAL, &soon, NULL))
		return 3;
	scan_raw(fd, &scan, (__u64 *)words, ENDLESS_PAGES - 1);
	pause();
	return 4;
}

static volatile char *map_piece(int *fd)
{
	volatile char *p;

	*fd = memfd_create("piece", 0);
	if (*fd < 0 || ftruncate(*fd, ENDLESS_PIECE))
		return MAP_FAILED;
	p = mmap(NULL, ENDLESS_PIECE, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	if (p != MAP_FAILED)
		*p = 1;
	return p;
}

TEST(a_fatal_signal_ends_a_call_that_writes_a_hole)
{
	int piece, last_piece, status = 0;
	volatile char *first = map_piece(&piece), *last = map_piece(&last_piece);
	pid_t pid;

	ASSERT_NE(MAP_FAILED, (void *)first);
	ASSERT_NE(MAP_FAILED, (void *)last);
	/* Again if the child did not run long enough to write */
	for (int try = 0; try < TRIES && *first; try++) {
		pid = fork();
		if (!pid)
			_exit(scan_endless(piece, last_piece));
		ASSERT_LT(0, pid);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
	}
	EXPECT_EQ(0, *first);
	EXPECT_EQ(1, *last);
	munmap((void *)first, ENDLESS_PIECE);
	munmap((void *)last, ENDLESS_PIECE);
	close(piece);
	close(last_piece);
}

TEST_HARNESS_MAIN
