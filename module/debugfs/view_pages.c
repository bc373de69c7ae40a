// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/pages: shows the pages of a process, one line per run of pages and frames with equal
 * attributes. Streams in constant memory: the file position is an address, one batch of runs
 * is kept, and no lock or reference but the target's is held while a line is printed. An item of
 * the seq_file is as many lines as fit into its buffer, because the calls of seq_file for each line
 * would cost as much as the line.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../access.h"
#include "../arch/pgtable.h"
#include "../frame/runs.h"
#include "../runs.h"
#include "../target.h"
#include "fmt.h"
#include "fmt_frame.h"
#include "view.h"

/* Positions: the header, then address + 1 of each run, then the last line. */
#define POS_HEADER	0
#define POS_GONE	(LLONG_MAX - 1)

#define BUFFER_BYTES	SZ_32K	/* of text; one read() returns at most that much */
#define PART_CHUNK	16U
#define PAGE_DIGIT	(PAGE_SHIFT / 4 + 1)	/* of an address, from the last one: counts pages */

/**
 * struct line_part - text that consecutive lines have in common
 * @len:	length
 * @text:	text; copied in chunks of PART_CHUNK bytes
 */
struct line_part {
	unsigned int len;
	char text[PGWALK_FMT_FLAGS + PGWALK_FMT_LETTERS + 64] __aligned(PART_CHUNK);
};
static_assert(!(sizeof_field(struct line_part, text) % PART_CHUNK));

/**
 * struct line_key - the fields of a run that decide the parts of its line
 * @entry:	struct pgwalk_run from @swap_type on
 * @flags:	flags of the entry
 * @frame_flags: flags of the frame
 * @frame:	struct pgwalk_frame_run from @mapcount on
 */
struct line_key {
	u64 entry;
	u64 flags;
	u64 frame_flags;
	u64 frame;
};

/**
 * struct pages_reader - an open file
 * @target:	target of the file
 * @runs:	position of the walk
 * @batch:	runs that were read
 * @frames:	runs of @batch, split by their frames
 * @from:	address where reading began
 * @shown:	number of runs of @frames that were shown
 * @pages:	number of pages of the next run that were shown, if it is listed; else 0
 * @gone:	the target is gone: the line after the last run reports it
 * @key:	of the last line; zero, as no line has, before the first
 * @end:	end of the range of the last line
 * @end.addr:	address; any before the first line
 * @end.len:	length of its text; 0: before the first line
 * @end.text:	text
 * @head:	part of the last line between the range and the pfn
 * @tail:	part of the last line after the pfn
 */
struct pages_reader {
	struct pgwalk_target target;
	struct pgwalk_runs runs;
	struct pgwalk_batch *batch;
	struct pgwalk_frame_runs *frames;
	unsigned long from;
	unsigned int shown;
	unsigned int pages;
	bool gone;
	struct line_key key;
	struct line_end {
		u64 addr;
		unsigned int len;
		char text[PGWALK_FMT_HEX];
	} end;
	struct line_part head;
	struct line_part tail;
};

static void rewind(struct pages_reader *reader, unsigned long addr)
{
	pgwalk_runs_init(&reader->runs, reader->target.mm, addr, pgwalk_arch_user_end());
	reader->runs.listed = PGWALK_LISTED_SCATTERED;
	reader->batch->nr = 0;
	reader->from = addr;
	pgwalk_frame_runs_begin(reader->frames, reader->batch, addr);
	reader->shown = 0;
	reader->pages = 0;
	reader->gone = false;
}

static int read_batch(struct pages_reader *reader)
{
	int err;

	reader->batch->nr = 0;
	reader->gone = !pgwalk_target_has_mm(&reader->target);
	err = reader->gone ? 0 : pgwalk_runs_fill(&reader->runs, reader->batch);
	if (err == -ESRCH) {
		reader->gone = true;
		err = 0;
	}
	pgwalk_frame_runs_begin(reader->frames, reader->batch, reader->from);
	return err;
}

/* Make sure that there is a run to show, unless all were shown. */
static int refill(struct pages_reader *reader)
{
	struct pgwalk_frame_runs *frames = reader->frames;
	int err = 0;

	if (reader->shown < frames->nr)
		return 0;
	reader->shown = 0;
	if (pgwalk_frame_runs_is_done(frames) && !reader->gone &&
	    !pgwalk_runs_is_done(&reader->runs))
		err = read_batch(reader);
	return err ?: pgwalk_frame_runs_fill(frames);
}

/* Return the item at the current position, and set the position. */
static void *current_item(struct pages_reader *reader, loff_t *pos)
{
	int err = refill(reader);

	if (err) {
		++*pos;		/* seq_file requires it except at the end */
		return ERR_PTR(err);
	}
	if (reader->shown < reader->frames->nr) {
		struct pgwalk_frame_run *run = &reader->frames->run[reader->shown];

		*pos = run->run.start + reader->pages * PAGE_SIZE + 1;
		return run;
	}
	*pos = reader->gone ? POS_GONE : LLONG_MAX;
	return reader->gone ? &reader->gone : NULL;
}

/*
 * Called again with the position of the last line shown, or of a line that did not
 * fit. Any other position is a seek of the reader: begin again from there.
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
	return current_item(reader, pos);
}

/* No lock or reference is held between start and stop. */
static void pages_stop(struct seq_file *m, void *v)
{
}

static struct line_key key_of(const struct pgwalk_frame_run *run)
{
	static_assert(sizeof(run->run) - offsetof(struct pgwalk_run, swap_type) == sizeof(u64));
	static_assert(sizeof(*run) - offsetof(struct pgwalk_frame_run, mapcount) == sizeof(u64));
	return (struct line_key) {
		.entry = *(const u64 *)&run->run.swap_type,
		.flags = run->run.flags,
		.frame_flags = run->frame_flags,
		.frame = *(const u64 *)&run->mapcount,
	};
}

static bool are_equal(const struct line_key *a, const struct line_key *b)
{
	return !((a->entry ^ b->entry) | (a->flags ^ b->flags) | (a->frame ^ b->frame) |
		 (a->frame_flags ^ b->frame_flags));
}

static __printf(2, 3) void append(struct line_part *part, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	part->len += vscnprintf(part->text + part->len, sizeof(part->text) - part->len, format,
				args);
	va_end(args);
}

static void append_frame(struct line_part *part, const struct pgwalk_frame_run *run)
{
	char letters[PGWALK_FMT_LETTERS];

	if (run->frame_kind == PGWALK_FRAME_UNSET) {
		append(part, " - - - - -\n");
		return;
	}
	append(part, " %s %s", pgwalk_fmt_frame_kind(run->frame_kind),
	       pgwalk_fmt_letters(letters, run->frame_flags));
	if (run->node < 0)
		append(part, " - - -\n");	/* no struct page */
	else if (run->mapcount < 0)
		append(part, " - %d %u\n", run->node, run->order);
	else
		append(part, " %d %d %u\n", run->mapcount, run->node, run->order);
}

/* Format the parts of the line of a run that most following lines have in common with it. */
static noinline void set_parts(struct pages_reader *reader, const struct pgwalk_frame_run *run)
{
	char size[PGWALK_FMT_SIZE], flags[PGWALK_FMT_FLAGS];

	reader->head.len = 0;
	append(&reader->head, " %-3s %-9s ", pgwalk_fmt_size(size, run->run.shift),
	       pgwalk_fmt_kind(run->run.kind));
	reader->tail.len = 0;
	append(&reader->tail, " %s", pgwalk_fmt_flags(flags, run->run.flags, run->run.pkey, ','));
	append_frame(&reader->tail, run);
}

/* Copy whole chunks: less than a chunk is written after the end of the text. */
static __always_inline char *copy_part(char *to, const struct line_part *part)
{
	const char *from = part->text;
	char *end = to + part->len;

	for (; to < end; to += PART_CHUNK, from += PART_CHUNK)
		memcpy(to, from, PART_CHUNK);
	return end;
}

/* Format the range. Most runs begin where the last one ends, so the end is kept. */
static __always_inline char *format_range(char *to, struct pages_reader *reader,
					  const struct pgwalk_run *run)
{
	struct line_end *end = &reader->end;

	if (likely(end->addr == run->start && end->len)) {
		memcpy(to, end->text, PGWALK_FMT_HEX);
		to += end->len;
	} else {
		to = pgwalk_fmt_hex(to, run->start, 8);
	}
	*to++ = '-';
	end->addr = run->end;
	end->len = pgwalk_fmt_hex(end->text, run->end, 8) - end->text;
	memcpy(to, end->text, PGWALK_FMT_HEX);
	return to + end->len;
}

/* Add one page to an address of 8 digits or more, as text. */
static __always_inline void add_page(struct line_end *end)
{
	char *digit = &end->text[end->len - PAGE_DIGIT];

	static_assert(PAGE_DIGIT <= 8);
	end->addr += PAGE_SIZE;
	/* A page of 16K adds four to its digit: the digit is not changed in place. */
	if (unlikely(PAGE_SHIFT % 4 || *digit == 'f'))
		end->len = pgwalk_fmt_hex(end->text, end->addr, 8) - end->text;
	else
		*digit = *digit == '9' ? 'a' : *digit + 1;
}

static __always_inline char *format_pfn(char *to, const struct pgwalk_run *run)
{
	switch (run->kind) {
	case PGWALK_KIND_SWAP:
		to += sprintf(to, "%u:", run->swap_type);
		break;
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		*to = '-';
		return to + 1;
	}
	return pgwalk_fmt_hex(to, run->pfn, 1);
}

/* Return the room for a line. More bytes than the line has are written after its parts. */
static size_t room_of_line(const struct pages_reader *reader)
{
	/* The range, the pfn or the swap entry, and the bytes after a part */
	return reader->head.len + reader->tail.len + 6 * PGWALK_FMT_HEX;
}

static __always_inline char *format_run(char *to, struct pages_reader *reader,
					const struct pgwalk_run *run)
{
	to = format_range(to, reader, run);
	to = copy_part(to, &reader->head);
	to = format_pfn(to, run);
	return copy_part(to, &reader->tail);
}

/*
 * Format lines of a listed run, each for one page, up to @limit. The first one is formatted as any
 * run, so that the address of its end is known as text.
 */
static char *format_pages(char *to, const char *limit, struct pages_reader *reader,
			  const struct pgwalk_run *run)
{
	const u64 *pfn = &reader->batch->pfn[reader->frames->list[reader->shown] - 1];
	const unsigned int nr = (run->end - run->start) >> PAGE_SHIFT;
	const size_t room = room_of_line(reader);
	struct line_end *end = &reader->end;
	unsigned int i = reader->pages;
	struct pgwalk_run page = *run;

	page.start += i * PAGE_SIZE;
	page.end = page.start + PAGE_SIZE;
	page.pfn = pfn[i++];
	to = format_run(to, reader, &page);
	for (; i < nr && limit - to >= room; i++) {
		memcpy(to, end->text, PGWALK_FMT_HEX);
		to += end->len;
		*to++ = '-';
		add_page(end);
		memcpy(to, end->text, PGWALK_FMT_HEX);
		to = copy_part(to + end->len, &reader->head);
		to = pgwalk_fmt_hex(to, pfn[i], 1);
		to = copy_part(to, &reader->tail);
	}
	reader->pages = i;
	if (i < nr)
		return to;
	reader->pages = 0;
	reader->shown++;
	return to;
}

/* Format the next lines up to @limit. Return the end of the text. */
static char *format_lines(char *to, const char *limit, struct pages_reader *reader)
{
	const struct pgwalk_frame_runs *frames = reader->frames;

	while (reader->shown < frames->nr) {
		const struct pgwalk_frame_run *run = &frames->run[reader->shown];
		struct line_key key = key_of(run);

		if (!are_equal(&key, &reader->key)) {
			set_parts(reader, run);
			reader->key = key;
		}
		if (limit - to < room_of_line(reader))
			break;
		if (frames->list[reader->shown]) {
			to = format_pages(to, limit, reader, &run->run);
		} else {
			to = format_run(to, reader, &run->run);
			reader->shown++;
		}
	}
	return to;
}

static void show_lines(struct seq_file *m, struct pages_reader *reader)
{
	char *from, *to;
	size_t room = seq_get_buf(m, &from);

	to = from ? format_lines(from, from + room, reader) : from;	/* NULL: no room */
	/* Without room for a line, seq_file calls again with another buffer. */
	seq_commit(m, to != from ? to - from : -1);
}

static int pages_show(struct seq_file *m, void *v)
{
	struct pages_reader *reader = m->private;

	if (v == SEQ_START_TOKEN)
		seq_puts(m, "# range size kind pfn flags frame letters mapcount node order\n");
	else if (v == &reader->gone)
		seq_puts(m, "# target gone\n");
	else
		show_lines(m, reader);
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

	pgwalk_frame_runs_destroy(reader->frames);
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
	reader->frames = pgwalk_frame_runs_create();
	if (!reader->batch || !reader->frames || !pgwalk_view_reserve(file, BUFFER_BYTES)) {
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
