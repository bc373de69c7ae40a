// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Adds up pages with accessed and soft-dirty bits. A leaf of 2M has one bit for all of it: its bytes are an upper limit, and
 * one page of 4K is proven. clear_refs does not clear the bits of hugetlb, so these prove nothing about a time.
 */
#include "../lib/page_size.h"
#include "wss.h"

#define PAGE	page_bytes()

static bool has_frame(const struct pgwalk_run *run)
{
	switch (run->kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		return true;
	}
	return false;
}

/* Pages that are proven by the bits of the leaves in a range: one for each leaf that lies in it as a whole */
static uint64_t least_bytes(uint64_t start, uint64_t end, unsigned int shift)
{
	const uint64_t mask = (1ULL << shift) - 1;
	const uint64_t first = (start + mask) & ~mask, last = end & ~mask;

	return first < last ? ((last - first) >> shift) * PAGE : 0;
}

/**
 * wss__add_run - add a part of a run
 * @row: the mapping
 * @run: the run
 * @start: first address of the part
 * @end: first address after the part
 * @cleared: the bits were cleared through clear_refs
 */
void wss__add_run(struct inspect_wss *row, const struct pgwalk_frame_run *run, uint64_t start, uint64_t end,
		  bool cleared)
{
	const uint64_t bytes = end - start, least = least_bytes(start, end, run->run.shift);

	if (run->run.kind == PGWALK_KIND_RACED)
		row->unknown += bytes;
	if (!has_frame(&run->run))
		return;
	row->resident += bytes;
	if (cleared && (run->frame_kind == PGWALK_FRAME_HUGETLB || row->vma->kind == PGWALK_VMA_HUGETLB)) {
		row->unknown += bytes;
		return;
	}
	if (run->run.flags & PGWALK_F_ACCESSED) {
		row->touched += bytes;
		row->touched_least += least;
	} else {
		row->idle += bytes;
	}
	if (run->run.flags & PGWALK_F_SOFT_DIRTY) {
		row->written += bytes;
		row->written_least += least;
	}
}

/**
 * wss__add - add the figures of a mapping to a sum
 * @sum: the sum
 * @row: the mapping
 */
void wss__add(struct inspect_wss *sum, const struct inspect_wss *row)
{
	sum->resident += row->resident;
	sum->touched += row->touched;
	sum->touched_least += row->touched_least;
	sum->written += row->written;
	sum->written_least += row->written_least;
	sum->idle += row->idle;
	sum->unknown += row->unknown;
}
