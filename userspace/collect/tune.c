// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel is set to, as far as the probes have to know it to tell what a fault
 * could have done. Read anew each time: it may be changed while they watch.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes.h"

#define THP_DIR		"/sys/kernel/mm/transparent_hugepage/"
#define AROUND_FILE	"/sys/kernel/debug/fault_around_bytes"
#define AROUND_USUAL	65536	/* default_fault_around_bytes */

/* The word of a line "one [two] three" that is in brackets; empty if there is none */
static void chosen_word(const char *path, char *word, size_t size)
{
	char line[128] = "";
	FILE *f = fopen(path, "re");
	char *from, *to;

	word[0] = 0;
	if (!f)
		return;
	from = fgets(line, sizeof(line), f) ? strchr(line, '[') : NULL;
	to = from ? strchr(from, ']') : NULL;
	fclose(f);
	if (to)
		snprintf(word, size, "%.*s", (int)(to - from - 1), from + 1);
}

/* 2M pages have a setting of their own since 6.8; mostly it says "inherit" */
static __u32 thp_mode(void)
{
	char word[32];

	chosen_word(THP_DIR "hugepages-2048kB/enabled", word, sizeof(word));
	if (!word[0] || !strcmp(word, "inherit"))
		chosen_word(THP_DIR "enabled", word, sizeof(word));
	if (!strcmp(word, "always"))
		return THP_ALWAYS;
	return strcmp(word, "madvise") ? THP_NEVER : THP_MADVISE;
}

static __u32 around_bytes(void)
{
	FILE *f = fopen(AROUND_FILE, "re");
	unsigned long bytes = AROUND_USUAL;
	char line[32], *end;

	if (!f)
		return AROUND_USUAL;
	if (fgets(line, sizeof(line), f)) {
		bytes = strtoul(line, &end, 10);
		if (end == line || bytes > UINT32_MAX || bytes & (bytes - 1))
			bytes = AROUND_USUAL;
	}
	fclose(f);
	return (__u32)bytes;
}

/** probes__tune - have the probes know the settings of the kernel as they are now */
void probes__tune(struct probes *p)
{
	p->skel->bss->thp_mode = thp_mode();
	p->skel->bss->around_bytes = around_bytes();
}
