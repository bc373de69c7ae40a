// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses statistics of page tables; does not compare them with other sources. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pgtable_stats.h"
#include "interface.h"
#include "names.h"
#include "sizes.h"

static const char * const levels[] = { "", "pte", "pmd", "pud", "p4d", "pgd" };
/* Is it the word for the bytes that an entry of the level covers? "-" above the leaves */
static bool is_size(const char *word, unsigned int level)
{
	if (level > PGWALK_LEVEL_PUD)
		return !strcmp(word, "-");
	return names_shift(word) == (int)(PAGE_SHIFT + (PAGE_SHIFT - 3) * (level - 1));
}

static int level_of(const char *word)
{
	for (int i = 1; i <= PGWALK_MAX_LEVELS; i++)
		if (!strcmp(word, levels[i]))
			return i;
	return 0;
}

/* As tables are by the levels of INFO: the text has no shifts */
static void set_shifts(struct pgwalk_pgtable_stats *row)
{
	struct pgwalk_info info;

	interface_info(&info);
	for (unsigned int i = 0; i < info.nr_levels; i++)
		if (info.geometry[i].level == row->level)
			row->entries_shift = (__u8)__builtin_ctz(info.geometry[i].entries);
	row->bytes_shift = row->entries_shift + 3;
	if (info.arch == PGWALK_ARCH_X86_64 && row->level == PGWALK_LEVEL_PGD)
		row->entries_shift--;	/* the user half */
}

/* A value that is printed twice must be equal */
static bool is_consistent(const struct pgwalk_pgtable_stats *row, __u64 bytes, __u64 entries,
			  const char *fill, const char *size)
{
	__u64 tenths = entries ? row->used * 1000 / entries : 0;
	char expected[32];

	snprintf(expected, sizeof(expected), "%llu.%llu", tenths / 10, tenths % 10);
	return bytes == (row->tables + row->deposited) << row->bytes_shift &&
	       entries == row->tables << row->entries_shift &&
	       !strcmp(fill, expected) && is_size(size, row->level);
}

static bool parse_row(struct pgwalk_pgtable_stats *row, const char *line)
{
	char level[8], node[16], fill[16], size[8], rest;
	__u64 bytes, entries;

	memset(row, 0, sizeof(*row));
	if (sscanf(line, "%7s %15s %llu %llu %llu %llu %15s %llu %7s %llu %llu %c",
		   level, node, &row->tables, &bytes, &row->used, &entries, fill,
		   &row->leaves, size, &row->empty, &row->deposited, &rest) != 11)
		return false;
	row->level = (__u8)level_of(level);
	row->node = strcmp(node, "-") ? atoi(node) : -1;
	set_shifts(row);
	return row->level && is_consistent(row, bytes, entries, fill, size);
}

static bool parse_line(struct pgtable_stats *stats, const char *line)
{
	if (line[0] != '#')
		return stats->nr < PGTABLE_STATS_ROWS &&
		       parse_row(&stats->rows[stats->nr++], line);
	return strncmp(line, "# total", 7) ||
	       sscanf(line, "# total %llu bytes; pte + pmd + pud %llu, VmPTE %llu; raced %llu",
		      &stats->all_bytes, &stats->charged_bytes,
		      &stats->pgtables_bytes, &stats->raced) == 4;
}

bool pgtable_stats_from_text(struct pgtable_stats *stats, char *text)
{
	char *save, *line;

	memset(stats, 0, sizeof(*stats));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!parse_line(stats, line)) {
			snprintf(stats->error, sizeof(stats->error), "%s", line);
			return false;
		}
	return stats->nr;
}

int pgtable_stats_from_device(struct pgtable_stats *stats, int fd)
{
	struct pgwalk_tables arg = {
		.size = sizeof(arg), .records = (unsigned long)stats->rows,
		.nr_records = PGTABLE_STATS_ROWS,
	};
	int ret = interface_ioctl(fd, PGWALK_IOC_TABLES, &arg);

	stats->nr = ret ? 0 : arg.filled;
	stats->raced = arg.raced;
	stats->pgtables_bytes = arg.pgtables_bytes;
	stats->flat_bytes = arg.flat_bytes;
	stats->error[0] = 0;
	return ret;
}

struct pgwalk_pgtable_stats pgtable_stats_sum(const struct pgtable_stats *stats, int level, int node)
{
	struct pgwalk_pgtable_stats sum = { .level = (__u8)level, .node = node };

	for (unsigned int i = 0; i < stats->nr; i++) {
		const struct pgwalk_pgtable_stats *row = &stats->rows[i];

		if (row->level != level || (node != PGTABLE_STATS_ANY && row->node != node))
			continue;
		sum.tables += row->tables;
		sum.empty += row->empty;
		sum.used += row->used;
		sum.leaves += row->leaves;
		sum.deposited += row->deposited;
	}
	return sum;
}

__u64 pgtable_stats_charged(const struct pgtable_stats *stats)
{
	__u64 tables = 0;

	for (int level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PUD; level++) {
		struct pgwalk_pgtable_stats sum = pgtable_stats_sum(stats, level, PGTABLE_STATS_ANY);

		tables += sum.tables + sum.deposited;
	}
	return tables * PAGE;
}
