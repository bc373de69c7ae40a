// SPDX-License-Identifier: GPL-2.0
/*
 * Counts what of a mapping is in memory, from its page tables, by the rules of
 * smaps. It must not ask the pages themselves: they are not referenced.
 */
#include <linux/mm.h>
#include <linux/sizes.h>

#include "batch.h"
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
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
		/* vm_normal_page() asks the bits, whatever the protection */
		if (run->flags & (PGWALK_F_SPECIAL | PGWALK_F_DEVMAP)) {
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
 *
 * What has become of the mapping meanwhile is not asked: the range is counted.
 *
 * Context: process context, may sleep; nothing is held on return.
 * Return: 0; -EINTR: a fatal signal; -ESRCH: the address space is gone.
 */
int pgwalk_usage_count(struct mm_struct *mm, struct pgwalk_vma *vma,
		       struct pgwalk_batch *batch)
{
	struct pgwalk_span span;
	unsigned int i;
	int err = 0;

	pgwalk_span_init(&span, mm, vma->start, vma->end);
	while (!pgwalk_span_is_done(&span) && !err) {
		err = pgwalk_span_fill(&span, batch);
		for (i = 0; i < batch->nr; i++)
			count_run(vma, &batch->run[i]);
	}
	vma->counted = !err;
	return err;
}
