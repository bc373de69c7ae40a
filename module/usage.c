// SPDX-License-Identifier: GPL-2.0
/*
 * Counts what of a mapping is in memory, from its page tables and the frames that they
 * map, by the rules of smaps. It must not hold a page: frames are looked at as they are.
 */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>

#include "batch.h"
#include "frame.h"
#include "span.h"
#include "usage.h"

static bool is_anonymous(const struct pgwalk_vma *vma)
{
	return vma->kind == PGWALK_VMA_ANON || vma->kind == PGWALK_VMA_HEAP ||
	       vma->kind == PGWALK_VMA_STACK || vma->kind == PGWALK_VMA_BSS;
}

/*
 * A page with a struct page for the mm. smaps counts hugetlb apart from Rss. A huge
 * page in an anonymous mapping is anonymous; elsewhere none is: copying on write
 * splits it.
 */
static void count_pages(struct pgwalk_vma *vma, const struct pgwalk_run *run, u64 bytes)
{
	if (run->shift == ilog2(SZ_2M))
		vma->huge_2m += bytes;
	else if (run->shift == ilog2(SZ_1G))
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
	if (run->shift == ilog2(SZ_2M) && is_anonymous(vma))
		vma->anon_huge += bytes;
}

/*
 * A leaf is told whole. One that is larger than the mapping, for the mapping has grown
 * since it was recorded, counts as far as the record goes.
 */
static u64 bytes_within(const struct pgwalk_vma *vma, const struct pgwalk_run *run)
{
	return min(run->end, vma->end) - max(run->start, vma->start);
}

/* What vm_normal_page() says of a page that is not for use: it asks the bits only. */
static bool is_special(const struct pgwalk_run *run)
{
	return run->flags & (PGWALK_F_SPECIAL | PGWALK_F_DEVMAP);
}

/* Is it of what count_pages() counts? */
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

/* The bits that smaps keeps of a share below a byte (fs/proc/task_mmu.c) */
#define PSS_SHIFT	12

/* Add the share that the mapping has in a page. smaps takes a page that is moving for whole. */
static void add_share(struct pgwalk_vma *vma, const struct pgwalk_run *run, int mapcount, u64 bytes)
{
	u64 share = bytes << PSS_SHIFT;

	if (mapcount > 1 && run->kind != PGWALK_KIND_MIGRATION &&
	    run->kind != PGWALK_KIND_HWPOISON)
		share = div_u64(share, mapcount);
	vma->pss += share;
}

/* One page of 4K, by its frame. A page that is moving has no count: it is nobody else's. */
static void count_frame(struct pgwalk_vma *vma, const struct pgwalk_run *run,
			const struct pgwalk_frame_brief *frame, u64 bytes)
{
	if (frame->mapcount > 1)
		vma->shared += bytes;
	else
		vma->exclusive += bytes;
	if (frame->node >= 0)
		vma->node[min_t(unsigned int, frame->node, PGWALK_VMA_NODES - 1)] += bytes;
	if (vma->kind == PGWALK_VMA_HUGETLB)
		return;
	add_share(vma, run, frame->mapcount, bytes);
	if (frame->order && run->shift == PAGE_SHIFT)
		vma->large += bytes;
	if (frame->kind == PGWALK_FRAME_KSM)
		vma->ksm += bytes;
}

/*
 * Each page of 4K, also of a huge leaf, for others may have mapped a part of it. A page of
 * hugetlb is mapped as a whole: its first one says all.
 */
static int count_frames(struct pgwalk_vma *vma, const struct pgwalk_run *run)
{
	const unsigned int shift = vma->kind == PGWALK_VMA_HUGETLB ? run->shift : PAGE_SHIFT;
	u64 addr = max(run->start, vma->start);
	u64 end = min(run->end, vma->end);
	struct pgwalk_frame_lens lens = {};

	pgwalk_frame_section_begin(&lens);
	for (; addr < end; addr += 1ULL << shift) {
		unsigned long pfn = run->pfn + ((addr - run->start) >> PAGE_SHIFT);
		struct pgwalk_frame_brief frame;

		pgwalk_frame_look(&lens, pfn, &frame);
		count_frame(vma, run, &frame, 1ULL << shift);
		if (!(run->flags & PGWALK_F_DIRTY) && vma->kind != PGWALK_VMA_HUGETLB &&
		    pgwalk_frame_is_lazyfree(&lens, pfn, &frame))
			vma->lazyfree += PAGE_SIZE;
		if (lens.work < PTRS_PER_PTE)
			continue;
		pgwalk_frame_section_end();
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		pgwalk_frame_section_begin(&lens);
	}
	pgwalk_frame_section_end();
	return 0;
}

static void count_run(struct pgwalk_vma *vma, const struct pgwalk_run *run)
{
	u64 bytes = bytes_within(vma, run);

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
 * pgwalk_usage_count - fill in the counts of a mapping
 * @mm: the caller holds its mm_count
 * @vma: a record of it; the fields from @resident on are set
 * @batch: memory to work in
 * @frames: ask the frames too
 *
 * What has become of the mapping meanwhile is not asked: the range is counted.
 *
 * Context: process context, may sleep; nothing is held on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_usage_count(struct mm_struct *mm, struct pgwalk_vma *vma,
		       struct pgwalk_batch *batch, bool frames)
{
	struct pgwalk_span span;
	unsigned int i;
	int err = 0;

	pgwalk_span_init(&span, mm, vma->start, vma->end);
	while (!pgwalk_span_is_done(&span) && !err) {
		err = pgwalk_span_fill(&span, batch);
		for (i = 0; i < batch->nr; i++) {
			count_run(vma, &batch->run[i]);
			if (frames && has_pages(&batch->run[i]) && !err)
				err = count_frames(vma, &batch->run[i]);
		}
	}
	vma->pss >>= PSS_SHIFT;
	vma->counted = !err;
	vma->framed = !err && frames;
	return err;
}
