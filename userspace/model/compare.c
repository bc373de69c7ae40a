// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Compares the module's report of a page with the kernel's own files. All bits are
 * compared, because the caller passes only pages that did not change.
 */
#include "../lib/page_size.h"
#include "../pagemap.h"
#include "compare.h"

/* Numbers of include/uapi/linux/kernel-page-flags.h */
#define ANON	PGWALK_FRAME_FLAG(12)
#define HEAD	PGWALK_FRAME_FLAG(15)
#define TAIL	PGWALK_FRAME_FLAG(16)
#define HUGE	PGWALK_FRAME_FLAG(17)

/* Return the flags of page @i of a run: head and tail by alignment, others as the first page */
static uint64_t flags_at(const struct pgwalk_frame_run *run, uint64_t i)
{
	uint64_t flags = run->frame_flags & ~(HEAD | TAIL);
	uint64_t pfn = run->run.pfn + i;

	if (!i)
		return run->frame_flags;
	if (!(run->frame_flags & (HEAD | TAIL)))
		return flags;
	return flags | (pfn & ((1ULL << run->order) - 1) ? TAIL : HEAD);
}

/**
 * compare__expand - expand a run into single pages
 * @page: pages in the run are set
 * @start: address of the first page
 * @count: number of @page
 * @run: may extend beyond @page
 * @hugetlb: the mapping is of hugetlb
 */
void compare__expand(struct compare_ours *page, uint64_t start,
		     unsigned int count, const struct pgwalk_frame_run *run,
		     bool hugetlb)
{
	uint64_t end = start + ((uint64_t)count << page_shift());
	uint64_t at = run->run.start > start ? run->run.start : start;
	uint64_t until = run->run.end < end ? run->run.end : end;

	for (; at < until; at += page_bytes()) {
		uint64_t i = (at - run->run.start) >> page_shift();

		page[(at - start) >> page_shift()] = (struct compare_ours){
			.kind = run->run.kind,
			.swap_type = run->run.swap_type,
			.frame_kind = run->frame_kind,
			.mapcount = run->mapcount,
			.flags = run->run.flags,
			.pfn = run->run.pfn + (run->run.pfn ? i : 0),
			.frame_flags = run->frame_kind ? flags_at(run, i) : 0,
			.inner = at & ((1ULL << run->run.shift) - 1),
			.hugetlb = hugetlb,
		};
	}
}

/** compare__is_same - test if two reports of a page are equal; a raced entry is never */
bool compare__is_same(const struct compare_ours *a,
		      const struct compare_ours *b)
{
	return a->kind != PGWALK_KIND_RACED && a->kind == b->kind &&
	       a->swap_type == b->swap_type &&
	       a->frame_kind == b->frame_kind && a->flags == b->flags &&
	       a->pfn == b->pfn && a->frame_flags == b->frame_flags &&
	       a->mapcount == b->mapcount;
}

static bool differs(struct inspect_difference *d, const char *property,
		    uint64_t ours, uint64_t theirs)
{
	if (ours == theirs)
		return false;
	d->property = property;
	d->ours = ours;
	d->theirs = theirs;
	return true;
}

static bool is_present(uint32_t kind)
{
	switch (kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_SPECIAL:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		return true;
	}
	return false;
}

/*
 * Test if pagemap reports the kind as swapped; it may report markers by their flags only.
 * Where a shmem object has the swap entry, the entry in the table is empty, and pagemap
 * reports nothing. For a hugetlb page that is not present (poisoned, in migration)
 * pagemap_hugetlb_range() reports only the userfaultfd bit.
 */
static bool is_swapped(const struct compare_ours *o)
{
	if (o->hugetlb)
		return false;
	switch (o->kind) {
	case PGWALK_KIND_SWAP:
		return !(o->flags & PGWALK_F_SWAP_SHMEM);
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_HWPOISON:
	case PGWALK_KIND_DEVICE:
		return true;
	}
	return false;
}

static bool location_differs(const struct compare_ours *o, uint64_t entry,
			     struct inspect_difference *d)
{
	if (is_present(o->kind))
		return differs(d, "frame", o->pfn, entry & PAGEMAP_PFN);
	if (!is_swapped(o))
		return false;
	if (o->kind == PGWALK_KIND_SWAP &&
	    differs(d, "swap area", o->swap_type, PAGEMAP_SWAP_TYPE(entry)))
		return true;
	return differs(d, "swap place", o->pfn, PAGEMAP_SWAP_OFFSET(entry));
}

/*
 * pagemap adds the soft-dirty flag of the mapping, so the flag is compared only if the
 * module reports it. The bits of markers differ between kernels.
 */
static bool bits_differ(const struct compare_ours *o, uint64_t entry,
			struct inspect_difference *d)
{
	bool wp = o->flags & (PGWALK_F_UFFD_WP | PGWALK_F_MARK_UFFD_WP);

	if (differs(d, "uffd-wp", wp, !!(entry & PAGEMAP_UFFD_WP)))
		return true;
	return o->kind != PGWALK_KIND_MARKER &&
	       o->flags & PGWALK_F_SOFT_DIRTY &&
	       differs(d, "soft-dirty", 1, !!(entry & PAGEMAP_SOFT_DIRTY));
}

static bool frame_differs(const struct compare_ours *o,
			  const struct compare_theirs *t,
			  struct inspect_difference *d)
{
	if (!t->has_frame || !o->frame_kind)
		return false;
	if (!o->inner &&
	    differs(d, "page flags", o->frame_flags, t->flags))
		return true;
	/* kpagecount counts no mapping of a device's frame; "mapped once" below does */
	if (o->mapcount >= 0 && o->frame_kind != PGWALK_FRAME_DEVICE &&
	    differs(d, "mapcount", (uint64_t)o->mapcount, t->mapcount))
		return true;
	/* pagemap finds no page under the zero page and special entries */
	if (o->kind == PGWALK_KIND_ZERO || o->kind == PGWALK_KIND_SPECIAL ||
	    o->flags & PGWALK_F_SPECIAL)
		return false;
	if (differs(d, "file page", !(o->frame_flags & ANON),
		    !!(t->entry & PAGEMAP_FILE)))
		return true;
	/*
	 * For hugetlb the bit means "the table is not shared" on newer kernels; on 6.1
	 * all pages of a huge page have the bit of the first one.
	 */
	return o->mapcount >= 0 && !(o->frame_flags & HUGE) && !o->inner &&
	       differs(d, "mapped once", o->mapcount == 1,
		       !!(t->entry & PAGEMAP_EXCLUSIVE));
}

/**
 * compare__page - compare two reports of a page
 * @ours: the module's report of an unchanged page
 * @theirs: the kernel's own files, read between two reports of the module
 * @difference: the first difference is set, except for the address
 *
 * Return: true if they differ.
 */
bool compare__page(const struct compare_ours *ours,
		   const struct compare_theirs *theirs,
		   struct inspect_difference *difference)
{
	uint64_t entry = theirs->entry;

	if (differs(difference, "present", is_present(ours->kind),
		    !!(entry & PAGEMAP_PRESENT)))
		return true;
	if (ours->kind == PGWALK_KIND_BAD)
		return differs(difference, "kind", ours->kind, 0);
	if (ours->kind != PGWALK_KIND_MARKER &&
	    differs(difference, "swapped", is_swapped(ours),
		    !!(entry & PAGEMAP_SWAPPED)))
		return true;
	return location_differs(ours, entry, difference) ||
	       bits_differ(ours, entry, difference) ||
	       frame_differs(ours, theirs, difference);
}
