// SPDX-License-Identifier: GPL-2.0
/*
 * <PID>/vmas: every mapping of a process with what of it is in memory, a line each,
 * and a total. The position in the file is an address; a batch of records is kept,
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
#include "target.h"
#include "usage.h"
#include "view.h"
#include "vma.h"

/* Positions: the header, then address + 1 of each mapping, then the last line. */
#define POS_HEADER	0
#define POS_LAST	(LLONG_MAX - 1)

/**
 * struct vmas_reader - an open file
 * @target:	whose mappings
 * @vmas:	records read
 * @shown:	bytes of these behind us
 * @pages:	memory to count with
 * @cursor:	where the next batch of records begins
 * @total:	of the mappings behind us
 * @gone:	the target is; say so instead of the total
 */
struct vmas_reader {
	struct pgwalk_target target;
	struct pgwalk_vma_batch *vmas;
	size_t shown;
	struct pgwalk_batch *pages;
	struct pgwalk_vma_cursor cursor;
	struct pgwalk_vma total;
	bool gone;
};

static void rewind(struct vmas_reader *reader)
{
	reader->vmas->filled = 0;
	reader->shown = 0;
	pgwalk_vma_begin(&reader->cursor, reader->target.mm, 0, TASK_SIZE_MAX);
	reader->total = (struct pgwalk_vma) {};
	reader->gone = false;
}

static struct pgwalk_vma *record_at(struct vmas_reader *reader)
{
	if (reader->shown >= reader->vmas->filled)
		return NULL;
	return (struct pgwalk_vma *)(reader->vmas->records + reader->shown);
}

static int read_on(struct vmas_reader *reader)
{
	struct pgwalk_vma *vma = record_at(reader);
	int err = 0;

	if (!pgwalk_target_is_there(&reader->target))
		return -ESRCH;
	if (!vma) {
		reader->shown = 0;
		err = pgwalk_vma_fill(&reader->cursor, PGWALK_VMA_BYTES, reader->vmas);
		vma = record_at(reader);
	}
	if (!err && vma)
		err = pgwalk_usage_count(reader->target.mm, vma, reader->pages, true);
	return err;
}

/* The counted record at the reader's place, or what the last line is made of. */
static void *current_item(struct vmas_reader *reader, loff_t *pos)
{
	struct pgwalk_vma *vma = record_at(reader);

	if (!reader->gone && (!vma || !vma->counted)) {
		int err = read_on(reader);

		if (err && err != -ESRCH) {
			++*pos;		/* as seq_file wants it of everything but the end */
			return ERR_PTR(err);
		}
		reader->gone = err;
		vma = record_at(reader);
	}
	if (reader->gone || !vma) {
		*pos = POS_LAST;
		return &reader->total;
	}
	*pos = vma->start + 1;
	return vma;
}

/*
 * Called again with the position of the last line shown, or of the one that did not
 * fit: the reader's place.
 */
static void *vmas_start(struct seq_file *m, loff_t *pos)
{
	struct vmas_reader *reader = m->private;

	if (*pos == POS_HEADER) {
		rewind(reader);
		return SEQ_START_TOKEN;
	}
	return *pos > POS_LAST ? NULL : current_item(reader, pos);
}

static void add_to_total(struct pgwalk_vma *total, const struct pgwalk_vma *vma)
{
	unsigned int i;

	total->resident += vma->resident;
	total->dirty += vma->dirty;
	total->swapped += vma->swapped;
	total->huge_2m += vma->huge_2m;
	total->huge_1g += vma->huge_1g;
	total->young += vma->young;
	total->soft_dirty += vma->soft_dirty;
	total->exclusive += vma->exclusive;
	total->shared += vma->shared;
	total->large += vma->large;
	total->ksm += vma->ksm;
	total->pss += vma->pss;
	total->lazyfree += vma->lazyfree;
	for (i = 0; i < PGWALK_VMA_NODES; i++)
		total->node[i] += vma->node[i];
}

static void *vmas_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct vmas_reader *reader = m->private;

	if (v == &reader->total) {
		*pos = LLONG_MAX;
		return NULL;
	}
	if (v != SEQ_START_TOKEN) {
		struct pgwalk_vma *vma = v;

		add_to_total(&reader->total, vma);
		reader->shown += vma->size;
	}
	return current_item(reader, pos);
}

/* Nothing is held between start and stop. */
static void vmas_stop(struct seq_file *m, void *v)
{
}

static void show_counts(struct seq_file *m, const struct pgwalk_vma *vma)
{
	seq_printf(m, "%llu %llu %llu %llu %llu", vma->resident >> 10, vma->dirty >> 10,
		   vma->swapped >> 10, vma->huge_2m >> 10, vma->huge_1g >> 10);
}

/* Appended to the columns there were before; the name stays last. */
static void show_frames(struct seq_file *m, const struct pgwalk_vma *vma)
{
	char separator = ' ';
	unsigned int i;

	seq_printf(m, " %llu %llu %llu %llu %llu %llu", vma->young >> 10, vma->soft_dirty >> 10,
		   vma->exclusive >> 10, vma->shared >> 10, vma->large >> 10, vma->ksm >> 10);
	for (i = 0; i < PGWALK_VMA_NODES; i++) {
		if (!vma->node[i])
			continue;
		seq_printf(m, "%cN%u=%llu", separator, i, vma->node[i] >> 10);
		separator = ',';
	}
	if (separator == ' ')
		seq_puts(m, " -");
	seq_printf(m, " %llu %llu", vma->pss >> 10, vma->lazyfree >> 10);
}

static void show_vma(struct seq_file *m, const struct pgwalk_vma *vma)
{
	char prot[PGWALK_FMT_PROT];

	seq_printf(m, "%08llx-%08llx %s %s ", vma->start, vma->end,
		   pgwalk_fmt_prot(prot, vma->prot), pgwalk_fmt_vma_kind(vma->kind));
	show_counts(m, vma);
	seq_printf(m, " %llx %08llx %02x:%02x %llu", vma->vm_flags, vma->offset,
		   vma->dev_major, vma->dev_minor, vma->ino);
	show_frames(m, vma);
	seq_printf(m, " %s\n", vma->name_len ? vma->name : "-");
}

static int vmas_show(struct seq_file *m, void *v)
{
	struct vmas_reader *reader = m->private;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "# range perms kind rss dirty swap 2m 1g vmflags offset dev inode young soft-dirty exclusive shared mthp ksm nodes pss lazyfree name\n"
			    "# rss dirty swap 2m 1g young soft-dirty exclusive shared mthp ksm nodes pss lazyfree are in KiB\n");
	} else if (v != &reader->total) {
		show_vma(m, v);
	} else if (reader->gone) {
		seq_puts(m, "# target gone\n");
	} else {
		seq_puts(m, "# total - - ");
		show_counts(m, v);
		seq_puts(m, " - - - -");
		show_frames(m, v);
		seq_puts(m, " -\n");
	}
	return 0;
}

static const struct seq_operations vmas_ops = {
	.start = vmas_start,
	.next = vmas_next,
	.stop = vmas_stop,
	.show = vmas_show,
};

static int vmas_release(struct inode *inode, struct file *file)
{
	struct vmas_reader *reader = pgwalk_view_reader(file);

	pgwalk_batch_destroy(reader->pages);
	pgwalk_vma_batch_destroy(reader->vmas);
	return pgwalk_view_release(inode, file);
}

static int vmas_open(struct inode *inode, struct file *file)
{
	struct vmas_reader *reader;
	int err;

	static_assert(!offsetof(struct vmas_reader, target));
	err = pgwalk_view_open(inode, file, &vmas_ops, sizeof(*reader));
	if (err)
		return err;
	reader = pgwalk_view_reader(file);
	reader->vmas = pgwalk_vma_batch_create();
	reader->pages = pgwalk_batch_create();
	if (!reader->vmas || !reader->pages) {
		vmas_release(inode, file);
		return -ENOMEM;
	}
	rewind(reader);
	return 0;
}

const struct file_operations pgwalk_view_vmas_fops = {
	.owner = THIS_MODULE,
	.open = vmas_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = vmas_release,
};
