// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The present state of pages as pgtop shows it, read from the device by the product's own
 * code. The oracles are pagemap, kpageflags and kpagecount.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/family.h"
#include "../lib/pagemap.h"
#include "../lib/process.h"

#include "../../userspace/collect/module/page_query.h"
#include "../lib/sizes.h"

#define NR	23
#define SECOND	1000000000ULL

static char *area;

static __u64 kpagecount(__u64 pfn)
{
	int fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	__u64 count = ~0ULL;

	if (pread(fd, &count, 8, (off_t)(pfn * 8)) != 8)
		count = ~0ULL;
	close(fd);
	return count;
}

static char *map(size_t size, int advice)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(p, size, advice);
	return p;
}

FIXTURE(page_query) {
	struct device *device;
};

FIXTURE_SETUP(page_query)
{
	ASSERT_EQ(0, device__open(&self->device));
	ASSERT_EQ(0, device__attach(self->device, getpid()));
	area = map(NR * PAGE, MADV_NOHUGEPAGE);
	ASSERT_NE(MAP_FAILED, (void *)area);
}

FIXTURE_TEARDOWN(page_query)
{
	munmap(area, NR * PAGE);
	device__close(self->device);
}

struct told {
	struct pgwalk_frame_run run[2 * NR];
	unsigned int count;
};

static int take(void *ctx, const struct pgwalk_frame_run *run)
{
	struct told *t = ctx;

	t->run[t->count++] = *run;
	return 0;
}

/* Bits that come and go by themselves: referenced, LRU, active, reclaim, idle; and those of kpageflags alone */
#define STEADY	(KPF_ANON | KPF_HUGE | KPF_THP | KPF_ZERO_PAGE | 1ULL << 14 /* swapbacked */)

TEST_F(page_query, pages_are_as_pagemap_has_them)
{
	uint64_t addr[NR];
	struct page_query_pages pages = { addr, NR, 10 * SECOND };
	struct told told = { .count = 0 };

	for (int i = 0; i < NR; i++) {	/* backwards: one written, one read, one left alone */
		addr[i] = (unsigned long)area + (NR - 1 - i) * PAGE + i;
		if (i % 3 == 0)
			area[(NR - 1 - i) * PAGE] = 1;
		else if (i % 3 == 1)
			*(volatile char *)(area + (NR - 1 - i) * PAGE);
	}
	ASSERT_EQ(NR, page_query__pages(self->device, &pages, take, &told));
	ASSERT_EQ(NR, told.count);
	for (int i = 0; i < NR; i++) {
		const struct pgwalk_frame_run *run = &told.run[i];
		__u64 entry = pagemap_one(getpid(), addr[i]);

		EXPECT_EQ(addr[i] & ~(PAGE - 1), run->run.start);
		EXPECT_EQ(run->run.start + PAGE, run->run.end);
		if (i % 3 == 2) {
			EXPECT_EQ(0, entry & PM_PRESENT);
			EXPECT_EQ(PGWALK_KIND_NONE, run->run.kind);
			continue;
		}
		ASSERT_NE(0, entry & PM_PRESENT);
		EXPECT_EQ(PM_PFN(entry), run->run.pfn);
		EXPECT_EQ(i % 3 ? PGWALK_KIND_ZERO : PGWALK_KIND_PRESENT, run->run.kind);
		EXPECT_EQ(pagemap_kpageflags(run->run.pfn) & STEADY, run->frame_flags & STEADY);
		if (i % 3 == 0)
			EXPECT_EQ(kpagecount(run->run.pfn), run->mapcount);
	}
}

TEST_F(page_query, page_within_a_huge_one_has_its_own_frame)
{
	char *p = map(2 * HUGE, MADV_HUGEPAGE), *huge;
	uint64_t addr;
	struct page_query_pages pages = { &addr, 1, 10 * SECOND };
	struct told told = { .count = 0 };
	struct snapshot_page_details answer;

	huge = (char *)(((unsigned long)p + HUGE - 1) & ~(HUGE - 1));
	huge[0] = 1;
	addr = (unsigned long)huge + 77 * PAGE + 5;
	ASSERT_EQ(1, page_query__pages(self->device, &pages, take, &told));
	if (told.run[0].run.shift != HUGE_SHIFT)
		SKIP(return, "no huge page to be had");
	EXPECT_EQ(PM_PFN(pagemap_one(getpid(), addr)), told.run[0].run.pfn);
	EXPECT_EQ(addr & ~(PAGE - 1), told.run[0].run.start);
	page_query__translate(self->device, addr, &answer);
	ASSERT_EQ(NULL, answer.error);
	ASSERT_TRUE(answer.has_frame);
	EXPECT_EQ(told.run[0].run.pfn, answer.frame.pfn);
	ASSERT_TRUE(answer.has_rmap);
	ASSERT_EQ(1, answer.nr_hits);
	EXPECT_EQ(addr & ~(PAGE - 1), answer.hit[0].addr);
	munmap(p, 2 * HUGE);
}

static bool nothing(struct family *family, int k)
{
	family->addr[k] = area;
	return true;
}

/* More mappings than records: all are counted, the first are reported, each once */
TEST_F(page_query, all_mappings_of_a_page_are_counted)
{
	struct snapshot_page_details answer;
	struct family *family;
	__u64 pfn;

	area[0] = 1;
	family = family_start(FAMILY_MAX, NULL, nothing);
	ASSERT_NE(NULL, family);
	pfn = PM_PFN(pagemap_one(getpid(), (unsigned long)area));
	page_query__translate(self->device, (unsigned long)area + 3, &answer);
	ASSERT_EQ(NULL, answer.error);
	EXPECT_EQ((unsigned long)area + 3, answer.addr);
	EXPECT_EQ(PGWALK_TRANSLATE_DONE, answer.translate.status);
	ASSERT_TRUE(answer.has_frame);
	EXPECT_EQ(pfn, answer.frame.pfn);
	EXPECT_EQ(FAMILY_MAX + 1, answer.frame.mapcount);
	ASSERT_TRUE(answer.has_rmap);
	EXPECT_EQ(PGWALK_RMAP_DONE, answer.rmap.status);
	EXPECT_EQ(FAMILY_MAX + 1, answer.rmap.found);
	EXPECT_EQ(kpagecount(pfn), answer.rmap.found);
	EXPECT_EQ(SNAPSHOT_HITS, answer.nr_hits);
	for (unsigned int i = 0; i < answer.nr_hits; i++) {
		bool known = answer.hit[i].tgid == getpid();

		EXPECT_EQ((unsigned long)area, answer.hit[i].addr);
		for (int k = 0; k < family->nr; k++)
			known |= answer.hit[i].tgid == family->pid[k];
		EXPECT_TRUE(known);
		for (unsigned int k = 0; k < i; k++)
			EXPECT_NE(answer.hit[i].tgid, answer.hit[k].tgid);
	}
	family_end(family);
	page_query__translate(self->device, (unsigned long)area, &answer);
	EXPECT_EQ(1, answer.rmap.found);
	EXPECT_EQ(1, answer.nr_hits);
	EXPECT_EQ(getpid(), answer.hit[0].tgid);
}

TEST_F(page_query, an_address_without_a_page_has_its_walk)
{
	struct snapshot_page_details answer;

	page_query__translate(self->device, (unsigned long)area + 5 * PAGE, &answer);
	EXPECT_EQ(NULL, answer.error);
	EXPECT_FALSE(answer.has_frame);
	EXPECT_FALSE(answer.has_rmap);
	EXPECT_EQ(PGWALK_KIND_NONE, answer.translate.step[answer.translate.nr_steps - 1].entry.kind);
	page_query__translate(self->device, 1ULL << 63, &answer);
	ASSERT_NE(NULL, answer.error);
	EXPECT_NE(NULL, strstr(answer.error, "not an address"));
}

TEST_F(page_query, an_exited_process_is_an_error)
{
	uint64_t addr = (unsigned long)area;
	struct page_query_pages pages = { &addr, 1, SECOND };
	struct told told = { .count = 0 };
	struct snapshot_page_details answer;
	pid_t pid = process_sleeper();

	ASSERT_EQ(0, device__attach(self->device, pid));
	ASSERT_EQ(1, page_query__pages(self->device, &pages, take, &told));
	process_end(pid);
	EXPECT_EQ(-ESRCH, page_query__pages(self->device, &pages, take, &told));
	page_query__translate(self->device, addr, &answer);
	ASSERT_NE(NULL, answer.error);
	EXPECT_NE(NULL, strstr(answer.error, "has exited"));
}

TEST_HARNESS_MAIN
