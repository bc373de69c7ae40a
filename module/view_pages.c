// SPDX-License-Identifier: GPL-2.0
/*
 * <PID>/pages: every run of like pages in like frames of a process, a line each. Streams
 * in constant memory: the position in the file is an address, one batch of runs is kept,
 * and nothing of the process is held while a line is printed.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "access.h"
#include "batch.h"
#include "fmt.h"
#include "fmt_frame.h"
#include "frame_span.h"
#include "span.h"
#include "target.h"
#include "view.h"

/* Positions: the header, then address + 1 of each run, then the last line. */
#define POS_HEADER	0
#define POS_GONE	(LLONG_MAX - 1)

/**
 * struct pages_reader - an open file
 * @target:	whose pages
 * @span:	where to go on
 * @batch:	runs read
 * @frames:	these, cut by their frames
 * @from:	where reading began
 * @shown:	of what was cut, behind us
 * @gone:	the target is; say so after the last run
 */
struct pages_reader {
	struct pgwalk_target target;
	struct pgwalk_span span;
	struct pgwalk_batch *batch;
	struct pgwalk_frame_span *frames;
	unsigned long from;
	unsigned int shown;
	bool gone;
};

static void rewind(struct pages_reader *reader, unsigned long addr)
{
	pgwalk_span_init(&reader->span, reader->target.mm, addr, TASK_SIZE_MAX);
	reader->batch->nr = 0;
	reader->from = addr;
	pgwalk_frame_span_begin(reader->frames, reader->batch, addr);
	reader->shown = 0;
	reader->gone = false;
}

static int read_batch(struct pages_reader *reader)
{
	int err;

	reader->batch->nr = 0;
	reader->gone = !pgwalk_target_is_there(&reader->target);
	err = reader->gone ? 0 : pgwalk_span_fill(&reader->span, reader->batch);
	if (err == -ESRCH) {
		reader->gone = true;
		err = 0;
	}
	pgwalk_frame_span_begin(reader->frames, reader->batch, reader->from);
	return err;
}

/* Make sure that there is a run to show, unless there is none left. */
static int refill(struct pages_reader *reader)
{
	struct pgwalk_frame_span *frames = reader->frames;
	int err = 0;

	if (reader->shown < frames->nr)
		return 0;
	reader->shown = 0;
	if (pgwalk_frame_span_is_done(frames) && !reader->gone &&
	    !pgwalk_span_is_done(&reader->span))
		err = read_batch(reader);
	return err ?: pgwalk_frame_span_fill(frames);
}

/* What is at the reader's place, and its position. */
static void *current_item(struct pages_reader *reader, loff_t *pos)
{
	int err = refill(reader);

	if (err) {
		++*pos;		/* as seq_file wants it of everything but the end */
		return ERR_PTR(err);
	}
	if (reader->shown < reader->frames->nr) {
		struct pgwalk_frame_run *run = &reader->frames->run[reader->shown];

		*pos = run->run.start + 1;
		return run;
	}
	*pos = reader->gone ? POS_GONE : LLONG_MAX;
	return reader->gone ? &reader->gone : NULL;
}

/*
 * Called again with the position of the last line shown, or of the one that did not
 * fit. Any other position is somebody's seek: begin anew from there.
 */
static void *pages_start(struct seq_file *m, loff_t *pos)
{
	struct pages_reader *reader = m->private;
	loff_t at = *pos;
	void *item;

	if (at == POS_HEADER) {
		rewind(reader, 0);
		return SEQ_START_TOKEN;
	}
	if (at == LLONG_MAX)
		return NULL;
	item = current_item(reader, &at);
	if (at != *pos && !IS_ERR(item) && *pos < POS_GONE) {
		rewind(reader, (*pos - 1) & PAGE_MASK);
		item = current_item(reader, pos);
	}
	return item;
}

static void *pages_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct pages_reader *reader = m->private;

	if (v == &reader->gone) {
		*pos = LLONG_MAX;
		return NULL;
	}
	if (v != SEQ_START_TOKEN)
		reader->shown++;
	return current_item(reader, pos);
}

/* Nothing is held between start and stop. */
static void pages_stop(struct seq_file *m, void *v)
{
}

static void show_frames(struct seq_file *m, const struct pgwalk_frame_run *run)
{
	char letters[PGWALK_FMT_LETTERS];

	if (run->frame_kind == PGWALK_FRAME_UNSET) {
		seq_puts(m, " - - - - -\n");
		return;
	}
	seq_printf(m, " %s %s", pgwalk_fmt_frame_kind(run->frame_kind),
		   pgwalk_fmt_letters(letters, run->frame_flags));
	if (run->node < 0) {
		seq_puts(m, " - - -\n");	/* no struct page */
		return;
	}
	if (run->mapcount < 0)
		seq_puts(m, " -");
	else
		seq_printf(m, " %d", run->mapcount);
	seq_printf(m, " %d %u\n", run->node, run->order);
}

static void show_run(struct seq_file *m, const struct pgwalk_run *run)
{
	char size[PGWALK_FMT_SIZE], flags[PGWALK_FMT_FLAGS];

	seq_printf(m, "%08llx-%08llx %-3s %-9s ", run->start, run->end,
		   pgwalk_fmt_size(size, run->shift), pgwalk_fmt_kind(run->kind));
	switch (run->kind) {
	case PGWALK_KIND_SWAP:
		seq_printf(m, "%u:%llx", run->swap_type, run->pfn);
		break;
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		seq_putc(m, '-');
		break;
	default:
		seq_printf(m, "%llx", run->pfn);
	}
	seq_printf(m, " %s", pgwalk_fmt_flags(flags, run->flags, run->pkey, ','));
}

static int pages_show(struct seq_file *m, void *v)
{
	struct pages_reader *reader = m->private;
	const struct pgwalk_frame_run *run = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "# range size kind pfn flags frame letters mapcount node order\n");
	} else if (v == &reader->gone) {
		seq_puts(m, "# target gone\n");
	} else {
		show_run(m, &run->run);
		show_frames(m, run);
	}
	return 0;
}

static const struct seq_operations pages_ops = {
	.start = pages_start,
	.next = pages_next,
	.stop = pages_stop,
	.show = pages_show,
};

static int pages_release(struct inode *inode, struct file *file)
{
	struct pages_reader *reader = pgwalk_view_reader(file);

	pgwalk_frame_span_destroy(reader->frames);
	pgwalk_batch_destroy(reader->batch);
	return pgwalk_view_release(inode, file);
}

static int pages_open(struct inode *inode, struct file *file)
{
	struct pages_reader *reader;
	int err;

	static_assert(!offsetof(struct pages_reader, target));
	err = pgwalk_view_open(inode, file, &pages_ops, sizeof(*reader));
	if (err)
		return err;
	reader = pgwalk_view_reader(file);
	reader->batch = pgwalk_batch_create();
	reader->frames = pgwalk_frame_span_create();
	if (!reader->batch || !reader->frames) {
		pages_release(inode, file);
		return -ENOMEM;
	}
	reader->frames->enough = PGWALK_FRAME_RUNS;
	rewind(reader, 0);
	return 0;
}

const struct file_operations pgwalk_view_pages_fops = {
	.owner = THIS_MODULE,
	.open = pages_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = pages_release,
};
