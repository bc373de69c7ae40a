// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads /proc/PID/status and /proc/PID/stat. It reads nothing from pgwalk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

long long status_value(pid_t pid, const char *name)
{
	char path[64], line[256];
	long long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (value < 0 && fgets(line, sizeof(line), f)) {
		size_t n = strcspn(line, ":");

		if (n == strlen(name) && !strncmp(line, name, n))
			value = atoll(line + n + 1);
	}
	fclose(f);
	return value;
}

/* Field 2, the name, may contain blanks and brackets: count from the last bracket */
__u64 status_stat(pid_t pid, int field)
{
	char path[64], text[2048], *at;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = 0;
	at = strrchr(text, ')');
	for (int i = 2; at && i < field; i++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at + 1, NULL, 10) : 0;
}
