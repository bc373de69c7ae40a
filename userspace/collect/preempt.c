// SPDX-License-Identifier: GPL-2.0
/*
 * Finds out how the kernel preempts: the model in use.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "preempt.h"

/**
 * preempt__parse - find out how a kernel preempts from its texts
 * @sched: text of sched/preempt in debugfs, "none voluntary (full)"; NULL: none
 * @version: of the kernel, as uname -v
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
		/* chosen at boot, and the choice is not to be seen */
		snprintf(mode, size, "unknown");
		return -ENOENT;
	} else if (strstr(version, "PREEMPT_LAZY")) {
		snprintf(mode, size, "lazy");
	} else if (strstr(version, "PREEMPT")) {
		snprintf(mode, size, "full");
	} else {
		/* none and voluntary cannot be told apart from outside */
		snprintf(mode, size, "voluntary");
	}
	return 0;
}

/**
 * preempt__read - find out how the running kernel preempts
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
