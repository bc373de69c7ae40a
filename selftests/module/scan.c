// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_SCAN: its filters, its ranges, and buffers of any size. pages.c
 * checks that its records are right.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/listing.h"
#include "../lib/pagemap.h"
#include "../lib/target.h"
#include "../lib/sizes.h"

FIXTURE(filter) {
	struct target target;
	int fd;
};

FIXTURE_SETUP(filter)
{
	ASSERT_EQ(0, target_start(&self->target, "many-vmas"));
	self->fd = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(filter)
{
	target_stop(&self->target);
}

static __u32 count(struct target *target, int fd, __u64 require, __u64 exclude,
		   __u64 kinds)
{
	static struct pgwalk_run runs[2048];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = PGWALK_SCAN_PAGES,
		.start = target->start, .end = target->end, .require = require,
		.exclude = exclude, .kinds = kinds,
		.records = (unsigned long)runs, .nr_records = 2048,
	};

	if (interface_ioctl(fd, PGWALK_IOC_SCAN, &scan))
		return ~0U;
	return scan.resume == scan.end ? scan.filled : ~0U;
}

/* 989 pages, every other one read-only: 495 are, 494 are not */
TEST_F(filter, by_flags_and_kinds)
{
	const __u64 present = 1ULL << PGWALK_KIND_PRESENT;

	EXPECT_EQ(989, count(&self->target, self->fd, 0, 0, 0));
	EXPECT_EQ(494, count(&self->target, self->fd, PGWALK_F_WRITE, 0, 0));
	EXPECT_EQ(495, count(&self->target, self->fd, 0, PGWALK_F_WRITE, 0));
	EXPECT_EQ(495, count(&self->target, self->fd, PGWALK_F_USER,
			     PGWALK_F_WRITE, present));
	EXPECT_EQ(0, count(&self->target, self->fd, PGWALK_F_WRITE,
			   PGWALK_F_WRITE, 0));
	EXPECT_EQ(0, count(&self->target, self->fd, 0, 0,
			   1ULL << PGWALK_KIND_SWAP));
	EXPECT_EQ(989, count(&self->target, self->fd, 0, 0,
			     present | 1ULL << PGWALK_KIND_SWAP));
}

TEST_F(filter, range_is_kept_to)
{
	struct listing all, part;
	__u64 start = self->target.start + 7 * PAGE;

	ASSERT_EQ(0, listing_from_scan(&all, self->fd, self->target.start,
				       self->target.end, PGWALK_SCAN_PAGES, 100));
	ASSERT_EQ(0, listing_from_scan(&part, self->fd, start, start + 5 * PAGE,
				       0, 100));
	ASSERT_EQ(5, part.nr);
	EXPECT_EQ(start, part.pages[0].address);
	for (int i = 0; i < 5; i++)
		EXPECT_EQ(all.pages[7 + i].pfn, part.pages[i].pfn);
}

/* One record at a time, and not a byte written past the end of the buffer */
TEST_F(filter, smallest_buffer_is_enough)
{
	struct pgwalk_run runs[2] = { };
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .start = self->target.start,
		.end = self->target.end, .records = (unsigned long)runs,
		.nr_records = 1,
	};
	struct listing one, many, again;
	struct pgwalk_info info;

	memset(&runs[1], 0x5a, sizeof(runs[1]));
	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_SCAN, &scan));
	EXPECT_EQ(1, scan.filled);
	for (size_t i = 0; i < sizeof(runs[1]); i++)
		EXPECT_EQ(0x5a, ((unsigned char *)&runs[1])[i]);

	ASSERT_EQ(0, interface_info(&info));
	for (__u32 flags = 0; flags <= PGWALK_SCAN_PAGES; flags++) {
		ASSERT_EQ(0, listing_from_scan(&many, self->fd, 0,
					       info.user_end, flags, 10000));
		ASSERT_EQ(0, listing_from_scan(&one, self->fd, 0, info.user_end,
					       flags, 1));
		ASSERT_EQ(0, listing_from_scan(&again, self->fd, 0,
					       info.user_end, flags, 10000));
		EXPECT_LT(989, one.nr);
		EXPECT_EQ(many.nr, one.nr);
		EXPECT_EQ(many.nr, listing_differ(&many, &one, &again));
	}
}

/* A mapping that holds the first address is reported whole */
TEST_F(filter, vmas_reports_the_mapping_around_an_address)
{
	static char buffer[8192] __attribute__((aligned(8)));
	const struct pgwalk_vma *vma = (const struct pgwalk_vma *)buffer;
	struct pgwalk_vmas vmas = {
		.size = sizeof(vmas), .start = self->target.start + 123,
		.end = self->target.start + 124,
		.records = (unsigned long)buffer, .bytes = sizeof(buffer),
	};

	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_VMAS, &vmas));
	EXPECT_EQ(vma->size, vmas.filled);
	EXPECT_EQ(self->target.start, vma->start);
	EXPECT_EQ(self->target.start + PAGE, vma->end);
	EXPECT_EQ(PGWALK_PROT_READ, vma->prot);
	EXPECT_EQ(vmas.end, vmas.resume);
}

enum { PAGES = 10007, STRIDE = 3571, GROUP = 16, ALONE = 11, MISSING = 1021, READ_ONLY = 509 };

/*
 * More pages than one batch holds, with frames in disorder. In each GROUP some are touched in
 * the order of their addresses, so that several may be one run. Every 1021st is missing, every 509th
 * read-only. The addresses of the last ones have a digit more.
 */
static char *map_scattered(void)
{
	char *p = mmap((char *)(1UL << 32) - PAGES / 2 * PAGE, PAGES * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	madvise(p, PAGES * PAGE, MADV_NOHUGEPAGE);
	for (long i = 0; i < PAGES; i++)
		if (i * STRIDE % PAGES % GROUP < ALONE && i * STRIDE % PAGES % MISSING)
			p[i * STRIDE % PAGES * PAGE] = 1;
	for (long i = 0; i < PAGES; i++)
		if (i % MISSING)
			p[i * PAGE] = 1;
	for (long i = 0; i < PAGES; i += READ_ONLY)
		mprotect(p + i * PAGE, PAGE, PROT_READ);
	return p;
}

/* Return the number of pages from @start on that the listing has as pagemap, from its page @nr on */
static size_t compare_scattered(const struct listing *listing, size_t nr, __u64 start,
				const __u64 *entries)
{
	size_t before = nr;

	for (long i = 0; i < PAGES; i++) {
		const struct page *page = &listing->pages[nr];

		if (!(entries[i] & PM_PRESENT))
			continue;
		if (nr == listing->nr || page->address != start + i * PAGE ||
		    page->pfn != PM_PFN(entries[i]) ||
		    !!(page->flags & PGWALK_F_WRITE) != (i % READ_ONLY != 0))
			break;
		nr++;
	}
	return nr - before;
}

/* Count the runs that the pages of a listing make: a run ends only where the next page differs */
static size_t count_runs(const struct listing *listing)
{
	size_t nr = 0;

	for (size_t i = 0; i < listing->nr; i++) {
		const struct page *page = &listing->pages[i];

		nr += !i || page[-1].address + PAGE != page->address || page[-1].pfn + 1 != page->pfn ||
		      page[-1].flags != page->flags || page[-1].kind != page->kind;
	}
	return nr;
}

/* By page and by run, in pieces of any size, each page has the frame that pagemap shows */
TEST(scattered_pages_have_their_frames)
{
	static const __u32 batches[] = { 1, 700, 4097, 20000 };
	const __u64 start = (unsigned long)map_scattered(), end = start + PAGES * PAGE;
	const size_t present = PAGES - (PAGES - 1) / MISSING - 1;
	static __u64 entries[PAGES];
	int fd = interface_open_device(getpid()), pagemap = pagemap_open(getpid());
	struct listing listing;

	ASSERT_NE(0, start);
	ASSERT_LE(0, fd);
	for (int b = 0; b < 8; b++) {
		__u32 flags = b % 2 ? PGWALK_SCAN_PAGES : 0;

		ASSERT_EQ(0, listing_from_scan(&listing, fd, start, end, flags, batches[b / 2])) {
			TH_LOG("%u records a call: %s", batches[b / 2], listing.error);
		}
		ASSERT_TRUE(pagemap_read(pagemap, start, PAGES, entries));
		EXPECT_EQ(present, compare_scattered(&listing, 0, start, entries));
		EXPECT_EQ(present, listing.nr);
		EXPECT_EQ(flags ? listing.nr : count_runs(&listing), listing.lines);
		listing_free(&listing);
	}
	close(pagemap);
	close(fd);
	munmap((void *)start, PAGES * PAGE);
}

/* The text, in reads of any size, has a line for each run */
TEST(scattered_pages_have_their_lines)
{
	static const size_t sizes[] = { 100, 4096, 1 << 20 };
	const __u64 start = (unsigned long)map_scattered();
	const size_t present = PAGES - (PAGES - 1) / MISSING - 1;
	static __u64 entries[PAGES];
	int pagemap = pagemap_open(getpid());
	struct listing listing;

	ASSERT_NE(0, start);
	ASSERT_EQ(0, interface_attach(getpid()));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int fd = interface_open_view(getpid(), "pages");
		char *text = interface_read_all(fd, sizes[i], NULL);
		size_t nr = 0;

		ASSERT_NE(NULL, text);
		ASSERT_TRUE(listing_from_text(&listing, text)) {
			TH_LOG("%s", listing.error);
		}
		ASSERT_TRUE(pagemap_read(pagemap, start, PAGES, entries));
		while (nr < listing.nr && listing.pages[nr].address < start)
			nr++;
		EXPECT_EQ(present, compare_scattered(&listing, nr, start, entries));
		listing_free(&listing);
		free(text);
		close(fd);
	}
	interface_attach(-getpid());
	close(pagemap);
	munmap((void *)start, PAGES * PAGE);
}

TEST_HARNESS_MAIN
