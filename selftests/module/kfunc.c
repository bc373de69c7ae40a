// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * bpf_pgwalk_probe and bpf_pgwalk_present: their results for pages of the current task
 * against pagemap, the calls that are refused, and correct results while other threads map
 * and unmap memory around the page.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include "../lib/harness.h"
#include "kfunc.skel.h"
#include "../lib/interface.h"
#include "../lib/kpage.h"
#include "../lib/loader.h"
#include "../lib/names.h"
#include "../lib/pagemap.h"
#include "../lib/target.h"
#include "../lib/sizes.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

#define PROBES		20000
#define FILLER		0x5a
/* While this process has one thread, its mappings do not change during the call */
#define STILL		PGWALK_PROBE_LOCKED
#define STORM_SECONDS	3
#define RW		(PROT_READ | PROT_WRITE)
#define ANON		(MAP_PRIVATE | MAP_ANONYMOUS)

FIXTURE(kfunc) {
	struct kfunc_bpf *bpf;
	struct bpf_link *asked, *counted;
	char *area;		/* of two page tables, no huge pages */
};

FIXTURE_SETUP(kfunc)
{
	self->bpf = kfunc_bpf__open_and_load();
	ASSERT_NE(NULL, self->bpf);
	self->asked = bpf_program__attach(self->bpf->progs.on_request);
	ASSERT_NE(NULL, self->asked);
	self->counted = bpf_program__attach(self->bpf->progs.on_count);
	ASSERT_NE(NULL, self->counted);
	self->area = mmap(NULL, 3 * HUGE, RW, ANON, -1, 0);
	ASSERT_NE(MAP_FAILED, self->area);
	self->area = (char *)(((unsigned long)self->area + HUGE - 1) & -HUGE);
	madvise(self->area, 2 * HUGE, MADV_NOHUGEPAGE);
}

FIXTURE_TEARDOWN(kfunc)
{
	bpf_link__destroy(self->asked);
	bpf_link__destroy(self->counted);
	kfunc_bpf__destroy(self->bpf);
}

/* Return the result of the probe; -EPROTO: the program did not run */
static int probe(struct kfunc_bpf *bpf, const void *addr, __u64 flags, __u32 size,
		 struct pgwalk_entry *entry)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	bpf->bss->addr = (unsigned long)addr;
	bpf->bss->flags = flags;
	bpf->bss->size = size;
	bpf->bss->ret = -EPROTO;
	memset(bpf->bss->record, FILLER, sizeof(bpf->bss->record));
	if (bpf_prog_test_run_opts(bpf_program__fd(bpf->progs.on_request), &opts))
		return -EPROTO;
	if (entry)
		memcpy(entry, bpf->bss->record, sizeof(*entry));
	return bpf->bss->ret;
}

static int present_with(struct kfunc_bpf *bpf, const void *start, const void *end, __u64 flags)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	bpf->bss->flags = flags;
	bpf->bss->addr = (unsigned long)start;
	bpf->bss->end = (unsigned long)end;
	bpf->bss->present = -EPROTO;
	if (bpf_prog_test_run_opts(bpf_program__fd(bpf->progs.on_count), &opts))
		return -EPROTO;
	return bpf->bss->present;
}

static int present(struct kfunc_bpf *bpf, const void *start, const void *end)
{
	return present_with(bpf, start, end, STILL);
}

/* The call has not written the record from @from on */
static bool is_filler(const struct kfunc_bpf *bpf, size_t from)
{
	for (size_t i = from; i < sizeof(bpf->bss->record); i++)
		if (bpf->bss->record[i] != FILLER)
			return false;
	return true;
}

static void expect_entry(struct __test_metadata *_metadata, struct kfunc_bpf *bpf,
			 const char *at, int kind, int shift, __u64 set, __u64 clear)
{
	struct pgwalk_entry entry = {};
	__u64 pagemap = pagemap_one(getpid(), (unsigned long)at);

	EXPECT_EQ(0, probe(bpf, at, STILL, sizeof(entry), &entry));
	EXPECT_EQ(kind, entry.kind) {
		TH_LOG("%s instead of %s", names_kind_word(entry.kind),
		       names_kind_word(kind));
	}
	EXPECT_EQ(shift, entry.shift);
	EXPECT_EQ(set, entry.flags & (set | clear));
	EXPECT_EQ(pagemap & PM_PRESENT ? PM_PFN(pagemap) : 0,
		  entry.pfn + (((unsigned long)at & ((1UL << shift) - 1)) >> PAGE_SHIFT));
}

TEST_F(kfunc, reports_as_pagemap_does)
{
	const __u64 p = PGWALK_F_PRESENT, w = PGWALK_F_WRITE;
	char *area = self->area;

	area[0] = 1;
	(void)*(volatile char *)(area + PAGE);
	area[3 * PAGE] = 1;
	ASSERT_EQ(0, mprotect(area + 3 * PAGE, PAGE, PROT_NONE));
	expect_entry(_metadata, self->bpf, area + 0x123, PGWALK_KIND_PRESENT, PAGE_SHIFT, p | w, 0);
	expect_entry(_metadata, self->bpf, area + PAGE, PGWALK_KIND_ZERO, PAGE_SHIFT, p, w);
	expect_entry(_metadata, self->bpf, area + 2 * PAGE, PGWALK_KIND_NONE, PAGE_SHIFT, 0, p | w);
	expect_entry(_metadata, self->bpf, area + 3 * PAGE, PGWALK_KIND_PROTNONE, PAGE_SHIFT, 0, p);
	expect_entry(_metadata, self->bpf, area + HUGE, PGWALK_KIND_NONE, HUGE_SHIFT, 0, p);
}

/* The shmem object is read only with the flag, and only where the table has no entry */
TEST_F(kfunc, finds_the_swap_entry_of_shared_memory)
{
	const __u64 flags = PGWALK_PROBE_LOCKED | PGWALK_PROBE_SHMEM;
	struct pgwalk_entry entry = {};
	struct target swapper;
	unsigned char in = 1;
	char *shared;
	int ret = target_start(&swapper, "swap");

	if (ret == 4)
		SKIP(return, "%s", swapper.reason);
	ASSERT_EQ(0, ret);
	shared = mmap(NULL, 2 * HUGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, shared);
	shared[0] = 1;
	for (int i = 0; i < 100 && in & 1; i++, usleep(10000)) {
		kpage_drain();
		madvise(shared, PAGE, MADV_PAGEOUT);
		ASSERT_EQ(0, mincore(shared, PAGE, &in));
	}
	EXPECT_EQ(0, in & 1);
	EXPECT_EQ(0, probe(self->bpf, shared, flags, sizeof(entry), &entry));
	EXPECT_EQ(PGWALK_KIND_SWAP, entry.kind);
	EXPECT_EQ(PGWALK_F_SWAP_SHMEM, entry.flags);
	EXPECT_EQ(0, entry.value);
	EXPECT_EQ(0, probe(self->bpf, shared, STILL, sizeof(entry), &entry));
	EXPECT_EQ(PGWALK_KIND_NONE, entry.kind);
	EXPECT_EQ(0, probe(self->bpf, shared + PAGE, flags, sizeof(entry), &entry));
	EXPECT_EQ(PGWALK_KIND_NONE, entry.kind);
	EXPECT_EQ(0, probe(self->bpf, self->area, flags, sizeof(entry), &entry));
	EXPECT_EQ(PGWALK_KIND_NONE, entry.kind);
	(void)*(volatile char *)shared;
	EXPECT_EQ(0, probe(self->bpf, shared, flags, sizeof(entry), &entry));
	EXPECT_EQ(PGWALK_KIND_PRESENT, entry.kind);
	target_stop(&swapper);
	munmap(shared, 2 * HUGE);
}

TEST_F(kfunc, reports_the_first_frame_of_a_huge_page)
{
	madvise(self->area, HUGE, MADV_HUGEPAGE);
	self->area[0] = 1;
	if (!(pagemap_kpageflags(PM_PFN(pagemap_one(getpid(), (unsigned long)self->area))) &
	      KPF_THP))
		SKIP(return, "no transparent huge page");
	expect_entry(_metadata, self->bpf, self->area + 7 * PAGE, PGWALK_KIND_PRESENT, HUGE_SHIFT,
		     PGWALK_F_PRESENT | PGWALK_F_WRITE | PGWALK_F_HUGE, 0);
}

TEST_F(kfunc, writes_one_record_and_only_on_success)
{
	self->area[0] = 1;
	EXPECT_EQ(0, probe(self->bpf, self->area, 0, 64, NULL));
	EXPECT_TRUE(is_filler(self->bpf, sizeof(struct pgwalk_entry)));
	EXPECT_FALSE(is_filler(self->bpf, 0));
	EXPECT_EQ(-EINVAL, probe(self->bpf, self->area, 0, 1, NULL));
	EXPECT_TRUE(is_filler(self->bpf, 0));
	EXPECT_EQ(-EINVAL, probe(self->bpf, self->area, 0, 31, NULL));
	EXPECT_TRUE(is_filler(self->bpf, 0));
	for (int bit = 1; bit < 64; bit++) {
		EXPECT_EQ(-EINVAL, probe(self->bpf, self->area, 1ULL << bit, 32, NULL));
		EXPECT_EQ(-EINVAL, present_with(self->bpf, self->area, self->area + PAGE,
						1ULL << bit));
	}
	EXPECT_TRUE(is_filler(self->bpf, 0));
}

static int pagemap_present(const char *start, const char *end)
{
	int n = 0;

	for (; start < end; start += PAGE)
		n += !!(pagemap_one(getpid(), (unsigned long)start) & PM_PRESENT);
	return n;
}

TEST_F(kfunc, counts_the_pages_that_pagemap_has)
{
	static const int edges[] = { 0, 1, 7, 8, 15, 16, 255, 256, 496, 511, 512 };
	const int nr = sizeof(edges) / sizeof(*edges);
	char *area = self->area;

	EXPECT_EQ(0, present(self->bpf, area, area + HUGE));	/* there is no table */
	for (unsigned long i = 0; i < TABLE_ENTRIES; i += 3)
		area[i * PAGE] = 1;
	(void)*(volatile char *)(area + 7 * PAGE);		/* the page of zeroes */
	ASSERT_EQ(0, mprotect(area + 255 * PAGE, PAGE, PROT_NONE));	/* as pte_present() */
	for (int i = 0; i < nr * nr; i++) {
		const char *from = area + edges[i / nr] * PAGE, *to = area + edges[i % nr] * PAGE;

		if (from < to)
			EXPECT_EQ(pagemap_present(from, to), present(self->bpf, from, to));
	}
	EXPECT_EQ((TABLE_ENTRIES + 2) / 3 + 1, present(self->bpf, area, area + HUGE));
	EXPECT_EQ(3, present(self->bpf, area + 4 * PAGE + 5, area + 9 * PAGE + 5));
	EXPECT_EQ(0, present(self->bpf, area + HUGE, area + 2 * HUGE));
}

TEST_F(kfunc, counts_within_one_table_of_the_user_half)
{
	struct pgwalk_info info;
	char *area = self->area;

	ASSERT_EQ(0, interface_info(&info));
	EXPECT_EQ(-EINVAL, present(self->bpf, area, area));
	EXPECT_EQ(-EINVAL, present(self->bpf, area + PAGE, area));
	EXPECT_EQ(-EINVAL, present(self->bpf, area, area + HUGE + 1));
	EXPECT_EQ(-EINVAL, present(self->bpf, area + HUGE - 1, area + HUGE + 1));
	EXPECT_EQ(-EINVAL, present(self->bpf, area, (void *)~0UL));
	EXPECT_EQ(0, present(self->bpf, (void *)(info.user_end - PAGE), (void *)info.user_end));
	EXPECT_EQ(-ERANGE, present(self->bpf, (void *)0xffffffff81000000UL,
				   (void *)0xffffffff81001000UL));
	EXPECT_EQ(-ERANGE, present(self->bpf, (void *)(~0UL - PAGE), (void *)~0UL));
}

TEST_F(kfunc, kernel_addresses_are_erange)
{
	struct pgwalk_info info;
	struct pgwalk_entry entry;

	ASSERT_EQ(0, interface_info(&info));
	EXPECT_EQ(0, probe(self->bpf, (void *)(info.user_end - PAGE), STILL, 32, &entry));
	EXPECT_EQ(PGWALK_KIND_NONE, entry.kind);
	EXPECT_EQ(-ERANGE, probe(self->bpf, (void *)info.user_end, 0, 32, NULL));
	EXPECT_EQ(-ERANGE, probe(self->bpf, (void *)0xffffffff81000000UL, 0, 32, NULL));
	EXPECT_EQ(-ERANGE, probe(self->bpf, (void *)~0UL, 0, 32, NULL));
	EXPECT_TRUE(is_filler(self->bpf, 0));
}

TEST_F(kfunc, kernel_threads_have_no_pages)
{
	struct bpf_link *link;

	self->bpf->bss->addr = (unsigned long)self->area;
	link = bpf_program__attach(self->bpf->progs.on_work);
	ASSERT_NE(NULL, link);
	for (int i = 0; i < 200 && !self->bpf->bss->nr_kthread; i++)
		usleep(50000);
	bpf_link__destroy(link);
	EXPECT_LT(0, self->bpf->bss->nr_kthread);
	EXPECT_EQ(-ESRCH, self->bpf->bss->kthread_ret);
	EXPECT_EQ(-ESRCH, self->bpf->bss->kthread_present);
}

static _Atomic bool over;

/* Map and unmap two tables but for the first page; one of the tables is freed each time */
static void *storm(void *area)
{
	char *p = area;

	while (!over) {
		mmap(p + PAGE, 2 * HUGE - PAGE, RW, ANON | MAP_FIXED, -1, 0);
		for (size_t i = PAGE; i < 2 * HUGE; i += 37 * PAGE)
			p[i] = 1;
		munmap(p + PAGE, 2 * HUGE - PAGE);
	}
	return NULL;
}

TEST_F_TIMEOUT(kfunc, is_right_while_tables_come_and_go, 60)
{
	time_t end = time(NULL) + STORM_SECONDS;
	size_t told = 0, again = 0, filled = 0;
	pthread_t thread;

	self->area[0] = 1;
	ASSERT_EQ(0, mlock(self->area, PAGE));
	ASSERT_EQ(0, pthread_create(&thread, NULL, storm, self->area));
	/* On a busy machine the reading thread may begin late */
	while (time(NULL) < end || (told <= 20 && time(NULL) < end + 300)) {
		__u64 before = pagemap_one(getpid(), (unsigned long)self->area);
		struct pgwalk_entry stays = {}, goes = {};
		int ret = probe(self->bpf, self->area, 0, 32, &stays);

		ASSERT_TRUE(!ret || ret == -EAGAIN);
		if (ret)
			again++;
		else if (before == pagemap_one(getpid(), (unsigned long)self->area)) {
			ASSERT_EQ(PGWALK_KIND_PRESENT, stays.kind);
			ASSERT_EQ(PM_PFN(before), stays.pfn);
			told++;
		}
		ret = probe(self->bpf, self->area + HUGE + (told % 500) * PAGE, 0, 32, &goes);
		ASSERT_TRUE(!ret || ret == -EAGAIN);
		if (!ret) {
			ASSERT_TRUE(goes.kind == PGWALK_KIND_NONE ||
				    goes.kind == PGWALK_KIND_PRESENT) {
				TH_LOG("%s", names_kind_word(goes.kind));
			}
			filled += goes.kind == PGWALK_KIND_PRESENT;
		}
	}
	over = true;
	pthread_join(thread, NULL);
	TH_LOG("%zu results, %zu of pages that come and go, %zu to be repeated", told, filled,
	       again);
	EXPECT_LT(20, told);
}

static void *protect(void *area)
{
	while (!over) {
		mprotect(area, PAGE, PROT_READ);
		mprotect(area, PAGE, PROT_READ | PROT_WRITE);
	}
	return NULL;
}

/* Each call clears the entry and sets it again */
TEST_F_TIMEOUT(kfunc, a_page_that_is_protected_is_never_empty, 60)
{
	size_t read = 0, again = 0;
	pthread_t thread;

	over = false;
	self->area[0] = 1;
	ASSERT_EQ(0, pthread_create(&thread, NULL, protect, self->area));
	for (int i = 0; i < PROBES; i++) {
		struct pgwalk_entry entry = {};
		int ret = probe(self->bpf, self->area, 0, 32, &entry);
		int n = present_with(self->bpf, self->area, self->area + PAGE, 0);

		ASSERT_TRUE(!ret || ret == -EAGAIN);
		ASSERT_TRUE(ret || entry.kind == PGWALK_KIND_PRESENT) {
			TH_LOG("probe %d: %s", i, names_kind_word(entry.kind));
		}
		ASSERT_TRUE(n == 1 || n == -EAGAIN) {
			TH_LOG("probe %d: %d present", i, n);
		}
		read += !ret;
		again += ret == -EAGAIN;
	}
	over = true;
	pthread_join(thread, NULL);
	TH_LOG("%zu read, %zu to be repeated", read, again);
	EXPECT_LT(0, read);
}

/* A loaded program pins the module, attached or not, until a grace period after its release */
TEST_F(kfunc, module_stays_while_a_program_is_loaded)
{
	if (!getenv("PGWALK_KO"))
		SKIP(return, "PGWALK_KO does not say where the module is");
	EXPECT_EQ(-EWOULDBLOCK, loader_unload());
	bpf_link__destroy(self->asked);
	bpf_link__destroy(self->counted);
	self->asked = self->counted = NULL;
	EXPECT_EQ(-EWOULDBLOCK, loader_unload());
	kfunc_bpf__destroy(self->bpf);
	self->bpf = NULL;
	ASSERT_TRUE(loader_unload_soon(10));
	ASSERT_EQ(NULL, kfunc_bpf__open_and_load()) {
		TH_LOG("a program without the module");
	}
	ASSERT_EQ(0, loader_load());
	self->bpf = kfunc_bpf__open_and_load();
	EXPECT_NE(NULL, self->bpf);
}

TEST_HARNESS_MAIN
