// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the tracepoint tlb:tlb_flush for the time of one step, in an instance of tracefs of its own. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab.h"

#define INSTANCES	"/sys/kernel/tracing/instances"

/* enum tlb_flush_reason of include/linux/mm_types.h */
enum {
	REASON_REMOTE_SHOOTDOWN	= 1,
	REASON_LOCAL_SHOOTDOWN	= 2,
	REASON_LOCAL_MM		= 3,
	REASON_REMOTE_SEND	= 4,
};

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return done;
}

static bool is_on;

/* A path in the instance of this process: another one may be at the same step */
static const char *path_of(const char *file)
{
	static char path[128];

	snprintf(path, sizeof(path), INSTANCES "/pgwalk-lab-%d%s", getpid(), file);
	return path;
}

/** tlb_trace__begin - record flushes from now on, if the kernel can */
void tlb_trace__begin(void)
{
	rmdir(path_of(""));
	is_on = !mkdir(path_of(""), 0700) && write_file(path_of("/events/tlb/tlb_flush/enable"), "1");
	if (!is_on)
		rmdir(path_of(""));
}

/* "     comm-123   [001] ..... 12.345678: tlb_flush: pages:1 reason:local mm shootdown (3)" */
static void count_line(const char *line, pid_t pid, struct lab_flush *flush)
{
	const char *event = strstr(line, "tlb_flush: pages:"), *cpu = strstr(line, " ["), *task = cpu, *reason;
	long pages, by;

	if (!event || !cpu || cpu > event)
		return;
	while (task > line && *task != '-')
		task--;
	reason = strrchr(event, '(');
	pages = strtol(event + strlen("tlb_flush: pages:"), NULL, 10);
	by = strtol(task + 1, NULL, 10);
	switch (reason ? strtol(reason + 1, NULL, 10) : 0) {
	case REASON_REMOTE_SHOOTDOWN:
		flush->remote++;
		break;
	case REASON_LOCAL_SHOOTDOWN:
	case REASON_LOCAL_MM:
		if (by != pid)
			break;
		flush->local++;
		flush->pages = (int)pages;
		break;
	case REASON_REMOTE_SEND:
		flush->sent += by == pid;
		break;
	}
}

/**
 * tlb_trace__end - count the recorded flushes
 * @pid: the process
 * @flush: filled
 */
void tlb_trace__end(pid_t pid, struct lab_flush *flush)
{
	char line[512];
	FILE *f;

	*flush = (struct lab_flush){ .known = is_on };
	if (!is_on)
		return;
	write_file(path_of("/events/tlb/tlb_flush/enable"), "0");
	f = fopen(path_of("/trace"), "re");
	flush->known = f;
	while (f && fgets(line, sizeof(line), f))
		if (line[0] != '#')
			count_line(line, pid, flush);
	if (f)
		fclose(f);
	rmdir(path_of(""));
}
