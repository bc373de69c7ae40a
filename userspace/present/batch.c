// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot as text that reads and greps: data lines with fixed columns, all
 * else behind a '#'. It keeps no state and writes where it is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "fault_columns.h"
#include "remark.h"
#include "table.h"

#define STACK_ROWS	10

/**
 * struct block - what is being written
 * @out: where to
 * @s: the interval
 * @options: how it looks
 */
struct block {
	FILE *out;
	const struct snapshot *s;
	const struct batch_options *options;
};

static const struct columns *const tables[] = {
	&fault_columns, &who_columns, &stack_columns,
};

/**
 * batch__can_sort - is there a column of that name in any table?
 * @key: key or title
 */
bool batch__can_sort(const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (fault_columns__find(tables[i], key))
			return true;
	return false;
}

/**
 * batch__sort_keys - tell what can be sorted by, for a message
 * @buf: filled, with commas between
 * @size: bytes of @buf
 *
 * Return: @buf.
 */
const char *batch__sort_keys(char *buf, size_t size)
{
	snprintf(buf, size, "faults, major, p50, p99, max, sum_ns, res, huge, swapped, size, start, name, write, retries, around, ...");
	return buf;
}

/* Rows are sorted by one column, and where that leaves it open by faults */
struct order {
	const struct column *by;
	const struct column *then;
};

static int compare(const void *a, const void *b, void *ctx)
{
	const struct order *order = ctx;
	const struct line *x = a, *y = b;
	int n = order->by ? fault_columns__compare(order->by, x, y) : 0;

	if (!n)
		n = fault_columns__compare(order->then, x, y);
	if (n || x->class || !x->mapping)
		return n;
	return x->mapping->start < y->mapping->start ? -1 :
	       x->mapping->start > y->mapping->start;
}

static void sort(const struct block *b, const struct columns *columns,
		 struct line *line, size_t count)
{
	struct order order = {
		b->options->sort ? fault_columns__find(columns, b->options->sort) :
				   NULL,
		&columns->column[0],
	};

	qsort_r(line, count, sizeof(*line), compare, &order);
}

/* How many of them are shown; the others are told of */
static size_t shown(const struct block *b, size_t count, size_t otherwise)
{
	size_t rows = b->options->rows ? b->options->rows : otherwise;

	return rows && rows < count ? rows : count;
}

static void tell_hidden(const struct block *b, size_t count, size_t rows)
{
	if (rows < count)
		fprintf(b->out, "# %zu more\n", count - rows);
}

static void print_classes(const struct block *b, const struct table *table,
			  const struct line *mapping)
{
	struct line line[PGWALK_FAULT_CLASS_NR];
	size_t i, count = mapping->mapping->nr_classes;

	for (i = 0; i < count; i++) {
		line[i] = *mapping;
		line[i].class = &mapping->mapping->class[i];
		line[i].faults = &mapping->mapping->class[i].faults;
	}
	sort(b, &fault_columns, line, count);
	for (i = 0; i < count; i++)
		table__line(table, b->out, &line[i], ' ');
}

static int print_mappings(const struct block *b, const struct table *table)
{
	const struct snapshot *s = b->s;
	struct line *line = calloc(s->nr_mappings + 1, sizeof(*line));
	size_t i, rows = shown(b, s->nr_mappings, 0);

	if (!line)
		return -ENOMEM;
	for (i = 0; i < s->nr_mappings; i++) {
		line[i].snapshot = s;
		line[i].mapping = &s->mapping[i];
		line[i].faults = &s->mapping[i].faults;
	}
	sort(b, &fault_columns, line, s->nr_mappings);
	for (i = 0; i < rows; i++) {
		table__line(table, b->out, &line[i], ' ');
		print_classes(b, table, &line[i]);
	}
	tell_hidden(b, s->nr_mappings, rows);
	free(line);
	return 0;
}

static int print_tasks(const struct block *b, const struct table *table)
{
	const struct snapshot *s = b->s;
	struct line *line = calloc(s->nr_tasks + 1, sizeof(*line));
	size_t i, rows = shown(b, s->nr_tasks, 0);

	if (!line)
		return -ENOMEM;
	for (i = 0; i < s->nr_tasks; i++) {
		line[i].snapshot = s;
		line[i].task = &s->task[i];
		line[i].faults = &s->task[i].faults;
	}
	sort(b, &who_columns, line, s->nr_tasks);
	for (i = 0; i < rows; i++)
		table__line(table, b->out, &line[i], ' ');
	tell_hidden(b, s->nr_tasks, rows);
	free(line);
	return 0;
}

static int print_stacks(const struct block *b)
{
	const struct snapshot *s = b->s;
	struct line *line = calloc(s->nr_sites + 1, sizeof(*line));
	size_t i, rows = shown(b, s->nr_sites, STACK_ROWS);
	struct table table;

	if (!line)
		return -ENOMEM;
	for (i = 0; i < s->nr_sites; i++)
		line[i] = (struct line){ .snapshot = s,
					 .stack = &s->site[i].sum };
	if (s->nr_sites) {
		table__init(&table, &stack_columns, b->options->width, false);
		fputs("# where from\n", b->out);
		table__header(&table, b->out);
	}
	sort(b, &stack_columns, line, s->nr_sites);
	for (i = 0; i < rows; i++)
		table__line(&table, b->out, &line[i], ' ');
	tell_hidden(b, s->nr_sites, rows);
	free(line);
	return 0;
}

static void print_sum(const struct block *b, const struct table *table,
		      const struct snapshot_faults *faults, const char *label)
{
	const struct line line = { .snapshot = b->s, .faults = faults,
				   .label = label };

	table__line(table, b->out, &line, ' ');
}

/* By mapping, or, where many are watched, by process */
static int print_faults(const struct block *b)
{
	const struct snapshot *s = b->s;
	bool many = s->target->scope != SNAPSHOT_PROCESS;
	struct table table;
	int err;

	if (!s->total.count && !s->nr_mappings && !s->nr_tasks) {
		fputs("# no faults in this interval\n", b->out);
		if (many || !s->counted)
			return 0;
	}
	table__init(&table, many ? &who_columns : &fault_columns,
		    b->options->width, false);
	table__header(&table, b->out);
	err = many ? print_tasks(b, &table) : print_mappings(b, &table);
	if (err)
		return err;
	if (s->unattributed.count)
		print_sum(b, &table, &s->unattributed, "unattributed");
	print_sum(b, &table, &s->total, "total");
	return 0;
}

static int print_threads(const struct block *b)
{
	struct table table;

	if (b->s->target->scope != SNAPSHOT_PROCESS || !b->s->by_thread ||
	    !b->s->nr_tasks)
		return 0;
	table__init(&table, &who_columns, b->options->width, false);
	fputs("# by thread\n", b->out);
	table__header(&table, b->out);
	return print_tasks(b, &table);
}

/**
 * batch__format - write one interval as text
 * @out: where to
 * @s: the interval
 * @options: how it looks
 *
 * Return: 0 or -ENOMEM. Errors of @out are left to its owner.
 */
int batch__format(FILE *out, const struct snapshot *s,
		  const struct batch_options *options)
{
	const struct block b = { out, s, options };
	int err;

	remark__title(out, s);
	err = print_faults(&b);
	if (!err)
		err = print_threads(&b);
	if (!err && s->has_stacks)
		err = print_stacks(&b);
	if (err)
		return err;
	remark__coverage(out, s);
	remark__missed(out, s);
	remark__details(out, s);
	remark__signals(out, s);
	remark__system(out, s);
	remark__cost(out, s);
	remark__state(out, s);
	fputc('\n', out);
	return 0;
}
