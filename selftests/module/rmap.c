// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * rmap: every process and address that maps a page, none twice, and as many as the
 * kernel counts: pages that are shared by fork, by a file, in part, or moved.
 */
#include <sys/stat.h>

#include "rmap_check.h"

/* The first one keeps all; each other has a page of its own in place of one */
static bool copy_one(struct family *family, int k)
{
	if (k)
		area[(unsigned long)k * PAGE] = 2;
	return true;
}

TEST_F_TIMEOUT(rmap, fork_tree_with_copied_pages, SECONDS)
{
	struct family *family;

	area = map(NR * PAGE, MAP_PRIVATE, -1);
	family = family_start(NR, write_all, copy_one);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area), PGWALK_RMAP_METHOD_ANON, NR, NR);
	EXPECT_STREQ("rmap", hit_of(family->pid[NR - 1])->comm);
	EXPECT_EQ((unsigned long)area, hit_of(family->pid[7])->vma_start);
	EXPECT_EQ((unsigned long)area + NR * PAGE, hit_of(family->pid[7])->vma_end);
	EXPECT_EQ(PGWALK_PROT_READ | PGWALK_PROT_WRITE, hit_of(family->pid[7])->prot);
	EXPECT_EQ(PGWALK_VMA_ANON, hit_of(family->pid[7])->vma_kind);
	check(pfn_at(family->pid[0], area + 5 * PAGE), PGWALK_RMAP_METHOD_ANON, NR - 1, NR - 1);
	EXPECT_EQ(NULL, hit_of(family->pid[5]));
	check(pfn_at(family->pid[5], area + 5 * PAGE), PGWALK_RMAP_METHOD_ANON, 1, 1);
	check(pfn_at(family->pid[22], area + 22 * PAGE), PGWALK_RMAP_METHOD_ANON, 1, 1);
	family_end(family);
}

/* Each at an address of its own, from another offset on; two places in some */
static bool map_file(struct family *family, int k)
{
	off_t from = (off_t)(PAGE * (unsigned long)(k % 3));

	for (int i = 0; i <= k % 2; i++) {
		char *p = mmap(NULL, 4 * PAGE, PROT_READ, k % 4 ? MAP_SHARED : MAP_PRIVATE,
			       file, from);

		if (p == MAP_FAILED)
			return false;
		family->addr[k] = p + 2 * PAGE - from;
		if (*(volatile char *)family->addr[k] != 'x')
			return false;
	}
	return true;
}

static void check_file(struct __test_metadata *_metadata, FIXTURE_DATA(rmap) *self)
{
	char page[PAGE];
	struct family *family;

	memset(page, 'x', PAGE);
	for (int i = 0; i < 8; i++)
		ASSERT_EQ(PAGE, write(file, page, PAGE));
	family = family_start(NR, NULL, map_file);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], family->addr[0]), PGWALK_RMAP_METHOD_FILE,
	      NR + NR / 2, NR + NR / 2);
	family_end(family);
	/* Still in the cache, not mapped by any process */
	rmap_result_from_device(&other, self->fd, answer.pfn, 8);
	EXPECT_EQ(PGWALK_RMAP_DONE, other.status);
	EXPECT_EQ(PGWALK_RMAP_METHOD_FILE, other.method);
	EXPECT_EQ(0, other.mapcount);
	EXPECT_EQ(0, other.nr);
}

TEST_F_TIMEOUT(rmap, file_page_of_23_processes, SECONDS)
{
	const char *dir = getenv("PGWALK_SCRATCH");

	if (!dir)
		SKIP(return, "no scratch disk");
	file = open(dir, O_TMPFILE | O_RDWR, 0600);
	ASSERT_LE(0, file);
	check_file(_metadata, self);
}

TEST_F_TIMEOUT(rmap, shm_page_of_23_processes, SECONDS)
{
	file = memfd_create("rmap", 0);
	ASSERT_LE(0, file);
	check_file(_metadata, self);
}

static bool huge_pages(struct family *family)
{
	return !madvise(area, HUGE, MADV_HUGEPAGE) && (memset(area, 1, HUGE), true);
}

/* By PMD in some, by PTEs in others, the page in question itself not in some */
static bool split_some(struct family *family, int k)
{
	switch (k % 4) {
	case 1:
		return !mprotect(area + 9 * PAGE, PAGE, PROT_READ);
	case 2:
		return !munmap(area + 5 * PAGE, 3 * PAGE);
	case 3:
		area[6 * PAGE] = 2;
		return true;
	default:
		return true;
	}
}

TEST_F_TIMEOUT(rmap, huge_page_mapped_by_pmd_and_by_ptes, SECONDS)
{
	unsigned int by_pmd = 0, by_pte = 0;
	struct family *family;
	char *p = map(2 * HUGE, MAP_PRIVATE, -1);

	if (access("/sys/kernel/mm/transparent_hugepage", F_OK))
		SKIP(return, "no transparent huge pages");
	ASSERT_NE(NULL, p);
	area = (char *)(((unsigned long)p + HUGE - 1) & ~(HUGE - 1));
	family = family_start(NR, huge_pages, split_some);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area + 6 * PAGE), PGWALK_RMAP_METHOD_ANON, -1, 0);
	for (size_t i = 0; i < answer.nr; i++) {
		by_pmd += answer.hit[i].shift == HUGE_SHIFT;
		by_pte += answer.hit[i].shift == PAGE_SHIFT;
	}
	if (!by_pmd)
		SKIP(goto end, "no free huge page");
	EXPECT_NE(0, by_pte);
	EXPECT_EQ(NULL, hit_of(family->pid[2]));
	EXPECT_EQ(NULL, hit_of(family->pid[3]));
	check(pfn_at(family->pid[0], area + 100 * PAGE), PGWALK_RMAP_METHOD_ANON, NR, NR);
	check(pfn_at(family->pid[0], area), PGWALK_RMAP_METHOD_ANON, NR, NR);
end:
	family_end(family);
}

static bool move(struct family *family, int k)
{
	char *to = map(NR * PAGE, MAP_PRIVATE, -1);

	if (!k)
		return true;
	if (k == 2)	/* a part of it only */
		return mremap(area + 5 * PAGE, 2 * PAGE, 2 * PAGE,
			      MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
	return mremap(area, NR * PAGE, NR * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
}

TEST_F_TIMEOUT(rmap, page_moved_by_mremap, SECONDS)
{
	struct family *family;

	area = map(NR * PAGE, MAP_PRIVATE, -1);
	family = family_start(5, write_all, move);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area + 6 * PAGE), PGWALK_RMAP_METHOD_ANON, 5, 5);
	EXPECT_EQ(hit_of(family->pid[2])->vma_start + PAGE, hit_of(family->pid[2])->addr);
	EXPECT_NE((unsigned long)area + 6 * PAGE, hit_of(family->pid[1])->addr);
	check(pfn_at(family->pid[0], area + 7 * PAGE), PGWALK_RMAP_METHOD_ANON, 5, 5);
	EXPECT_EQ((unsigned long)area + 7 * PAGE, hit_of(family->pid[2])->addr);
	family_end(family);
}

TEST_HARNESS_MAIN
