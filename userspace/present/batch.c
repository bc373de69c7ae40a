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
#include "column.h"

/* A name column is as long as the line lets it be, but of some use */
#define NAME_MIN	8
#define NAME_MAX_WIDTH	240

static void print_cell(FILE *out, const struct column *c, const char *text,
		       unsigned int used, unsigned int width)
{
	char fitted[4 * NAME_MAX_WIDTH + 1];
	unsigned int room = width > used + NAME_MIN ? width - used : NAME_MIN;

	if (c->width) {
		fprintf(out, "%*s", c->left ? -(int)c->width : (int)c->width,
			text);
		return;
	}
	text__fit(fitted, sizeof(fitted), text,
		  room < NAME_MAX_WIDTH ? room : NAME_MAX_WIDTH);
	fputs(fitted, out);
}

static void print_header(FILE *out)
{
	bool first = true;
	size_t i;

	for (i = 0; i < column_count; i++) {
		const struct column *c = &column_table[i];
		int width = c->left ? -(int)c->width : (int)c->width;

		if (!(c->in & COLUMN_TEXT))
			continue;
		/* the '#' takes the blank before the first column */
		fprintf(out, "%s%*s", first ? "#" : " ", width, c->title);
		first = false;
	}
	fputc('\n', out);
}

static void print_line(FILE *out, const struct line *line, unsigned int width)
{
	char buf[QUANTITY_MAX];
	unsigned int used = 0;
	struct value value;
	size_t i;

	for (i = 0; i < column_count; i++) {
		const struct column *c = &column_table[i];

		if (!(c->in & COLUMN_TEXT))
			continue;
		fputc(' ', out);
		used += c->width + 1;
		column__get(c, line, &value);
		print_cell(out, c, value__format(&value, buf, sizeof(buf)),
			   used, width);
	}
	fputc('\n', out);
}

/* Most faults first, then by address */
static int by_faults(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = column__compare(&column_table[0], y, x);

	if (order || x->class)
		return order;
	return x->mapping->start < y->mapping->start ? -1 :
	       x->mapping->start > y->mapping->start;
}

static void print_classes(FILE *out, const struct line *mapping,
			  unsigned int width)
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
		print_line(out, &line[i], width);
}

static int print_mappings(FILE *out, const struct snapshot *s,
			  unsigned int width)
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
		print_line(out, &line[i], width);
		print_classes(out, &line[i], width);
	}
	free(line);
	return 0;
}

static void print_label(FILE *out, const struct snapshot *s,
			const struct snapshot_faults *faults, const char *label,
			unsigned int width)
{
	struct line line = { .snapshot = s, .faults = faults, .label = label };

	print_line(out, &line, width);
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
	int err;

	print_title(out, s);
	if (s->total.count) {
		print_header(out);
		err = print_mappings(out, s, width);
		if (err)
			return err;
		if (s->unattributed.count)
			print_label(out, s, &s->unattributed, "unattributed",
				    width);
		print_label(out, s, &s->total, "total", width);
	} else {
		fputs("# no faults in this interval\n", out);
	}
	print_coverage(out, s);
	print_state(out, s);
	fputc('\n', out);
	return 0;
}
