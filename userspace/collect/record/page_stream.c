// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads mappings and pages of a process from a recorded stream. Checks their order. A stream that is cut short or
 * damaged ends before the damage, and its end is known.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/page_size.h"
#include "page_stream.h"

/**
 * struct page_stream - a stream being read
 * @player: the file
 * @begin: the process
 * @runs: current record of runs, in the memory of @player; NULL: none
 * @next: next run in @runs
 * @start: start of the current mapping
 * @limit: its end
 * @at: end of the last run or mapping
 * @ended: no more records
 * @end: how it ended
 */
struct page_stream {
	struct player *player;
	struct record_pages_begin begin;
	const struct record_runs *runs;
	__u32 next;
	__u64 start;
	__u64 limit;
	__u64 at;
	bool ended;
	struct page_stream_end end;
};

/**
 * page_stream__open - open a stream of pages
 * @out: filled; untouched on failure
 * @path: the file
 *
 * Return: 0; -EBADMSG: no recorded stream; -ENOMSG: a stream without pages of a process; -ENODATA: cut short before the
 * first mapping; -EPROTO: another version; -EXDEV: see player__create(); or -errno.
 */
int page_stream__open(struct page_stream **out, const char *path)
{
	struct page_stream *s = calloc(1, sizeof(*s));
	const struct record *record;
	int err;

	if (!s)
		return -ENOMEM;
	err = player__create(&s->player, path);
	if (!err) {
		err = player__next(s->player, &record);
		if (err > 0) {
			err = record->type == RECORD_PAGES_BEGIN ? 0 : -ENOMSG;
			if (!err)
				memcpy(&s->begin, record, sizeof(s->begin));
		} else if (!err) {
			err = -ENODATA;
		}
	}
	if (err) {
		page_stream__close(s);
		return err;
	}
	*out = s;
	return 0;
}

/** page_stream__close - close the stream; NULL is fine */
void page_stream__close(struct page_stream *s)
{
	if (!s)
		return;
	player__destroy(s->player);
	free(s);
}

/** page_stream__begin - return the process */
const struct record_pages_begin *page_stream__begin(const struct page_stream *s)
{
	return &s->begin;
}

static int stop(struct page_stream *s, int err, __u64 until)
{
	s->ended = true;
	s->end.err = err;
	s->end.until = until;
	return 0;
}

/* The first mapping or run that is out of order is damage: the stream is known up to @at */
static int damaged(struct page_stream *s)
{
	return stop(s, -EBADMSG, s->at);
}

static int begin_mapping(struct page_stream *s, const struct pgwalk_vma *vma, const struct pgwalk_vma **out)
{
	const __u64 offset = page_bytes() - 1;

	if (vma->start < s->limit || (vma->start | vma->end) & offset || vma->name_len > PGWALK_VMA_NAME_MAX)
		return damaged(s);
	s->start = vma->start;
	s->limit = vma->end;
	s->at = vma->start;
	*out = vma;
	return 1;
}

static int take_run(struct page_stream *s, const struct pgwalk_frame_run **out)
{
	const struct pgwalk_frame_run *run = &s->runs->run[s->next];

	if (run->run.start < s->at || run->run.end > s->limit)
		return damaged(s);
	if (++s->next == s->runs->count)
		s->runs = NULL;
	s->at = run->run.end;
	*out = run;
	return 1;
}

/* The checksum of the file comes after the last record */
static int finish(struct page_stream *s, const struct record_pages_end *end)
{
	const __u64 until = end->flags ? end->addr : ~0ULL;
	const struct record *record;
	int got;

	s->end.flags = end->flags;
	got = player__next(s->player, &record);
	return stop(s, got > 0 ? -EBADMSG : got, until);
}

/**
 * page_stream__next - read the next mapping, or the next run of pages of the last mapping
 * @stream: the stream
 * @vma: filled with a mapping, or with NULL
 * @run: filled with a run, or with NULL
 *
 * Both are valid until the next call.
 *
 * Return: 1; 0: no more, page_stream__end() has the reason.
 */
int page_stream__next(void *stream, const struct pgwalk_vma **vma, const struct pgwalk_frame_run **run)
{
	struct page_stream *s = stream;
	const struct record *record;
	int got;

	*vma = NULL;
	*run = NULL;
	if (s->ended)
		return 0;
	if (s->runs)
		return take_run(s, run);
	while ((got = player__next(s->player, &record)) > 0) {
		switch (record->type) {
		case RECORD_VMA:
			return begin_mapping(s, &((const struct record_vma *)record)->vma, vma);
		case RECORD_RUNS:
			s->runs = (const void *)record;
			s->next = 0;
			return take_run(s, run);
		case RECORD_PAGES_CHANGED:
			s->end.changed++;
			break;
		case RECORD_PAGES_END:
			return finish(s, (const void *)record);
		default:
			return damaged(s);
		}
	}
	return stop(s, got ? got : -ENODATA, s->at);
}

/**
 * page_stream__end - get how the stream ended
 * @s: the stream, after page_stream__next() returned 0
 * @end: filled
 */
void page_stream__end(const struct page_stream *s, struct page_stream_end *end)
{
	*end = s->end;
}
