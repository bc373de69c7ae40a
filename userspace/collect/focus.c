// SPDX-License-Identifier: GPL-2.0
/*
 * Hands on the single faults of one mapping, and asks what its pages are now: those
 * that are shown, and those that faulted since. It keeps the addresses of an
 * interval, and no more of them than it asks about.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "focus.h"
#include "now.h"
#include "tell.h"

/* What all the questions of an interval may take */
#define LIMIT_NS	5000000ULL
#define PAGE		(~((1ULL << PGWALK_PAGE_SHIFT) - 1))

/**
 * struct focus - what is looked into
 * @start: first address
 * @end: the first address behind it; 0: nothing is
 * @addr: pages of this interval
 * @count: how many
 * @err: what the sink returned amid events, which cannot be stopped
 */
struct focus {
	struct probes *probes;
	struct sink sink;
	uint64_t start;
	uint64_t end;
	uint64_t addr[FOCUS_PAGES];
	size_t count;
	int err;
};

/**
 * focus__create - look into nothing
 * @out: filled; untouched on failure
 * @probes: to outlive this
 * @sink: takes the records
 *
 * Return: 0 or -ENOMEM.
 */
int focus__create(struct focus **out, struct probes *probes,
		  const struct sink *sink)
{
	struct focus *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->probes = probes;
	f->sink = *sink;
	*out = f;
	return 0;
}

/** focus__destroy - free it; NULL is fine */
void focus__destroy(struct focus *f)
{
	free(f);
}

/**
 * focus__set - look into another mapping
 * @f: the focus
 * @start: first address
 * @end: the first address behind it; 0: into none
 *
 * Return: 0; -errno of the probes; or what the sink returned.
 */
int focus__set(struct focus *f, uint64_t start, uint64_t end)
{
	int err;

	if (f->start == start && f->end == end)
		return 0;
	err = probes__look_into(f->probes, start, end);
	if (!err)
		err = focus__drain(f);	/* those of the last one, before it is told */
	if (err)
		return err;
	f->start = start;
	f->end = end;
	f->count = 0;
	return sink__look(&f->sink, start, end);
}

static bool has(const uint64_t *addr, size_t count, uint64_t wanted)
{
	/* from the last one: faults tend to come in a row */
	while (count-- > 0)
		if (addr[count] == wanted)
			return true;
	return false;
}

static void take_event(void *ctx, const struct pgwalk_fault_event *event)
{
	struct focus *f = ctx;

	if (f->err || !f->end)
		return;
	f->err = sink__event(&f->sink, event);
	if (f->count < FOCUS_PAGES && !has(f->addr, f->count, event->addr & PAGE))
		f->addr[f->count++] = event->addr & PAGE;
}

/**
 * focus__drain - hand on the single faults that came
 * @f: the focus
 *
 * Return: 0; -errno of the probes; or what the sink returned.
 */
int focus__drain(struct focus *f)
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

static int ask(struct focus *f, struct device *device, const uint64_t *addr,
	       size_t count)
{
	const struct now_pages pages = { addr, count, LIMIT_NS };
	long err = count ? now__pages(device, &pages, take_page, &f->sink) : 0;

	/* it has executed another program, or is gone: the next look will see */
	return err < 0 && err != -ESRCH ? (int)err : 0;
}

/**
 * focus__ask - tell what the pages are now
 * @f: the focus
 * @device: attached; NULL: nobody can be asked
 * @shown: which ones are shown; asked about first
 * @ctx: for it
 *
 * Return: 0; -errno; or what the sink returned.
 */
int focus__ask(struct focus *f, struct device *device, focus_pages_fn shown,
	       void *ctx)
{
	uint64_t first[FOCUS_PAGES / 2];
	size_t count, i, rest = 0;
	int err;

	if (!f->end || !device)
		return 0;
	count = shown(ctx, first, FOCUS_PAGES / 2);
	err = ask(f, device, first, count);
	for (i = 0; i < f->count; i++)
		if (!has(first, count, f->addr[i]))
			f->addr[rest++] = f->addr[i];
	if (!err)
		err = ask(f, device, f->addr, rest);
	f->count = 0;
	return err;
}
