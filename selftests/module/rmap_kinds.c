// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * rmap of pages that are found another way, or counted so: those of KSM, of the vdso, in
 * the swap cache, and of hugetlbfs.
 */
#include <stdlib.h>
#include <string.h>

#include "rmap_check.h"

#define KPF_SWAPCACHE	(1ULL << 13)

/* Of another's making: workload, the first place of its first page */
static bool start(struct __test_metadata *_metadata, struct target *target, const char *name,
		  char *reason, size_t size)
{
	int err = target_start(target, name);

	if (err != 4)
		return !err;
	snprintf(reason, size, "%s", target->reason);
	return false;
}

TEST_F_TIMEOUT(rmap, page_merged_by_ksm_is_found_by_scanning, SECONDS)
{
	struct target target;
	char reason[128] = "";

	if (!start(_metadata, &target, "ksm", reason, sizeof(reason))) {
		ASSERT_NE(0, strlen(reason));
		SKIP(return, "%s", reason);
	}
	check(pfn_at(target.pid, (void *)target.start), PGWALK_RMAP_METHOD_SCAN, -1, 0);
	EXPECT_LE(NR, answer.nr);
	target_stop(&target);
}

/* By the device and as text: a hit has the kind that pages has */
TEST_F_TIMEOUT(rmap, page_that_userfaultfd_protects_against_every_access, SECONDS)
{
	struct target target;
	char reason[128] = "";

	if (!start(_metadata, &target, "uffd-rwp", reason, sizeof(reason))) {
		ASSERT_NE(0, strlen(reason));
		SKIP(return, "%s", reason);
	}
	check(pfn_at(target.pid, (void *)target.start), PGWALK_RMAP_METHOD_ANON, 1, 1);
	EXPECT_EQ(PGWALK_KIND_UFFD_RWP, answer.hit[0].kind);
	EXPECT_TRUE(answer.hit[0].flags & PGWALK_F_UFFD_WP);
	target_stop(&target);
}

TEST_F_TIMEOUT(rmap, page_that_no_file_has_is_found_by_scanning, SECONDS)
{
	char line[256];
	unsigned long vdso = 0;
	FILE *f = fopen("/proc/self/maps", "re");

	while (fgets(line, sizeof(line), f))
		if (strstr(line, "[vdso]"))
			sscanf(line, "%lx", &vdso);
	fclose(f);
	ASSERT_NE(0, vdso);
	ASSERT_NE(0, *(volatile char *)vdso);
	check(pfn_at(getpid(), (void *)vdso), PGWALK_RMAP_METHOD_SCAN, -1, 0);
	EXPECT_LE(1, answer.nr);
	EXPECT_EQ(PGWALK_VMA_VDSO, hit_of(getpid())->vma_kind);
}

TEST_F_TIMEOUT(rmap, page_in_the_swap_cache, SECONDS)
{
	struct target target;
	char reason[128] = "";
	unsigned int nr = 0;

	if (!start(_metadata, &target, "swap-cached", reason, sizeof(reason))) {
		ASSERT_NE(0, strlen(reason));
		SKIP(return, "%s", reason);
	}
	for (__u64 at = target.start; at < target.end; at += PAGE) {
		__u64 pfn = pfn_at(target.pid, (void *)at);

		if (!pfn)
			continue;
		nr += !!(pagemap_kpageflags(pfn) & KPF_SWAPCACHE);
		if (nr < 3)
			check(pfn, PGWALK_RMAP_METHOD_ANON, 1, 1);
	}
	target_stop(&target);
	if (!nr)
		SKIP(return, "no page stayed in the swap cache");
}

static bool hit_hugetlb(struct family *family)
{
	area[0] = 1;
	return true;
}

static bool read_hugetlb(struct family *family, int k)
{
	family->addr[k] = area;
	return *(volatile char *)area == 1;
}

static bool have_hugetlb(void)
{
	FILE *f = fopen("/proc/sys/vm/nr_hugepages", "we");

	return f && fprintf(f, "4") > 0 && !fclose(f);
}

static char *map_hugetlb(size_t size, int flags, int fd)
{
	char *p = mmap(NULL, 2 * GIANT, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	p = (char *)(((unsigned long)p + GIANT - 1) & ~(GIANT - 1));
	p = mmap(p, size, PROT_READ | PROT_WRITE,
		 flags | MAP_HUGETLB | MAP_FIXED | MAP_NORESERVE | (fd < 0 ? MAP_ANONYMOUS : 0),
		 fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

TEST_F_TIMEOUT(rmap, hugetlb_page_of_five_processes, SECONDS)
{
	struct family *family;

	for (int shared = 0; shared < 2; shared++) {
		ASSERT_TRUE(have_hugetlb());
		area = map_hugetlb(HUGE, shared ? MAP_SHARED : MAP_PRIVATE, -1);
		if (!area)
			SKIP(return, "no hugetlb pages");
		family = family_start(5, hit_hugetlb, read_hugetlb);
		ASSERT_NE(NULL, family);
		check(pfn_at(family->pid[0], area), shared ? PGWALK_RMAP_METHOD_FILE :
		      PGWALK_RMAP_METHOD_ANON, 5, 5);
		EXPECT_EQ(HUGE_SHIFT, answer.hit[0].shift);
		EXPECT_EQ(PGWALK_VMA_HUGETLB, answer.hit[0].vma_kind);
		/* A page within it */
		check(pfn_at(family->pid[0], area + 77 * PAGE), shared ?
		      PGWALK_RMAP_METHOD_FILE : PGWALK_RMAP_METHOD_ANON, 5, 5);
		EXPECT_EQ((unsigned long)area + 77 * PAGE, answer.hit[4].addr);
		family_end(family);
		munmap(area, HUGE);
	}
}

static bool copy_of_file(struct family *family)
{
	area[3 * PAGE] = 9;
	return true;
}

/* Some processes move a part of the mapping, or all of it */
static bool move_copies(struct family *family, int k)
{
	size_t from = k == 1 ? 0 : 2 * PAGE, size = k == 1 ? 16 * PAGE : 4 * PAGE;
	char *to = map(16 * PAGE, MAP_PRIVATE, -1);

	return k < 1 || k > 2 ||
	       mremap(area + from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
}

/* An anonymous page is sorted by another offset than the page of the file at its place (7.3) */
TEST_F_TIMEOUT(rmap, copied_page_of_a_private_file_mapping, SECONDS)
{
	struct family *family;

	file = memfd_create("rmap", 0);
	ASSERT_LE(0, file);
	ASSERT_EQ(0, ftruncate(file, 256 * PAGE));
	area = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 5 * PAGE);
	ASSERT_NE(MAP_FAILED, area);
	family = family_start(5, copy_of_file, move_copies);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area + 3 * PAGE), PGWALK_RMAP_METHOD_ANON, 5, 5);
	EXPECT_EQ((unsigned long)area + 3 * PAGE, hit_of(family->pid[0])->addr);
	EXPECT_EQ((unsigned long)area, hit_of(family->pid[0])->vma_start);
	EXPECT_EQ(hit_of(family->pid[1])->vma_start + 3 * PAGE, hit_of(family->pid[1])->addr);
	EXPECT_EQ(hit_of(family->pid[2])->vma_start + PAGE, hit_of(family->pid[2])->addr);
	EXPECT_NE((unsigned long)area + 3 * PAGE, hit_of(family->pid[2])->addr);
	family_end(family);
}

static bool copy_of_hugetlb(struct family *family)
{
	area[HUGE] = 9;
	return true;
}

TEST_F_TIMEOUT(rmap, copied_page_of_a_private_hugetlb_file_mapping, SECONDS)
{
	struct family *family;
	char *shared;

	ASSERT_TRUE(have_hugetlb());
	file = memfd_create("rmap", MFD_HUGETLB);
	ASSERT_LE(0, file);
	ASSERT_EQ(0, ftruncate(file, 2 * (off_t)HUGE));
	shared = map_hugetlb(2 * HUGE, MAP_SHARED, file);
	area = map_hugetlb(2 * HUGE, MAP_PRIVATE, file);
	if (!shared || !area)
		SKIP(return, "no hugetlb pages");
	shared[HUGE] = 1;
	family = family_start(5, copy_of_hugetlb, NULL);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area + HUGE), PGWALK_RMAP_METHOD_ANON, 5, 5);
	EXPECT_EQ(HUGE_SHIFT, answer.hit[0].shift);
	EXPECT_EQ((unsigned long)area + HUGE, answer.hit[0].addr);
	check(pfn_at(getpid(), shared + HUGE), PGWALK_RMAP_METHOD_FILE, 1, 1);
	family_end(family);
}

/* A whole GiB of one file: five processes have one table, and the kernel counts that */
TEST_F_TIMEOUT(rmap, hugetlb_page_in_a_shared_table, SECONDS)
{
	struct family *family;

	ASSERT_TRUE(have_hugetlb());
	file = memfd_create("rmap", MFD_HUGETLB);
	ASSERT_LE(0, file);
	ASSERT_EQ(0, ftruncate(file, GIANT));
	area = map_hugetlb(GIANT, MAP_SHARED, file);
	if (!area)
		SKIP(return, "no hugetlb pages");
	family = family_start(5, hit_hugetlb, read_hugetlb);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area), PGWALK_RMAP_METHOD_FILE, -1, 5);
	if (answer.mapcount == 5)
		TH_LOG("no table is shared here");
	family_end(family);
}

TEST_HARNESS_MAIN
