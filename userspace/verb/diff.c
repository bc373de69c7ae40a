// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk diff: changes of each page between two readings of a process. The readings are read by address up to three
 * times: for mappings that moved, for the pages of these, and to compare.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../collect/module/query.h"
#include "../collect/procfs/identity.h"
#include "../collect/record/page_stream.h"
#include "../lib/i18n.h"
#include "../lib/text.h"
#include "../model/page_diff.h"
#include "../model/page_moves.h"
#include "../present/inspect_columns.h"
#include "diff_moves.h"
#include "diff_page.h"
#include "diff_text.h"
#include "page_file.h"
#include "page_reading.h"

/**
 * struct comparison - state of the verb
 * @run: the run
 * @path: the files
 * @fd: descriptors of temporary files; -1: none
 * @stream: the readings, opened for a pass
 * @end: how they ended
 * @diff: the total
 * @compare: the comparison
 * @moves: mappings at other addresses
 * @spool: pages of the first reading that moved, at their addresses in the second reading
 * @in: moves by address in the second reading
 * @out: moves by address in the first reading
 * @sweep: the sweep of a pass
 * @page: a page for a browser; NULL: text or JSON
 * @range: argument of the range; NULL: all addresses
 */
struct comparison {
	struct run *run;
	const char *path[2];
	int fd[2];
	struct page_stream *stream[2];
	struct page_stream_end end[2];
	struct inspect_diff diff;
	struct page_diff compare;
	struct page_moves moves;
	FILE *spool;
	struct move_list in;
	struct move_list out;
	struct page_sweep sweep;
	struct diff_page *page;
	const char *range;
};

static int failed(struct comparison *c, const char *path, int err)
{
	const char *why = err == -EBADMSG ? _("no file of pgwalk snapshot") :
			  err == -ENOMSG ? _("a recording of pgtop (show it with pgtop --replay)") :
			  err == -ENODATA ? _("cut short before its first mapping (the snapshot was interrupted)") :
			  err == -EXDEV ? _("of a machine with another page size: its pages cannot be compared") :
			  err == -EPROTO ? _("of another version (compare it with the pgwalk that wrote it)") : strerror(-err);

	return error__set(c->run->error, ERROR_FAILURE, "%s: %s", path, why);
}

static void close_streams(struct comparison *c)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		page_stream__close(c->stream[i]);
		c->stream[i] = NULL;
	}
}

/* Begin a pass over both readings, or over the first one */
static int begin_pass(struct comparison *c, unsigned int readings)
{
	unsigned int i;
	int err;

	close_streams(c);
	page_sweep__init(&c->sweep);
	for (i = 0; i < readings; i++) {
		err = page_stream__open(&c->stream[i], c->path[i]);
		if (err)
			return failed(c, c->path[i], err);
		page_sweep__add(&c->sweep, page_stream__next, c->stream[i]);
	}
	return 0;
}

/* Fill in the processes from the streams, which stay open as long as the texts are used */
static void read_processes(struct comparison *c, const struct record_pages_begin first[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		const struct record_pages_begin *b = &first[i];
		struct inspect_reading_of *of = &c->diff.of[i];
		const time_t seconds = (time_t)(b->time_ns / 1000000000);
		struct tm tm;

		*of = (struct inspect_reading_of){
			.pid = b->pid, .comm = b->comm, .exe = b->exe, .host = b->host, .release = b->release,
			.boot_id = b->boot_id, .start_ticks = b->start_ticks, .exe_ino = b->exe_ino,
			.exe_dev = b->exe_dev, .pgd_pa = b->pgd_pa, .start_stack = b->start_stack,
			.time_ns = b->time_ns, .boot_ns = b->boot_ns,
		};
		if (gmtime_r(&seconds, &tm))
			strftime(of->time, sizeof(of->time), "%Y-%m-%dT%H:%M:%SZ", &tm);
	}
	c->diff.relation = page_diff__relation(c->diff.of);
	if (first[1].boot_ns > first[0].boot_ns)
		c->diff.span_ns = first[1].boot_ns - first[0].boot_ns;
}

/* Keep the ranges of a segment that have no counterpart at their address */
static int add_pieces(struct comparison *c, const struct page_segment *s)
{
	const struct page_list *a = s->list[PAGE_DIFF_A], *b = s->list[PAGE_DIFF_B];
	int err = 0;

	if (a && b && page_moves__is_like(a->vma, b->vma))
		return 0;
	if (a)
		err = page_moves__add(&c->moves, 0, a->vma, s->start, s->end);
	if (b && !err)
		err = page_moves__add(&c->moves, 1, b->vma, s->start, s->end);
	return err;
}

/* First pass: moves, and up to which address both readings are known */
static int find_moves(struct comparison *c)
{
	struct page_segment s;
	unsigned int i;
	int err = begin_pass(c, 2);

	if (err)
		return err;
	while (!err && page_sweep__next(&c->sweep, ~0ULL, &s) > 0)
		err = add_pieces(c, &s);
	c->diff.until = ~0ULL;
	for (i = 0; i < 2; i++) {
		page_stream__end(c->stream[i], &c->end[i]);
		c->diff.changed[i] = c->end[i].changed;
		if (c->end[i].until < c->diff.until)
			c->diff.until = c->end[i].until;
	}
	c->diff.not_searched = c->moves.dropped;
	if (!err)
		err = page_moves__find(&c->moves, c->diff.until);
	return err ? failed(c, "diff", err) : 0;
}

static int open_temporary(struct run *run)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		error__set(run->error, ERROR_FAILURE, "%s: %s (set TMPDIR to a directory of a filesystem with space)", dir,
			   strerror(errno));
	return fd;
}

/* Second pass: the pages of the first reading that moved */
static int spool_moves(struct comparison *c)
{
	uint64_t written = 0;
	struct page_segment s;
	int err = 0, fd;

	if (!c->moves.nr_moves)
		return 0;
	fd = open_temporary(c->run);
	if (fd < 0)
		return -1;
	c->spool = fdopen(fd, "w+");
	if (!c->spool) {
		close(fd);
		return failed(c, "diff", -ENOMEM);
	}
	if (begin_pass(c, 1))
		return -1;
	c->out = (struct move_list){ .moves = &c->moves };
	page_sweep__add(&c->sweep, move_list__next, &c->out);
	while (!err && page_sweep__next(&c->sweep, c->diff.until, &s) > 0)
		if (s.list[1] && s.run[0])
			err = move_spool__write(c->spool, &c->moves, &s, &written);
	if (!err && fflush(c->spool))
		err = -errno;
	return err ? failed(c, _("temporary file"), err) : 0;
}

/* Third pass, and fourth of a page, which has mappings before pages */
static int compare(struct comparison *c, page_diff_row row, page_diff_mapping mapping, void *ctx)
{
	const uint64_t end = c->diff.until;
	struct page_segment s;
	int got = 0;

	if (begin_pass(c, 2))
		return -1;
	c->in = (struct move_list){ .moves = &c->moves, .spool = c->spool };
	c->out = (struct move_list){ .moves = &c->moves };
	page_sweep__add(&c->sweep, move_list__next, &c->in);
	page_sweep__add(&c->sweep, move_list__next, &c->out);
	c->compare = (struct page_diff){
		.relation = c->diff.relation, .single = c->run->options->single, .row = row, .mapping = mapping, .ctx = ctx,
		.first = c->diff.range.start, .limit = c->diff.range.end,
	};
	while (!c->run->closed && (got = page_sweep__next(&c->sweep, end, &s)) > 0) {
		if (page_diff__segment(&c->compare, &s))
			break;
		progress__set(c->run->progress, s.start, 1ULL << 47);
	}
	if (c->run->closed)
		return 0;
	if (got > 0)
		return -1;
	if (got < 0)
		return failed(c, _("temporary file"), -EIO);
	if (page_diff__finish(&c->compare) && !c->run->closed)
		return -1;
	c->diff.sum = c->compare.total;
	return 0;
}

static int put_page(void *ctx, const struct inspect_page_change *row)
{
	return diff_page__row(((struct comparison *)ctx)->page, row);
}

static int put_mapping(void *ctx, const struct inspect_mapping_change *m)
{
	struct comparison *c = ctx;

	return c->run->options->all || page_diff__is_changed(m) ? diff_page__mapping(c->page, m) : 0;
}

static int skip_page(void *ctx, const struct inspect_page_change *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static int skip_mapping(void *ctx, const struct inspect_mapping_change *m)
{
	(void)ctx;
	(void)m;
	return 0;
}

static int write_page(struct comparison *c)
{
	unsigned int i;
	int err;

	for (i = 0; i < 2; i++) {
		err = diff_page__read(c->page, i, c->path[i], &c->diff);
		if (err)
			return failed(c, c->path[i], err);
	}
	diff_page__begin_mappings(c->page, &c->diff);
	if (compare(c, skip_page, put_mapping, c))
		return -1;
	if (c->run->closed)
		return 0;
	diff_page__begin_pages(c->page);
	if (compare(c, put_page, skip_mapping, c))
		return -1;
	return c->run->closed ? 0 : diff_page__end(c->page, &c->diff);
}

static int write_rows(struct comparison *c)
{
	struct diff_text text = {
		.run = c->run, .diff = &c->diff, .ended = { c->end[0].flags, c->end[1].flags }, .has_range = c->range,
	};

	diff_text__begin(&text);
	if (compare(c, diff_text__page, diff_text__mapping, &text))
		return -1;
	if (!c->run->closed)
		diff_text__end(&text);
	return 0;
}

static int report_damage(struct comparison *c, const char *path, const struct page_stream_end *e)
{
	const bool cut = e->err == -ENODATA;
	char where[128];

	if (e->until == ~0ULL)
		snprintf(where, sizeof(where), "%s", cut ? _("its checksum is missing") : _("its checksum is wrong"));
	else
		snprintf(where, sizeof(where), _("compared up to %llx"), (unsigned long long)e->until);
	return error__set(c->run->error, ERROR_FAILURE, "%s: %s: %s (%s)", path, cut ? _("cut short") : _("damaged"), where,
			  cut ? _("the snapshot was interrupted") : e->err == -EBADMSG ? _("do not use it") : strerror(-e->err));
}

/* After the output: a damaged file is a failure */
static int check_ends(struct comparison *c)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (c->end[i].err) {
			run__flush(c->run);
			return report_damage(c, c->path[i], &c->end[i]);
		}
	return 0;
}

/* Extend the range to a mapping of the name: the range goes from the first to the last one */
static void add_named(struct comparison *c, const struct pgwalk_vma *vma)
{
	const char *slash = strrchr(vma->name, '/');

	if (strcmp(vma->name, c->range) && (!slash || strcmp(slash + 1, c->range)))
		return;
	if (!c->diff.range.end)
		c->diff.range.start = vma->start;
	c->diff.range.end = vma->end;
}

/* Find the mappings of a name in B, or in A if B has none */
static int find_named(struct comparison *c)
{
	int i, got;

	c->diff.range.end = 0;
	for (i = 1; i >= 0 && !c->diff.range.end; i--) {
		struct page_segment s;

		close_streams(c);
		page_sweep__init(&c->sweep);
		got = page_stream__open(&c->stream[0], c->path[i]);
		if (got)
			return failed(c, c->path[i], got);
		page_sweep__add(&c->sweep, page_stream__next, c->stream[0]);
		while ((got = page_sweep__next(&c->sweep, c->diff.until, &s)) > 0)
			add_named(c, s.list[0]->vma);
	}
	if (c->diff.range.end)
		return 0;
	return error__set(c->run->error, ERROR_FAILURE, "%s: no mapping of that name, neither in A nor in B", c->range);
}

static int diff_files(struct comparison *c)
{
	static struct record_pages_begin first[2];
	unsigned int i;

	if (find_moves(c))
		return -1;
	for (i = 0; i < 2; i++)
		first[i] = *page_stream__begin(c->stream[i]);
	read_processes(c, first);
	if (c->range && !c->diff.range.end && find_named(c))
		return -1;
	if (spool_moves(c))
		return -1;
	if (c->page ? write_page(c) : write_rows(c))
		return -1;
	return c->run->closed ? 0 : check_ends(c);
}

/* Does the module no longer have the address space to which it was attached? */
static bool is_gone(struct run *run)
{
	struct pgwalk_mm mm;

	return query__mm(run->device, &mm, NULL, 0) == -ESRCH;
}

/* Replace the message of a failed second reading by what happened to the process */
static int explain_gone(struct run *run, const char *path)
{
	const uint64_t now = identity__start_ticks(run->options->proc, run->pid);
	struct page_stream *first;
	uint64_t ticks;

	if (page_stream__open(&first, path))
		return -1;
	ticks = page_stream__begin(first)->start_ticks;
	page_stream__close(first);
	return error__set(run->error, ERROR_FAILURE, now && now == ticks ?
			  N_("%d: executed another program before the second reading was complete: its memory is new (try again)") :
			  N_("%d: exited before the second reading was complete"), run->pid);
}

/* Read one process twice, to temporary files */
static int take_both(struct comparison *c, char paths[2][32])
{
	struct run *run = c->run;
	struct inspect_reading sum;
	double seconds;
	unsigned int i;
	int err;

	if (number__seconds(run->options->interval, 0, &seconds))
		return run__usage(run, run->options->interval,
				  "not an interval (0 to 1000000 seconds)");
	err = run__attach(run, run->options->arg[0]);
	for (i = 0; i < 2 && !err; i++) {
		c->fd[i] = open_temporary(run);
		if (c->fd[i] < 0)
			return -1;
		snprintf(paths[i], sizeof(paths[i]), "/proc/self/fd/%d", c->fd[i]);
		c->path[i] = paths[i];
		if (i)
			number__sleep(seconds);
		err = page_reading__take(run, paths[i], false, &sum);
		if (err && i && is_gone(run))
			return explain_gone(run, paths[0]);
	}
	return err;
}

static bool is_of_files(const struct verb_options *o)
{
	return o->nr_args >= 2 && !o->interval;
}

static int check_arguments(struct run *run)
{
	const struct verb_options *o = run->options;

	if (o->nr_args == 1 && !o->interval)
		return run__usage(run, o->arg[0], "one reading has no changes (give a second file, or -i SEC for a process)");
	if (o->nr_args == 3 && o->interval)
		return run__usage(run, o->arg[2], "-i needs one process and at most a range, no files");
	if (o->svg && !o->html)
		return run__usage(run, "--svg", "needs --html=FILE, the file of the pictures");
	if (o->html && (o->json || o->columns || o->single || o->bytes))
		return run__usage(run, "--html", "the page has all columns, and its data as JSON (leave -B, -j, -o and -p out)");
	if (page_file__check_pictures(run))
		return -1;
	return run__columns(run, run->verb->columns);
}

/* Numbers are known before the process is read; names are looked up in the readings */
static int parse_range(struct comparison *c)
{
	const struct verb_options *o = c->run->options;
	const unsigned int at = o->interval ? 1 : 2;
	int kind;

	c->diff.range.end = ~0ULL;
	if (o->nr_args <= at)
		return 0;
	c->range = o->arg[at];
	kind = range__parse_numbers(c->run, c->range, &c->diff.range.start, &c->diff.range.end);
	/* A name has an end of 0 until it is looked up; the range up to 2^64 ends at 2^64 - 1, which no page reaches */
	c->diff.range.end = kind > 0 ? 0 : c->diff.range.end - !c->diff.range.end;
	return kind < 0 ? -1 : 0;
}

static int run_diff(struct run *run)
{
	static struct comparison c;
	char paths[2][32];
	unsigned int i;
	int err = check_arguments(run);

	if (err)
		return err;
	c = (struct comparison){ .run = run, .path = { run->options->arg[0], run->options->arg[1] }, .fd = { -1, -1 } };
	err = parse_range(&c);
	if (!err && !is_of_files(run->options))
		err = take_both(&c, paths);
	if (!err && run->options->html)
		err = diff_page__create(&c.page, run);
	if (!err)
		err = diff_files(&c);
	err = diff_page__destroy(c.page, err);
	close_streams(&c);
	page_moves__clear(&c.moves);
	if (c.spool)
		fclose(c.spool);
	for (i = 0; i < 2; i++)
		if (c.fd[i] >= 0)
			close(c.fd[i]);
	return err;
}

const struct verb diff_verb = {
	.name = "diff",
	.args = "A B [RANGE] | PID [RANGE]",
	.min = 1,
	.max = 3,
	.options = "aiopHS",
	.columns = &page_change_columns,
	.what = N_("Changes of each page between two files of pgwalk snapshot, or in an interval of a process."),
	.more = N_("pgwalk diff -i SEC PID reads a process twice, SEC seconds apart, to temporary files in $TMPDIR. Files need no module, and no root.\n\n"
		"Like pages are one line; -p prints a line for each page. A line that begins with = has a mapping and its sums; "
		"mappings without changes are hidden unless -a is given.\n\n"
		"RANGE is START-END or one address in B, hexadecimal, or the name of a mapping: only its pages and mappings are printed.\n\n"
		"A page for a browser, with before and after in pictures: pgwalk diff --html=FILE.html A B"),
	.without_module = is_of_files,
	.frames = N_("frames are not reported"),
	.run = run_diff,
};
