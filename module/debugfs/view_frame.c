// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * frame: write "pfn N" or "pfn N+COUNT", read a line for each frame. A frame is read
 * when its line is printed, so a range of any length streams in constant memory.
 */
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>

#include "../access.h"
#include "../frame/frame.h"
#include "fmt_frame.h"
#include "query.h"
#include "view.h"

/**
 * struct frame_reader - an open file
 * @pfn:	first frame of the request
 * @count:	number of frames in the request; 0: there was no request
 * @at:		index of the frame that is shown, from @pfn on
 * @cache:	cache of the current read()
 */
struct frame_reader {
	u64 pfn;
	u64 count;
	u64 at;
	struct pgwalk_frame_cache cache;
};

/* Position 0 is the header; then 1 + index in the range. */
static void *item_at(struct frame_reader *reader, loff_t pos)
{
	if (!pos)
		return SEQ_START_TOKEN;
	if (pos < 0 || (u64)pos > reader->count)
		return NULL;
	reader->at = pos - 1;
	return reader;
}

static void *frame_start(struct seq_file *m, loff_t *pos)
{
	struct frame_reader *reader = m->private;

	reader->cache = (struct pgwalk_frame_cache) {};
	return item_at(reader, *pos);
}

/* A seek calls this up to its position without a return to user mode. */
static void *frame_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	if (fatal_signal_pending(current))
		return ERR_PTR(-EINTR);
	cond_resched();
	return item_at(m->private, *pos);
}

/* No lock or reference is held between start and stop. */
static void frame_stop(struct seq_file *m, void *v)
{
}

static void show_header(struct seq_file *m, const struct frame_reader *reader)
{
	if (!reader->count) {
		seq_puts(m, "# write \"pfn N\" or \"pfn N+COUNT\" first, to the same open file\n");
		return;
	}
	seq_printf(m, "# pgwalk frame %llx+%llx\n", reader->pfn, reader->count);
	seq_puts(m,
		 "# pfn kind letters mapcount refcount folio-mapcount order head node zone lru gen index dev inode memcg raw changed flags\n");
}

static void put_known(struct seq_file *m, bool known, long long value)
{
	if (known)
		seq_printf(m, " %lld", value);
	else
		seq_puts(m, " -");
}

static bool has_index(const struct pgwalk_frame *frame)
{
	return frame->kind == PGWALK_FRAME_ANON || frame->kind == PGWALK_FRAME_KSM ||
	       frame->kind == PGWALK_FRAME_FILE || frame->kind == PGWALK_FRAME_SHMEM ||
	       frame->kind == PGWALK_FRAME_HUGETLB ||
	       (frame->kind == PGWALK_FRAME_HWPOISON && frame->ino);
}

static void show_mapping(struct seq_file *m, const struct pgwalk_frame *frame)
{
	if (has_index(frame))
		seq_printf(m, " %llx", frame->index);
	else
		seq_puts(m, " -");
	if (frame->ino)
		seq_printf(m, " %02x:%02x %llu", frame->dev_major, frame->dev_minor, frame->ino);
	else
		seq_puts(m, " - -");
	put_known(m, frame->memcg_ino, frame->memcg_ino);
}

static void show_frame(struct seq_file *m, const struct pgwalk_frame *frame)
{
	bool paged = frame->zone != PGWALK_ZONE_NONE;
	char letters[PGWALK_FMT_LETTERS], names[PGWALK_FMT_NAMES];

	seq_printf(m, "%llx %s %s", frame->pfn, pgwalk_fmt_frame_kind(frame->kind),
		   pgwalk_fmt_letters(letters, frame->flags));
	put_known(m, paged && frame->mapcount >= 0, frame->mapcount);
	put_known(m, paged, frame->refcount);
	put_known(m, paged && frame->folio_mapcount >= 0, frame->folio_mapcount);
	put_known(m, paged, frame->order);
	if (paged)
		seq_printf(m, " %llx", frame->head_pfn);
	else
		seq_puts(m, " -");
	put_known(m, frame->node >= 0, frame->node);
	seq_printf(m, " %s %s", pgwalk_fmt_zone(frame->zone), pgwalk_fmt_lru(frame->lru));
	put_known(m, frame->gen >= 0, frame->gen);
	show_mapping(m, frame);
	seq_printf(m, " %llx %u %s\n", frame->raw_flags, frame->changed,
		   pgwalk_fmt_names(names, frame->flags));
}

static int frame_show(struct seq_file *m, void *v)
{
	struct frame_reader *reader = m->private;
	struct pgwalk_frame frame;

	if (v == SEQ_START_TOKEN) {
		show_header(m, reader);
		return 0;
	}
	pgwalk_frame_section_begin(&reader->cache);
	pgwalk_frame_fill(&frame, &reader->cache, reader->pfn + reader->at, 1);
	pgwalk_frame_section_end();
	show_frame(m, &frame);
	return 0;
}

static const struct seq_operations frame_ops = {
	.start = frame_start,
	.next = frame_next,
	.stop = frame_stop,
	.show = frame_show,
};

/* Parse a hexadecimal number with or without 0x, and nothing after it. */
static int parse_hex(const char *word, u64 *value)
{
	return isxdigit(*word) ? kstrtou64(word, 16, value) : -EINVAL;
}

static int parse_range(char *line, u64 *pfn, u64 *count)
{
	char *rest = line;
	char *word = pgwalk_query_word(&rest);
	char *plus;
	u64 end;
	int err;

	if (!strcmp(word, "pfn"))
		word = pgwalk_query_word(&rest);
	if (*rest)
		return -EINVAL;
	plus = strchr(word, '+');
	if (plus)
		*plus++ = '\0';
	*count = 1;
	err = parse_hex(word, pfn);
	if (!err && plus)
		err = parse_hex(plus, count);
	if (err)
		return err;
	if (!*count)
		return -EINVAL;
	return check_add_overflow(*pfn, *count, &end) || *count >= LLONG_MAX ? -ERANGE : 0;
}

/*
 * The file position does not change: the next read continues there, in the new response. The
 * buffered text of seq_file is discarded, under the lock that it reads with.
 */
static ssize_t frame_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	struct frame_reader *reader = m->private;
	char line[PGWALK_QUERY_MAX];
	u64 pfn, frames;
	int err = pgwalk_access_check_opener(file) ?: pgwalk_query_copy(line, from, count);

	if (!err)
		err = parse_range(line, &pfn, &frames);
	if (err)
		return err;
	if (mutex_lock_killable(&m->lock))
		return -EINTR;
	reader->pfn = pfn;
	reader->count = frames;
	m->index = 0;
	m->from = 0;
	m->count = 0;
	m->read_pos = 0;
	mutex_unlock(&m->lock);
	return count;
}

static int frame_open(struct inode *inode, struct file *file)
{
	int err = pgwalk_access_check();

	if (err)
		return err;
	return __seq_open_private(file, &frame_ops, sizeof(struct frame_reader)) ? 0 : -ENOMEM;
}

const struct file_operations pgwalk_view_frame_fops = {
	.owner = THIS_MODULE,
	.open = frame_open,
	.read = pgwalk_access_seq_read,
	.write = frame_write,
	.llseek = seq_lseek,
	.release = seq_release_private,
};
