// SPDX-License-Identifier: GPL-2.0
/*
 * Judges whether the module and the kernel's own files say the same of a page.
 * Pure. No bit is left out because it may change: who asks has seen the page
 * stand still.
 */
#include "../pagemap.h"
#include "compare.h"

/* Numbers of include/uapi/linux/kernel-page-flags.h */
#define ANON	PGWALK_FRAME_FLAG(12)
#define HEAD	PGWALK_FRAME_FLAG(15)
#define TAIL	PGWALK_FRAME_FLAG(16)
#define HUGE	PGWALK_FRAME_FLAG(17)

/* A folio of 1 << order frames is aligned to its size; the others are like it */
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
 * compare__expand - spread a run over single pages
 * @page: those that lie in the run are set
 * @start: address of the first
 * @count: of @page
 * @run: may reach beyond them
 * @hugetlb: the mapping is of hugetlb
 */
void compare__expand(struct compare_ours *page, uint64_t start,
		     unsigned int count, const struct pgwalk_frame_run *run,
		     bool hugetlb)
{
	uint64_t end = start + ((uint64_t)count << PGWALK_PAGE_SHIFT);
	uint64_t at = run->run.start > start ? run->run.start : start;
	uint64_t until = run->run.end < end ? run->run.end : end;

	for (; at < until; at += 1ULL << PGWALK_PAGE_SHIFT) {
		uint64_t i = (at - run->run.start) >> PGWALK_PAGE_SHIFT;

		page[(at - start) >> PGWALK_PAGE_SHIFT] = (struct compare_ours){
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

/** compare__is_same - did the page stand still between the two? A raced one did not */
bool compare__is_same(const struct compare_ours *a,
		      const struct compare_ours *b)
{
	return a->kind != PGWALK_KIND_RACED && a->kind == b->kind &&
	       a->swap_type == b->swap_type &&
	       a->frame_kind == b->frame_kind && a->flags == b->flags &&
	       a->pfn == b->pfn && a->frame_flags == b->frame_flags &&
	       a->mapcount == b->mapcount;
}

static bool differs(struct inspect_difference *d, const char *what,
		    uint64_t ours, uint64_t theirs)
{
	if (ours == theirs)
		return false;
	d->what = what;
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
 * Kinds that pagemap has as swapped; a marker may be told of by its flags only. Where a shmem
 * object has the swap entry, the entry in the table is empty, and pagemap reports nothing. Of a
 * hugetlb page that is not present (poisoned, on the move) pagemap_hugetlb_range() reports
 * nothing but the userfaultfd bit.
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

static bool place_differs(const struct compare_ours *o, uint64_t entry,
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
 * pagemap adds the soft-dirty flag of the mapping: ours means theirs, no more.
 * What it says of markers differs from kernel to kernel.
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
	if (!t->framed || !o->frame_kind)
		return false;
	if (!o->inner &&
	    differs(d, "page flags", o->frame_flags, t->flags))
		return true;
	/* kpagecount counts nothing of a device's frames; "mapped once" below is of their count */
	if (o->mapcount >= 0 && o->frame_kind != PGWALK_FRAME_DEVICE &&
	    differs(d, "mapcount", (uint64_t)o->mapcount, t->mapcount))
		return true;
	/* pagemap finds no page where the zero page is mapped, or what is special */
	if (o->kind == PGWALK_KIND_ZERO || o->kind == PGWALK_KIND_SPECIAL ||
	    o->flags & PGWALK_F_SPECIAL)
		return false;
	if (differs(d, "file page", !(o->frame_flags & ANON),
		    !!(t->entry & PAGEMAP_FILE)))
		return true;
	/*
	 * Of hugetlb it means "the table is not shared" on newer kernels; of all
	 * pages of a huge one what is so of the first on 6.1
	 */
	return o->mapcount >= 0 && !(o->frame_flags & HUGE) && !o->inner &&
	       differs(d, "mapped once", o->mapcount == 1,
		       !!(t->entry & PAGEMAP_EXCLUSIVE));
}

/**
 * compare__page - do both say the same of a page?
 * @ours: the module's, of a page that stood still
 * @theirs: what the kernel's own files said meanwhile
 * @difference: filled if not, but for the address
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
	return place_differs(ours, entry, difference) ||
	       bits_differ(ours, entry, difference) ||
	       frame_differs(ours, theirs, difference);
}
