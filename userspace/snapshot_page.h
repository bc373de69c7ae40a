/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of a snapshot: the pages of the mapping that is being looked into, and what was found
 * out about one of them. Types only, to be had by snapshot.h.
 */
#ifndef PGWALK_SNAPSHOT_PAGE_H
#define PGWALK_SNAPSHOT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgwalk_fault.h"

/**
 * struct snapshot_page - a page of the mapping that is being looked into
 * @addr: its first address
 * @faults: since the mapping is being looked into
 * @interval_faults: of these, in this interval
 * @last: the last of them
 * @now_known: was it told in this interval what the next four are?
 * @now: the entry as it is now; @now.kind none: nothing there
 * @mapcount: how often its frame is mapped, -1: not known
 * @node: of its frame, -1: not known
 * @frame_flags: of its frame, as /proc/kpageflags
 */
struct snapshot_page {
	uint64_t addr;
	uint64_t faults;
	uint64_t interval_faults;
	struct pgwalk_fault_event last;
	bool now_known;
	struct pgwalk_entry now;
	int32_t mapcount;
	int32_t node;
	uint64_t frame_flags;
};

/**
 * struct snapshot_pages - the mapping that is being looked into
 *
 * A page is as large as the leaf that was there after its latest fault, if that is
 * known. There is room for 4096; for another one the coldest is left out: each
 * fault makes a page hotter by one, each interval half as hot, and of those that
 * are as cold the one that did not fault for the longest time goes first. The
 * faults of all @page and @left_out together are all that were told.
 *
 * @start: 0 with @end: none is
 * @end: the first address behind it
 * @page: those that faulted, the hottest first
 * @nr_pages: how many
 * @left_out: faults whose page found no room here
 * @lost: faults that were not told of one by one: there was no room in the buffer
 */
struct snapshot_pages {
	uint64_t start;
	uint64_t end;
	const struct snapshot_page *page;
	size_t nr_pages;
	uint64_t left_out;
	uint64_t lost;
};

/** SNAPSHOT_HITS - of those who map a page, so many are told */
#define SNAPSHOT_HITS	64

/**
 * struct snapshot_answer - what is to be found out about one page, now
 * @addr: the address that was asked about
 * @error: why it could not be; NULL: the rest is told
 * @translate: the walk, level by level
 * @has_frame: the next one is told
 * @frame: the page frame
 * @no_rmap: why there is no reverse map, if that is known; else NULL
 * @has_rmap: the next ones are told
 * @rmap: how the search ended, and how many were found in all
 * @hit: who maps it
 * @nr_hits: how many of them are told, at most SNAPSHOT_HITS
 */
struct snapshot_answer {
	uint64_t addr;
	const char *error;
	struct pgwalk_translate translate;
	bool has_frame;
	struct pgwalk_frame frame;
	const char *no_rmap;
	bool has_rmap;
	struct pgwalk_rmap rmap;
	struct pgwalk_rmap_hit hit[SNAPSHOT_HITS];
	unsigned int nr_hits;
};

#endif
