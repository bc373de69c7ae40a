// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of /proc/vmstat and of the kernel's counters of faults: they are found, and their growth is computed. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../userspace/collect/procfs/fault_totals.h"
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

static void faults_are_found_in_stat(void)
{
	struct fault_counts c = {};

	EXPECT(fault_totals__parse_stat("7 (a) b) c) S 1 7 7 0 -1 4194560 1111 22 3333 44 5 6\n", &c));
	EXPECT(c.minor == 1111 && c.major == 3333);
	EXPECT(!fault_totals__parse_stat("", &c) && !fault_totals__parse_stat("7 (a)", &c));
	EXPECT(!fault_totals__parse_stat("7 (a) S 1 7 7 0 -1 4194560 1111 22\n", &c));
	EXPECT(c.minor == 1111);
}

static void faults_are_found_in_events(void)
{
	struct fault_counts c = {};

	EXPECT(fault_totals__parse_events("nr_free_pages 1\npgfaulted 9\npgfault 120\nxpgmajfault 8\npgmajfault 20\n", &c));
	EXPECT(c.minor == 100 && c.major == 20);
	EXPECT(fault_totals__parse_events("pgmajfault 3\npgfault 2\n", &c));
	EXPECT(c.minor == 0 && c.major == 3);
	EXPECT(!fault_totals__parse_events("anon 4096\npgfault 1\n", &c) && !fault_totals__parse_events("", &c));
}

enum { TOUCHED = 200 };

/* The faults of some new pages, and of little else */
static void expect_growth(pid_t pid, uint32_t scope)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct fault_totals *t = NULL;
	struct pgwalk_fault_key key;
	struct pgwalk_fault_row row;
	char *p;

	EXPECT(!fault_totals__create(&t, pid, -1));
	if (!t)
		return;
	EXPECT(!pid || fault_totals__base(t).minor > 0);
	fault_totals__take(t, &key, &row);
	p = mmap(NULL, TOUCHED * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(p, TOUCHED * page, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < TOUCHED; i++)
		p[i * page] = 1;
	EXPECT(fault_totals__take(t, &key, &row));
	EXPECT(row.count >= TOUCHED && row.major <= row.count && key.scope == scope);
	EXPECT(!pid || row.count < TOUCHED + 1000);
	EXPECT(key.class == PGWALK_FAULT_UNATTRIBUTED && !key.mm && !key.id);
	munmap(p, TOUCHED * page);
	fault_totals__destroy(t);
}

static void faults_of_a_process_grow(void)
{
	struct fault_totals *t;

	expect_growth(getpid(), PGWALK_SCOPE_MAPPING);
	EXPECT(fault_totals__create(&t, 0x7ffffffe, -1) == -ESRCH);
	fault_totals__destroy(NULL);
}

/* A kernel counts them per CPU, and adds the counts when the file is read */
static void faults_of_the_machine_grow(void)
{
	expect_growth(0, PGWALK_SCOPE_PROCESS);
}

const struct unit_test vmstat_tests[] = {
	{ "vmstat: counters of each kernel are found", counters_of_each_kernel_are_found },
	{ "vmstat: a missing counter is unknown, not 0", a_missing_counter_is_unknown_not_0 },
	{ "vmstat: the running kernel's file is read", the_running_kernel_s_file_is_read },
	{ "fault totals: faults are found in /proc/PID/stat", faults_are_found_in_stat },
	{ "fault totals: faults are found in vmstat and memory.stat", faults_are_found_in_events },
	{ "fault totals: those of a process grow with its faults", faults_of_a_process_grow },
	{ "fault totals: those of the machine grow", faults_of_the_machine_grow },
	{ 0 },
};
