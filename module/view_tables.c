// SPDX-License-Identifier: GPL-2.0
/*
 * <PID>/tables: how many page tables a process has, how full they are, and what they save.
 * The census is taken when the first line is asked for; nothing of the process is held
 * while a line is printed.
 */
#include <linux/fs.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "access.h"
#include "census.h"
#include "entry.h"
#include "fmt.h"
#include "target.h"
#include "view.h"

/**
 * struct tables_reader - an open file
 * @target:	whose tables
 * @sheet:	what was counted
 * @at:		row behind the one that is shown
 * @gone:	the target is; say so instead of the totals
 */
struct tables_reader {
	struct pgwalk_target target;
	struct pgwalk_census_sheet *sheet;
	unsigned int at;
	bool gone;
};

/* Positions: 0 is the header; then rows, each by the place behind it; then the last lines. */
#define POS_HEADER	0
#define POS_LAST	(LLONG_MAX - 1)

static int take(struct tables_reader *reader)
{
	int err = -ESRCH;

	if (pgwalk_target_is_there(&reader->target))
		err = pgwalk_census_take(reader->sheet, reader->target.mm);
	reader->gone = err == -ESRCH;
	return reader->gone ? 0 : err;
}

static const void *row_at(struct tables_reader *reader, loff_t *pos)
{
	const struct pgwalk_census *row = NULL;

	reader->at = *pos - 1;
	if (!reader->gone)
		row = pgwalk_census_next(reader->sheet, &reader->at);
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
		++*pos;			/* as seq_file wants it of everything but the end */
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

/* Nothing is held between start and stop. */
static void tables_stop(struct seq_file *m, void *v)
{
}

/* With one digit behind the point. */
static void show_fill(struct seq_file *m, u64 used, u64 entries)
{
	u64 tenths = entries ? div64_u64(used * 1000, entries) : 0;

	seq_printf(m, "%llu.%llu", tenths / 10, tenths % 10);
}

static unsigned int entries_of(unsigned int level)
{
	return level == PGWALK_LEVEL_PGD ? PTRS_PER_PGD / 2 : PTRS_PER_PTE;
}

static void show_row(struct seq_file *m, const struct pgwalk_census *row)
{
	u64 entries = row->tables * entries_of(row->level);
	char size[PGWALK_FMT_SIZE] = "-";

	if (row->level <= PGWALK_LEVEL_PUD)
		pgwalk_fmt_size(size, pgwalk_entry_shift(row->level));
	seq_printf(m, "%s ", pgwalk_fmt_level(row->level));
	if (row->node == NUMA_NO_NODE)
		seq_puts(m, "- ");
	else
		seq_printf(m, "%d ", row->node);
	seq_printf(m, "%llu %llu %llu %llu ", row->tables,
		   (row->tables + row->deposited) << PAGE_SHIFT, row->used, entries);
	show_fill(m, row->used, entries);
	seq_printf(m, " %llu %s %llu %llu\n", row->leafs, size, row->empty, row->deposited);
}

static void show_totals(struct seq_file *m, const struct pgwalk_census_sheet *sheet)
{
	const unsigned int user_shift = PGDIR_SHIFT + 8;
	u64 flat = pgwalk_census_flat_bytes();
	u64 all = 0, charged = 0;
	const struct pgwalk_census *row;
	char user[PGWALK_FMT_SIZE], size[PGWALK_FMT_SIZE];
	unsigned int at = 0;

	while ((row = pgwalk_census_next(sheet, &at))) {
		u64 bytes = (row->tables + row->deposited) << PAGE_SHIFT;

		all += bytes;
		charged += row->level <= PGWALK_LEVEL_PUD ? bytes : 0;
	}
	seq_printf(m, "# total %llu bytes; pte + pmd + pud %llu, VmPTE %llu; raced %llu tables\n",
		   all, charged, sheet->pgtables_bytes, sheet->raced);
	seq_printf(m, "# flat: one table for the %s of the user half would take %s, %llu times this\n",
		   pgwalk_fmt_size(user, user_shift),
		   pgwalk_fmt_size(size, ilog2(flat)), all ? div64_u64(flat, all) : 0);
}

static int tables_show(struct seq_file *m, void *v)
{
	struct tables_reader *reader = m->private;

	if (v == SEQ_START_TOKEN)
		seq_puts(m, "# level node tables bytes used entries fill% leafs leaf-size empty deposited\n");
	else if (v != reader)
		show_row(m, v);
	else if (reader->gone)
		seq_puts(m, "# target gone\n");
	else
		show_totals(m, reader->sheet);
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
	reader->sheet = pgwalk_census_create();
	if (reader->sheet)
		return 0;
	pgwalk_view_release(inode, file);
	return -ENOMEM;
}

static int tables_release(struct inode *inode, struct file *file)
{
	struct tables_reader *reader = pgwalk_view_reader(file);

	pgwalk_census_destroy(reader->sheet);
	return pgwalk_view_release(inode, file);
}

const struct file_operations pgwalk_view_tables_fops = {
	.owner = THIS_MODULE,
	.open = tables_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = tables_release,
};
