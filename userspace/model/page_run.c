// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Cuts runs of pages at addresses. */
#include "../lib/page_size.h"
#include "page_run.h"

/** page_run__has_frame - has an entry of this kind (enum pgwalk_kind) a page frame, in or out of use? */
bool page_run__has_frame(uint32_t kind)
{
	switch (kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_SPECIAL:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_DEVICE:
		return true;
	}
	return false;
}

/**
 * page_run__clip - cut a run to the pages between two addresses
 * @run: changed: start, end and frame or place in swap
 * @start: first address
 * @end: first address after the range
 *
 * Return: false if no page is left.
 */
bool page_run__clip(struct pgwalk_frame_run *run, uint64_t start, uint64_t end)
{
	struct pgwalk_run *r = &run->run;

	if (r->end > end)
		r->end = end;
	if (r->start >= r->end || start >= r->end)
		return false;
	if (start > r->start) {
		if (page_run__has_frame(r->kind) || r->kind == PGWALK_KIND_SWAP || r->kind == PGWALK_KIND_HWPOISON)
			r->pfn += (start - r->start) >> page_shift();
		r->start = start;
	}
	return true;
}
