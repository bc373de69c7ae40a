// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/vmas: shows every mapping of a process with the memory that it has, one per line,
 * and a total. The file position is an address. A batch of records is kept, and no lock
 * or reference but the target's is held while a line is printed.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../access.h"
#include "../arch/pgtable.h"
#include "../runs.h"
#include "../target.h"
#include "../vma.h"
#include "../vma_stats.h"
#include "fmt.h"
#include "view.h"

/* Positions: the header, then address + 1 of each mapping, then the last line. */
#define POS_HEADER	0
#define POS_LAST	(LLONG_MAX - 1)

/* A line without its name: 32 numbers, of the nodes as well, and the rest */
#define LINE_BYTES	(32 * (PGWALK_FMT_DECIMAL + 4) + PGWALK_VMA_NODES * (PGWALK_FMT_DECIMAL + 4) + 64)
#define BUFFER_BYTES	SZ_16K	/* of text; a longer line makes it grow */

/**
 * struct vmas_reader - an open file
 * @target:	target of the file
 * @vmas:	records that were read
 * @shown:	bytes of @vmas that were shown
 * @pages:	work memory
 * @cursor:	position of the next batch of records
 * @total:	sums over the mappings that were shown
 * @gone:	the target is gone: the last line reports it in place of the total
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
	pgwalk_vma_begin(&reader->cursor, reader->target.mm, 0, pgwalk_arch_user_end());
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

	if (!pgwalk_target_has_mm(&reader->target))
		return -ESRCH;
	if (!vma) {
		reader->shown = 0;
		err = pgwalk_vma_fill(&reader->cursor, PGWALK_VMA_BYTES, reader->vmas);
		vma = record_at(reader);
	}
	if (!err && vma)
		err = pgwalk_vma_stats_count(reader->target.mm, vma, 0, reader->pages, true);
	return err;
}

/* Return the counted record at the current position, or the total for the last line. */
static void *current_item(struct vmas_reader *reader, loff_t *pos)
{
	struct pgwalk_vma *vma = record_at(reader);

	if (!reader->gone && (!vma || !vma->counted)) {
		int err = read_on(reader);

		if (err && err != -ESRCH) {
			++*pos;		/* seq_file requires it except at the end */
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
 * Called again with the position of the last line shown, or of a line that did not fit: this
 * is the current position.
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

/* No lock or reference is held between start and stop. */
static void vmas_stop(struct seq_file *m, void *v)
{
}

static char *format_kib(char *to, u64 bytes)
{
	*to = ' ';
	return pgwalk_fmt_decimal(to + 1, bytes >> 10);
}

static char *format_counts(char *to, const struct pgwalk_vma *vma)
{
	to = format_kib(to, vma->resident);
	to = format_kib(to, vma->dirty);
	to = format_kib(to, vma->swapped);
	to = format_kib(to, vma->huge_2m);
	return format_kib(to, vma->huge_1g);
}

/* New columns are appended before the name, which stays last. */
static char *format_frames(char *to, const struct pgwalk_vma *vma)
{
	char separator = ' ';
	unsigned int i;

	to = format_kib(to, vma->young);
	to = format_kib(to, vma->soft_dirty);
	to = format_kib(to, vma->exclusive);
	to = format_kib(to, vma->shared);
	to = format_kib(to, vma->large);
	to = format_kib(to, vma->ksm);
	for (i = 0; i < PGWALK_VMA_NODES; i++) {
		if (!vma->node[i])
			continue;
		*to++ = separator;
		*to++ = 'N';
		to = pgwalk_fmt_decimal(to, i);
		*to++ = '=';
		to = pgwalk_fmt_decimal(to, vma->node[i] >> 10);
		separator = ',';
	}
	if (separator == ' ')
		to = pgwalk_fmt_string(to, " -");
	to = format_kib(to, vma->pss);
	return format_kib(to, vma->lazyfree);
}

static char *format_range(char *to, const struct pgwalk_vma *vma)
{
	char prot[PGWALK_FMT_PROT];

	to = pgwalk_fmt_hex(to, vma->start, 8);
	*to++ = '-';
	to = pgwalk_fmt_hex(to, vma->end, 8);
	*to++ = ' ';
	to = pgwalk_fmt_string(to, pgwalk_fmt_prot(prot, vma->prot));
	*to++ = ' ';
	return pgwalk_fmt_string(to, pgwalk_fmt_vma_kind(vma->kind));
}

/* Format the flags, and the offset, the device and the inode of the file. */
static char *format_file(char *to, const struct pgwalk_vma *vma)
{
	*to++ = ' ';
	to = pgwalk_fmt_hex(to, vma->vm_flags, 1);
	*to++ = ' ';
	to = pgwalk_fmt_hex(to, vma->offset, 8);
	*to++ = ' ';
	to = pgwalk_fmt_hex(to, vma->dev_major, 2);
	*to++ = ':';
	to = pgwalk_fmt_hex(to, vma->dev_minor, 2);
	*to++ = ' ';
	return pgwalk_fmt_decimal(to, vma->ino);
}

/* Not seq_printf(): it was nine tenths of the cost of a line. */
static void show_vma(struct seq_file *m, const struct pgwalk_vma *vma)
{
	char *line, *to;
	size_t room = seq_get_buf(m, &line);

	if (!line || room < LINE_BYTES + vma->name_len) {
		seq_commit(m, -1);	/* no room: shown again in another buffer */
		return;
	}
	to = format_range(line, vma);
	to = format_counts(to, vma);
	to = format_file(to, vma);
	to = format_frames(to, vma);
	*to++ = ' ';
	to = pgwalk_fmt_string(to, vma->name_len ? vma->name : "-");
	*to++ = '\n';
	seq_commit(m, to - line);
}

static void show_total(struct seq_file *m, const struct pgwalk_vma *total)
{
	char *line, *to;

	if (seq_get_buf(m, &line) < LINE_BYTES) {
		seq_commit(m, -1);
		return;
	}
	to = pgwalk_fmt_string(line, "# total - -");
	to = format_counts(to, total);
	to = pgwalk_fmt_string(to, " - - - -");
	to = format_frames(to, total);
	to = pgwalk_fmt_string(to, " -\n");
	seq_commit(m, to - line);
}

static int vmas_show(struct seq_file *m, void *v)
{
	struct vmas_reader *reader = m->private;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m,
			 "# range perms kind rss dirty swap 2m 1g vmflags offset dev inode young soft-dirty exclusive shared mthp ksm nodes pss lazyfree name\n"
			    "# rss dirty swap 2m 1g young soft-dirty exclusive shared mthp ksm nodes pss lazyfree are in KiB\n");
	} else if (v != &reader->total) {
		show_vma(m, v);
	} else if (reader->gone) {
		seq_puts(m, "# target gone\n");
	} else {
		show_total(m, v);
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
	if (!reader->vmas || !reader->pages || !pgwalk_view_reserve(file, BUFFER_BYTES)) {
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
