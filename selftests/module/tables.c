// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/tables and PGWALK_IOC_TABLES: the size is to the byte the kernel's charge for the page
 * tables of a process, in each state that a workload can make, and leaves match the listed pages.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/pgtable_stats.h"
#include "../lib/exited.h"
#include "../lib/interface.h"
#include "../lib/listing.h"
#include "../lib/process.h"
#include "../lib/sizes.h"
#include "../lib/status.h"
#include "../lib/target.h"
#include "../workloads/list.h"

#define TRIES		5

FIXTURE(charge) {
	struct target target;
	struct pgtable_stats view, device;
	struct listing pages;
	long long before, after;
	int fd;
};

FIXTURE_VARIANT(charge) {
	const char *workload;
};

#define WORKLOAD(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	WORKLOAD_IF_##in_tables(FIXTURE_VARIANT_ADD(charge, id) { .workload = name };)

WORKLOADS(WORKLOAD)

FIXTURE_SETUP(charge)
{
	int ret = target_start(&self->target, variant->workload);

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, interface_attach(self->target.pid));
	self->fd = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(charge)
{
	if (self->target.pid)
		interface_attach(-self->target.pid);
	target_stop(&self->target);
}

static bool read_view(struct pgtable_stats *stats, pid_t pid, size_t chunk)
{
	int fd = interface_open_view(pid, "tables");
	char *text = interface_read_all(fd, chunk, NULL);
	bool ok = text && pgtable_stats_from_text(stats, text);

	free(text);
	close(fd);
	return ok;
}

static bool rows_equal(const struct pgtable_stats *a, const struct pgtable_stats *b)
{
	return a->nr == b->nr && !memcmp(a->rows, b->rows, a->nr * sizeof(a->rows[0]));
}

/* khugepaged and page aging may run: only values that are equal in two reads count */
static bool take_at_rest(struct pgtable_stats *view, struct pgtable_stats *device, pid_t pid, int fd,
			 long long *vmpte)
{
	struct pgtable_stats again;

	for (int i = 0; i < TRIES; i++, usleep(100000)) {
		long long before = status_value(pid, "VmPTE");

		if (pgtable_stats_from_device(device, fd) || !read_view(view, pid, 4096) ||
		    pgtable_stats_from_device(&again, fd))
			return false;
		*vmpte = status_value(pid, "VmPTE");
		if (*vmpte == before && rows_equal(device, &again))
			return true;
	}
	return false;
}

TEST_F(charge, equals_vmpte_and_the_pages)
{
	size_t pages[PGWALK_MAX_LEVELS + 1] = {};	/* by the level of their leaf */
	struct pgwalk_info info;

	ASSERT_TRUE(take_at_rest(&self->view, &self->device, self->target.pid, self->fd,
				 &self->after)) {
		TH_LOG("never at rest, or: %s", self->view.error);
	}
	EXPECT_EQ(self->after << 10, pgtable_stats_charged(&self->device));
	EXPECT_EQ(self->after << 10, self->device.pgtables_bytes);
	EXPECT_EQ(self->after << 10, self->view.charged_bytes);
	EXPECT_EQ(self->after << 10, self->view.pgtables_bytes);
	EXPECT_EQ(0, self->device.raced);
	EXPECT_TRUE(rows_equal(&self->view, &self->device));

	/* An entry that is no table is listed as a page, and the other way round */
	ASSERT_EQ(0, interface_info(&info));
	ASSERT_EQ(0, listing_from_scan(&self->pages, self->fd, 0, info.user_end,
				       PGWALK_SCAN_PAGES, 4096));
	for (size_t i = 0; i < self->pages.nr; i++)
		pages[(self->pages.pages[i].shift - PAGE_SHIFT) / (PAGE_SHIFT - 3) + 1]++;
	for (int level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PUD; level++) {
		struct pgwalk_pgtable_stats sum = pgtable_stats_sum(&self->device, level, PGTABLE_STATS_ANY);

		EXPECT_EQ(pages[level], sum.leaves << ((PAGE_SHIFT - 3) * (level - 1)));
		EXPECT_TRUE(level > PGWALK_LEVEL_PTE || sum.used == sum.leaves);
	}
	listing_free(&self->pages);
}

/* Each table but the root has one entry that points to it */
TEST_F(charge, each_table_is_pointed_to_once)
{
	struct pgwalk_pgtable_stats above;

	ASSERT_TRUE(take_at_rest(&self->view, &self->device, self->target.pid, self->fd,
				 &self->after));
	above = pgtable_stats_sum(&self->device, PGWALK_LEVEL_PGD, PGTABLE_STATS_ANY);
	EXPECT_EQ(1, above.tables);
	for (int level = PGWALK_LEVEL_P4D; level; level--) {
		struct pgwalk_pgtable_stats sum = pgtable_stats_sum(&self->device, level, PGTABLE_STATS_ANY);

		if (!sum.tables && level == PGWALK_LEVEL_P4D)
			continue;
		EXPECT_EQ(above.used - above.leaves, sum.tables);
		above = sum;
	}
}

/* The errors that the ABI promises, on a process that has tables */
FIXTURE(call) {
	struct pgwalk_pgtable_stats rows[PGTABLE_STATS_ROWS];
	struct {
		struct pgwalk_tables arg;
		__u64 more;
	} buffer;
	struct pgwalk_tables *arg;
	pid_t pid;
	int fd;
};

FIXTURE_SETUP(call)
{
	self->pid = process_sleeper();
	self->fd = interface_open_device(self->pid);
	ASSERT_LE(0, self->fd);
	memset(&self->buffer, 0, sizeof(self->buffer));
	memset(self->rows, 0x5a, sizeof(self->rows));
	self->arg = &self->buffer.arg;
	*self->arg = (struct pgwalk_tables){
		.size = sizeof(*self->arg), .records = (unsigned long)self->rows,
		.nr_records = PGTABLE_STATS_ROWS,
	};
}

FIXTURE_TEARDOWN(call)
{
	close(self->fd);
	process_end(self->pid);
}

#define call(self)	interface_ioctl((self)->fd, PGWALK_IOC_TABLES, (self)->arg)

TEST_F(call, too_few_records_are_enospc_and_nothing_is_written)
{
	__u8 first = 0x5a;

	self->arg->nr_records = 2;
	EXPECT_EQ(-ENOSPC, call(self));
	EXPECT_EQ(0, self->arg->filled);
	EXPECT_EQ(0, self->arg->flat_bytes);
	EXPECT_EQ(0, memcmp(&first, self->rows, 1));
}

TEST_F(call, wrong_arguments_are_refused)
{
	self->arg->flags = 1;
	EXPECT_EQ(-EINVAL, call(self));
	self->arg->flags = 0;
	self->arg->nr_records = 0;
	EXPECT_EQ(-EINVAL, call(self));
	self->arg->nr_records = PGTABLE_STATS_ROWS;
	self->arg->records = 0x10;
	EXPECT_EQ(-EFAULT, call(self));
	self->arg->records = (unsigned long)self->rows;
	self->arg->size = sizeof(*self->arg) - 8;
	EXPECT_EQ(-EINVAL, call(self));
	self->arg->size = sizeof(*self->arg) + 8;
	EXPECT_EQ(0, call(self));
	self->buffer.more = 1;
	EXPECT_EQ(-E2BIG, call(self));
}

TEST_F(call, wants_a_target_that_is_there)
{
	int fd = interface_open_device(0);

	EXPECT_EQ(-ENOTCONN, interface_ioctl(fd, PGWALK_IOC_TABLES, self->arg));
	close(fd);
	process_end(self->pid);
	EXPECT_EQ(-ESRCH, call(self));
}

TEST(view_of_an_exited_process_ends_with_a_note)
{
	size_t size;
	char *text = exited_read("tables", "anon-new", "23", 0, &size);

	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "\n# target gone\n"));
	EXPECT_EQ(NULL, strstr(text, "# total"));
	free(text);
}

TEST_HARNESS_MAIN
