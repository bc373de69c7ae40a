// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Keeps khugepaged, KSM, swap, NUMA balancing and compaction at work during the run. The
 * settings are not restored.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "lib/status.h"
#include "counts.h"

#define SYS_MM		"/sys/kernel/mm/"
#define SYS_THP		SYS_MM "transparent_hugepage/"
#define SYS_NUMA	"/sys/kernel/debug/sched/numa_balancing/"
#define COLLAPSED	SYS_THP "khugepaged/pages_collapsed"
#define SHARING		SYS_MM "ksm/pages_sharing"

static const char * const settings[][2] = {
	{ SYS_THP "enabled", "always" },
	{ SYS_THP "khugepaged/scan_sleep_millisecs", "100" },
	{ SYS_THP "khugepaged/alloc_sleep_millisecs", "100" },
	{ SYS_MM "ksm/sleep_millisecs", "20" },
	{ SYS_MM "ksm/pages_to_scan", "300" },
	{ SYS_MM "ksm/run", "1" },
	{ SYS_MM "hugepages/hugepages-2048kB/nr_hugepages", "14" },
	{ SYS_NUMA "scan_delay_ms", "100" },
	{ SYS_NUMA "scan_period_min_ms", "100" },
	{ "/proc/sys/kernel/numa_balancing", "1" },
	/* Locked pages must not move */
	{ "/proc/sys/vm/compact_unevictable_allowed", "0" },
	{ }
};

static const struct {
	enum counts_kind kind;
	const char *name;
} events[] = {
	{ COUNTS_SWAPOUT, "pswpout" },
	{ COUNTS_SWAPIN, "pswpin" },
	{ COUNTS_BALANCING, "numa_pte_updates" },
	{ COUNTS_COMPACTION, "compact_isolated" },
};

enum { NR_EVENTS = sizeof(events) / sizeof(events[0]) };

static unsigned long before[NR_EVENTS], collapsed_before, sharing;

static bool write_word(const char *path, const char *word)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, word, strlen(word)) > 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static unsigned long read_number(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned long value = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%lu", &value) != 1)
		value = 0;
	fclose(f);
	return value;
}

static unsigned long vmstat(const char *name)
{
	FILE *f = fopen("/proc/vmstat", "re");
	unsigned long value, found = 0;
	char word[64];

	while (f && fscanf(f, "%63s %lu", word, &value) == 2)
		if (!strcmp(word, name))
			found = value;
	if (f)
		fclose(f);
	return found;
}

static void lack(const char *path, enum counts_kind kind)
{
	if (access(path, F_OK))
		counts_set_unavailable(kind);
}

void machine_set_up(const char *swap_maker)
{
	char command[512];

	for (int i = 0; settings[i][0]; i++)
		write_word(settings[i][0], settings[i][1]);
	/* The workload makes a zram device if there is no swap, and leaves it active */
	snprintf(command, sizeof(command), "%s swap < /dev/null > /dev/null", swap_maker);
	if (system(command))
		fprintf(stderr, "torture: %s: no swap\n", swap_maker);
	lack("/sys/devices/system/node/node1", COUNTS_MIGRATE);
	lack("/sys/devices/system/node/node1", COUNTS_BALANCING);
	lack("/proc/sys/kernel/numa_balancing", COUNTS_BALANCING);
	lack(SHARING, COUNTS_KSM);
	collapsed_before = read_number(COLLAPSED);
	for (int i = 0; i < NR_EVENTS; i++)
		before[i] = vmstat(events[i].name);
}

void machine_push(void)
{
	unsigned long now = read_number(SHARING);

	if (now > sharing)
		sharing = now;
	write_word("/proc/sys/vm/compact_memory", "1");
	for (int i = 0; i < NR_EVENTS; i++)
		counts_set(events[i].kind, vmstat(events[i].name) - before[i]);
	counts_set(COUNTS_KHUGEPAGED, read_number(COLLAPSED) - collapsed_before);
	counts_set(COUNTS_KSM, sharing);
}

unsigned long machine_pages(void)
{
	long long ours = status_value(getpid(), "RssAnon") + status_value(getpid(), "VmPTE");

	return vmstat("nr_anon_pages") + vmstat("nr_page_table_pages") - (unsigned long)ours / 4;
}
