// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Counts the memory of a mapping from its page tables and the frames that they map, by the
 * rules of smaps. It reads frames without taking a reference.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "arch/pgtable.h"
#include "frame/frame.h"
#include "runs.h"
#include "vma_stats.h"

static bool is_anonymous(const struct pgwalk_vma *vma)
{
	return vma->kind == PGWALK_VMA_ANON || vma->kind == PGWALK_VMA_HEAP ||
	       vma->kind == PGWALK_VMA_STACK || vma->kind == PGWALK_VMA_BSS;
}

/*
 * Count a present page of a run with a struct page. smaps counts hugetlb apart from Rss. A
 * huge page in an anonymous mapping is anonymous. In other mappings it is not, because copying
 * on write splits it.
 */
static void count_pages(struct pgwalk_vma *vma, const struct pgwalk_run *run, u64 bytes)
{
	if (run->level == PGWALK_LEVEL_PMD)
		vma->huge_2m += bytes;
	else if (run->level == PGWALK_LEVEL_PUD)
		vma->huge_1g += bytes;
	if (vma->kind == PGWALK_VMA_HUGETLB) {
		vma->hugetlb += bytes;
		return;
	}
	vma->resident += bytes;
	if (run->flags & PGWALK_F_DIRTY)
		vma->dirty += bytes;
	if (run->flags & PGWALK_F_ACCESSED)
		vma->young += bytes;
	if (run->flags & PGWALK_F_SOFT_DIRTY)
		vma->soft_dirty += bytes;
	if (run->level == PGWALK_LEVEL_PMD && is_anonymous(vma))
		vma->anon_huge += bytes;
}

/*
 * Return the bytes of a run inside of the mapping. A leaf is reported as a whole, and may be
 * larger than the record if the mapping has grown since it was recorded.
 */
static u64 bytes_within(const struct pgwalk_vma *vma, const struct pgwalk_run *run)
{
	return min(run->end, vma->end) - max(run->start, vma->start);
}

/* Return true for a page that vm_normal_page() rejects: it tests only the bits of the entry. */
static bool is_special(const struct pgwalk_run *run)
{
	return run->flags & (PGWALK_F_SPECIAL | PGWALK_F_DEVMAP);
}

/* Test if count_pages() counts the run. */
static bool has_pages(const struct pgwalk_run *run)
{
	switch (run->kind) {
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		return !is_special(run);
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_HWPOISON:
	case PGWALK_KIND_DEVICE:
		return true;
	default:
		return false;
	}
}

/* Fractional bits of the share of a page that smaps keeps (fs/proc/task_mmu.c). */
#define PSS_SHIFT	12

/*
 * Add the mapping's shares of pages with the same mapcount. smaps counts a page that is
 * migrating as a whole, and rounds the share of each page.
 */
static void add_shares(struct pgwalk_vma *vma, const struct pgwalk_run *run, int mapcount, u64 nr)
{
	u64 share = PAGE_SIZE << PSS_SHIFT;

	if (mapcount > 1 && run->kind != PGWALK_KIND_MIGRATION &&
	    run->kind != PGWALK_KIND_HWPOISON)
		share = div_u64(share, mapcount);
	vma->pss += share * nr;
}

/* Count pages by the summary of their frames. A migrating page has no mapcount, and is exclusive. */
static void count_frames(struct pgwalk_vma *vma, const struct pgwalk_run *run,
			 const struct pgwalk_frame_summary *frame, u64 nr)
{
	u64 bytes = nr << PAGE_SHIFT;

	if (frame->mapcount > 1)
		vma->shared += bytes;
	else
		vma->exclusive += bytes;
	if (frame->node >= 0)
		vma->node[min_t(unsigned int, frame->node, PGWALK_VMA_NODES - 1)] += bytes;
	if (vma->kind == PGWALK_VMA_HUGETLB)
		return;
	add_shares(vma, run, frame->mapcount, nr);
	if (frame->order && run->shift == PAGE_SHIFT)
		vma->large += bytes;
	if (frame->kind == PGWALK_FRAME_KSM)
		vma->ksm += bytes;
}

static void count_lazyfree(struct pgwalk_vma *vma, const struct pgwalk_run *run,
			   struct pgwalk_frame_cache *cache, unsigned long pfn,
			   const struct pgwalk_frame_summary *frame, u64 nr)
{
	if (!(run->flags & PGWALK_F_DIRTY) && vma->kind != PGWALK_VMA_HUGETLB &&
	    pgwalk_frame_is_lazyfree(cache, pfn, frame))
		vma->lazyfree += nr << PAGE_SHIFT;
}

/* Begin another section if this one has read its maximum. Return -EINTR on a fatal signal. */
static int renew_section(struct pgwalk_frame_cache *cache) __must_hold(RCU)
{
	int err = 0;

	if (likely(cache->work < PGWALK_FRAME_WORK))
		return 0;
	pgwalk_frame_section_end();
	if (fatal_signal_pending(current))
		err = -EINTR;
	cond_resched();
	pgwalk_frame_section_begin(cache);
	return err;
}

/*
 * Count the frames of leaves. Each 4K page of a huge leaf may have another mapcount, because other
 * processes may map a part of it. A page of hugetlb is mapped as a whole, so only its first 4K
 * page is read.
 */
static int count_leaves(struct pgwalk_vma *vma, const struct pgwalk_run *run,
			struct pgwalk_frame_cache *cache)
{
	const u64 size = 1ULL << run->shift;
	u64 addr = max(run->start, vma->start);
	u64 end = min(run->end, vma->end);
	int err = 0;

	while (addr < end && !err) {
		u64 left = min(end, (addr | (size - 1)) + 1) - addr;
		u64 nr = left >> PAGE_SHIFT;
		unsigned long pfn = run->pfn + ((addr - run->start) >> PAGE_SHIFT);
		struct pgwalk_frame_summary frame;

		pgwalk_frame_read_summary(cache, pfn, &frame);
		if (vma->kind != PGWALK_VMA_HUGETLB)
			nr = pgwalk_frame_count_same(pfn, nr, &frame);
		count_frames(vma, run, &frame, nr);
		count_lazyfree(vma, run, cache, pfn, &frame, nr);
		addr += nr << PAGE_SHIFT;
		err = renew_section(cache);
	}
	return err;
}

/* Count small pages with listed frames. Most frames are like the one before. */
static int count_listed(struct pgwalk_vma *vma, const struct pgwalk_run *run, const u64 *pfn,
			struct pgwalk_frame_cache *cache)
{
	u64 left = (run->end - run->start) >> PAGE_SHIFT;
	int err = 0;

	while (left && !err) {
		unsigned int most = min_t(u64, left, PGWALK_FRAME_WORK - cache->work);
		unsigned int nr = pgwalk_frame_count_listed(cache, pfn, most);
		struct pgwalk_frame_summary frame = cache->summary;

		cache->work += nr;
		if (!nr) {
			pgwalk_frame_read_summary(cache, *pfn, &frame);
			nr = 1;
		}
		count_frames(vma, run, &frame, nr);
		count_lazyfree(vma, run, cache, *pfn, &frame, nr);
		pfn += nr;
		left -= nr;
		err = renew_section(cache);
	}
	return err;
}

/* Count large leaves with listed frames: the list has the first frame of each leaf. */
static int count_listed_leaves(struct pgwalk_vma *vma, const struct pgwalk_run *run, const u64 *pfn,
			       struct pgwalk_frame_cache *cache)
{
	const u64 size = 1ULL << run->shift;
	struct pgwalk_run leaf = *run;
	int err = 0;

	for (; leaf.start < run->end && !err; leaf.start += size) {
		leaf.end = leaf.start + size;
		leaf.pfn = *pfn++;
		err = count_leaves(vma, &leaf, cache);
	}
	return err;
}

/* Count the frames of a batch of runs. */
static int count_batch(struct pgwalk_vma *vma, const struct pgwalk_batch *batch,
		       struct pgwalk_frame_cache *cache)
{
	unsigned int i;
	int err = 0;

	pgwalk_frame_section_begin(cache);
	for (i = 0; i < batch->nr && !err; i++) {
		const struct pgwalk_run *run = &batch->run[i];
		const u64 *pfn = batch->list[i] ? &batch->pfn[batch->list[i] - 1] : NULL;

		if (!has_pages(run))
			continue;
		if (!pfn)
			err = count_leaves(vma, run, cache);
		else if (run->shift == PAGE_SHIFT)
			err = count_listed(vma, run, pfn, cache);
		else
			err = count_listed_leaves(vma, run, pfn, cache);
	}
	pgwalk_frame_section_end();
	return err;
}

/*
 * Count the table of ptes that is deposited for each huge page of an anonymous mapping, for a later
 * split of the page: also for the huge zero page and one that is migrating.
 */
static void count_deposits(struct pgwalk_vma *vma, const struct pgwalk_run *run, u64 bytes)
{
	if (run->level == PGWALK_LEVEL_PMD && is_anonymous(vma))
		vma->tables += bytes >> run->shift << PAGE_SHIFT;
}

static void count_run(struct pgwalk_vma *vma, const struct pgwalk_run *run)
{
	u64 bytes = bytes_within(vma, run);

	count_deposits(vma, run, bytes);
	switch (run->kind) {
	case PGWALK_KIND_ZERO:
		vma->zero += bytes;
		break;
	case PGWALK_KIND_SPECIAL:
		vma->special += bytes;
		break;
	case PGWALK_KIND_SWAP:
		vma->swapped += bytes;
		break;
	case PGWALK_KIND_MARKER:
		if (run->flags & PGWALK_F_SWAP_SHMEM)
			vma->swapped += bytes;
		break;
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		if (is_special(run)) {
			vma->special += bytes;
			break;
		}
		fallthrough;
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_HWPOISON:
	case PGWALK_KIND_DEVICE:
		count_pages(vma, run, bytes);
		break;
	case PGWALK_KIND_RACED:
		vma->raced_pages += bytes >> PAGE_SHIFT;
		break;
	}
}

/**
 * pgwalk_vma_stats_count - fill in the counts of a mapping
 * @mm: the caller holds its mm_count
 * @vma: record of the mapping; the fields from @resident on are set
 * @before: end of the mapping before it; 0: none
 * @batch: work memory
 * @frames: also read the frames
 *
 * The range is counted even if the mapping has changed since it was recorded.
 *
 * Context: process context, may sleep; no lock or reference is held on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_vma_stats_count(struct mm_struct *mm, struct pgwalk_vma *vma, unsigned long before,
			   struct pgwalk_batch *batch, bool frames)
{
	struct pgwalk_runs_tables tables = { .before = before };
	struct pgwalk_frame_cache cache = {};
	struct pgwalk_runs runs;
	unsigned int i;
	int err = 0;

	/* A count that a signal ended may be in the record. */
	memset_startat(vma, 0, resident);
	vma->raced_pages = 0;
	pgwalk_runs_init(&runs, mm, vma->start, vma->end);
	/* The counts do not depend on the order of the frames. */
	runs.by_page = true;
	runs.listed = PGWALK_LISTED_ALL;
	runs.tables = &tables;
	while (!pgwalk_runs_is_done(&runs) && !err) {
		err = pgwalk_runs_fill(&runs, batch);
		for (i = 0; i < batch->nr; i++)
			count_run(vma, &batch->run[i]);
		if (frames && !err)
			err = count_batch(vma, batch, &cache);
	}
	vma->pss >>= PSS_SHIFT;
	vma->tables += tables.nr << PAGE_SHIFT;
	vma->counted = !err;
	vma->frames_counted = !err && frames;
	return err;
}
