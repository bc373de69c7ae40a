// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings, totals, page tables and segments of a process that stands still: as they were
 * before the run. That they are right then is for the tests of each to say.
 */
#include <stdlib.h>
#include <string.h>

#include "held_totals.h"
#include "oracle/interface.h"
#include "oracle/vma_table.h"
#include "tally.h"

#define CENSUS	64

/**
 * struct totals - what does not change
 * @mm:		without the threads, and without who else holds it
 * @used:	entries by level of the table
 */
struct totals {
	struct pgwalk_mm mm;
	__u64 tables[PGWALK_MAX_LEVELS + 1], used[PGWALK_MAX_LEVELS + 1];
	struct pgwalk_thread thread;
	struct vma_table vmas;
};

static struct totals before;

static bool ask_mm(struct totals *t, int fd)
{
	t->mm = (struct pgwalk_mm){ .size = sizeof(t->mm) };
	if (interface_ioctl(fd, PGWALK_IOC_MM, &t->mm))
		return false;
	t->mm.users = t->mm.count = 0;
	return true;
}

/* By level: the kernel may tell which node a table is on, and that is no matter */
static bool ask_tables(struct totals *t, int fd)
{
	struct pgwalk_census census[CENSUS];
	struct pgwalk_tables arg = {
		.size = sizeof(arg), .records = (unsigned long)census, .nr_records = CENSUS,
	};

	if (interface_ioctl(fd, PGWALK_IOC_TABLES, &arg))
		return false;
	for (__u32 i = 0; i < arg.filled; i++) {
		t->tables[census[i].level] += census[i].tables;
		t->used[census[i].level] += census[i].used;
	}
	return true;
}

static bool ask_segments(struct totals *t, int fd)
{
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (unsigned long)&t->thread, .nr_records = 1,
	};

	return !interface_ioctl(fd, PGWALK_IOC_SEGMENTS, &arg) && arg.filled == 1;
}

static bool ask(struct totals *t, int fd)
{
	struct pgwalk_info info;

	memset(t, 0, sizeof(*t));
	return !interface_info(&info) && ask_mm(t, fd) && ask_tables(t, fd) &&
	       ask_segments(t, fd) &&
	       !vma_table_from_device(&t->vmas, fd, info.user_end, PGWALK_VMAS_COUNT, 65536);
}

/* The kernel takes the accessed bits when it likes, all else stays */
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

bool held_totals_note(int fd)
{
	return ask(&before, fd);
}

void held_totals_check(int fd)
{
	struct totals now;

	if (!ask(&now, fd))
		tally_fail("the totals of the sentinel are not told");
	else if (memcmp(&now.mm, &before.mm, sizeof(now.mm)))
		tally_fail("MM of the sentinel: anon %llu shmem %llu tables %llu; was %llu %llu %llu",
			   now.mm.rss_anon_pages, now.mm.rss_shmem_pages, now.mm.pgtables_bytes,
			   before.mm.rss_anon_pages, before.mm.rss_shmem_pages,
			   before.mm.pgtables_bytes);
	else if (memcmp(now.tables, before.tables, sizeof(now.tables)) ||
		 memcmp(now.used, before.used, sizeof(now.used)))
		tally_fail("TABLES of the sentinel: %llu of ptes with %llu entries; was %llu, %llu",
			   now.tables[1], now.used[1], before.tables[1], before.used[1]);
	else if (memcmp(&now.thread, &before.thread, sizeof(now.thread)))
		tally_fail("SEGMENTS of the sentinel: FS %llx; was %llx", now.thread.segment[4].base,
			   before.thread.segment[4].base);
	else if (!same_vmas(&now.vmas, &before.vmas))
		tally_fail("VMAS of the sentinel: %zu; was %zu, or not the same", now.vmas.nr,
			   before.vmas.nr);
	tally_did(TALLY_HELD_TOTALS);
	vma_table_free(&now.vmas);
}
