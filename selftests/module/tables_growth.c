// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_TABLES: the tables that a mapping of known shape adds to a process, by level and
 * node; and the size of a flat table.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/pgtable_stats.h"
#include "../lib/interface.h"
#include "../lib/sizes.h"


/* This process as its own target: a mapping far from all others, and the tables it adds */
FIXTURE(growth) {
	struct pgtable_stats before, now;
	struct pgwalk_info info;
	char *base;
	int fd;
};

#define FAR	((char *)0x100000000000UL)	/* 16T: the puds there are its own */

FIXTURE_SETUP(growth)
{
	ASSERT_EQ(0, interface_info(&self->info));
	self->fd = interface_open_device(getpid());
	ASSERT_LE(0, self->fd);
	self->base = FAR;
	/* Fault in all pages this program touches, its text too; later mappings are not locked */
	ASSERT_EQ(0, mlockall(MCL_CURRENT));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->before, self->fd));
}

FIXTURE_TEARDOWN(growth)
{
	close(self->fd);
}

static char *map_at(char *where, size_t size)
{
	char *p = mmap(where, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
		       -1, 0);

	if (p != MAP_FAILED)
		madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

/* Not MAP_POPULATE, which would have taken huge pages by then */
static char *map_and_fill(char *where, size_t size)
{
	char *p = map_at(where, size);

	for (size_t i = 0; p != MAP_FAILED && i < size; i += PAGE)
		p[i] = 1;
	return p;
}

#define GROWTH(level, field) \
	(pgtable_stats_sum(&self->now, PGWALK_LEVEL_##level, PGTABLE_STATS_ANY).field - \
	 pgtable_stats_sum(&self->before, PGWALK_LEVEL_##level, PGTABLE_STATS_ANY).field)

/*
 * The books' 10 MB: three tables of 4 MB with 32-bit entries, five of 2 MB here, and six if
 * they do not begin where a table does
 */
TEST_F(growth, ten_megabytes_need_five_tables)
{
	ASSERT_EQ(self->base, map_and_fill(self->base, 5 * HUGE));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	EXPECT_EQ(5, GROWTH(PTE, tables));
	EXPECT_EQ(5 * TABLE_ENTRIES, GROWTH(PTE, used));
	EXPECT_EQ(1, GROWTH(PMD, tables));
	EXPECT_EQ(5, GROWTH(PMD, used));
	EXPECT_EQ(1, GROWTH(PUD, tables));
	EXPECT_EQ(7 * PAGE, self->now.pgtables_bytes - self->before.pgtables_bytes);
}

TEST_F(growth, six_megabytes_need_three_tables_or_four)
{
	ASSERT_EQ(self->base, map_and_fill(self->base, 3 * HUGE));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	EXPECT_EQ(3, GROWTH(PTE, tables));
	self->base += GIANT + PAGE;
	ASSERT_EQ(self->base, map_and_fill(self->base, 3 * HUGE));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	EXPECT_EQ(3 + 4, GROWTH(PTE, tables));
	EXPECT_EQ(2 * 3 * TABLE_ENTRIES, GROWTH(PTE, used));
	EXPECT_EQ(2, GROWTH(PMD, tables));
}

TEST_F(growth, pages_far_apart_need_a_table_each)
{
	ASSERT_EQ(self->base, map_at(self->base, 23 * GIANT));
	for (int i = 0; i < 23; i++)
		self->base[i * GIANT] = 1;
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	EXPECT_EQ(23, GROWTH(PTE, tables));
	EXPECT_EQ(23, GROWTH(PTE, used));
	EXPECT_EQ(23, GROWTH(PMD, tables));
	EXPECT_EQ(23, GROWTH(PMD, used));
	EXPECT_EQ(1, GROWTH(PUD, tables));
	EXPECT_EQ(23, GROWTH(PUD, used));
	EXPECT_EQ(47 * PAGE, self->now.pgtables_bytes - self->before.pgtables_bytes);
}

/* Until 6.14 MADV_DONTNEED leaves an empty table; from then on none */
TEST_F(growth, dontneed_leaves_empty_tables_or_none)
{
	bool freed = self->info.paging & PGWALK_PAGING_RCU_TABLES;

	ASSERT_EQ(self->base, map_and_fill(self->base, 23 * HUGE));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	EXPECT_EQ(23, GROWTH(PTE, tables));
	EXPECT_EQ(0, GROWTH(PTE, empty));
	ASSERT_EQ(0, madvise(self->base, 23 * HUGE, MADV_DONTNEED));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	EXPECT_EQ(freed ? 0 : 23, GROWTH(PTE, tables));
	EXPECT_EQ(freed ? 0 : 23, GROWTH(PTE, empty));
	EXPECT_EQ(0, GROWTH(PTE, used));
	EXPECT_EQ(pgtable_stats_charged(&self->now), self->now.pgtables_bytes);
}

TEST_F(growth, each_huge_page_has_a_deposited_table)
{
	ASSERT_EQ(self->base, map_at(self->base, 23 * HUGE));
	if (madvise(self->base, 23 * HUGE, MADV_HUGEPAGE))
		SKIP(return, "no huge pages");
	for (int i = 0; i < 23; i++)
		self->base[i * HUGE] = 1;
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	if (GROWTH(PMD, leaves) != 23)
		SKIP(return, "the kernel found no 23 huge pages");
	EXPECT_EQ(23, GROWTH(PTE, deposited));
	EXPECT_EQ(0, GROWTH(PTE, tables));
	EXPECT_EQ(25 * PAGE, self->now.pgtables_bytes - self->before.pgtables_bytes);

	/* Its node is not known: it is a row of its own */
	EXPECT_EQ(GROWTH(PTE, deposited) +
		  pgtable_stats_sum(&self->before, PGWALK_LEVEL_PTE, -1).deposited,
		  pgtable_stats_sum(&self->now, PGWALK_LEVEL_PTE, -1).deposited);
	EXPECT_EQ(0, pgtable_stats_sum(&self->now, PGWALK_LEVEL_PTE, -1).tables);

	/* One page of the first is unmapped: its table is used */
	ASSERT_EQ(0, munmap(self->base, PAGE));
	ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
	EXPECT_EQ(22, GROWTH(PMD, leaves));
	EXPECT_EQ(22, GROWTH(PTE, deposited));
	EXPECT_EQ(1, GROWTH(PTE, tables));
	EXPECT_EQ(TABLE_ENTRIES - 1, GROWTH(PTE, used));
	EXPECT_EQ(pgtable_stats_charged(&self->now), self->now.pgtables_bytes);
}

#define MPOL_BIND	2

static bool bind_to_node(unsigned long node)
{
	unsigned long mask = 1UL << node;

	return !syscall(SYS_set_mempolicy, MPOL_BIND, &mask, 64);
}

/* On a machine with two nodes (run.sh --numa 2): tables lie where their maker's policy puts them */
TEST_F(growth, tables_are_counted_by_node)
{
	for (int node = 0; node < 2; node++) {
		struct pgwalk_pgtable_stats was, is;
		char *base = self->base + node * TABLE_ENTRIES * GIANT;

		if (!bind_to_node((unsigned long)node))
			SKIP(return, "there is one node only");
		ASSERT_EQ(base, map_at(base, 23 * GIANT));
		for (int i = 0; i < 23; i++)
			base[i * GIANT] = 1;
		syscall(SYS_set_mempolicy, 0, NULL, 0);
		ASSERT_EQ(0, pgtable_stats_from_device(&self->now, self->fd));
		for (int level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PMD; level++) {
			was = pgtable_stats_sum(&self->before, level, node);
			is = pgtable_stats_sum(&self->now, level, node);
			EXPECT_EQ(23, is.tables - was.tables);
			EXPECT_EQ(23, is.used - was.used);
			is = pgtable_stats_sum(&self->now, level, !node);
			was = pgtable_stats_sum(&self->before, level, !node);
			EXPECT_EQ(0, is.tables - was.tables);
		}
		ASSERT_EQ(0, pgtable_stats_from_device(&self->before, self->fd));
	}
}

TEST_F(growth, flat_table_is_by_the_levels_there_are)
{
	/* On x86 user_end is a page below a power of two */
	EXPECT_EQ(8 * ((self->info.user_end + PAGE) >> (PAGE_SHIFT + 1) << 1), self->before.flat_bytes);
}

TEST_HARNESS_MAIN
