// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/tables: shows the number of page tables of a process, how full they are, and the size
 * of a flat table. They are counted when the first line is read; no lock or reference but
 * the target's is held while a line is printed.
 */
#include <linux/fs.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../access.h"
#include "../arch/pgtable.h"
#include "../pgtable_stats.h"
#include "../target.h"
#include "fmt.h"
#include "view.h"

/**
 * struct tables_reader - an open file
 * @target:	target of the file
 * @counts:	counts of page tables
 * @at:		index after the row that is shown
 * @gone:	the target is gone: the last line reports it in place of the totals
 */
struct tables_reader {
	struct pgwalk_target target;
	struct pgwalk_pgtable_counts *counts;
	unsigned int at;
	bool gone;
};

/* Positions: 0 is the header; then the rows, each by the index after it; then the last lines. */
#define POS_HEADER	0
#define POS_LAST	(LLONG_MAX - 1)

static int take(struct tables_reader *reader)
{
	int err = -ESRCH;

	if (pgwalk_target_has_mm(&reader->target))
		err = pgwalk_pgtable_stats_take(reader->counts, reader->target.mm);
	reader->gone = err == -ESRCH;
	return reader->gone ? 0 : err;
}

static const void *row_at(struct tables_reader *reader, loff_t *pos)
{
	const struct pgwalk_pgtable_stats *row = NULL;

	reader->at = *pos - 1;
	if (!reader->gone)
		row = pgwalk_pgtable_stats_next(reader->counts, &reader->at);
	*pos = row ? reader->at : POS_LAST;
	return row ?: (void *)reader;
}

static void *tables_start(struct seq_file *m, loff_t *pos)
{
	struct tables_reader *reader = m->private;
	int err;

	if (*pos == POS_HEADER) {
		err = take(reader);
		if (!err)
			return SEQ_START_TOKEN;
		++*pos;			/* seq_file requires it except at the end */
		return ERR_PTR(err);
	}
	return *pos > POS_LAST ? NULL : (void *)row_at(reader, pos);
}

static void *tables_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct tables_reader *reader = m->private;

	if (v == reader) {
		*pos = LLONG_MAX;
		return NULL;
	}
	++*pos;
	return (void *)row_at(reader, pos);
}

/* No lock or reference is held between start and stop. */
static void tables_stop(struct seq_file *m, void *v)
{
}

/* Print a percentage with one decimal. */
static void show_fill(struct seq_file *m, u64 used, u64 entries)
{
	u64 tenths = entries ? div64_u64(used * 1000, entries) : 0;

	seq_printf(m, "%llu.%llu", tenths / 10, tenths % 10);
}

static void show_row(struct seq_file *m, const struct pgwalk_pgtable_stats *row)
{
	u64 entries = row->tables << row->entries_shift;
	char size[PGWALK_FMT_SIZE] = "-";

	if (row->level <= PGWALK_LEVEL_PUD)
		pgwalk_fmt_size(size, pgwalk_arch_shift(row->level));
	seq_printf(m, "%s ", pgwalk_fmt_level(row->level));
	if (row->node == NUMA_NO_NODE)
		seq_puts(m, "- ");
	else
		seq_printf(m, "%d ", row->node);
	seq_printf(m, "%llu %llu %llu %llu ", row->tables,
		   (row->tables + row->deposited) << row->bytes_shift, row->used, entries);
	show_fill(m, row->used, entries);
	seq_printf(m, " %llu %s %llu %llu\n", row->leaves, size, row->empty, row->deposited);
}

static void show_totals(struct seq_file *m, const struct pgwalk_pgtable_counts *counts)
{
	const unsigned int user_shift = pgwalk_arch_shift(PGWALK_LEVEL_PGD) +
					ilog2(pgwalk_arch_user_entries(PGWALK_LEVEL_PGD));
	u64 flat = pgwalk_pgtable_stats_flat_bytes();
	u64 all = 0, charged = 0;
	const struct pgwalk_pgtable_stats *row;
	char user[PGWALK_FMT_SIZE], size[PGWALK_FMT_SIZE];
	unsigned int at = 0;

	while ((row = pgwalk_pgtable_stats_next(counts, &at))) {
		u64 bytes = (row->tables + row->deposited) << row->bytes_shift;

		all += bytes;
		charged += row->level <= PGWALK_LEVEL_PUD ? bytes : 0;
	}
	seq_printf(m, "# total %llu bytes; pte + pmd + pud %llu, VmPTE %llu; raced %llu tables\n",
		   all, charged, counts->pgtables_bytes, counts->raced);
	seq_printf(m,
		   "# flat: one table for the %s of the user half would take %s, %llu times this\n",
		   pgwalk_fmt_size(user, user_shift),
		   pgwalk_fmt_size(size, ilog2(flat)), all ? div64_u64(flat, all) : 0);
}

static int tables_show(struct seq_file *m, void *v)
{
	struct tables_reader *reader = m->private;

	if (v == SEQ_START_TOKEN)
		seq_puts(m,
			 "# level node tables bytes used entries fill% leaves leaf-size empty deposited\n");
	else if (v != reader)
		show_row(m, v);
	else if (reader->gone)
		seq_puts(m, "# target gone\n");
	else
		show_totals(m, reader->counts);
	return 0;
}

static const struct seq_operations tables_ops = {
	.start = tables_start,
	.next = tables_next,
	.stop = tables_stop,
	.show = tables_show,
};

static int tables_open(struct inode *inode, struct file *file)
{
	struct tables_reader *reader;
	int err;

	static_assert(!offsetof(struct tables_reader, target));
	err = pgwalk_view_open(inode, file, &tables_ops, sizeof(*reader));
	if (err)
		return err;
	reader = pgwalk_view_reader(file);
	reader->counts = pgwalk_pgtable_stats_create();
	if (reader->counts)
		return 0;
	pgwalk_view_release(inode, file);
	return -ENOMEM;
}

static int tables_release(struct inode *inode, struct file *file)
{
	struct tables_reader *reader = pgwalk_view_reader(file);

	pgwalk_pgtable_stats_destroy(reader->counts);
	return pgwalk_view_release(inode, file);
}

const struct file_operations pgwalk_view_tables_fops = {
	.owner = THIS_MODULE,
	.open = tables_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = tables_release,
};
