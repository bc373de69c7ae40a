// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the settings of transparent huge pages and the sizes of hugetlb from sysfs beside /proc, PR_SET_THP_DISABLE of a process from
 * its status, and the version of the kernel.
 */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"
#include "thp.h"

#define SYSFS	"../sys/kernel/mm/transparent_hugepage"

/* Read the beginning of a file, ended by a NUL; "" if it does not exist */
static void read_text(char *text, size_t size, const char *proc, const char *file)
{
	char path[PATH_MAX];
	size_t len = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", proc, file);
	f = fopen(path, "re");
	if (f) {
		len = fread(text, 1, size - 1, f);
		fclose(f);
	}
	text[len] = '\0';
}

/* The chosen word of a setting stands in brackets */
static uint8_t parse_setting(const char *text)
{
	static const char *const words[INSPECT_THP_SETTINGS] = {
		"?", "never", "madvise", "always", "inherit", "within_size", "advise", "deny", "force",
	};
	const char *open = strchr(text, '[');
	unsigned int i;

	for (i = 1; open && i < INSPECT_THP_SETTINGS; i++) {
		const size_t len = strlen(words[i]);

		if (!strncmp(open + 1, words[i], len) && open[1 + len] == ']')
			return (uint8_t)i;
	}
	return INSPECT_THP_UNKNOWN;
}

static uint8_t read_setting(const char *proc, const char *name)
{
	char path[PATH_MAX], text[256];

	snprintf(path, sizeof(path), SYSFS "/%s", name);
	read_text(text, sizeof(text), proc, path);
	return parse_setting(text);
}

static uint64_t read_number(const char *proc, const char *name)
{
	char path[PATH_MAX], text[32];

	snprintf(path, sizeof(path), SYSFS "/khugepaged/%s", name);
	read_text(text, sizeof(text), proc, path);
	return strtoull(text, NULL, 10);
}

static void read_size(struct inspect_thp *thp, const char *proc, const char *directory)
{
	struct inspect_thp_size *size = &thp->size[thp->nr_sizes];
	unsigned long long kib = strtoull(directory + strlen("hugepages-"), NULL, 10);
	char name[300];

	if (!kib || thp->nr_sizes == INSPECT_THP_SIZES)
		return;
	size->shift = (uint8_t)(10 + 63 - __builtin_clzll(kib));
	snprintf(name, sizeof(name), "%s/enabled", directory);
	size->anon = read_setting(proc, name);
	snprintf(name, sizeof(name), "%s/shmem_enabled", directory);
	size->shmem = read_setting(proc, name);
	thp->nr_sizes++;
}

static int by_shift(const void *a, const void *b)
{
	return ((const struct inspect_thp_size *)a)->shift - ((const struct inspect_thp_size *)b)->shift;
}

static void read_sizes(struct inspect_thp *thp, const char *proc)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;

	snprintf(path, sizeof(path), "%s/" SYSFS, proc);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "hugepages-", strlen("hugepages-")))
			read_size(thp, proc, entry->d_name);
	if (dir)
		closedir(dir);
	qsort(thp->size, thp->nr_sizes, sizeof(thp->size[0]), by_shift);
}

/* THP_enabled of status is 0 if PR_SET_THP_DISABLE applies to all memory, advised memory included */
static bool is_disabled(const char *proc, pid_t pid)
{
	char dir[PROCESS_DIR_MAX], path[PROCESS_DIR_MAX + 8], text[4096];
	const char *line;

	if (process__dir(proc, pid, dir, sizeof(dir)))
		snprintf(dir, sizeof(dir), "%d", pid);
	snprintf(path, sizeof(path), "%s/status", dir);
	read_text(text, sizeof(text), proc, path);
	line = strstr(text, "\nTHP_enabled:");
	return line && strtoul(line + strlen("\nTHP_enabled:"), NULL, 10) == 0;
}

static uint32_t read_kernel(const char *proc)
{
	unsigned long major, minor;
	char text[128], *end;

	read_text(text, sizeof(text), proc, "sys/kernel/osrelease");
	major = strtoul(text, &end, 10);
	if (end == text || *end != '.')
		return 0;
	minor = strtoul(end + 1, NULL, 10);
	return (uint32_t)(major << 16 | minor << 8);
}

/**
 * thp__hugetlb_sizes - return the sizes of pages of hugetlb
 * @proc: path of /proc; sysfs is the directory sys beside it
 *
 * Return: mask of 1 << log2 of each size.
 */
uint64_t thp__hugetlb_sizes(const char *proc)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	uint64_t sizes = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/../sys/kernel/mm/hugepages", proc);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		unsigned long long kib = 0;

		if (!strncmp(entry->d_name, "hugepages-", strlen("hugepages-")))
			kib = strtoull(entry->d_name + strlen("hugepages-"), NULL, 10);
		if (kib)
			sizes |= 1ULL << (10 + 63 - __builtin_clzll(kib));
	}
	if (dir)
		closedir(dir);
	return sizes;
}

/**
 * thp__read - read all settings
 * @thp: filled; unknown settings are INSPECT_THP_UNKNOWN
 * @proc: path of /proc; sysfs is the directory sys beside it
 * @pid: the process
 */
void thp__read(struct inspect_thp *thp, const char *proc, pid_t pid)
{
	memset(thp, 0, sizeof(*thp));
	thp->anon = read_setting(proc, "enabled");
	thp->known = thp->anon != INSPECT_THP_UNKNOWN;
	thp->shmem = read_setting(proc, "shmem_enabled");
	thp->max_none = (uint32_t)read_number(proc, "max_ptes_none");
	thp->max_swap = (uint32_t)read_number(proc, "max_ptes_swap");
	thp->max_shared = (uint32_t)read_number(proc, "max_ptes_shared");
	thp->scan_sleep_ms = read_number(proc, "scan_sleep_millisecs");
	thp->pages_to_scan = read_number(proc, "pages_to_scan");
	thp->full_scans = read_number(proc, "full_scans");
	read_sizes(thp, proc);
	thp->disabled = is_disabled(proc, pid);
	thp->kernel = read_kernel(proc);
}
