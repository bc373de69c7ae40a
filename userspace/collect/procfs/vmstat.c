// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads a few counts of /proc/vmstat and returns their growth. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmstat.h"

/* The file has 5 KiB on 7.2; counts after the end of the buffer are not known */
#define TEXT_MAX	32768

/**
 * struct vmstat - the open file
 * @fd: its descriptor
 * @count: counts at the last read
 * @text: buffer
 */
struct vmstat {
	int fd;
	__u64 count[VMSTAT_COUNTS];
	char text[TEXT_MAX];
};

/*
 * Names from mm/vmstat.c: vmstat_text, the same on 6.1, 6.12 and 7.2, in the order of struct
 * record_system. Some exist only with CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_NUMA_BALANCING or
 * CONFIG_MIGRATION.
 */
static const char *const names[VMSTAT_COUNTS] = {
	"pgscan_kswapd", "pgscan_direct", "pgsteal_kswapd", "pgsteal_direct",
	"pswpin", "pswpout", "thp_collapse_alloc", "thp_split_page",
	"thp_split_pmd", "pgmigrate_success", "numa_pages_migrated",
};

#define PREFIX	4	/* bytes that are compared first; each name is longer */

static void parse_line(const char *line, size_t line_len, __u64 count[VMSTAT_COUNTS])
{
	size_t i;

	/* most lines are of "nr_", which no name begins with */
	if (line_len < PREFIX || (line[0] == 'n' && line[1] == 'r'))
		return;
	for (i = 0; i < VMSTAT_COUNTS; i++) {
		size_t len;

		if (memcmp(line, names[i], PREFIX))
			continue;
		len = strlen(names[i]);
		if (strncmp(line, names[i], len) || line[len] != ' ')
			continue;
		count[i] = strtoull(line + len, NULL, 10);
		return;
	}
}

/**
 * vmstat__parse - parse the text of /proc/vmstat
 * @text: lines "name count"
 * @count: filled, in the order of struct record_system; RECORD_NOT_KNOWN: missing
 */
void vmstat__parse(const char *text, __u64 count[VMSTAT_COUNTS])
{
	size_t i;

	for (i = 0; i < VMSTAT_COUNTS; i++)
		count[i] = RECORD_NOT_KNOWN;
	while (*text) {
		const char *newline = strchr(text, '\n');

		/* a line without a newline is cut, and its count may be cut */
		if (!newline)
			return;
		parse_line(text, (size_t)(newline - text), count);
		text = newline + 1;
	}
}

static int read_counts(struct vmstat *v, __u64 count[VMSTAT_COUNTS])
{
	size_t at = 0;
	ssize_t n;

	/* the kernel returns one page per read */
	while (at < TEXT_MAX - 1) {
		n = pread(v->fd, v->text + at, TEXT_MAX - 1 - at, (off_t)at);
		if (n < 0)
			return -errno;
		if (!n)
			break;
		at += (size_t)n;
	}
	v->text[at] = '\0';
	vmstat__parse(v->text, count);
	return 0;
}

/**
 * vmstat__create - open the file and read the first counts
 * @out: filled; untouched on failure
 *
 * Return: 0 or -errno.
 */
int vmstat__create(struct vmstat **out)
{
	struct vmstat *v = calloc(1, sizeof(*v));
	int err;

	if (!v)
		return -ENOMEM;
	v->fd = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
	err = v->fd < 0 ? -errno : read_counts(v, v->count);
	if (err) {
		vmstat__destroy(v);
		return err;
	}
	*out = v;
	return 0;
}

/** vmstat__destroy - close the file; NULL is fine */
void vmstat__destroy(struct vmstat *v)
{
	if (!v)
		return;
	if (v->fd >= 0)
		close(v->fd);
	free(v);
}

static __u64 growth(__u64 before, __u64 now)
{
	if (before == RECORD_NOT_KNOWN || now == RECORD_NOT_KNOWN)
		return RECORD_NOT_KNOWN;
	/* the kernel sums per-CPU counts while they change */
	return now > before ? now - before : 0;
}

/**
 * vmstat__take - read the growth since the last call or since vmstat__create()
 * @v: the open file
 * @system: RECORD_SYSTEM_VMSTAT and the counts are filled; other members stay unchanged. A count
 *	that the kernel does not keep is RECORD_NOT_KNOWN
 *
 * Return: 0; or -errno, with the flag cleared.
 */
int vmstat__take(struct vmstat *v, struct record_system *system)
{
	__u64 *const to[VMSTAT_COUNTS] = {
		&system->scan_kswapd, &system->scan_direct,
		&system->steal_kswapd, &system->steal_direct,
		&system->swap_in, &system->swap_out, &system->thp_collapse,
		&system->thp_split, &system->thp_split_pmd, &system->migrated,
		&system->numa_migrated,
	};
	__u64 now[VMSTAT_COUNTS] = { 0 };
	int err = read_counts(v, now), i;

	if (err) {
		system->flags &= ~(__u64)RECORD_SYSTEM_VMSTAT;
		return err;
	}
	for (i = 0; i < VMSTAT_COUNTS; i++) {
		*to[i] = growth(v->count[i], now[i]);
		v->count[i] = now[i];
	}
	system->flags |= RECORD_SYSTEM_VMSTAT;
	return 0;
}
