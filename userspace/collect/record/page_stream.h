/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Mappings and pages of a process from a recorded stream, in the order of their addresses. */
#ifndef PGWALK_COLLECT_PAGE_STREAM_H
#define PGWALK_COLLECT_PAGE_STREAM_H

#include "record.h"

/**
 * struct page_stream_end - how a stream ended
 * @until: first address that is not known; ~0: all are
 * @flags: RECORD_PAGES_*
 * @changed: ranges with mappings that changed during the read
 * @err: 0; -ENODATA: the file is cut short; -EBADMSG: it is damaged; or -errno
 */
struct page_stream_end {
	__u64 until;
	__u64 flags;
	__u64 changed;
	int err;
};

struct page_stream;

int page_stream__open(struct page_stream **out, const char *path);
void page_stream__close(struct page_stream *s);
const struct record_pages_begin *page_stream__begin(const struct page_stream *s);
int page_stream__next(void *stream, const struct pgwalk_vma **vma, const struct pgwalk_frame_run **run);
void page_stream__end(const struct page_stream *s, struct page_stream_end *end);

#endif
