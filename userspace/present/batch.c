// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot as text that reads and greps: data lines with fixed columns, all
 * else behind a '#'. It keeps no state and writes where it is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/quantity.h"
#include "../lib/text.h"
#include "batch.h"
#include "fault_columns.h"
#include "table.h"

/* Most faults first, then by address */
static int by_faults(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = column__compare(&fault_columns.column[0], y, x);

	if (order || x->class)
		return order;
	return x->mapping->start < y->mapping->start ? -1 :
	       x->mapping->start > y->mapping->start;
}

static void print_classes(FILE *out, const struct line *mapping,
			  const struct table *table)
{
	struct line line[PGWALK_FAULT_CLASS_NR];
	size_t i, count = mapping->mapping->nr_classes;

	for (i = 0; i < count; i++) {
		line[i] = *mapping;
		line[i].class = &mapping->mapping->class[i];
		line[i].faults = &mapping->mapping->class[i].faults;
	}
	qsort(line, count, sizeof(*line), by_faults);
	for (i = 0; i < count; i++)
		table__line(table, out, &line[i], ' ');
}

static int print_mappings(FILE *out, const struct snapshot *s,
			  const struct table *table)
{
	struct line *line = calloc(s->nr_mappings + 1, sizeof(*line));
	size_t i;

	if (!line)
		return -ENOMEM;
	for (i = 0; i < s->nr_mappings; i++) {
		line[i].snapshot = s;
		line[i].mapping = &s->mapping[i];
		line[i].faults = &s->mapping[i].faults;
	}
	qsort(line, s->nr_mappings, sizeof(*line), by_faults);
	for (i = 0; i < s->nr_mappings; i++) {
		table__line(table, out, &line[i], ' ');
		print_classes(out, &line[i], table);
	}
	free(line);
	return 0;
}

static void print_label(FILE *out, const struct snapshot *s,
			const struct snapshot_faults *faults, const char *label,
			const struct table *table)
{
	struct line line = { .snapshot = s, .faults = faults, .label = label };

	table__line(table, out, &line, ' ');
}

static void print_title(FILE *out, const struct snapshot *s)
{
	char comm[sizeof(s->target->comm) * 4 + 1];

	text__fit(comm, sizeof(comm), s->target->comm, 32);
	fprintf(out, "# pgtop %d %s  %.2f s  faults %llu  minor %llu  major %llu\n",
		s->target->pid, comm, s->seconds,
		(unsigned long long)s->total.count,
		(unsigned long long)(s->total.count - s->total.major),
		(unsigned long long)s->total.major);
}

static void print_coverage(FILE *out, const struct snapshot *s)
{
	uint64_t attributed = s->total.count - s->unattributed.count;
	char share[QUANTITY_MAX];

	quantity__coverage(share, sizeof(share), attributed, s->total.count);
	fprintf(out, "# coverage %llu of %llu (%s)  preempt %s",
		(unsigned long long)attributed,
		(unsigned long long)s->total.count, share, s->target->preempt);
	if (s->total.missed_exit)
		fprintf(out, "  missed exits %llu",
			(unsigned long long)s->total.missed_exit);
	if (s->lost)
		fprintf(out, "  LOST %llu", (unsigned long long)s->lost);
	fputc('\n', out);
}

static void print_state(FILE *out, const struct snapshot *s)
{
	fprintf(out, "# %zu mapping%s", s->nr_mappings,
		s->nr_mappings == 1 ? "" : "s");
	if (s->complete && s->quiet)
		fprintf(out, " (%zu quiet one%s hidden)", s->quiet,
			s->quiet == 1 ? "" : "s");
	if (!s->target->module)
		fprintf(out, "  pgwalk.ko not loaded: no RES, HUGE");
	else if (s->regions)
		fprintf(out, "  RES and HUGE %.1f s old", s->age_seconds);
	if (s->exited)
		fprintf(out, "  exited");
	fputc('\n', out);
}

/**
 * batch__format - write one interval as text
 * @out: where to
 * @s: the interval
 * @width: columns of a line; what has a fixed width keeps it
 *
 * Return: 0 or -ENOMEM. Errors of @out are left to its owner.
 */
int batch__format(FILE *out, const struct snapshot *s, unsigned int width)
{
	struct table table;
	int err;

	table__init(&table, &fault_columns, width, false);
	print_title(out, s);
	if (s->total.count) {
		table__header(&table, out);
		err = print_mappings(out, s, &table);
		if (err)
			return err;
		if (s->unattributed.count)
			print_label(out, s, &s->unattributed, "unattributed",
				    &table);
		print_label(out, s, &s->total, "total", &table);
	} else {
		fputs("# no faults in this interval\n", out);
	}
	print_coverage(out, s);
	print_state(out, s);
	fputc('\n', out);
	return 0;
}
