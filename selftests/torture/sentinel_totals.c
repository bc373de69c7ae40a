// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Compares mappings, totals, page tables and segments of the sentinel with their values
 * before the run. The tests of each interface check that those values are right.
 */
#include <stdlib.h>
#include <string.h>

#include "sentinel_totals.h"
#include "lib/interface.h"
#include "lib/vma_table.h"
#include "counts.h"

#define NR_STATS	64

/**
 * struct totals - values that must not change
 * @mm:		without the threads and without the counts of references
 * @used:	used entries, by level of the table
 */
struct totals {
	struct pgwalk_mm mm;
	__u64 tables[PGWALK_MAX_LEVELS + 1], used[PGWALK_MAX_LEVELS + 1];
	struct pgwalk_thread thread;
	struct vma_table vmas;
};

static struct totals before;

static bool read_mm(struct totals *t, int fd)
{
	t->mm = (struct pgwalk_mm){ .size = sizeof(t->mm) };
	if (interface_ioctl(fd, PGWALK_IOC_MM, &t->mm))
		return false;
	t->mm.users = t->mm.count = 0;
	return true;
}

/* Sum by level, because the node of a table is not compared */
static bool read_tables(struct totals *t, int fd)
{
	struct pgwalk_pgtable_stats stats[NR_STATS];
	struct pgwalk_tables arg = {
		.size = sizeof(arg), .records = (unsigned long)stats, .nr_records = NR_STATS,
	};

	if (interface_ioctl(fd, PGWALK_IOC_TABLES, &arg))
		return false;
	for (__u32 i = 0; i < arg.filled; i++) {
		t->tables[stats[i].level] += stats[i].tables;
		t->used[stats[i].level] += stats[i].used;
	}
	return true;
}

static bool read_segments(struct totals *t, int fd)
{
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (unsigned long)&t->thread, .nr_records = 1,
	};

	return !interface_ioctl(fd, PGWALK_IOC_SEGMENTS, &arg) && arg.filled == 1;
}

static bool read_totals(struct totals *t, int fd)
{
	struct pgwalk_info info;

	memset(t, 0, sizeof(*t));
	return !interface_info(&info) && read_mm(t, fd) && read_tables(t, fd) &&
	       read_segments(t, fd) &&
	       !vma_table_from_device(&t->vmas, fd, info.user_end, PGWALK_VMAS_COUNT, 65536);
}

/* The kernel may clear accessed bits at any time: they are not compared */
static bool same_vmas(const struct vma_table *a, const struct vma_table *b)
{
	if (a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++) {
		const struct vma_row *x = &a->rows[i], *y = &b->rows[i];

		if (strcmp(x->header, y->header) || x->rss != y->rss || x->swap != y->swap ||
		    x->huge_2m != y->huge_2m || x->kind != y->kind)
			return false;
	}
	return true;
}

bool sentinel_totals_record(int fd)
{
	return read_totals(&before, fd);
}

void sentinel_totals_check(int fd)
{
	struct totals now;

	if (!read_totals(&now, fd))
		counts_fail("the totals of the sentinel cannot be read");
	else if (memcmp(&now.mm, &before.mm, sizeof(now.mm)))
		counts_fail("MM of the sentinel: anon %llu shmem %llu tables %llu; was %llu %llu %llu",
			   now.mm.rss_anon_pages, now.mm.rss_shmem_pages, now.mm.pgtables_bytes,
			   before.mm.rss_anon_pages, before.mm.rss_shmem_pages,
			   before.mm.pgtables_bytes);
	else if (memcmp(now.tables, before.tables, sizeof(now.tables)) ||
		 memcmp(now.used, before.used, sizeof(now.used)))
		counts_fail("TABLES of the sentinel: %llu of ptes with %llu entries; was %llu, %llu",
			   now.tables[1], now.used[1], before.tables[1], before.used[1]);
	else if (memcmp(&now.thread, &before.thread, sizeof(now.thread)))
		counts_fail("SEGMENTS of the sentinel: FS %llx; was %llx", now.thread.segment[4].base,
			   before.thread.segment[4].base);
	else if (!same_vmas(&now.vmas, &before.vmas))
		counts_fail("VMAS of the sentinel: %zu; was %zu, or different", now.vmas.nr,
			   before.vmas.nr);
	counts_increment(COUNTS_CHECK_TOTALS);
	vma_table_free(&now.vmas);
}
