// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads /proc/PID/smaps. It reads nothing from pgwalk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maps.h"

static bool parse_header(struct mapping *m, const char *line)
{
	int at = 0;

	memset(m, 0, sizeof(*m));
	if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &m->start, &m->end,
		   m->perms, &m->offset, &m->major, &m->minor, &m->ino,
		   &at) != 7 || !at)
		return false;
	strcpy(m->header, line);
	m->name = m->header + at;
	m->vsyscall = !strcmp(m->name, "[vsyscall]");
	return true;
}

static void parse_field(struct mapping *m, const char *line)
{
	unsigned long long kib;
	char key[32];

	if (!strncmp(line, "VmFlags:", 8)) {
		m->no_pagemap = strstr(line, " pf ");
		m->rwp = strstr(line, " ur ");
		m->new_dirty = strstr(line, " sd ");
		return;
	}
	if (sscanf(line, "%31[^:]: %llu kB", key, &kib) != 2)
		return;
	if (!strncmp(key, "Shared_", 7))
		m->shared += kib;
	else if (!strncmp(key, "Private_", 8))
		m->private += kib;
	if (!strcmp(key, "Rss"))
		m->rss = kib;
	else if (!strcmp(key, "Referenced"))
		m->referenced = kib;
	else if (!strcmp(key, "Pss"))
		m->pss = kib;
	else if (!strcmp(key, "LazyFree"))
		m->lazyfree = kib;
	else if (!strcmp(key, "Swap"))
		m->swap = kib;
	else if (!strcmp(key, "Shared_Dirty") || !strcmp(key, "Private_Dirty"))
		m->dirty += kib;
	else if (!strcmp(key, "Shared_Hugetlb") ||
		 !strcmp(key, "Private_Hugetlb"))
		m->hugetlb += kib;
	else if (!strcmp(key, "ShmemPmdMapped") || !strcmp(key, "FilePmdMapped"))
		m->huge += kib;
	else if (!strcmp(key, "AnonHugePages")) {
		m->anon_huge = kib;
		m->huge += kib;
	}
}

/* A field's line has a colon after its first word, a header's line does not */
static bool is_field(const char *line)
{
	return line[strcspn(line, ": ")] == ':';
}

bool maps_read(struct maps *maps, pid_t pid)
{
	char path[64], line[4352];
	struct mapping *m;
	FILE *f;

	*maps = (struct maps){ };
	snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		if (is_field(line)) {
			parse_field(&maps->all[maps->nr - 1], line);
			continue;
		}
			/* @name points into @header: grow by whole blocks and set it again */
		if (maps->nr % 64 == 0) {
			m = calloc(maps->nr + 64, sizeof(*m));
			for (size_t i = 0; i < maps->nr; i++) {
				m[i] = maps->all[i];
				m[i].name = m[i].header + (maps->all[i].name -
							   maps->all[i].header);
			}
			free(maps->all);
			maps->all = m;
		}
		if (!parse_header(&maps->all[maps->nr++], line))
			break;
	}
	fclose(f);
	return maps->nr;
}

bool maps_is_skipped(const struct mapping *m)
{
	return !strncmp(m->perms, "---", 3) && !m->rss;
}

const struct mapping *maps_find(const struct maps *maps, __u64 address)
{
	for (size_t i = 0; i < maps->nr; i++)
		if (maps->all[i].start <= address && address < maps->all[i].end)
			return &maps->all[i];
	return NULL;
}

void maps_free(struct maps *maps)
{
	free(maps->all);
	*maps = (struct maps){ };
}
