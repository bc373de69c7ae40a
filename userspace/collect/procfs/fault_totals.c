// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the faults of a process from /proc/PID/stat, of a cgroup from its memory.stat, and of the machine from /proc/vmstat, and
 * returns their growth as one row without a mapping.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault_totals.h"

/* /proc/vmstat has 5 KiB on 7.2 */
#define TEXT_MAX	32768

/**
 * struct fault_totals - the open file
 * @fd: its descriptor
 * @process: of one process
 * @base: faults when it was opened
 * @last: faults when they were last taken
 * @text: buffer
 */
struct fault_totals {
	int fd;
	bool process;
	struct fault_counts base;
	struct fault_counts last;
	char text[TEXT_MAX];
};

/**
 * fault_totals__parse_stat - read the faults in a line of /proc/PID/stat
 * @line: the line
 * @counts: filled
 *
 * Return: were they found?
 */
bool fault_totals__parse_stat(const char *line, struct fault_counts *counts)
{
	/* the name in field 2 can contain any character; the last ')' ends it */
	const char *at = strrchr(line, ')');
	uint64_t field[13];

	if (!at || !at[1] || !at[2])
		return false;
	at += 3;	/* after the state, which is field 3 */
	for (int i = 4; i <= 12; i++) {
		char *end;

		field[i] = strtoull(at, &end, 10);
		if (end == at)
			return false;
		at = end;
	}
	*counts = (struct fault_counts){ .minor = field[10], .major = field[12] };
	return true;
}

/* The number after a name at the beginning of a line */
static bool find_count(const char *text, const char *name, uint64_t *count)
{
	size_t len = strlen(name);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, len) || line[len] != ' ')
			continue;
		*count = strtoull(line + len, NULL, 10);
		return true;
	}
	return false;
}

/**
 * fault_totals__parse_events - read the faults in /proc/vmstat, or in memory.stat of a cgroup
 * @text: the file
 * @counts: filled
 *
 * Return: were they found?
 */
bool fault_totals__parse_events(const char *text, struct fault_counts *counts)
{
	uint64_t all, major;

	if (!find_count(text, "pgfault", &all) || !find_count(text, "pgmajfault", &major))
		return false;
	/* the two are not read at one time */
	*counts = (struct fault_counts){ .minor = all > major ? all - major : 0, .major = major };
	return true;
}

static bool read_counts(struct fault_totals *t, struct fault_counts *counts)
{
	size_t room = sizeof(t->text) - 1, used = 0;
	ssize_t n;

	do {
		n = pread(t->fd, t->text + used, room - used, (off_t)used);
		used += n > 0 ? (size_t)n : 0;
	} while (n > 0 && used < room);
	t->text[used] = '\0';
	return t->process ? fault_totals__parse_stat(t->text, counts) : fault_totals__parse_events(t->text, counts);
}

static int open_counts(pid_t pid, int cgroup)
{
	char path[64];

	if (cgroup >= 0)
		return openat(cgroup, "memory.stat", O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return open(pid ? path : "/proc/vmstat", O_RDONLY | O_CLOEXEC);
}

/**
 * fault_totals__create - start counting
 * @out: filled; untouched on failure
 * @pid: a process; 0: none
 * @cgroup: directory of a cgroup, not kept; -1: none. With neither all processes are counted
 *
 * Return: 0; -ESRCH: the process has exited; -ENOENT: the cgroup has no memory controller; -ENOMEM; or -errno.
 */
int fault_totals__create(struct fault_totals **out, pid_t pid, int cgroup)
{
	struct fault_totals *t = calloc(1, sizeof(*t));
	int err = 0;

	if (!t)
		return -ENOMEM;
	t->process = pid && cgroup < 0;
	t->fd = open_counts(pid, cgroup);
	if (t->fd < 0)
		err = t->process && errno == ENOENT ? -ESRCH : -errno;
	else if (!read_counts(t, &t->base))
		err = t->process ? -ESRCH : -ENOENT;
	if (err) {
		fault_totals__destroy(t);
		return err;
	}
	t->last = t->base;
	*out = t;
	return 0;
}

/** fault_totals__destroy - close the file; NULL is fine */
void fault_totals__destroy(struct fault_totals *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

/** fault_totals__base - return the faults before fault_totals__create() */
struct fault_counts fault_totals__base(const struct fault_totals *t)
{
	return t->base;
}

/**
 * fault_totals__take - make a row of the faults since the last call
 * @t: the counters
 * @key: filled: no mapping, no class
 * @row: filled
 *
 * A process that was reaped has no counters any more: the faults since the last call are not known.
 *
 * Return: were there faults?
 */
bool fault_totals__take(struct fault_totals *t, struct pgwalk_fault_key *key, struct pgwalk_fault_row *row)
{
	struct fault_counts now, grown;

	if (!read_counts(t, &now))
		return false;
	grown.minor = now.minor > t->last.minor ? now.minor - t->last.minor : 0;
	grown.major = now.major > t->last.major ? now.major - t->last.major : 0;
	t->last = now;
	*key = (struct pgwalk_fault_key){
		.scope = t->process ? PGWALK_SCOPE_MAPPING : PGWALK_SCOPE_PROCESS,
		.class = PGWALK_FAULT_UNATTRIBUTED,
	};
	*row = (struct pgwalk_fault_row){ .count = grown.minor + grown.major, .major = grown.major };
	return row->count;
}
