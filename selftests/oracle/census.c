// SPDX-License-Identifier: GPL-2.0
/* Reads censuses of page tables back. It must not know what is right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "census.h"
#include "interface.h"

static const char * const levels[] = { "", "pte", "pmd", "pud", "p4d", "pgd" };
static const char * const sizes[] = { "", "4K", "2M", "1G", "-", "-" };

static int level_of(const char *word)
{
	for (int i = 1; i <= PGWALK_MAX_LEVELS; i++)
		if (!strcmp(word, levels[i]))
			return i;
	return 0;
}

/* Numbers that say the same twice must do so */
static bool is_consistent(const struct pgwalk_census *row, __u64 bytes, __u64 entries,
			  const char *fill, const char *size)
{
	__u64 tenths = entries ? row->used * 1000 / entries : 0;
	char expected[32];

	snprintf(expected, sizeof(expected), "%llu.%llu", tenths / 10, tenths % 10);
	return bytes == (row->tables + row->deposited) * 4096 &&
	       entries == row->tables * (row->level == PGWALK_LEVEL_PGD ? 256 : 512) &&
	       !strcmp(fill, expected) && !strcmp(size, sizes[row->level]);
}

static bool parse_row(struct pgwalk_census *row, const char *line)
{
	char level[8], node[16], fill[16], size[8], rest;
	__u64 bytes, entries;

	memset(row, 0, sizeof(*row));
	if (sscanf(line, "%7s %15s %llu %llu %llu %llu %15s %llu %7s %llu %llu %c",
		   level, node, &row->tables, &bytes, &row->used, &entries, fill,
		   &row->leafs, size, &row->empty, &row->deposited, &rest) != 11)
		return false;
	row->level = (__u8)level_of(level);
	row->node = strcmp(node, "-") ? atoi(node) : -1;
	return row->level && is_consistent(row, bytes, entries, fill, size);
}

static bool parse_line(struct census *census, const char *line)
{
	if (line[0] != '#')
		return census->nr < CENSUS_ROWS &&
		       parse_row(&census->rows[census->nr++], line);
	return strncmp(line, "# total", 7) ||
	       sscanf(line, "# total %llu bytes; pte + pmd + pud %llu, VmPTE %llu; raced %llu",
		      &census->all_bytes, &census->charged_bytes,
		      &census->pgtables_bytes, &census->raced) == 4;
}

bool census_from_text(struct census *census, char *text)
{
	char *save, *line;

	memset(census, 0, sizeof(*census));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!parse_line(census, line)) {
			snprintf(census->error, sizeof(census->error), "%s", line);
			return false;
		}
	return census->nr;
}

int census_from_device(struct census *census, int fd)
{
	struct pgwalk_tables arg = {
		.size = sizeof(arg), .records = (unsigned long)census->rows,
		.nr_records = CENSUS_ROWS,
	};
	int ret = interface_ioctl(fd, PGWALK_IOC_TABLES, &arg);

	census->nr = ret ? 0 : arg.filled;
	census->raced = arg.raced;
	census->pgtables_bytes = arg.pgtables_bytes;
	census->flat_bytes = arg.flat_bytes;
	census->error[0] = 0;
	return ret;
}

struct pgwalk_census census_of(const struct census *census, int level, int node)
{
	struct pgwalk_census sum = { .level = (__u8)level, .node = node };

	for (unsigned int i = 0; i < census->nr; i++) {
		const struct pgwalk_census *row = &census->rows[i];

		if (row->level != level || (node != CENSUS_ANY && row->node != node))
			continue;
		sum.tables += row->tables;
		sum.empty += row->empty;
		sum.used += row->used;
		sum.leafs += row->leafs;
		sum.deposited += row->deposited;
	}
	return sum;
}

__u64 census_charged(const struct census *census)
{
	__u64 tables = 0;

	for (int level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PUD; level++) {
		struct pgwalk_census sum = census_of(census, level, CENSUS_ANY);

		tables += sum.tables + sum.deposited;
	}
	return tables * 4096;
}
