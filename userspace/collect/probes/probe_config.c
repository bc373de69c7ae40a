// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Copies kernel settings that the classification of faults depends on (huge pages, fault-around) to
 * the probes. Read at each call, because they can change at any time.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes.h"

#define THP_DIR		"/sys/kernel/mm/transparent_hugepage/"
#define AROUND_USUAL	65536	/* default_fault_around_bytes */
#define LINE_MAX_BYTES	128

/*
 * Huge pages of the size of a leaf of the second level have a setting of their own. A table has a page, so
 * that leaf has 1 / 8 of the square of a page: 2M; with pages of 16K 32M, of 64K 512M.
 */
static void huge_setting(char *path, size_t size)
{
	unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);

	snprintf(path, size, THP_DIR "hugepages-%lukB/enabled", page / 8 * (page / 1024));
}

/* The files stay open, because a look-up of the path costs more than the read */
static const char *const paths[PROBES_SETTINGS] = {
	[PROBES_THP] = THP_DIR "enabled",
	[PROBES_AROUND] = "/sys/kernel/debug/fault_around_bytes",
};

/* Read the text of a setting; empty if the kernel lacks it */
static void read_setting(struct probes *p, enum probes_setting setting,
			 char line[LINE_MAX_BYTES])
{
	int *fd = &p->settings[setting];
	char path[128];
	ssize_t n;

	if (*fd <= 0 && setting == PROBES_THP_2M) {
		huge_setting(path, sizeof(path));
		*fd = open(path, O_RDONLY | O_CLOEXEC);
	} else if (*fd <= 0) {
		*fd = open(paths[setting], O_RDONLY | O_CLOEXEC);
	}
	n = *fd < 0 ? -1 : pread(*fd, line, LINE_MAX_BYTES - 1, 0);
	line[n > 0 ? n : 0] = '\0';
}

/* The bracketed word of a line "one [two] three"; empty if there is none */
static void chosen_word(struct probes *p, enum probes_setting setting, char *word, size_t size)
{
	char line[LINE_MAX_BYTES], *from, *to;

	word[0] = 0;
	read_setting(p, setting, line);
	from = strchr(line, '[');
	to = from ? strchr(from, ']') : NULL;
	if (!to)
		return;
	*to = '\0';
	snprintf(word, size, "%s", from + 1);
}

/* Since 6.8 pages of this size have a setting of their own, "inherit" by default */
static __u32 thp_mode(struct probes *p)
{
	char word[32];

	chosen_word(p, PROBES_THP_2M, word, sizeof(word));
	if (!word[0] || !strcmp(word, "inherit"))
		chosen_word(p, PROBES_THP, word, sizeof(word));
	if (!strcmp(word, "always"))
		return THP_ALWAYS;
	return strcmp(word, "madvise") ? THP_NEVER : THP_MADVISE;
}

static __u32 around_bytes(struct probes *p)
{
	char line[LINE_MAX_BYTES], *end;
	unsigned long bytes;

	read_setting(p, PROBES_AROUND, line);
	bytes = strtoul(line, &end, 10);
	if (end == line || bytes > UINT32_MAX || bytes & (bytes - 1))
		return AROUND_USUAL;
	return (__u32)bytes;
}

/** probes__configure - update the kernel settings in the probes */
void probes__configure(struct probes *p)
{
	p->skel->bss->thp_mode = thp_mode(p);
	p->skel->bss->around_bytes = around_bytes(p);
}

/** probes__close_settings - close the files of the settings */
void probes__close_settings(struct probes *p)
{
	unsigned int i;

	for (i = 0; i < PROBES_SETTINGS; i++)
		if (p->settings[i] > 0)
			close(p->settings[i]);
}
