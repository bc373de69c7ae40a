// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_SCAN: its filters, its ranges, and buffers of any size. That what
 * it says is right is for pages.c.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "oracle/interface.h"
#include "oracle/listing.h"
#include "oracle/pagemap.h"
#include "oracle/target.h"

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
	__u64 start = self->target.start + 7 * 4096;

	ASSERT_EQ(0, listing_from_scan(&all, self->fd, self->target.start,
				       self->target.end, PGWALK_SCAN_PAGES, 100));
	ASSERT_EQ(0, listing_from_scan(&part, self->fd, start, start + 5 * 4096,
				       0, 100));
	ASSERT_EQ(5, part.nr);
	EXPECT_EQ(start, part.pages[0].address);
	for (int i = 0; i < 5; i++)
		EXPECT_EQ(all.pages[7 + i].pfn, part.pages[i].pfn);
}

/* One record at a time, and not a byte behind what there is room for */
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

/* A mapping that holds the first address is told whole */
TEST_F(filter, vmas_tells_the_mapping_around_an_address)
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
	EXPECT_EQ(self->target.start + 4096, vma->end);
	EXPECT_EQ(PGWALK_PROT_READ, vma->prot);
	EXPECT_EQ(vmas.end, vmas.resume);
}

/*
 * More pages than one batch holds, with frames in disorder, every 1021st missing and every
 * 509th read-only: by page, in pieces of any size, each has the frame that pagemap says.
 */
TEST(scattered_pages_have_their_frames)
{
	enum { PAGES = 10007, STRIDE = 3571 };
	char *p = mmap(NULL, PAGES * 4096L, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const __u64 start = (unsigned long)p, end = start + PAGES * 4096L;
	static const __u32 batches[] = { 1, 700, 4097, 20000 };
	static __u64 entries[PAGES];
	int fd, pagemap = pagemap_open(getpid());
	struct listing listing;

	ASSERT_NE(MAP_FAILED, (void *)p);
	madvise(p, PAGES * 4096L, MADV_NOHUGEPAGE);
	for (long i = 0; i < PAGES; i++)
		if (i * STRIDE % PAGES % 1021)
			p[i * STRIDE % PAGES * 4096] = 1;
	for (long i = 0; i < PAGES; i += 509)
		mprotect(p + i * 4096, 4096, PROT_READ);
	fd = interface_open_device(getpid());
	ASSERT_LE(0, fd);
	for (int b = 0; b < 4; b++) {
		size_t nr = 0;

		ASSERT_EQ(0, listing_from_scan(&listing, fd, start, end,
					       PGWALK_SCAN_PAGES, batches[b]));
		ASSERT_TRUE(pagemap_read(pagemap, start, PAGES, entries));
		for (long i = 0; i < PAGES; i++) {
			const struct page *page = &listing.pages[nr];

			if (!(entries[i] & PM_PRESENT))
				continue;
			ASSERT_LT(nr++, listing.nr);
			ASSERT_EQ(start + i * 4096, page->address);
			ASSERT_EQ(PM_PFN(entries[i]), page->pfn);
			ASSERT_EQ(i % 509 != 0, !!(page->flags & PGWALK_F_WRITE));
		}
		EXPECT_EQ(nr, listing.nr);
		EXPECT_EQ(listing.nr, listing.lines);
		listing_free(&listing);
	}
	close(pagemap);
	close(fd);
	munmap(p, PAGES * 4096L);
}

TEST_HARNESS_MAIN
