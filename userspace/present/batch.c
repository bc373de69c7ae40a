// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats a snapshot as text: data lines with fixed columns, all other lines begin
 * with '#'.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "fault_columns.h"
#include "footer.h"
#include "table.h"

#define STACK_ROWS	10
#define SUMMARY_ROWS	10	/* mappings or processes */

/**
 * struct block - the block that is being written
 * @out: output
 * @s: the interval
 * @options: layout
 * @summary: the last block: classes are summed over all mappings
 */
struct block {
	FILE *out;
	const struct snapshot *s;
	const struct batch_options *options;
	bool summary;
};

static const struct columns *const tables[] = {
	&fault_columns, &fault_task_columns, &stack_columns,
};

/**
 * batch__can_sort - test if any table has a column
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
 * batch__needs_memory - return the column of memory that a key stands for
 * @key: a key or title for which batch__can_sort() is true
 *
 * Return: SNAPSHOT_MEMORY_*, one of which has to be selected to sort by the key; 0: none.
 */
unsigned int batch__needs_memory(const char *key)
{
	unsigned int columns = 0;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const struct columns *memory = fault_columns__memory(tables[i]);
		const struct column *c = fault_columns__find(tables[i], key);

		if (!c)
			continue;
		if (!memory || c < memory->column || c >= memory->column + memory->count)
			return 0;
		columns |= fault_columns__memory_bit(c);
	}
	return columns;
}

/**
 * batch__sort_keys - list common sort keys, for a message
 * @buf: filled with keys separated by commas
 * @size: bytes of @buf
 *
 * Return: @buf.
 */
const char *batch__sort_keys(char *buf, size_t size)
{
	snprintf(buf, size, "faults, time, major, p50, p99, max, sum_ns, res, huge, swapped, size, start, name, write, retries, around, ...");
	return buf;
}

/* Sort order: by @by, equal rows by @then */
struct order {
	const struct column *by;
	const struct column *then;
};

static int compare(const void *a, const void *b, void *ctx)
{
	const struct order *order = ctx;
	const struct fault_row *x = a, *y = b;
	int n = order->by ? column__compare(order->by, x, y) : 0;

	if (!n)
		n = column__compare(order->then, x, y);
	if (n || x->class || !x->mapping)
		return n;
	return x->mapping->start < y->mapping->start ? -1 :
	       x->mapping->start > y->mapping->start;
}

static void sort(const struct block *b, const struct columns *columns,
		 struct fault_row *row, size_t count)
{
	struct order order = {
		b->options->sort ? fault_columns__find(columns, b->options->sort) :
				   NULL,
		&columns->column[0],
	};

	qsort_r(row, count, sizeof(*row), compare, &order);
}

/* Select the columns of a table, with the machine if there are streams of several */
static void init_table(struct table *table, const struct block *b, const struct columns *columns)
{
	table__init(table, columns, b->options->width, false);
	if (b->s->target->host[0])
		table__prepend(table, &host_column);
}

/* Return the number of rows to show */
static size_t limit_rows(const struct block *b, size_t count, size_t fallback)
{
	size_t rows = b->options->rows ? b->options->rows : fallback;

	return rows && rows < count ? rows : count;
}

static void print_hidden(const struct block *b, size_t count, size_t rows)
{
	if (rows < count)
		fprintf(b->out, "# %zu more\n", count - rows);
}

static void print_classes(const struct block *b, const struct table *table,
			  const struct fault_row *mapping)
{
	struct fault_row row[PGWALK_FAULT_CLASS_NR];
	size_t i, count = mapping->mapping->nr_classes;

	for (i = 0; i < count; i++) {
		row[i] = *mapping;
		row[i].class = &mapping->mapping->class[i];
		row[i].faults = &mapping->mapping->class[i].faults;
	}
	sort(b, &fault_columns, row, count);
	for (i = 0; i < count; i++)
		table__row(table, b->out, &row[i], ' ');
}

static int print_mappings(const struct block *b, const struct table *table)
{
	const struct snapshot *s = b->s;
	struct fault_row *row = calloc(s->nr_mappings + 1, sizeof(*row));
	size_t i, rows = limit_rows(b, s->nr_mappings, b->summary ? SUMMARY_ROWS : 0);

	if (!row)
		return -ENOMEM;
	for (i = 0; i < s->nr_mappings; i++) {
		row[i].snapshot = s;
		row[i].mapping = &s->mapping[i];
		row[i].faults = &s->mapping[i].faults;
	}
	sort(b, &fault_columns, row, s->nr_mappings);
	for (i = 0; i < rows; i++) {
		table__row(table, b->out, &row[i], ' ');
		if (!b->summary)
			print_classes(b, table, &row[i]);
	}
	print_hidden(b, s->nr_mappings, rows);
	free(row);
	return 0;
}

static int print_tasks(const struct block *b, const struct table *table)
{
	const struct snapshot *s = b->s;
	struct fault_row *row = calloc(s->nr_tasks + 1, sizeof(*row));
	size_t i, rows = limit_rows(b, s->nr_tasks, b->summary ? SUMMARY_ROWS : 0);

	if (!row)
		return -ENOMEM;
	for (i = 0; i < s->nr_tasks; i++) {
		row[i].snapshot = s;
		row[i].task = &s->task[i];
		row[i].faults = &s->task[i].faults;
	}
	sort(b, &fault_task_columns, row, s->nr_tasks);
	for (i = 0; i < rows; i++)
		table__row(table, b->out, &row[i], ' ');
	print_hidden(b, s->nr_tasks, rows);
	free(row);
	return 0;
}

static int print_stacks(const struct block *b)
{
	const struct snapshot *s = b->s;
	struct fault_row *row = calloc(s->nr_sites + 1, sizeof(*row));
	size_t i, rows = limit_rows(b, s->nr_sites, STACK_ROWS);
	struct table table;

	if (!row)
		return -ENOMEM;
	for (i = 0; i < s->nr_sites; i++)
		row[i] = (struct fault_row){ .snapshot = s,
					 .stack = &s->site[i].sum };
	if (s->nr_sites) {
		init_table(&table, b, &stack_columns);
		fputs("# call stacks\n", b->out);
		table__header(&table, b->out);
	}
	sort(b, &stack_columns, row, s->nr_sites);
	for (i = 0; i < rows; i++)
		table__row(&table, b->out, &row[i], ' ');
	print_hidden(b, s->nr_sites, rows);
	free(row);
	return 0;
}

static void print_sum(const struct block *b, const struct table *table,
		      const struct snapshot_faults *faults, const char *label)
{
	const struct fault_row row = { .snapshot = b->s, .faults = faults,
				   .label = label };

	table__row(table, b->out, &row, ' ');
}

/* The selected columns of memory stand before the last column, which is as wide as the rest of the line */
static void init_fault_table(struct table *table, const struct block *b, const struct columns *columns)
{
	const struct columns *memory = fault_columns__memory(columns);
	size_t i;

	init_table(table, b, columns);
	for (i = 0; memory && i < memory->count; i++)
		if (b->options->memory & fault_columns__memory_bit(&memory->column[i]))
			table__insert(table, &memory->column[i]);
}

/* Print the table of mappings, or of processes if there are many */
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
	init_fault_table(&table, b, many ? &fault_task_columns : &fault_columns);
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
	init_table(&table, b, &fault_task_columns);
	fputs("# by thread\n", b->out);
	table__header(&table, b->out);
	return print_tasks(b, &table);
}

/**
 * batch__format - write one interval as text
 * @out: output
 * @s: the interval
 * @options: layout
 *
 * Return: 0 or -ENOMEM. The caller checks @out for errors.
 */
int batch__format(FILE *out, const struct snapshot *s,
		  const struct batch_options *options)
{
	const struct block b = { .out = out, .s = s, .options = options };
	int err;

	footer__title(out, s);
	footer__host(out, s);
	footer__time(out, s);
	err = print_faults(&b);
	if (!err)
		err = print_threads(&b);
	if (!err && s->has_stacks)
		err = print_stacks(&b);
	if (err)
		return err;
	footer__coverage(out, s);
	footer__missed(out, s);
	footer__details(out, s);
	footer__signals(out, s);
	footer__system(out, s);
	footer__cost(out, s);
	footer__state(out, s);
	fputc('\n', out);
	return 0;
}

static int print_by_class(const struct block *b)
{
	const struct snapshot *s = b->s;
	struct fault_row row[PGWALK_FAULT_CLASS_NR];
	struct table table;
	size_t i;

	if (!s->nr_classes)
		return 0;
	for (i = 0; i < s->nr_classes; i++)
		row[i] = (struct fault_row){ .snapshot = s, .class = &s->class[i],
					     .faults = &s->class[i].faults };
	table__init(&table, &class_columns, b->options->width, false);
	table__header(&table, b->out);
	sort(b, &class_columns, row, s->nr_classes);
	for (i = 0; i < s->nr_classes; i++)
		table__row(&table, b->out, &row[i], ' ');
	return 0;
}

/**
 * batch__summary - write the faults since the start: by class, then the first mappings or processes
 * @out: output
 * @since: all faults since the start
 * @options: layout
 *
 * Return: 0 or -ENOMEM. The caller checks @out for errors.
 */
int batch__summary(FILE *out, const struct snapshot *since,
		   const struct batch_options *options)
{
	const struct block b = { .out = out, .s = since, .options = options, .summary = true };
	int err;

	fputs("# summary, since the start\n", out);
	footer__title(out, since);
	footer__time(out, since);
	err = print_by_class(&b);
	if (!err)
		err = print_faults(&b);
	if (err)
		return err;
	footer__coverage(out, since);
	footer__missed(out, since);
	footer__details(out, since);
	footer__cost(out, since);
	footer__state(out, since);
	return 0;
}
