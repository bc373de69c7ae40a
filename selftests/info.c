// SPDX-License-Identifier: GPL-2.0
/*
 * info and PGWALK_IOC_INFO: what the CPU and the kernel say of themselves, and
 * costs that grow where there was work.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "oracle/interface.h"
#include "oracle/pagemap.h"

static char *read_info(void)
{
	int fd = interface_open("info", O_RDONLY);
	char *text = fd < 0 ? NULL : interface_read_all(fd, 4096, NULL);

	if (fd >= 0)
		close(fd);
	return text;
}

/* The rest of the line that starts with @name; "" if there is none */
static const char *field(const char *text, const char *name)
{
	static char value[200];
	size_t n = strlen(name);

	value[0] = 0;
	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL)
		if (!strncmp(text, name, n) && text[n] == ' ')
			sscanf(text + n + 1, "%199[^\n]", value);
	return value;
}

static bool cpu_has(const char *flag)
{
	char command[64];

	snprintf(command, sizeof(command),
		 "grep -qw '%s' /proc/cpuinfo", flag);
	return !system(command);
}

static __u64 number(const char *text, const char *name, int base)
{
	return strtoull(field(text, name), NULL, base);
}

TEST(text_and_ioctl_say_the_same)
{
	struct pgwalk_info info;
	char *text = read_info(), newest[16];

	ASSERT_NE(NULL, text);
	ASSERT_EQ(0, interface_info(&info));
	EXPECT_EQ(PGWALK_ABI_VERSION, info.abi);
	EXPECT_EQ(sizeof(info), info.size);
	EXPECT_EQ(info.abi, number(text, "abi", 10));
	EXPECT_EQ(info.nr_levels, number(text, "nr_levels", 10));
	EXPECT_EQ(info.attached, number(text, "attached", 10));
	EXPECT_EQ(info.user_end, number(text, "user_end", 16));
	EXPECT_EQ(info.zero_pfn, number(text, "zero_pfn", 16));
	EXPECT_NE(0, strlen(field(text, "version")));
	snprintf(newest, sizeof(newest), "%u.%u", PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR);
	EXPECT_EQ(0, strcmp(newest, field(text, "newest_tested")));
	EXPECT_EQ(PGWALK_TESTED_MAJOR << 16 | PGWALK_TESTED_MINOR << 8, info.newest_tested);
	EXPECT_EQ(0, info.reserved);
	EXPECT_TRUE(info.features & PGWALK_FEATURE_SCAN);
	EXPECT_TRUE(info.features & PGWALK_FEATURE_VMAS);
}

TEST(paging_is_what_the_cpu_does)
{
	struct pgwalk_info info;
	bool five;

	ASSERT_EQ(0, interface_info(&info));
	/* A mapping above 47 bits is to be had with five levels only */
	void *high = mmap((void *)(1UL << 52), 4096, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	five = (unsigned long)high >> 47;
	EXPECT_EQ(five, !!(info.paging & PGWALK_PAGING_LA57));
	EXPECT_EQ(five ? 5 : 4, info.nr_levels);
	EXPECT_EQ((five ? 1ULL << 56 : 1ULL << 47) - 4096, info.user_end);
	EXPECT_EQ(cpu_has("pdpe1gb"), !!(info.paging & PGWALK_PAGING_GB_LEAF));
	EXPECT_EQ(cpu_has("nx"), !!(info.paging & PGWALK_PAGING_NX));
	EXPECT_EQ(cpu_has("ospke"), !!(info.paging & PGWALK_PAGING_PKU));
	EXPECT_EQ(cpu_has("pti"), !!(info.paging & PGWALK_PAGING_PTI));
	for (unsigned int i = 0; i < info.nr_levels; i++) {
		const struct pgwalk_geometry *g = &info.geometry[i];
		bool giant = info.paging & PGWALK_PAGING_GB_LEAF;

		EXPECT_EQ(12 + 9 * (info.nr_levels - 1 - i), g->shift);
		EXPECT_EQ(512, g->entries);
		EXPECT_EQ(g->shift <= 21 || (g->shift == 30 && giant), g->leaf);
		EXPECT_EQ(0, g->reserved);
	}
}

TEST(zero_pfn_is_the_page_that_a_first_read_maps)
{
	struct pgwalk_info info;
	volatile char *p = mmap(NULL, 4096, PROT_READ,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_EQ(0, *p);
	ASSERT_EQ(0, interface_info(&info));
	EXPECT_EQ(PM_PFN(pagemap_one(getpid(), (unsigned long)p)), info.zero_pfn);
}

/* On kernels that free tables through RCU no lock is taken to read them */
TEST(reading_costs_tables_and_holds_only_where_it_must)
{
	struct pgwalk_info before, after;
	struct pgwalk_run runs[64];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .records = (unsigned long)runs,
		.nr_records = 64,
	};
	int fd = interface_open_device(getpid());

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, interface_info(&before));
	scan.end = before.user_end;
	ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	ASSERT_EQ(0, interface_info(&after));
	EXPECT_LT(before.tables, after.tables);
	if (interface_reads_unlocked(&after)) {
		EXPECT_EQ(before.holds, after.holds);
	} else {
		EXPECT_LT(before.holds, after.holds);
		EXPECT_LT(0, after.hold_max_ns);
		EXPECT_LE(after.hold_max_ns, after.hold_total_ns);
	}
}

TEST(shorter_struct_gets_what_fits)
{
	struct {
		__u32 size, abi, guard;
	} small = { 8, 0, 0x5a5a5a5a };
	int fd = interface_open_device(0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_INFO, &small));
	EXPECT_EQ(PGWALK_ABI_VERSION, small.abi);
	EXPECT_EQ(0x5a5a5a5a, small.guard);
}

TEST_HARNESS_MAIN
