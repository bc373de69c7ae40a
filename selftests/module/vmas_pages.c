// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts of pages in a line of vmas: how many were touched or written since, are
 * shared, and on which node, after each was made so. vmas.c checks the lines.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/maps.h"
#include "../lib/vma_table.h"
#include "../lib/pagemap.h"
#include "../lib/sizes.h"

#define KIB	((long)(PAGE >> 10))	/* of a page */

static void clear_refs(const char *what)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY);

	if (fd < 0 || write(fd, what, 1) != 1)
		perror("clear_refs");
	close(fd);
}

static bool row_of(struct vma_row *row, const void *address)
{
	struct vma_table table;
	const struct vma_row *found;
	int fd = interface_open_device(getpid());
	int ret = vma_table_from_device(&table, fd, INTERFACE_USER_END,
					PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES, 1 << 16);

	close(fd);
	found = ret ? NULL : vma_table_find(&table, (unsigned long)address);
	if (found)
		*row = *found;
	vma_table_free(&table);
	return found;
}

/* The kernel marks new pages so, in pagemap too */
static bool has_soft_dirty(void)
{
	volatile char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool has;

	*p = 1;
	has = pagemap_one(getpid(), (unsigned long)p) & PM_SOFT_DIRTY;
	munmap((void *)p, PAGE);
	return has;
}

static volatile char *map_pages(size_t nr)
{
	char *p = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(p, nr * PAGE, MADV_NOHUGEPAGE);
	for (size_t i = 0; p != MAP_FAILED && i < nr; i++)
		p[i * PAGE] = 1;
	return p;
}

/* Pages not touched since are cold; pages not written since are not soft-dirty */
TEST(young_and_soft_dirty_are_the_touched_pages)
{
	volatile char *p = map_pages(23);
	struct vma_row row;

	ASSERT_NE(MAP_FAILED, p);
	clear_refs("1");
	clear_refs("4");
	ASSERT_TRUE(row_of(&row, (void *)p));
	EXPECT_EQ(23 * KIB, row.rss);
	EXPECT_EQ(0, row.young);
	EXPECT_EQ(0, row.soft_dirty);
	for (int i = 0; i < 7; i++)
		(void)p[i * PAGE];
	for (int i = 5; i < 10; i++)
		p[i * PAGE] = 2;
	ASSERT_TRUE(row_of(&row, (void *)p));
	EXPECT_EQ(10 * KIB, row.young);
	/* On arm64 the kernel has no soft-dirty bits */
	EXPECT_EQ(has_soft_dirty() ? 5 * KIB : 0, row.soft_dirty);
}

/* A page of which a child has a part: each 4K counts by itself, also in a huge page */
TEST(exclusive_and_shared_by_page)
{
	volatile char *p = map_pages(23);
	struct vma_row row;
	int gate[2];
	pid_t pid;

	ASSERT_NE(MAP_FAILED, p);
	ASSERT_TRUE(row_of(&row, (void *)p));
	EXPECT_EQ(23 * KIB, row.exclusive);
	EXPECT_EQ(0, row.shared);
	ASSERT_EQ(0, pipe(gate));
	pid = fork();
	if (!pid) {
		char c;

		close(gate[1]);
		_exit(read(gate[0], &c, 1) != 0);
	}
	close(gate[0]);
	for (int i = 0; i < 7; i++)
		p[i * PAGE] = 2;	/* ours alone again */
	ASSERT_TRUE(row_of(&row, (void *)p));
	EXPECT_EQ(7 * KIB, row.exclusive);
	EXPECT_EQ(16 * KIB, row.shared);
	close(gate[1]);
	waitpid(pid, NULL, 0);
	ASSERT_TRUE(row_of(&row, (void *)p));
	EXPECT_EQ(23 * KIB, row.exclusive);
}

/* Pages of a mapping by node, as numa_maps has them */
static size_t numa_maps(unsigned long address, __u64 *pages)
{
	FILE *f = fopen("/proc/self/numa_maps", "r");
	char line[4096], *word;
	unsigned long node;
	size_t nodes = 0;
	__u64 nr;

	while (f && fgets(line, sizeof(line), f)) {
		if (strtoul(line, NULL, 16) != address)
			continue;
		for (word = strtok(line, " "); word; word = strtok(NULL, " "))
			if (sscanf(word, "N%lu=%llu", &node, &nr) == 2 &&
			    node < PGWALK_VMA_NODES) {
				pages[node] = nr;
				nodes++;
			}
	}
	if (f)
		fclose(f);
	return nodes;
}

TEST(nodes_are_those_of_numa_maps)
{
	__u64 pages[PGWALK_VMA_NODES] = { };
	unsigned long all = 3;
	volatile char *p;
	struct vma_row row;

	/* MPOL_INTERLEAVE over nodes 0 and 1; with one node there is nothing to do */
	syscall(SYS_set_mempolicy, 3, &all, 8);
	p = map_pages(46);
	syscall(SYS_set_mempolicy, 0, NULL, 0);
	ASSERT_NE(MAP_FAILED, p);
	ASSERT_LE(1, numa_maps((unsigned long)p, pages));
	ASSERT_TRUE(row_of(&row, (void *)p));
	for (int i = 0; i < PGWALK_VMA_NODES; i++)
		EXPECT_EQ(pages[i] * KIB, row.node[i]);
	if (!access("/sys/devices/system/node/node1", F_OK))
		EXPECT_EQ(23 * KIB, row.node[1]);
}

/* Pss, LazyFree and what is shared of the mapping at an address, as smaps has them */
static void expect_smaps(struct __test_metadata *_metadata, const volatile char *address,
			 struct vma_row *row)
{
	const struct mapping *m;
	struct maps maps;

	ASSERT_TRUE(row_of(row, (const void *)address));
	ASSERT_TRUE(maps_read(&maps, getpid()));
	m = maps_find(&maps, (unsigned long)address);
	ASSERT_NE(NULL, m);
	EXPECT_EQ(m->rss, row->rss);
	EXPECT_EQ(m->pss, row->pss);
	EXPECT_EQ(m->lazyfree, row->lazyfree);
	EXPECT_EQ(m->shared, row->shared);
	maps_free(&maps);
}

/*
 * The kernel marks the pages that MADV_FREE was called for in batches of each CPU, and
 * empties the batch of this CPU at the next call
 */
static void free_lazily(struct __test_metadata *_metadata, volatile char *p, size_t size)
{
	const struct mapping *m;
	struct maps maps;
	__u64 lazyfree = 0;

	for (int tries = 0; tries < 100 && lazyfree != size >> 10; tries++) {
		ASSERT_EQ(0, madvise((void *)p, size, MADV_FREE));
		ASSERT_TRUE(maps_read(&maps, getpid()));
		m = maps_find(&maps, (unsigned long)p);
		lazyfree = m ? m->lazyfree : 0;
		maps_free(&maps);
	}
	ASSERT_EQ(size >> 10, lazyfree);
}

/* A page that is written to after MADV_FREE is not to be freed */
TEST(freed_pages_are_lazyfree)
{
	volatile char *p = map_pages(46);
	struct vma_row row;

	ASSERT_NE(MAP_FAILED, p);
	free_lazily(_metadata, p, 23 * PAGE);
	expect_smaps(_metadata, p, &row);
	EXPECT_EQ(23 * KIB, row.lazyfree);
	EXPECT_EQ(46 * KIB, row.pss);
	p[5 * PAGE] = 2;
	expect_smaps(_metadata, p, &row);
	EXPECT_EQ(22 * KIB, row.lazyfree);
}

/* Also after the huge page is mapped by small entries, one of which is written to */
TEST(a_freed_huge_page_is_lazyfree)
{
	const size_t huge = HUGE;
	char *map = mmap(NULL, 2 * huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *p = (char *)(((unsigned long)map + huge - 1) & ~(huge - 1));
	struct vma_row row;

	ASSERT_NE(MAP_FAILED, map);
	madvise(p, huge, MADV_HUGEPAGE);
	memset(p, 1, huge);
	free_lazily(_metadata, p, huge);
	expect_smaps(_metadata, p, &row);
	if (row.huge_2m != huge >> 10)
		SKIP(return, "no huge page");
	EXPECT_EQ(huge >> 10, row.lazyfree);
	/* a mapping of its own: the entry of 2M is split, the page is not */
	ASSERT_EQ(0, mprotect(p + 23 * PAGE, PAGE, PROT_READ));
	expect_smaps(_metadata, p, &row);
	EXPECT_EQ(0, row.huge_2m);
	EXPECT_EQ(23 * KIB, row.lazyfree);
	expect_smaps(_metadata, p + 24 * PAGE, &row);
	EXPECT_LE((TABLE_ENTRIES - 24) * KIB, row.lazyfree);
}

/* 23 pages at three addresses of one process are 23 pages */
TEST(pss_of_pages_that_are_mapped_three_times)
{
	int fd = memfd_create("three", 0);
	volatile char *p[3];
	struct vma_row row;
	__u64 sum = 0;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, 96 * PAGE));
	for (int k = 0; k < 3; k++) {
		p[k] = mmap(NULL, 96 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		ASSERT_NE(MAP_FAILED, p[k]);
		for (int i = 0; i < 96; i++)
			p[k][i * PAGE] = 1;
	}
	for (int k = 0; k < 3; k++) {
		expect_smaps(_metadata, p[k], &row);
		EXPECT_EQ(96 * KIB, row.rss);
		EXPECT_EQ(32 * KIB - 1, row.pss);	/* a third of each page, rounded down */
		sum += row.pss;
	}
	EXPECT_EQ(96 * KIB - 3, sum);
	close(fd);
}

/* Start a child that maps all that is mapped now, until @gate is closed */
static pid_t start_sharer(int *gate)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = fork();
	if (!pid) {
		char c;

		close(ends[1]);
		_exit(read(ends[0], &c, 1) != 0);
	}
	close(ends[0]);
	*gate = ends[1];
	return pid;
}

/* Compare @nr 2M pages that a child shares */
static void expect_shared_huge(struct __test_metadata *_metadata, size_t nr)
{
	const size_t huge = HUGE, size = (nr + 1) * huge;
	char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *p = (char *)(((unsigned long)map + huge - 1) & ~(huge - 1));
	struct vma_row row;
	pid_t pid;
	int gate;

	if (map == MAP_FAILED)
		SKIP(return, "no memory for %zu huge pages", nr);
	madvise(p, nr * huge, MADV_HUGEPAGE);
	memset(p, 1, nr * huge);
	expect_smaps(_metadata, p, &row);
	EXPECT_EQ(0, row.shared);
	EXPECT_EQ(nr * huge >> 10, row.pss);
	pid = start_sharer(&gate);
	ASSERT_LT(0, pid);
	expect_smaps(_metadata, p, &row);
	EXPECT_EQ(nr * huge >> 10, row.shared);
	EXPECT_EQ(nr * huge >> 11, row.pss);
	close(gate);
	waitpid(pid, NULL, 0);
	munmap(map, size);
	if (!row.huge_2m)
		SKIP(return, "no huge page");
}

TEST(shared_huge_pages)
{
	expect_shared_huge(_metadata, 4);
}

/* More entries of 2M than a batch has room for pfns of their small pages */
TEST(many_shared_huge_pages)
{
	expect_shared_huge(_metadata, 80);
}

static bool reserve_hugetlb(unsigned int nr)
{
	FILE *f = fopen("/proc/sys/vm/nr_hugepages", "r+");
	unsigned int old;
	bool done = f && fscanf(f, "%u", &old) == 1;

	if (done) {
		rewind(f);
		done = fprintf(f, "%u\n", old + nr) > 0;
	}
	return f && !fclose(f) && done;
}

/* Pages of hugetlb are shared if they are mapped twice; smaps counts no Pss of them */
TEST(hugetlb_that_is_mapped_twice)
{
	const size_t size = 3 * HUGE;
	int fd = memfd_create("twice", MFD_HUGETLB);
	char *once, *twice;
	struct vma_row row;

	ASSERT_TRUE(reserve_hugetlb(3));
	if (fd < 0 || ftruncate(fd, size))
		SKIP(return, "no hugetlb");
	once = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (once == MAP_FAILED)
		SKIP(return, "no page of hugetlb");
	memset(once, 1, size);
	expect_smaps(_metadata, once, &row);
	EXPECT_EQ(0, row.shared);
	EXPECT_EQ(size >> 10, row.exclusive);
	twice = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, twice);
	memset(twice, 2, size);
	expect_smaps(_metadata, once, &row);
	EXPECT_EQ(size >> 10, row.shared);
	EXPECT_EQ(0, row.exclusive);
	EXPECT_EQ(size >> 10, row.huge_2m);
	munmap(once, size);
	munmap(twice, size);
	close(fd);
}

TEST_HARNESS_MAIN
