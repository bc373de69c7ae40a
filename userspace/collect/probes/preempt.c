// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the preemption model of the kernel. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "preempt.h"

/**
 * preempt__parse - find the preemption model in the kernel's texts
 * @sched: text of sched/preempt in debugfs, "none voluntary (full)"; NULL: none
 * @version: version of the kernel, as uname -v
 * @mode: filled: none, voluntary, full, lazy, rt or unknown
 * @size: bytes of @mode
 *
 * Return: 0, or -ENOENT for unknown.
 */
int preempt__parse(const char *sched, const char *version, char *mode, size_t size)
{
	const char *open = sched ? strchr(sched, '(') : NULL;
	int len = open ? (int)strcspn(open + 1, ")") : 0;

	if (strstr(version, "PREEMPT_RT")) {
		snprintf(mode, size, "rt");
	} else if (len) {
		snprintf(mode, size, "%.*s", len, open + 1);
	} else if (strstr(version, "PREEMPT_DYNAMIC")) {
		/* chosen at boot, but not visible without debugfs */
		snprintf(mode, size, "unknown");
		return -ENOENT;
	} else if (strstr(version, "PREEMPT_LAZY")) {
		snprintf(mode, size, "lazy");
	} else if (strstr(version, "PREEMPT")) {
		snprintf(mode, size, "full");
	} else {
		/* none and voluntary cannot be distinguished from user space */
		snprintf(mode, size, "voluntary");
	}
	return 0;
}

/**
 * preempt__read - find the preemption model of the running kernel
 * @mode: filled, see preempt__parse()
 * @size: bytes of @mode
 */
void preempt__read(char *mode, size_t size)
{
	FILE *file = fopen("/sys/kernel/debug/sched/preempt", "re");
	struct utsname name;
	char line[128];
	const char *sched = NULL;

	if (file) {
		sched = fgets(line, sizeof(line), file);
		fclose(file);
	}
	uname(&name);
	preempt__parse(sched, name.version, mode, size);
}
