/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages of the traced mapping in a snapshot, and details of one page on request. Types
 * only, included by snapshot.h.
 */
#ifndef PGWALK_SNAPSHOT_PAGE_H
#define PGWALK_SNAPSHOT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgwalk_fault.h"

/**
 * struct snapshot_page - a page of the traced mapping
 * @addr: first address
 * @faults: faults since the trace began
 * @interval_faults: faults in this interval, part of @faults
 * @last: the last fault
 * @now_known: @now and the fields after it were sampled in this interval
 * @now: the current entry; kind 0: no entry
 * @mapcount: mapcount of the frame, -1: unknown
 * @node: node of the frame, -1: unknown
 * @frame_flags: flags of the frame, as /proc/kpageflags
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
 * struct snapshot_pages - the traced mapping
 *
 * A page has the size of the leaf that was present after its latest fault, if that
 * leaf is known. There is room for 4096 pages; an additional page evicts the coldest.
 * Each fault adds one to the heat of a page, each interval halves it; of equally cold
 * pages, the page with the oldest fault is evicted first. The faults of all @page and
 * @left_out together are all recorded faults.
 *
 * @start: first address; 0 with @end: no mapping is traced
 * @end: first address after the mapping
 * @page: pages with faults, hottest first
 * @nr_pages: number of @page
 * @left_out: faults of evicted pages
 * @lost: faults without an event, because the ring buffer was full
 */
struct snapshot_pages {
	uint64_t start;
	uint64_t end;
	const struct snapshot_page *page;
	size_t nr_pages;
	uint64_t left_out;
	uint64_t lost;
};

/** SNAPSHOT_HITS - mappings of one page that are kept */
#define SNAPSHOT_HITS	64

/**
 * struct snapshot_page_details - details of one page, read on request
 * @addr: the requested address
 * @error: why the request failed; NULL: the other fields are set
 * @translate: the walk, level by level
 * @has_frame: @frame is set
 * @frame: the page frame
 * @no_rmap: why there is no reverse map, if known; else NULL
 * @has_rmap: @rmap, @hit and @nr_hits are set
 * @rmap: result of the search, with the number of all mappings found
 * @hit: mappings of the page
 * @nr_hits: number of @hit, at most SNAPSHOT_HITS
 */
struct snapshot_page_details {
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
