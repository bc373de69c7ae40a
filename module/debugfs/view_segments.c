// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/segments: shows the segment registers of every thread, one per line, then the entries
 * of the LDT. No lock or reference but the target's is held while a line is printed.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../access.h"
#include "../arch/x86/ldt.h"
#include "../arch/x86/registers.h"
#include "../arch/x86/segment.h"
#include "../target.h"
#include "../threads.h"
#include "fmt_segment.h"
#include "view.h"

/* Positions: the header, then 1 + id of each thread, then each LDT entry, then the end. */
#define POS_HEADER	0
#define POS_LDT		(1LL << 32)
#define POS_LAST	(LLONG_MAX - 1)

#define LDT_CHUNK	64

/**
 * struct segments_reader - an open file
 * @target:	target of the file
 * @last_tid:	id of the last thread that was read
 * @shown:	number of threads of @batch that were shown
 * @threads:	list of all threads
 * @batch:	threads of the last read
 * @reported:	all threads were shown
 * @gone:	the target is gone: the last line reports it
 * @index:	index of the next LDT entry
 * @first:	index of the first entry in @ldt
 * @filled:	number of entries in @ldt
 * @total:	number of entries in the LDT at its last read
 * @ldt:	descriptors
 */
struct segments_reader {
	struct pgwalk_target target;
	pid_t last_tid;
	unsigned int shown;
	struct pgwalk_threads threads;
	struct pgwalk_registers batch;
	bool reported;
	bool gone;
	unsigned int index;
	unsigned int first;
	unsigned int filled;
	unsigned int total;
	u64 ldt[LDT_CHUNK];
};

static void rewind(struct segments_reader *reader)
{
	reader->last_tid = 0;
	reader->shown = 0;
	reader->batch.filled = 0;
	reader->reported = false;
	reader->gone = false;
	reader->index = 0;
	reader->first = 0;
	reader->filled = 0;
	reader->total = 0;
}

static int read_threads(struct segments_reader *reader)
{
	int err;

	if (reader->reported || reader->shown < reader->batch.filled)
		return 0;
	reader->shown = 0;
	err = pgwalk_registers_fill(&reader->target, &reader->threads, reader->last_tid,
				    PGWALK_REGISTERS_BATCH, &reader->batch);
	if (err)
		return err;
	if (reader->batch.filled)
		reader->last_tid = reader->batch.thread[reader->batch.filled - 1].tid;
	reader->reported = !reader->batch.filled;
	return 0;
}

/* Move to the next LDT entry that is not empty. @filled is 0 when there is none. */
static int read_ldt(struct segments_reader *reader)
{
	int copied;

	for (;;) {
		for (; reader->index < reader->first + reader->filled; reader->index++)
			if (reader->ldt[reader->index - reader->first])
				return 0;
		reader->first = reader->index;
		reader->filled = 0;
		copied = pgwalk_ldt_read(reader->target.mm, reader->index, reader->ldt, LDT_CHUNK,
					 &reader->total);
		if (copied <= 0)
			return copied;
		reader->filled = copied;
	}
}

static int read_on(struct segments_reader *reader)
{
	int err;

	if (!pgwalk_target_has_mm(&reader->target))
		return -ESRCH;
	err = read_threads(reader);
	if (!err && reader->reported)
		err = read_ldt(reader);
	return err;
}

/* Return a thread, an entry of the LDT, or the reader itself for the last line. */
static void *current_item(struct segments_reader *reader, loff_t *pos)
{
	int err = reader->gone ? 0 : read_on(reader);

	if (err && err != -ESRCH) {
		++*pos;		/* seq_file requires it except at the end */
		return ERR_PTR(err);
	}
	reader->gone |= !!err;
	if (!reader->gone && !reader->reported) {
		struct pgwalk_thread *thread = &reader->batch.thread[reader->shown];

		*pos = 1 + thread->tid;
		return thread;
	}
	if (!reader->gone && reader->filled) {
		*pos = POS_LDT + reader->index;
		return &reader->ldt[reader->index - reader->first];
	}
	*pos = POS_LAST;
	return reader;
}

/* Called again with the position of the last line shown, or of a line that did not fit. */
static void *segments_start(struct seq_file *m, loff_t *pos)
{
	struct segments_reader *reader = m->private;

	if (*pos == POS_HEADER) {
		rewind(reader);
		return SEQ_START_TOKEN;
	}
	return *pos > POS_LAST ? NULL : current_item(reader, pos);
}

static void *segments_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct segments_reader *reader = m->private;

	if (v == reader) {
		*pos = LLONG_MAX;
		return NULL;
	}
	if (v != SEQ_START_TOKEN) {
		if (reader->reported)
			reader->index++;
		else
			reader->shown++;
	}
	return current_item(reader, pos);
}

/* No lock or reference is held between start and stop. */
static void segments_stop(struct seq_file *m, void *v)
{
}

static void show_thread(struct seq_file *m, const struct pgwalk_thread *thread)
{
	char fields[PGWALK_FMT_FIELDS];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(thread->segment); i++) {
		const struct pgwalk_segment *segment = &thread->segment[i];

		seq_printf(m, "%d %s %s %s %s ", thread->tid, pgwalk_fmt_register(segment->reg),
			   pgwalk_fmt_segment(fields, segment),
			   thread->flags & PGWALK_THREAD_32BIT ? "32" : "64",
			   thread->flags & PGWALK_THREAD_RUNNING ? "running" : "saved");
		seq_escape(m, thread->comm, "\n\\");
		seq_putc(m, '\n');
	}
}

static void show_ldt_entry(struct seq_file *m, unsigned int index, u64 value)
{
	struct pgwalk_descriptor d = pgwalk_segment_decode(value);
	struct pgwalk_segment segment = {
		.descriptor = value,
		.base = d.base,
		.selector = index << 3 | PGWALK_SELECTOR_LDT | 3,
		.reg = d.type & PGWALK_TYPE_CODE ? PGWALK_SEGMENT_CS : PGWALK_SEGMENT_DS,
	};
	char fields[PGWALK_FMT_FIELDS];

	pgwalk_segment_check(&segment);
	seq_printf(m, "- ldt %s - - -\n", pgwalk_fmt_segment(fields, &segment));
}

static int segments_show(struct seq_file *m, void *v)
{
	struct segments_reader *reader = m->private;

	if (v == SEQ_START_TOKEN)
		seq_printf(m, "# tid reg %s mode state comm\n", pgwalk_fmt_segment_title);
	else if (v == reader && reader->gone)
		seq_puts(m, "# target gone\n");
	else if (v == reader)
		seq_printf(m, "# ldt %u entries\n", reader->total);
	else if (reader->reported)
		show_ldt_entry(m, reader->index, *(u64 *)v);
	else
		show_thread(m, v);
	return 0;
}

static const struct seq_operations segments_ops = {
	.start = segments_start,
	.next = segments_next,
	.stop = segments_stop,
	.show = segments_show,
};

static int segments_open(struct inode *inode, struct file *file)
{
	static_assert(!offsetof(struct segments_reader, target));
	return pgwalk_view_open(inode, file, &segments_ops, sizeof(struct segments_reader));
}

static int segments_release(struct inode *inode, struct file *file)
{
	struct segments_reader *reader = pgwalk_view_reader(file);

	pgwalk_threads_drop(&reader->threads);
	return pgwalk_view_release(inode, file);
}

const struct file_operations pgwalk_view_segments_fops = {
	.owner = THIS_MODULE,
	.open = segments_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = segments_release,
};
