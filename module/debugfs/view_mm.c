// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/mm: shows a summary of the address space, one value per line, then the threads that
 * use it. The file position is a thread id. A batch of threads is kept, and no lock or
 * reference but the target's is held while a line is printed.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../access.h"
#include "../mm.h"
#include "../target.h"
#include "view.h"

#define BATCH		64

/* Positions: the values, then 1 + id of each thread, then the last line. */
#define POS_VALUES	0
#define POS_GONE	(LLONG_MAX - 1)

/**
 * struct mm_reader - an open file
 * @target:	target of the file
 * @record:	summary of its address space
 * @cursor:	position in the threads
 * @nr:		number of threads in @batch
 * @shown:	number of threads of @batch that were shown
 * @gone:	the target is gone: the last line reports it
 * @batch:	threads
 */
struct mm_reader {
	struct pgwalk_target target;
	struct pgwalk_mm record;
	struct pgwalk_mm_cursor cursor;
	unsigned int nr;
	unsigned int shown;
	bool gone;
	struct pgwalk_task batch[BATCH];
};

static int begin(struct mm_reader *reader, const struct file *file)
{
	reader->nr = 0;
	reader->shown = 0;
	reader->gone = !pgwalk_target_has_mm(&reader->target);
	if (reader->gone)
		return 0;
	pgwalk_mm_begin(&reader->cursor, reader->target.mm);
	return pgwalk_mm_fill(&reader->record, reader->target.mm,
			      pgwalk_access_hides_pointers(file));
}

static void *current_item(struct mm_reader *reader, loff_t *pos)
{
	if (!reader->gone && reader->shown == reader->nr) {
		int err;

		reader->shown = 0;
		err = pgwalk_mm_next_tasks(&reader->cursor, reader->batch, BATCH, &reader->nr);
		if (err) {
			reader->nr = 0;
			++*pos;		/* seq_file requires it except at the end */
			return ERR_PTR(err);
		}
	}
	if (reader->gone) {
		*pos = POS_GONE;
		return &reader->gone;
	}
	if (reader->shown == reader->nr) {
		*pos = LLONG_MAX;
		return NULL;
	}
	return &reader->batch[reader->shown];
}

/* Called again with the position of the last line shown, or of a line that did not fit. */
static void *mm_start(struct seq_file *m, loff_t *pos)
{
	struct mm_reader *reader = m->private;
	int err;

	if (*pos == POS_VALUES) {
		err = begin(reader, m->file);
		if (!err)
			return reader->gone ? (void *)&reader->gone : SEQ_START_TOKEN;
		++*pos;
		return ERR_PTR(err);
	}
	return *pos >= POS_GONE ? NULL : current_item(reader, pos);
}

static void *mm_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct mm_reader *reader = m->private;

	if (v == &reader->gone) {
		*pos = LLONG_MAX;
		return NULL;
	}
	if (v != SEQ_START_TOKEN)
		reader->shown++;
	++*pos;
	return current_item(reader, pos);
}

/* No lock or reference is held between start and stop. */
static void mm_stop(struct seq_file *m, void *v)
{
}

static void show_address(struct seq_file *m, const char *name, u64 address)
{
	seq_printf(m, "%s %08llx\n", name, address);
}

static void show_kib(struct seq_file *m, const char *name, u64 pages)
{
	seq_printf(m, "%s %llu\n", name, pages << (PAGE_SHIFT - 10));
}

/* Shows the address of the root without hashing it. Only root may read the file. */
static void show_root(struct seq_file *m, const struct pgwalk_mm *mm)
{
	seq_printf(m, "pgd %016llx\npgd_pa %llx\n", mm->pgd, mm->pgd_pa);
	seq_printf(m, "users %d\ncount %d\nmap_count %u\n", mm->users, mm->count, mm->map_count);
}

static void show_bounds(struct seq_file *m, const struct pgwalk_mm *mm)
{
	show_address(m, "start_code", mm->start_code);
	show_address(m, "end_code", mm->end_code);
	show_address(m, "start_data", mm->start_data);
	show_address(m, "end_data", mm->end_data);
	show_address(m, "start_brk", mm->start_brk);
	show_address(m, "brk", mm->brk);
	show_address(m, "start_stack", mm->start_stack);
	show_address(m, "arg_start", mm->arg_start);
	show_address(m, "arg_end", mm->arg_end);
	show_address(m, "env_start", mm->env_start);
	show_address(m, "env_end", mm->env_end);
}

static void show_sizes(struct seq_file *m, const struct pgwalk_mm *mm)
{
	show_kib(m, "total", mm->total_pages);
	show_kib(m, "locked", mm->locked_pages);
	show_kib(m, "pinned", mm->pinned_pages);
	show_kib(m, "data", mm->data_pages);
	show_kib(m, "exec", mm->exec_pages);
	show_kib(m, "stack", mm->stack_pages);
	show_kib(m, "rss_file", mm->rss_file_pages);
	show_kib(m, "rss_anon", mm->rss_anon_pages);
	show_kib(m, "rss_shmem", mm->rss_shmem_pages);
	show_kib(m, "swap", mm->swap_pages);
	show_kib(m, "peak_rss", mm->peak_rss_pages);
	show_kib(m, "peak_total", mm->peak_total_pages);
	seq_printf(m, "pgtables %llu\n", mm->pgtables_bytes >> 10);
}

static void show_values(struct seq_file *m, const struct pgwalk_mm *mm)
{
	seq_puts(m, "# name value; addresses in hexadecimal, sizes in KiB\n");
	show_root(m, mm);
	show_bounds(m, mm);
	show_sizes(m, mm);
	seq_printf(m, "nr_tasks %u\n# tgid tid comm\n", mm->nr_tasks);
}

/* Newlines in the name are escaped, because the process chooses it. */
static void show_task(struct seq_file *m, const struct pgwalk_task *task)
{
	seq_printf(m, "%d %d ", task->tgid, task->tid);
	seq_escape(m, task->comm, "\n\\");
	seq_putc(m, '\n');
}

static int mm_show(struct seq_file *m, void *v)
{
	struct mm_reader *reader = m->private;

	if (v == SEQ_START_TOKEN)
		show_values(m, &reader->record);
	else if (v == &reader->gone)
		seq_puts(m, "# target gone\n");
	else
		show_task(m, v);
	return 0;
}

static const struct seq_operations mm_ops = {
	.start = mm_start,
	.next = mm_next,
	.stop = mm_stop,
	.show = mm_show,
};

static int mm_open(struct inode *inode, struct file *file)
{
	static_assert(!offsetof(struct mm_reader, target));
	return pgwalk_view_open(inode, file, &mm_ops, sizeof(struct mm_reader));
}

const struct file_operations pgwalk_view_mm_fops = {
	.owner = THIS_MODULE,
	.open = mm_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = pgwalk_view_release,
};
