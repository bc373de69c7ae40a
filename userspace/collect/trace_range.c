// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Traces one mapping: emits its single faults, and the current state of the displayed pages and of
 * the pages that faulted in the interval. Bounded by TRACE_PAGES.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_range.h"
#include "../lib/page_size.h"
#include "module/page_query.h"
#include "probes/events.h"

/* Time limit of one batch of page queries */
#define LIMIT_NS	5000000ULL
#define PAGE		(~(page_bytes() - 1))

/**
 * struct trace_range - the traced mapping
 * @probes: fault probes
 * @sink: record sink
 * @start: first address
 * @end: first address after the mapping; 0: no mapping is traced
 * @addr: pages that faulted in this interval
 * @count: number of @addr
 * @err: error of the sink, kept until probes__events() returns
 */
struct trace_range {
	struct probes *probes;
	struct sink sink;
	uint64_t start;
	uint64_t end;
	uint64_t addr[TRACE_PAGES];
	size_t count;
	int err;
};

/**
 * trace_range__create - prepare to trace; no mapping is traced yet
 * @out: filled; untouched on failure
 * @probes: must outlive the object
 * @sink: record sink
 *
 * Return: 0 or -ENOMEM.
 */
int trace_range__create(struct trace_range **out, struct probes *probes,
			const struct sink *sink)
{
	struct trace_range *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->probes = probes;
	f->sink = *sink;
	*out = f;
	return 0;
}

/** trace_range__destroy - free it; NULL is fine */
void trace_range__destroy(struct trace_range *f)
{
	free(f);
}

/** trace_range__repeat - emit the traced mapping again, if there is one. Return: 0 or the error of the sink */
int trace_range__repeat(const struct trace_range *f)
{
	return f->end ? sink__trace(&f->sink, f->start, f->end) : 0;
}

/**
 * trace_range__set - trace another mapping
 * @f: the traced range
 * @start: first address
 * @end: first address after the mapping; 0: stop tracing
 *
 * Return: 0; -errno of the probes; or the error of the sink.
 */
int trace_range__set(struct trace_range *f, uint64_t start, uint64_t end)
{
	int err;

	if (f->start == start && f->end == end)
		return 0;
	err = probes__trace(f->probes, start, end);
	if (!err)
		err = trace_range__drain(f);	/* events of the last range */
	if (err)
		return err;
	f->start = start;
	f->end = end;
	f->count = 0;
	return sink__trace(&f->sink, start, end);
}

static bool has(const uint64_t *addr, size_t count, uint64_t wanted)
{
	/* search backward: faults tend to come in address order */
	while (count-- > 0)
		if (addr[count] == wanted)
			return true;
	return false;
}

static void take_event(void *ctx, const struct pgwalk_fault_event *event)
{
	struct trace_range *f = ctx;

	if (f->err || !f->end)
		return;
	f->err = sink__event(&f->sink, event);
	if (f->count < TRACE_PAGES && !has(f->addr, f->count, event->addr & PAGE))
		f->addr[f->count++] = event->addr & PAGE;
}

/**
 * trace_range__drain - emit the single faults since the last call
 * @f: the traced range
 *
 * Return: 0; -errno of the probes; or the error of the sink.
 */
int trace_range__drain(struct trace_range *f)
{
	int err = probes__events(f->probes, take_event, f);

	if (!f->err)
		return err < 0 ? err : 0;
	err = f->err;
	f->err = 0;
	return err;
}

static int take_page(void *ctx, const struct pgwalk_frame_run *run)
{
	return sink__page(ctx, run);
}

static int query(struct trace_range *f, struct device *device, const uint64_t *addr,
		 size_t count)
{
	const struct page_query_pages pages = { addr, count, LIMIT_NS };
	long err = count ? page_query__pages(device, &pages, take_page, &f->sink) : 0;

	/* after an execve or exit: the next sample finds out */
	return err < 0 && err != -ESRCH ? (int)err : 0;
}

/**
 * trace_range__query - emit the current state of pages
 * @f: the traced range
 * @device: attached; NULL: no pages are queried
 * @shown: fills in the displayed pages, which are queried first
 * @ctx: argument of @shown
 *
 * Return: 0; -errno; or the error of the sink.
 */
int trace_range__query(struct trace_range *f, struct device *device, trace_pages_fn shown,
		       void *ctx)
{
	uint64_t first[TRACE_PAGES / 2];
	size_t count, i, rest = 0;
	int err;

	if (!f->end || !device)
		return 0;
	count = shown(ctx, first, TRACE_PAGES / 2);
	err = query(f, device, first, count);
	for (i = 0; i < f->count; i++)
		if (!has(first, count, f->addr[i]))
			f->addr[rest++] = f->addr[i];
	if (!err)
		err = query(f, device, f->addr, rest);
	f->count = 0;
	return err;
}
