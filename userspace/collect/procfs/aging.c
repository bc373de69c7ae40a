// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads from sysfs which parts of the kernel clear accessed bits of any process: DAMON with its
 * modules, and the multi-generational LRU. The kernel does not record writes to
 * /proc/PID/clear_refs.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../inspect.h"
#include "aging.h"

#define SYS	"../sys/"	/* beside /proc */

/* Read the first word of a file below sysfs. Return false if the file does not exist */
static bool read_word(char word[32], const char *proc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool read_word(char word[32], const char *proc, const char *format, ...)
{
	char path[PATH_MAX];
	int at = snprintf(path, sizeof(path), "%s/" SYS, proc);
	va_list args;
	FILE *file;
	bool found;

	if (at < 0 || at >= (int)sizeof(path))
		return false;
	va_start(args, format);
	vsnprintf(path + at, sizeof(path) - (size_t)at, format, args);
	va_end(args);
	file = fopen(path, "re");
	found = file && fscanf(file, "%31s", word) == 1;
	if (file)
		fclose(file);
	return found;
}

static bool is_enabled(const char *proc, const char *module)
{
	char word[32];

	return read_word(word, proc, "module/%s/parameters/enabled", module) &&
	       (*word == 'Y' || *word == '1');
}

/* DAMON monitoring started through sysfs, of any process or of all memory */
static bool is_monitored(const char *proc)
{
	static const char kdamonds[] = "kernel/mm/damon/admin/kdamonds";
	char word[32];
	long i, nr = 0;

	if (read_word(word, proc, "%s/nr_kdamonds", kdamonds))
		nr = strtol(word, NULL, 10);
	for (i = 0; i < nr; i++)
		if (read_word(word, proc, "%s/%ld/state", kdamonds, i) &&
		    !strcmp(word, "on"))
			return true;
	return false;
}

/**
 * aging__read - find the parts of the kernel that currently clear accessed bits
 * @proc: path of /proc; sysfs is the directory sys beside it
 *
 * Return: INSPECT_AGING_*; 0: none, or no sysfs.
 */
unsigned int aging__read(const char *proc)
{
	char word[32];
	unsigned int found = 0;

	if (is_enabled(proc, "damon_stat"))
		found |= INSPECT_AGING_DAMON_STAT;
	if (is_enabled(proc, "damon_reclaim"))
		found |= INSPECT_AGING_DAMON_RECLAIM;
	if (is_enabled(proc, "damon_lru_sort"))
		found |= INSPECT_AGING_DAMON_LRU_SORT;
	if (is_monitored(proc))
		found |= INSPECT_AGING_DAMON;
	if (read_word(word, proc, "kernel/mm/lru_gen/enabled") &&
	    strtoul(word, NULL, 16) & 1)
		found |= INSPECT_AGING_MGLRU;
	return found;
}
