// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a few counts of /proc/vmstat and tells by how much they grew. What the
 * growth comes from is not judged.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmstat.h"

/* 5 KiB on 7.2; the first that does not fit would not be known */
#define TEXT_MAX	32768

/**
 * struct vmstat - the open file
 * @fd: of it
 * @count: as it was the last time
 * @text: room to read into
 */
struct vmstat {
	int fd;
	__u64 count[VMSTAT_COUNTS];
	char text[TEXT_MAX];
};

/*
 * The names, mm/vmstat.c: vmstat_text; the same on 6.1, 6.12 and 7.2. Some are there
 * only with CONFIG_TRANSPARENT_HUGEPAGE, CONFIG_NUMA_BALANCING, CONFIG_MIGRATION.
 * In the order of struct record_system.
 */
static const char *const names[VMSTAT_COUNTS] = {
	"pgscan_kswapd", "pgscan_direct", "pgsteal_kswapd", "pgsteal_direct",
	"pswpin", "pswpout", "thp_collapse_alloc", "thp_split_page",
	"thp_split_pmd", "pgmigrate_success", "numa_pages_migrated",
};

static void parse_line(const char *line, __u64 count[VMSTAT_COUNTS])
{
	size_t i;

	for (i = 0; i < VMSTAT_COUNTS; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(line, names[i], len) || line[len] != ' ')
			continue;
		count[i] = strtoull(line + len, NULL, 10);
		return;
	}
}

/**
 * vmstat__parse - read the text of /proc/vmstat
 * @text: lines "name count"
 * @count: filled, in the order of struct record_system; RECORD_NOT_KNOWN: not there
 */
void vmstat__parse(const char *text, __u64 count[VMSTAT_COUNTS])
{
	size_t i;

	for (i = 0; i < VMSTAT_COUNTS; i++)
		count[i] = RECORD_NOT_KNOWN;
	while (*text) {
		const char *newline = strchr(text, '\n');

		/* a line without an end was cut off: its count may be, too */
		if (!newline)
			return;
		parse_line(text, count);
		text = newline + 1;
	}
}

static int read_counts(struct vmstat *v, __u64 count[VMSTAT_COUNTS])
{
	size_t at = 0;
	ssize_t n;

	/* the kernel hands out a page of it at a time */
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
 * vmstat__create - begin to count
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

/** vmstat__destroy - close it; NULL is fine */
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
	/* they are summed up over CPUs while they change */
	return now > before ? now - before : 0;
}

/**
 * vmstat__take - tell what happened since the last call, or since vmstat__create()
 * @v: the open file
 * @system: filled: RECORD_SYSTEM_VMSTAT and the eleven counts; the rest is left as it
 *	is. A count that this kernel does not keep is RECORD_NOT_KNOWN.
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
