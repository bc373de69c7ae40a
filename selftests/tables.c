// SPDX-License-Identifier: GPL-2.0
/*
 * <PID>/tables and PGWALK_IOC_TABLES: to the byte what the kernel charges a process for its
 * page tables, in each state that a workload can make, and leafs as the pages that are listed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "oracle/census.h"
#include "oracle/gone.h"
#include "oracle/interface.h"
#include "oracle/listing.h"
#include "oracle/process.h"
#include "oracle/status.h"
#include "oracle/target.h"

#define TRIES		5

FIXTURE(charge) {
	struct target target;
	struct census view, device;
	struct listing pages;
	long long before, after;
	int fd;
};

FIXTURE_VARIANT(charge) {
	const char *workload;
};

#define WORKLOAD(id, name) \
	FIXTURE_VARIANT_ADD(charge, id) { .workload = name }

WORKLOAD(anon_new, "anon-new");
WORKLOAD(anon_zero, "anon-zero");
WORKLOAD(thp_new, "thp-new");
WORKLOAD(thp_split, "thp-split");
WORKLOAD(huge_zero, "huge-zero");
WORKLOAD(thp_protnone, "thp-protnone");
WORKLOAD(thp_uffd_wp, "thp-uffd-wp");
WORKLOAD(mthp, "mthp");
WORKLOAD(hugetlb, "hugetlb");
WORKLOAD(hugetlb_1g, "hugetlb-1g");
WORKLOAD(hugetlb_protnone, "hugetlb-protnone");
WORKLOAD(hugetlb_1g_protnone, "hugetlb-1g-protnone");
WORKLOAD(hugetlb_shared, "hugetlb-shared");
WORKLOAD(hugetlb_marker, "hugetlb-marker");
WORKLOAD(file_cached, "file-cached");
WORKLOAD(file_cow, "file-cow");
WORKLOAD(shared_write, "shared-write");
WORKLOAD(shmem, "shmem");
WORKLOAD(shmem_huge, "shmem-huge");
WORKLOAD(cow_copy, "cow-copy");
WORKLOAD(swap, "swap");
WORKLOAD(swap_shared, "swap-shared");
WORKLOAD(uffd_marker, "uffd-marker");
WORKLOAD(protnone, "protnone");
WORKLOAD(locked, "locked");
WORKLOAD(guard, "guard");
WORKLOAD(guard_file, "guard-file");
WORKLOAD(hwpoison, "hwpoison");
WORKLOAD(high, "high");
WORKLOAD(sparse, "sparse");
WORKLOAD(many_vmas, "many-vmas");
WORKLOAD(numa_marked, "numa-marked");
WORKLOAD(special, "special");
WORKLOAD(ksm, "ksm");
WORKLOAD(secretmem, "secretmem");
WORKLOAD(pfnmap, "pfnmap");
WORKLOAD(device_memory, "device-memory");
WORKLOAD(device_private, "device-private");

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

static bool read_view(struct census *census, pid_t pid, size_t chunk)
{
	int fd = interface_open_view(pid, "tables");
	char *text = interface_read_all(fd, chunk, NULL);
	bool ok = text && census_from_text(census, text);

	free(text);
	close(fd);
	return ok;
}

static bool rows_equal(const struct census *a, const struct census *b)
{
	return a->nr == b->nr && !memcmp(a->rows, b->rows, a->nr * sizeof(a->rows[0]));
}

/* khugepaged and the aging of pages may be at work: only what stood still counts */
static bool take_at_rest(struct census *view, struct census *device, pid_t pid, int fd,
			 long long *vmpte)
{
	struct census again;

	for (int i = 0; i < TRIES; i++, usleep(100000)) {
		long long before = status_value(pid, "VmPTE");

		if (census_from_device(device, fd) || !read_view(view, pid, 4096) ||
		    census_from_device(&again, fd))
			return false;
		*vmpte = status_value(pid, "VmPTE");
		if (*vmpte == before && rows_equal(device, &again))
			return true;
	}
	return false;
}

TEST_F(charge, equals_vmpte_and_the_pages)
{
	size_t pages[PGWALK_MAX_LEVELS + 1] = {};	/* of 4K, by the level of their leaf */
	struct pgwalk_info info;

	ASSERT_TRUE(take_at_rest(&self->view, &self->device, self->target.pid, self->fd,
				 &self->after)) {
		TH_LOG("never at rest, or: %s", self->view.error);
	}
	EXPECT_EQ(self->after << 10, census_charged(&self->device));
	EXPECT_EQ(self->after << 10, self->device.pgtables_bytes);
	EXPECT_EQ(self->after << 10, self->view.charged_bytes);
	EXPECT_EQ(self->after << 10, self->view.pgtables_bytes);
	EXPECT_EQ(0, self->device.raced);
	EXPECT_TRUE(rows_equal(&self->view, &self->device));

	/* What is no table is listed as a page, and the other way round */
	ASSERT_EQ(0, interface_info(&info));
	ASSERT_EQ(0, listing_from_scan(&self->pages, self->fd, 0, info.user_end,
				       PGWALK_SCAN_PAGES, 4096));
	for (size_t i = 0; i < self->pages.nr; i++)
		pages[(self->pages.pages[i].shift - 12) / 9 + 1]++;
	for (int level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PUD; level++) {
		struct pgwalk_census sum = census_of(&self->device, level, CENSUS_ANY);

		EXPECT_EQ(pages[level], sum.leafs << (9 * (level - 1)));
		EXPECT_TRUE(level > PGWALK_LEVEL_PTE || sum.used == sum.leafs);
	}
	listing_free(&self->pages);
}

/* Each table but the root has one entry that points to it */
TEST_F(charge, each_table_is_pointed_to_once)
{
	struct pgwalk_census above;

	ASSERT_TRUE(take_at_rest(&self->view, &self->device, self->target.pid, self->fd,
				 &self->after));
	above = census_of(&self->device, PGWALK_LEVEL_PGD, CENSUS_ANY);
	EXPECT_EQ(1, above.tables);
	for (int level = PGWALK_LEVEL_P4D; level; level--) {
		struct pgwalk_census sum = census_of(&self->device, level, CENSUS_ANY);

		if (!sum.tables && level == PGWALK_LEVEL_P4D)
			continue;
		EXPECT_EQ(above.used - above.leafs, sum.tables);
		above = sum;
	}
}

/* The errors that the ABI promises, on a process that has tables */
FIXTURE(call) {
	struct pgwalk_census rows[CENSUS_ROWS];
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
		.nr_records = CENSUS_ROWS,
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
	self->arg->nr_records = CENSUS_ROWS;
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

TEST(view_of_one_that_is_gone_says_so)
{
	size_t size;
	char *text = gone_read("tables", "anon-new", "23", 0, &size);

	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "\n# target gone\n"));
	EXPECT_EQ(NULL, strstr(text, "# total"));
	free(text);
}

TEST_HARNESS_MAIN
