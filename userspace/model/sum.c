// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Adds up records of mappings and of pages. */
#include <stdbool.h>

#include "../lib/page_size.h"
#include "sum.h"

/**
 * sum__vma - add a mapping
 * @total: mapping to add to
 * @vma: the mapping
 */
void sum__vma(struct pgwalk_vma *total, const struct pgwalk_vma *vma)
{
	int i;

	total->counted |= vma->counted;
	total->frames_counted |= vma->frames_counted;
	total->raced_pages += vma->raced_pages;
	total->resident += vma->resident;
	total->dirty += vma->dirty;
	total->swapped += vma->swapped;
	total->zero += vma->zero;
	total->special += vma->special;
	total->huge_2m += vma->huge_2m;
	total->huge_1g += vma->huge_1g;
	total->anon_huge += vma->anon_huge;
	total->hugetlb += vma->hugetlb;
	total->young += vma->young;
	total->soft_dirty += vma->soft_dirty;
	total->tables += vma->tables;
	total->exclusive += vma->exclusive;
	total->shared += vma->shared;
	total->large += vma->large;
	total->ksm += vma->ksm;
	total->pss += vma->pss;
	total->lazyfree += vma->lazyfree;
	for (i = 0; i < PGWALK_VMA_NODES; i++)
		total->node[i] += vma->node[i];
}

/** sum__uss - return the resident bytes of a mapping that are mapped once; hugetlb is no resident memory */
uint64_t sum__uss(const struct pgwalk_vma *vma)
{
	return vma->kind == PGWALK_VMA_HUGETLB ? 0 : vma->exclusive;
}

/** sum__is_empty - test if a mapping has no pages of any kind */
bool sum__is_empty(const struct pgwalk_vma *vma)
{
	return !vma->resident && !vma->swapped && !vma->zero &&
	       !vma->special && !vma->hugetlb && !vma->raced_pages;
}

static bool has_page(uint32_t kind)
{
	return kind == PGWALK_KIND_PRESENT || kind == PGWALK_KIND_PROTNONE ||
	       kind == PGWALK_KIND_NUMA_HINT || kind == PGWALK_KIND_UFFD_RWP;
}

static void add_page(struct inspect_pages *t,
		     const struct pgwalk_frame_run *run, uint64_t bytes)
{
	uint64_t flags = run->run.flags;

	*(run->run.shift >= 30 ? &t->leaf_1g :
	  run->run.shift >= 21 ? &t->leaf_2m : &t->leaf_4k) += bytes;
	if (flags & PGWALK_F_ACCESSED)
		t->young += bytes;
	if (flags & PGWALK_F_DIRTY)
		t->dirty += bytes;
	if (flags & PGWALK_F_SOFT_DIRTY)
		t->soft_dirty += bytes;
	if (run->mapcount > 1)
		t->shared += bytes;
	else if (run->mapcount == 1)
		t->exclusive += bytes;
	if (run->run.shift == page_shift() && run->order)
		t->large += bytes;
	if (run->node >= 0)
		t->node[run->node < PGWALK_VMA_NODES - 1 ? run->node :
			PGWALK_VMA_NODES - 1] += bytes;
}

/**
 * sum__run - add the pages of a run
 * @total: sum to add to
 * @run: the run
 * @start: first requested address
 * @end: first address after the requested range
 */
void sum__run(struct inspect_pages *total, const struct pgwalk_frame_run *run,
	      uint64_t start, uint64_t end)
{
	uint64_t from = run->run.start > start ? run->run.start : start;
	uint64_t to = run->run.end < end ? run->run.end : end;
	uint64_t bytes = to > from ? to - from : 0;

	total->runs++;
	total->bytes += bytes;
	if (run->run.kind < PGWALK_KIND_NR)
		total->kind[run->run.kind] += bytes;
	if (has_page(run->run.kind))
		add_page(total, run, bytes);
}
