// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * info and PGWALK_IOC_INFO: fields against /proc/cpuinfo and the running kernel, and
 * counters that grow with the work done.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/pagemap.h"
#include "../lib/sizes.h"

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

TEST(text_and_ioctl_agree)
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

#if defined(__aarch64__)
/* A mapping above 48 bits needs a kernel and a CPU for 52; user space has a root of its own */
#define HIGH_BIT	51
#define SMALL_END	(1ULL << 48)
#define LARGE_END	(1ULL << 52)
#define HAS_GIANT	(PAGE == 4096)
#define HAS_NX		true
#define HAS_KEYS	cpu_has("poe")
#define HAS_PTI		false
#else
#define HIGH_BIT	52
#define SMALL_END	((1ULL << 47) - 4096)
#define LARGE_END	((1ULL << 56) - 4096)
#define HAS_GIANT	cpu_has("pdpe1gb")
#define HAS_NX		cpu_has("nx")
#define HAS_KEYS	cpu_has("ospke")
#define HAS_PTI		cpu_has("pti")
#endif

static unsigned int root_entries(const struct pgwalk_info *info)
{
#if defined(__aarch64__)
	return (unsigned int)(info->user_end >> info->geometry[0].shift);
#else
	return 512;
#endif
}

TEST(paging_agrees_with_the_cpu)
{
	struct pgwalk_info info;
	bool large, five;

	ASSERT_EQ(0, interface_info(&info));
	void *high = mmap((void *)(1UL << HIGH_BIT), PAGE, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	EXPECT_EQ(PAGE_SHIFT, info.page_shift);
	large = (unsigned long)high >> (HIGH_BIT - 1);
	five = large && PAGE == 4096;
	EXPECT_EQ(five, !!(info.paging & PGWALK_PAGING_LA57));
	EXPECT_EQ(five ? 5 : 4, info.nr_levels);
	EXPECT_EQ(large ? LARGE_END : SMALL_END, info.user_end);
	EXPECT_EQ(HAS_GIANT, !!(info.paging & PGWALK_PAGING_GB_LEAF));
	EXPECT_EQ(HAS_NX, !!(info.paging & PGWALK_PAGING_NX));
	EXPECT_EQ(HAS_KEYS, !!(info.paging & PGWALK_PAGING_PKU));
	EXPECT_EQ(HAS_PTI, !!(info.paging & PGWALK_PAGING_PTI));
	for (unsigned int i = 0; i < info.nr_levels; i++) {
		const struct pgwalk_geometry *g = &info.geometry[i];
		bool giant = info.paging & PGWALK_PAGING_GB_LEAF;

		EXPECT_EQ(PAGE_SHIFT + (PAGE_SHIFT - 3) * (info.nr_levels - 1 - i), g->shift);
		EXPECT_EQ(i ? TABLE_ENTRIES : root_entries(&info), g->entries);
		EXPECT_EQ(g->shift <= HUGE_SHIFT || (g->shift == 30 && giant), g->leaf);
		EXPECT_EQ(0, g->reserved);
	}
}

TEST(architecture_is_that_of_the_machine)
{
	static const char *const names[] = {
#define X(name, number, text) [PGWALK_ARCH_##name] = (text),
		PGWALK_ARCHS(X)
#undef X
	};
	char *text = read_info();
	struct pgwalk_info info;
	struct utsname uts;

	ASSERT_EQ(0, uname(&uts));
	ASSERT_EQ(0, interface_info(&info));
	ASSERT_GT(PGWALK_ARCH_NR, info.arch);
	ASSERT_NE(NULL, text);
	EXPECT_STREQ(uts.machine, names[info.arch]);
	EXPECT_STREQ(uts.machine, field(text, "arch"));
	EXPECT_EQ(PAGE_SHIFT, number(text, "page_shift", 10));
}

TEST(zero_pfn_is_the_page_that_a_first_read_maps)
{
	struct pgwalk_info info;
	volatile char *p = mmap(NULL, PAGE, PROT_READ,
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
		EXPECT_EQ(before.lock_holds, after.lock_holds);
	} else {
		EXPECT_LT(before.lock_holds, after.lock_holds);
		EXPECT_LT(0, after.lock_hold_max_ns);
		EXPECT_LE(after.lock_hold_max_ns, after.lock_hold_total_ns);
	}
}

static __u64 buffer_bytes(void)
{
	struct pgwalk_info info;

	return interface_info(&info) ? 0 : info.buffer_bytes;
}

/* No other file of the module is open. A search of RMAP has 1024 processes, and 512 records */
TEST(open_files_keep_memory_until_they_are_closed)
{
	static struct pgwalk_rmap_hit hits[8];
	struct pgwalk_run runs[64];
	struct pgwalk_rmap rmap = {
		.size = sizeof(rmap), .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)hits,
		.records = (unsigned long)hits, .nr_records = 8,
	};
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .records = (unsigned long)runs, .nr_records = 64,
		.end = INTERFACE_USER_END,
	};
	const __u64 before = buffer_bytes();
	int fd = interface_open_device(getpid()), ret;
	__u64 with_scan;

	ASSERT_LE(0, fd);
	EXPECT_EQ(before, buffer_bytes());
	ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	with_scan = buffer_bytes();
	EXPECT_LE(before + 2048 * sizeof(struct pgwalk_run), with_scan);
	scan.start = 0;
	ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	EXPECT_EQ(with_scan, buffer_bytes());
	hits[0].addr = 1;
	ret = interface_ioctl(fd, PGWALK_IOC_RMAP, &rmap);
	if (ret != -EOPNOTSUPP) {
		ASSERT_EQ(0, ret);
		EXPECT_LE(with_scan + 512 * sizeof(struct pgwalk_rmap_hit), buffer_bytes());
	}
	close(fd);
	EXPECT_EQ(before, buffer_bytes());
}

TEST(shorter_struct_gets_the_part_that_fits)
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
