// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of /proc/vmstat: counters are found by name, and their growth is computed. */
#include <string.h>

#include "../../../userspace/collect/procfs/vmstat.h"
#include "symbols.h"

/* Excerpts of 6.1, 6.12 and 7.2: the same names in different order, among names with equal prefixes */
static const char v6_1[] =
	"pgpgout 0\npswpin 1\npswpout 2\npgsteal_kswapd 3\npgsteal_direct 4\ndemote 0\n"
	"pgscan_kswapd 5\npgscan_direct 6\npgscan_direct_throttle 99\npgscan_anon 99\nnuma_pages_migrated 7\n"
	"pgmigrate_success 8\npgmigrate_fail 99\nthp_collapse_alloc 9\nthp_collapse_alloc_failed 99\n"
	"thp_split_page 10\nthp_split_page_failed 99\nthp_deferred_split_page 99\nthp_split_pmd 11\n";
static const char v6_12[] =
	"pswpin 1\npswpout 2\npgsteal_kswapd 3\npgsteal_direct 4\npgsteal_khugepaged 99\n"
	"pgscan_kswapd 5\npgscan_direct 6\npgscan_khugepaged 99\npgscan_direct_throttle 99\n"
	"numa_pages_migrated 7\npgmigrate_success 8\nthp_collapse_alloc 9\nthp_collapse_alloc_failed 99\n"
	"thp_split_page 10\nthp_split_page_failed 99\nthp_split_pmd 11\n";
static const char v7_2[] =
	"pgsteal_kswapd 3\npgsteal_direct 4\npgsteal_khugepaged 99\npgsteal_proactive 99\npgsteal_anon 99\n"
	"pgscan_kswapd 5\npgscan_direct 6\npgscan_khugepaged 99\npgscan_proactive 99\npswpin 1\npswpout 2\n"
	"numa_pages_migrated 7\npgmigrate_success 8\nthp_collapse_alloc 9\nthp_split_page 10\nthp_split_pmd 11\n";

static void counters_of_each_kernel_are_found(void)
{
	const __u64 want[VMSTAT_COUNTS] = { 5, 6, 3, 4, 1, 2, 9, 10, 11, 8, 7 };
	const char *const text[] = { v6_1, v6_12, v7_2 };
	__u64 count[VMSTAT_COUNTS];
	int i;

	for (i = 0; i < 3; i++) {
		memset(count, 0, sizeof(count));
		vmstat__parse(text[i], count);
		EXPECT(!memcmp(count, want, sizeof(want)));
	}
}

static void a_missing_counter_is_unknown_not_0(void)
{
	__u64 count[VMSTAT_COUNTS];
	int i;

	vmstat__parse("pgscan_kswapd 7\npgscan_direct 18446744073709551614\npgsteal_kswapd 1", count);
	EXPECT(count[0] == 7 && count[1] == RECORD_NOT_KNOWN - 1);
	for (i = 2; i < VMSTAT_COUNTS; i++)	/* the third line is incomplete */
		EXPECT(count[i] == RECORD_NOT_KNOWN);
	vmstat__parse("", count);
	EXPECT(count[0] == RECORD_NOT_KNOWN);
}

static void the_running_kernel_s_file_is_read(void)
{
	struct record_system s = { .flags = RECORD_SYSTEM_TLB, .tlb = { 23 } };
	struct vmstat *v = NULL;

	EXPECT(!vmstat__create(&v));
	if (!v)
		return;
	EXPECT(!vmstat__take(v, &s) && !vmstat__take(v, &s));
	EXPECT(s.flags == (RECORD_SYSTEM_TLB | RECORD_SYSTEM_VMSTAT) && s.tlb[0] == 23);
		/* the counters cannot grow by a million between the two calls */
	EXPECT(s.scan_kswapd < 1000000 && s.migrated < 1000000);
	vmstat__destroy(v);
	vmstat__destroy(NULL);
}

const struct unit_test vmstat_tests[] = {
	{ "vmstat: counters of each kernel are found", counters_of_each_kernel_are_found },
	{ "vmstat: a missing counter is unknown, not 0", a_missing_counter_is_unknown_not_0 },
	{ "vmstat: the running kernel's file is read", the_running_kernel_s_file_is_read },
	{ 0 },
};
