// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Expands runs to pages and checks their form: order, alignment, no overlap, no two runs
 * that should be one. It does not compare them with the kernel's files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interface.h"
#include "listing.h"
#include "names.h"
#include "sizes.h"

static bool wrong(struct listing *l, const char *what, __u64 address)
{
	snprintf(l->error, sizeof(l->error), "%s at %llx", what, address);
	return false;
}

static bool has_number(__u8 kind)
{
	return kind != PGWALK_KIND_MARKER && kind != PGWALK_KIND_BAD &&
	       kind != PGWALK_KIND_RACED;
}

/* Should @run have been part of the run that ended with @last? */
static bool continues(const struct page *last, const struct pgwalk_run *run)
{
	return last->address + PAGE == run->start && last->kind == run->kind &&
	       last->shift == run->shift && last->flags == run->flags &&
	       last->pkey == run->pkey && last->swap_type == run->swap_type &&
	       (!has_number(run->kind) || last->pfn + 1 == run->pfn);
}

static bool same_frames(const struct page *a, const struct page *b)
{
	return !strcmp(a->frame, b->frame) && a->mapcount == b->mapcount &&
	       a->node == b->node && a->order == b->order;
}

/* With frame columns a part of a large leaf may be a run: the parts may differ in mapcount */
static bool check_run(struct listing *l, const struct pgwalk_run *run, bool parts)
{
	__u64 mask = (1ULL << (parts ? PAGE_SHIFT : run->shift)) - 1;
	const struct page *last = l->nr ? &l->pages[l->nr - 1] : NULL;

	if (run->shift != PAGE_SHIFT && run->shift != HUGE_SHIFT && run->shift != GIANT_SHIFT)
		return wrong(l, "bad leaf size", run->start);
	if (run->start >= run->end || (run->start & mask) || (run->end & mask))
		return wrong(l, "bad range", run->start);
	if (run->kind <= PGWALK_KIND_TABLE || run->kind >= PGWALK_KIND_NR)
		return wrong(l, "bad kind", run->start);
	if (last && last->address >= run->start)
		return wrong(l, "not in order", run->start);
	return true;
}

static bool add_run(struct listing *l, const struct pgwalk_run *run,
		    const struct page *frames)
{
	size_t pages = (run->end - run->start) >> PAGE_SHIFT;

	if (!check_run(l, run, frames->order > 0))
		return false;
	if (l->nr + pages > l->room) {
		l->room = 2 * (l->nr + pages);
		l->pages = realloc(l->pages, l->room * sizeof(*l->pages));
	}
	for (size_t i = 0; i < pages; i++) {
		struct page *page = &l->pages[l->nr++];

		*page = (struct page){
			.address = run->start + i * PAGE,
			.pfn = has_number(run->kind) ? run->pfn + i : 0,
			.flags = run->flags, .swap_type = run->swap_type,
			.kind = run->kind, .shift = run->shift,
			.pkey = run->pkey, .mapcount = frames->mapcount,
			.node = frames->node, .order = frames->order,
		};
		memcpy(page->frame, frames->frame, sizeof(page->frame));
	}
	l->lines++;
	return true;
}

static bool parse_number(const char *word, struct pgwalk_run *run)
{
	char *end;

	if (!has_number(run->kind))
		return !strcmp(word, "-");
	if (run->kind == PGWALK_KIND_SWAP) {
		run->swap_type = (__u32)strtoul(word, &end, 10);
		if (*end != ':')
			return false;
		word = end + 1;
	}
	run->pfn = strtoull(word, &end, 16);
	return end != word && !*end;
}

static bool parse_count(const char *word, int *count)
{
	char *end;

	*count = strcmp(word, "-") ? (int)strtol(word, &end, 10) : -1;
	return *count < 0 || !*end;
}

/* " FRAME LETTERS MAPCOUNT NODE ORDER" */
static bool parse_frames(const char *line, struct page *frames)
{
	char kind[12], letters[24], mapcount[12], node[8], order[4], *to;
	int end = 0;

	if (sscanf(line, " %11s %23s %11s %7s %3s%n", kind, letters, mapcount,
		   node, order, &end) != 5 || line[end])
		return false;
	to = frames->frame + snprintf(frames->frame, sizeof(frames->frame), "%s ", kind);
	for (const char *from = letters; *from; from++)
		if (*from != 'H' && *from != 'T')
			*to++ = *from;
	*to = 0;
	return parse_count(mapcount, &frames->mapcount) &&
	       parse_count(node, &frames->node) && parse_count(order, &frames->order);
}

static bool parse_line(const char *line, struct pgwalk_run *run, struct page *frames)
{
	char size[8], kind[16], number[48], flags[200];
	struct names_flags f;
	int end = 0;

	*run = (struct pgwalk_run){ };
	*frames = (struct page){ };
	if (sscanf(line, "%llx-%llx %7s %15s %47s %199s%n", &run->start,
		   &run->end, size, kind, number, flags, &end) != 6)
		return false;
	if (!parse_frames(line + end, frames) || names_shift(size) < 0 || names_kind(kind) < 0 ||
	    !names_parse_flags(flags, &f))
		return false;
	run->shift = (__u8)names_shift(size);
	run->kind = (__u8)names_kind(kind);
	run->flags = f.set;
	run->pkey = (__u8)f.pkey;
	return parse_number(number, run);
}

bool listing_from_text(struct listing *l, char *text)
{
	struct pgwalk_run run;
	struct page frames;
	char *line;

	*l = (struct listing){ };
	while ((line = strsep(&text, "\n"))) {
		if (!*line || *line == '#')
			continue;
		if (!parse_line(line, &run, &frames)) {
			snprintf(l->error, sizeof(l->error),
				 "cannot be read: %.120s", line);
			return false;
		}
		if (l->nr && continues(&l->pages[l->nr - 1], &run) &&
		    same_frames(&l->pages[l->nr - 1], &frames))
			return wrong(l, "two lines that are one run", run.start);
		if (!add_run(l, &run, &frames))
			return false;
	}
	return true;
}

int listing_from_scan(struct listing *l, int fd, __u64 start, __u64 end,
		      __u32 flags, __u32 batch)
{
	static const struct page none;
	struct pgwalk_run *runs = calloc(batch, sizeof(*runs));
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = flags, .end = end,
		.records = (__u64)(unsigned long)runs, .nr_records = batch,
	};
	int ret = 0;

	*l = (struct listing){ };
	while (start < end) {
		scan.start = start;
		ret = interface_ioctl(fd, PGWALK_IOC_SCAN, &scan);
		if (ret)
			break;
		for (__u32 i = 0; i < scan.filled; i++)
			if (!add_run(l, &runs[i], &none))
				ret = -EBADMSG;
		if (ret || scan.resume <= start || scan.resume > end ||
		    scan.filled > batch) {
			ret = -EBADMSG;
			break;
		}
		start = scan.resume;
	}
	free(runs);
	return ret;
}

const struct page *listing_find(const struct listing *l, __u64 address)
{
	size_t low = 0, high = l->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->pages[mid].address < address)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->nr && l->pages[low].address == address ?
	       &l->pages[low] : NULL;
}

static bool same(const struct page *a, const struct page *b)
{
	return a->address == b->address && a->pfn == b->pfn &&
	       a->flags == b->flags && a->swap_type == b->swap_type &&
	       a->kind == b->kind && a->shift == b->shift && a->pkey == b->pkey;
}

size_t listing_differ(const struct listing *a, const struct listing *b,
		      const struct listing *again)
{
	for (size_t i = 0; i < a->nr; i++) {
		if (i < again->nr && !same(&a->pages[i], &again->pages[i]))
			continue;
		if (i >= b->nr || !same(&a->pages[i], &b->pages[i]))
			return i;
	}
	return a->nr;
}

void listing_free(struct listing *l)
{
	free(l->pages);
	*l = (struct listing){ };
}
