// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Shared memory that is swapped out: every mapping of the object has the page as swapped, also
 * where no process touched it there. Oracles: Swap of smaps, mincore(), and the swap device
 * itself: the slot of a page holds the bytes written to the page.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/kpage.h"
#include "../lib/listing.h"
#include "../lib/maps.h"
#include "../lib/target.h"
#include "../lib/vma_table.h"
#include "../lib/sizes.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#define PAGES		64
#define RW		(PROT_READ | PROT_WRITE)
#define MARK		0x7067776100000000ULL	/* and the number of the page */
#define SHMEM_ENABLED	"/sys/kernel/mm/transparent_hugepage/shmem_enabled"

FIXTURE(object) {
	struct target swapper;	/* makes swap if there is none, and keeps nothing of ours */
	struct pgwalk_info info;
	int device;
};

FIXTURE_SETUP(object)
{
	int ret = target_start(&self->swapper, "swap");

	if (ret == 4)
		SKIP(return, "%s", self->swapper.reason);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, interface_info(&self->info));
	self->device = interface_open_device(getpid());
	ASSERT_LE(0, self->device);
}

FIXTURE_TEARDOWN(object)
{
	close(self->device);
	target_stop(&self->swapper);
}

static void mark(char *start, size_t page)
{
	for (size_t at = 0; at < PAGE; at += 512)
		*(__u64 *)(start + page * PAGE + at) = MARK + page;
}

static size_t nr_in_memory(char *start, size_t pages)
{
	unsigned char *in = malloc(pages);
	size_t n = 0;

	if (mincore(start, pages * PAGE, in))
		n = pages;
	for (size_t i = 0; i < pages; i++)
		n += in[i] & 1;
	free(in);
	return n;
}

/* False: some of it stays in memory */
static bool page_out(char *start, size_t pages)
{
	for (int i = 0; i < 100 && nr_in_memory(start, pages); i++, usleep(10000)) {
		kpage_drain();
		madvise(start, pages * PAGE, MADV_PAGEOUT);
	}
	return !nr_in_memory(start, pages);
}

/* The device of a swap area: /proc/swaps has the areas in the order of their numbers */
static int open_area(unsigned int area)
{
	FILE *f = fopen("/proc/swaps", "re");
	char line[512], path[256] = "";
	unsigned int n = 0;

	while (f && fgets(line, sizeof(line), f))
		if (line[0] == '/' && n++ == area)
			sscanf(line, "%255s", path);
	if (f)
		fclose(f);
	return strncmp(path, "/dev/", 5) ? -1 : open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
}

/* Return the number of the page that a slot of a swap area holds, or -1 */
static long page_in_slot(unsigned int area, __u64 slot)
{
	static __u64 words[PAGE_MOST / 8] __attribute__((aligned(PAGE_MOST)));
	int fd = open_area(area);
	long page = -1;

	if (fd >= 0 && pread(fd, words, PAGE, (off_t)(slot * PAGE)) == (ssize_t)PAGE &&
	    words[0] >> 32 == MARK >> 32 && words[448] == words[0])
		page = (long)(words[0] - MARK);
	close(fd);
	return page;
}

static void expect_swapped_page(struct __test_metadata *_metadata, int device,
				const struct page *p, size_t page)
{
	struct pgwalk_translate t = { .size = sizeof(t), .addr = p->address + 0x123 };
	const struct pgwalk_entry *leaf;

	EXPECT_EQ(PGWALK_KIND_SWAP, p->kind);
	EXPECT_EQ(PGWALK_F_SWAP_SHMEM, p->flags);
	EXPECT_EQ(PAGE_SHIFT, p->shift);
	EXPECT_EQ(page, page_in_slot(p->swap_type, p->pfn)) {
		TH_LOG("%llx: page %zu, swap %u:%llx", p->address, page, p->swap_type, p->pfn);
	}
	ASSERT_EQ(0, interface_ioctl(device, PGWALK_IOC_TRANSLATE, &t));
	leaf = &t.step[t.nr_steps - 1].entry;
	EXPECT_EQ(PGWALK_TRANSLATE_DONE, t.status);
	EXPECT_EQ(PGWALK_KIND_SWAP, leaf->kind);
	EXPECT_EQ(PGWALK_F_SWAP_SHMEM, leaf->flags);
	EXPECT_EQ(0, leaf->value);
	EXPECT_EQ(p->swap_type, leaf->swap_type);
	EXPECT_EQ(p->pfn, leaf->pfn);
}

static void expect_swap_of_smaps(struct __test_metadata *_metadata, int device, __u64 user_end,
				 const char *start, size_t swapped)
{
	const struct mapping *m;
	const struct vma_row *row;
	struct vma_table table;
	struct maps maps;

	ASSERT_TRUE(maps_read(&maps, getpid()));
	m = maps_find(&maps, (unsigned long)start);
	ASSERT_NE(NULL, m);
	EXPECT_EQ(swapped * (PAGE >> 10), m->swap);
	ASSERT_EQ(0, vma_table_from_device(&table, device, user_end, PGWALK_VMAS_COUNT, 1 << 16));
	row = vma_table_find(&table, (unsigned long)start);
	ASSERT_NE(NULL, row);
	EXPECT_EQ(m->swap, row->swap);
	vma_table_free(&table);
	maps_free(&maps);
}

/* A range from page @first of the object on: those that @is_out names are swapped out */
static size_t expect_pages(struct __test_metadata *_metadata, FIXTURE_DATA(object) *self,
			   const char *start, size_t first, size_t pages,
			   bool (*is_out)(size_t page))
{
	const __u64 at = (unsigned long)start;
	struct listing by_page, by_run;
	size_t n = 0;

	EXPECT_EQ(0, listing_from_scan(&by_page, self->device, at, at + pages * PAGE,
				       PGWALK_SCAN_PAGES, 7));
	EXPECT_EQ(0, listing_from_scan(&by_run, self->device, at, at + pages * PAGE, 0, 3));
	for (size_t i = 0; i < pages; i++) {
		const struct page *p = listing_find(&by_page, at + i * PAGE);

		if (is_out && !is_out(first + i)) {
			EXPECT_TRUE(!p || p->kind == PGWALK_KIND_PRESENT);
			continue;
		}
		n++;
		EXPECT_NE(NULL, p) {
			TH_LOG("page %zu at %llx is not listed", first + i, at + i * PAGE);
			continue;
		}
		expect_swapped_page(_metadata, self->device, p, first + i);
	}
	EXPECT_EQ(by_page.nr, listing_differ(&by_page, &by_run, &by_page));
	EXPECT_EQ(by_page.nr, by_run.nr);
	listing_free(&by_page);
	listing_free(&by_run);
	return n;
}

/* The same of a whole mapping */
static void expect_mapping(struct __test_metadata *_metadata, FIXTURE_DATA(object) *self,
			   const char *start, size_t first, size_t pages,
			   bool (*is_out)(size_t page))
{
	size_t n = expect_pages(_metadata, self, start, first, pages, is_out);

	expect_swap_of_smaps(_metadata, self->device, self->info.user_end, start, n);
}

static size_t count_scan(int device, const char *start, size_t pages, __u64 require,
			 __u64 exclude, __u64 kinds)
{
	struct pgwalk_run runs[PAGES];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .start = (unsigned long)start,
		.end = (unsigned long)start + pages * PAGE,
		.require = require, .exclude = exclude, .kinds = kinds,
		.records = (unsigned long)runs, .nr_records = PAGES,
		.flags = PGWALK_SCAN_PAGES,
	};

	return interface_ioctl(device, PGWALK_IOC_SCAN, &scan) ? ~0UL : scan.filled;
}

static char *map(int fd, size_t first, size_t pages, int flags)
{
	char *p = mmap(NULL, pages * PAGE, RW, flags, fd, (off_t)(first * PAGE));

	if (p != MAP_FAILED)
		madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
	return p;
}

static bool is_third(size_t page)
{
	return page % 3 == 0;
}

/* Writes every page of @start that @is_used names, and swaps it out */
static void swap_out(struct __test_metadata *_metadata, char *start, size_t pages,
		     bool (*is_used)(size_t page))
{
	ASSERT_NE(MAP_FAILED, start);
	for (size_t i = 0; i < pages; i++)
		if (!is_used || is_used(i))
			mark(start, i);
	ASSERT_TRUE(page_out(start, pages));
}

TEST_F_TIMEOUT(object, is_swapped_in_each_mapping_of_it, 120)
{
	int fd = memfd_create("object", MFD_CLOEXEC);
	char *touched, *fresh, *part, *own;

	ASSERT_EQ(0, ftruncate(fd, PAGES * PAGE));
	touched = map(fd, 0, PAGES, MAP_SHARED);
	swap_out(_metadata, touched, PAGES, NULL);
	fresh = map(fd, 0, PAGES, MAP_SHARED);
	part = map(fd, 17, 23, MAP_SHARED);
	own = map(fd, 3, PAGES - 3, MAP_PRIVATE);
	expect_mapping(_metadata, self, touched, 0, PAGES, NULL);
	expect_mapping(_metadata, self, fresh, 0, PAGES, NULL);
	expect_mapping(_metadata, self, part, 17, 23, NULL);
	expect_mapping(_metadata, self, own, 3, PAGES - 3, NULL);
	/* A copied page is this process' own, also when it is swapped out */
	own[0] = 1;
	for (int i = 0; i < 100 && !count_scan(self->device, own, 1, 0, 0, 1 << PGWALK_KIND_SWAP);
	     i++, usleep(10000))
		madvise(own, PAGE, MADV_PAGEOUT);
	EXPECT_EQ(1, count_scan(self->device, own, 1, 0, PGWALK_F_SWAP_SHMEM,
				1ULL << PGWALK_KIND_SWAP));
	EXPECT_EQ(PAGES - 4, expect_pages(_metadata, self, own + PAGE, 4, PAGES - 4, NULL));
	expect_swap_of_smaps(_metadata, self->device, self->info.user_end, own, PAGES - 3);
	close(fd);
}

TEST_F_TIMEOUT(object, may_be_of_system_v_or_without_a_name_or_on_tmpfs, 120)
{
	int id = shmget(IPC_PRIVATE, PAGES * PAGE, IPC_CREAT | 0600);
	int fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *anonymous, *first, *second, *file;

	ASSERT_LE(0, id);
	first = shmat(id, NULL, 0);
	second = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	madvise(first, PAGES * PAGE, MADV_NOHUGEPAGE);
	swap_out(_metadata, first, PAGES, NULL);
	expect_mapping(_metadata, self, first, 0, PAGES, NULL);
	expect_mapping(_metadata, self, second, 0, PAGES, NULL);
	anonymous = map(-1, 0, PAGES, MAP_SHARED | MAP_ANONYMOUS);
	swap_out(_metadata, anonymous, PAGES, NULL);
	expect_mapping(_metadata, self, anonymous, 0, PAGES, NULL);
	if (fd < 0)
		fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	ASSERT_EQ(0, ftruncate(fd, PAGES * PAGE));
	file = map(fd, 0, PAGES, MAP_SHARED);
	swap_out(_metadata, file, PAGES, NULL);
	expect_mapping(_metadata, self, file, 0, PAGES, NULL);
	expect_mapping(_metadata, self, map(fd, 5, 7, MAP_PRIVATE), 5, 7, NULL);
	close(fd);
}

static bool is_left(size_t page)
{
	return is_third(page) && (page < 12 || page >= 24) && page % 5;
}

TEST_F_TIMEOUT(object, has_holes_and_pages_that_came_back, 120)
{
	int fd = memfd_create("object", MFD_CLOEXEC);
	char *touched, *fresh;

	ASSERT_EQ(0, ftruncate(fd, PAGES * PAGE));
	touched = map(fd, 0, PAGES, MAP_SHARED);
	swap_out(_metadata, touched, PAGES, is_third);
	fresh = map(fd, 0, PAGES, MAP_SHARED);
	expect_mapping(_metadata, self, fresh, 0, PAGES, is_third);
	ASSERT_EQ(0, fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 12 * PAGE,
			       12 * PAGE));
	for (size_t i = 0; i < PAGES; i += 15) {
		EXPECT_TRUE(*(__u64 *)(touched + i * PAGE) == MARK + i || (i >= 12 && i < 24));
		ASSERT_EQ(0, madvise(touched + i * PAGE, PAGE, MADV_COLD));
	}
	/* Readahead may have read more: only pages that mincore() reports as out are listed */
	for (size_t i = 0; i < PAGES; i++) {
		const __u64 at = (unsigned long)fresh + i * PAGE;
		bool out = is_left(i) && !nr_in_memory(touched + i * PAGE, 1);
		struct listing l;

		ASSERT_EQ(0, listing_from_scan(&l, self->device, at, at + PAGE, 0, 1));
		if (out)
			EXPECT_EQ(1, l.nr);
		if (!is_left(i))
			EXPECT_EQ(0, l.nr);
		listing_free(&l);
	}
	close(fd);
}

/* A page here and there in 2^28 pages: the entries between are passed over, not looked at */
TEST_F_TIMEOUT(object, may_be_sparse, 120)
{
	static const __u64 at[] = { 0, 1, 511, 512, 1ULL << 18, (1ULL << 18) + 1, 5ULL << 20,
				    (1ULL << 28) - 1 };
	const size_t nr = sizeof(at) / sizeof(at[0]), size = PAGE << 28;
	int fd = memfd_create("object", MFD_CLOEXEC);
	struct listing one, many;
	char *touched, *fresh;

	ASSERT_EQ(0, ftruncate(fd, (off_t)size));
	touched = mmap(NULL, size, RW, MAP_SHARED | MAP_NORESERVE, fd, 0);
	fresh = mmap(NULL, size, RW, MAP_SHARED | MAP_NORESERVE, fd, 0);
	ASSERT_NE(MAP_FAILED, touched);
	ASSERT_NE(MAP_FAILED, fresh);
	madvise(touched, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < nr; i++) {
		mark(touched, at[i]);
		ASSERT_TRUE(page_out(touched + at[i] * PAGE, 1));
	}
	ASSERT_EQ(0, listing_from_scan(&one, self->device, (unsigned long)fresh,
				       (unsigned long)fresh + size, PGWALK_SCAN_PAGES, 1));
	ASSERT_EQ(0, listing_from_scan(&many, self->device, (unsigned long)fresh,
				       (unsigned long)fresh + size, 0, 64));
	ASSERT_EQ(nr, one.nr);
	ASSERT_EQ(nr, many.nr);
	for (size_t i = 0; i < nr; i++) {
		EXPECT_EQ((unsigned long)fresh + at[i] * PAGE, many.pages[i].address);
		EXPECT_EQ(many.pages[i].pfn, one.pages[i].pfn);
		expect_swapped_page(_metadata, self->device, &many.pages[i], at[i]);
	}
	listing_free(&one);
	listing_free(&many);
	munmap(touched, size);
	munmap(fresh, size);
	close(fd);
}

static bool write_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	close(fd);
	return ok;
}

/*
 * Where the kernel swaps a huge page out whole, the object has one swap entry for 512 pages. A
 * mapping may begin and end within it: smaps then counts all of it, so each page is compared.
 */
TEST_F_TIMEOUT(object, may_be_of_huge_pages, 120)
{
	const size_t pages = 2 * HUGE / PAGE, first = 3, part = pages - 7;
	int fd = memfd_create("object", MFD_CLOEXEC);
	struct listing whole, l;
	char *touched, *inner;

	if (!write_word(SHMEM_ENABLED, "force"))
		SKIP(return, "no huge pages in shared memory");
	ASSERT_EQ(0, ftruncate(fd, (off_t)(2 * HUGE)));
	touched = mmap(NULL, 2 * HUGE, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, touched);
	for (size_t i = 0; i < pages; i++)
		mark(touched, i);
	write_word(SHMEM_ENABLED, "never");
	ASSERT_TRUE(page_out(touched, pages));
	inner = mmap(NULL, part * PAGE, RW, MAP_SHARED, fd, (off_t)(first * PAGE));
	ASSERT_NE(MAP_FAILED, inner);
	ASSERT_EQ(0, listing_from_scan(&whole, self->device, (unsigned long)touched,
				       (unsigned long)touched + 2 * HUGE, 0, 64));
	EXPECT_EQ(pages, whole.nr);
	ASSERT_EQ(0, listing_from_scan(&l, self->device, (unsigned long)inner,
				       (unsigned long)inner + part * PAGE, 0, 64));
	EXPECT_EQ(part, l.nr);
	TH_LOG("%zu pages in %zu runs", whole.nr, whole.lines);
	for (size_t i = 0; i < l.nr; i++)
		expect_swapped_page(_metadata, self->device, &l.pages[i], first + i);
	listing_free(&whole);
	listing_free(&l);
	close(fd);
}

TEST_F_TIMEOUT(object, is_found_by_its_flag, 60)
{
	char *shared = map(-1, 0, PAGES, MAP_SHARED | MAP_ANONYMOUS);
	char *private = map(-1, 0, PAGES, MAP_PRIVATE | MAP_ANONYMOUS);
	const __u64 flag = PGWALK_F_SWAP_SHMEM, swap = 1ULL << PGWALK_KIND_SWAP;

	swap_out(_metadata, shared, PAGES, NULL);
	swap_out(_metadata, private, PAGES, NULL);
	EXPECT_EQ(PAGES, count_scan(self->device, shared, PAGES, flag, 0, 0));
	EXPECT_EQ(PAGES, count_scan(self->device, shared, PAGES, 0, 0, swap));
	EXPECT_EQ(0, count_scan(self->device, shared, PAGES, 0, flag, 0));
	EXPECT_EQ(0, count_scan(self->device, shared, PAGES, PGWALK_F_EXCLUSIVE, 0, 0));
	EXPECT_EQ(0, count_scan(self->device, shared, PAGES, 0, 0, 1 << PGWALK_KIND_PRESENT));
	EXPECT_EQ(0, count_scan(self->device, private, PAGES, flag, 0, 0));
	EXPECT_EQ(PAGES, count_scan(self->device, private, PAGES, 0, flag, swap));
}

static volatile bool stop;

static void *change(void *start)
{
	while (!stop) {
		mprotect(start, PAGES * PAGE, PROT_READ);
		mprotect(start, PAGES * PAGE, RW);
	}
	return NULL;
}

/* A mapping that is being changed is waited for, or reported as raced: never as empty */
TEST_F_TIMEOUT(object, is_not_missed_while_its_mapping_changes, 120)
{
	char *shared = map(-1, 0, PAGES, MAP_SHARED | MAP_ANONYMOUS);
	const __u64 kinds = 1ULL << PGWALK_KIND_SWAP | 1ULL << PGWALK_KIND_RACED;
	size_t missed = 0, swapped = 0;
	pthread_t thread;

	swap_out(_metadata, shared, PAGES, NULL);
	ASSERT_EQ(0, pthread_create(&thread, NULL, change, shared));
	for (int i = 0; i < 500; i++) {
		missed += count_scan(self->device, shared, PAGES, 0, 0, kinds) != PAGES;
		swapped += count_scan(self->device, shared, PAGES, 0, 0,
				      1ULL << PGWALK_KIND_SWAP);
	}
	stop = true;
	pthread_join(thread, NULL);
	EXPECT_EQ(0, missed);
	EXPECT_LT(0, swapped);
}

TEST_HARNESS_MAIN
