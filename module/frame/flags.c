// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decodes a sample of a page into the flags of /proc/kpageflags, bit for bit as
 * fs/proc/page.c of each kernel does. Fields that are in the sample are not read from the
 * page again, so that all flags are of one moment.
 */
#include <linux/hugetlb.h>
#include <linux/kernel-page-flags.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_idle.h>
#include <linux/uaccess.h>

#include "../compat.h"
#include "../uapi/pgwalk.h"
#include "cache.h"
#include "flags.h"
#include "sample.h"

#define KPF(name)	PGWALK_FRAME_FLAG(KPF_##name)
#define KPAGEFLAGS_MASK	((1UL << NR_PAGEFLAGS) - 1)

/* Number of a flag in the kernel, and its number in the report. */
static const struct {
	u8 kernel;
	u8 reported;
} same_flags[] = {
	{ PG_locked, KPF_LOCKED },
	{ PG_dirty, KPF_DIRTY },
	{ PG_uptodate, KPF_UPTODATE },
	{ PG_writeback, KPF_WRITEBACK },
	{ PG_lru, KPF_LRU },
	{ PG_referenced, KPF_REFERENCED },
	{ PG_active, KPF_ACTIVE },
	{ PG_reclaim, KPF_RECLAIM },
	{ PG_swapbacked, KPF_SWAPBACKED },
	{ PG_unevictable, KPF_UNEVICTABLE },
	{ PG_mlocked, KPF_MLOCKED },
	{ PG_reserved, KPF_RESERVED },
	{ PG_private, KPF_PRIVATE },
	{ PG_private_2, KPF_PRIVATE_2 },
	{ PG_owner_priv_1, KPF_OWNER_PRIVATE },
	{ PG_arch_1, KPF_ARCH },
#ifdef KPF_OWNER_2
	{ PG_owner_2, KPF_OWNER_2 },
#else
	{ PG_error, KPF_ERROR },
	{ PG_slab, KPF_SLAB },
	{ PG_mappedtodisk, KPF_MAPPEDTODISK },
#ifdef CONFIG_ARCH_USES_PG_UNCACHED
	{ PG_uncached, KPF_UNCACHED },
#endif
#endif
#if defined(CONFIG_ARCH_USES_PG_ARCH_2) || !defined(KPF_OWNER_2)
	{ PG_arch_2, KPF_ARCH_2 },
#endif
#ifdef CONFIG_ARCH_USES_PG_ARCH_3
	{ PG_arch_3, KPF_ARCH_3 },
#endif
#if defined(CONFIG_PAGE_IDLE_FLAG) && defined(CONFIG_64BIT)
	{ PG_idle, KPF_IDLE },
#endif
};

/* Return the flags that only have another number in the kernel. Most pages have equal flags. */
static u64 same(struct pgwalk_frame_cache *cache, unsigned long page_flags)
{
	unsigned int i;

	page_flags &= KPAGEFLAGS_MASK;
	if (likely(cache->flags.is_set && cache->flags.word == page_flags))
		return cache->flags.value;
	cache->flags.value = 0;
	for (i = 0; i < ARRAY_SIZE(same_flags); i++)
		cache->flags.value |= (u64)(page_flags >> same_flags[i].kernel & 1) <<
				      same_flags[i].reported;
	cache->flags.word = page_flags;
	cache->flags.is_set = true;
	return cache->flags.value;
}

/* Test for a page type. The lowest raw mapcount is a few below zero. */
static bool has_type(int raw_mapcount)
{
	return raw_mapcount < -128;
}

static bool is_swapcache(unsigned long page_flags)
{
	const unsigned long both = BIT(PG_swapbacked) | BIT(PG_swapcache);

	return (page_flags & both) == both;
}

static u64 flags_of_mapping(unsigned long mapping)
{
	if (!(mapping & PGWALK_MAPPING_ANON))
		return 0;
	if (PGWALK_KPF_KSM_OF_ANON || (mapping & PGWALK_MAPPING_FLAGS) == PGWALK_MAPPING_KSM)
		return KPF(ANON) | KPF(KSM);
	return KPF(ANON);
}

static u64 flags_of_place(struct page *page, const struct pgwalk_frame_sample *sample)
{
	if (page != sample->head)
		return KPF(COMPOUND_TAIL);
	return pgwalk_frame_is_large(sample) ? KPF(COMPOUND_HEAD) : 0;
}

#ifdef pgwalk_stable_page_flags

static bool is_all_zero(struct pgwalk_frame_cache *cache, struct page *page, struct page *head)
{
	return pgwalk_stable_page_flags(page) & KPF(ZERO_PAGE);
}

#else

/* The folio may be freed and unmapped while it is read. */
static bool read_all_zero(const struct page *head)
{
	const void *from = page_address(head);
	u64 words[32];
	size_t at;

	for (at = 0; at < PMD_SIZE; at += sizeof(words)) {
		/* A read of failed memory is a machine check. */
		if (PAGE_ALIGNED(at) && PageHWPoison((struct page *)head + at / PAGE_SIZE))
			return false;
		if (copy_from_kernel_nofault(words, from + at, sizeof(words)) ||
		    memchr_inv(words, 0, sizeof(words)))
			return false;
	}
	return true;
}

/*
 * Test if a folio is the huge zero page. The kernel does not export that folio. Of the
 * candidates it is the one that contains only zeroes. Each folio is read once, and the section
 * ends after it: see @work of the cache.
 */
static bool is_all_zero(struct pgwalk_frame_cache *cache, struct page *page, struct page *head)
{
	typeof(&cache->read[0]) read = &cache->read[(page_to_pfn(head) >> PGWALK_PMD_ORDER) %
						    PGWALK_FRAME_READ];

	if (read->head == head)
		return read->is_zero;
	read->head = head;
	read->is_zero = read_all_zero(head);
	cache->work += PGWALK_FRAME_WORK;
	return read->is_zero;
}

#endif

/*
 * Test for a huge page without an owner: no mapping, no type, no charge (kernel memory that is
 * allocated for a process is charged, e.g. an array of io_uring), and no flags but "head" and
 * those that get_user_pages_fast() sets. Its mapcount is not maintained. So a page that user space
 * has mapped, and may have filled with zeroes, is never read.
 */
static bool is_unowned_huge(const struct pgwalk_frame_sample *sample, bool is_mapped)
{
	const unsigned long touched = BIT(PG_referenced) | BIT(PG_active) | BIT(PG_workingset);

	return (sample->flags & KPAGEFLAGS_MASK & ~touched) == BIT(PG_head) &&
	       !is_mapped && !sample->mapping && sample->refcount > 0 &&
	       !has_type(sample->type) && !sample->charge &&
	       compound_order(sample->head) == PGWALK_PMD_ORDER;
}

static bool is_huge_zero(struct pgwalk_frame_cache *cache, struct page *page,
			 const struct pgwalk_frame_sample *sample, bool is_mapped)
{
	return is_unowned_huge(sample, is_mapped) && is_all_zero(cache, page, sample->head);
}

/* In the buddy allocator only the first page of a block is marked. */
static bool is_free(struct page *page, const struct pgwalk_frame_sample *sample)
{
	return PageBuddy(page) || (!sample->refcount && is_free_buddy_page(page));
}

#if PGWALK_KPF_OF_FOLIO

static bool is_mapped(const struct pgwalk_frame_sample *sample)
{
	if (pgwalk_frame_is_large(sample))
		return atomic_read(&((struct folio *)sample->head)->_large_mapcount) >= 0;
	return sample->mapcount >= 0;
}

static u64 flags_of_size(struct pgwalk_frame_cache *cache, struct page *page,
			 const struct pgwalk_frame_sample *sample, bool is_mapped)
{
	if (folio_test_hugetlb((struct folio *)sample->head))
		return KPF(HUGE);
	/* Any size, not only that of a pmd. */
	if (sample->second_flags & BIT(PG_large_rmappable))
		return KPF(THP);
	return is_huge_zero(cache, page, sample, is_mapped) ? KPF(ZERO_PAGE) | KPF(THP) : 0;
}

static u64 flags_of_type(struct page *page, const struct pgwalk_frame_sample *sample)
{
	struct page *typed = PGWALK_KPF_TYPE_OF_FOLIO ? sample->head : page;
	u64 flags = folio_test_slab((struct folio *)sample->head) ? KPF(SLAB) : 0;

	if (PageOffline(typed))
		flags |= KPF(OFFLINE);
	if (PageTable(typed))
		flags |= KPF(PGTABLE);
	return flags;
}

static u64 flags_of_word(struct pgwalk_frame_cache *cache, u64 flags,
			 const struct pgwalk_frame_sample *sample)
{
	u64 more = same(cache, sample->flags);

	if (is_swapcache(sample->flags))
		more |= KPF(SWAPCACHE);
#ifdef CONFIG_MEMORY_FAILURE
	if ((flags & KPF(HUGE) ? sample->flags : sample->own_flags) & BIT(PG_hwpoison))
		more |= KPF(HWPOISON);
#endif
	return more;
}

#else /* !PGWALK_KPF_OF_FOLIO */

static bool is_mapped(const struct pgwalk_frame_sample *sample)
{
	if (sample->flags & BIT(PG_slab))
		return false;
	return sample->mapcount >= 0 ||
	       (pgwalk_frame_is_large(sample) && folio_mapped((struct folio *)sample->head));
}

static u64 flags_of_size(struct pgwalk_frame_cache *cache, struct page *page,
			 const struct pgwalk_frame_sample *sample, bool is_mapped)
{
	if (PageHuge(page))
		return KPF(HUGE);
	if (sample->flags & BIT(PG_lru) || sample->mapping & PGWALK_MAPPING_ANON)
		return KPF(THP);
	return is_huge_zero(cache, page, sample, is_mapped) ? KPF(ZERO_PAGE) | KPF(THP) : 0;
}

static u64 flags_of_type(struct page *page, const struct pgwalk_frame_sample *sample)
{
	return (PageOffline(page) ? KPF(OFFLINE) : 0) | (PageTable(page) ? KPF(PGTABLE) : 0);
}

/* Return the flags of the page itself. A tail page has few flags. */
static u64 flags_of_word(struct pgwalk_frame_cache *cache, u64 flags,
			 const struct pgwalk_frame_sample *sample)
{
	u64 more = same(cache, sample->own_flags);

	if (sample->flags & BIT(PG_slab))
		more |= KPF(SLAB);
	if (is_swapcache(sample->flags))
		more |= KPF(SWAPCACHE);
#ifdef CONFIG_MEMORY_FAILURE
	if (sample->own_flags & BIT(PG_hwpoison))
		more |= KPF(HWPOISON);
#endif
	return more;
}

#endif

/**
 * pgwalk_frame_flags - return the flags of a frame
 * @cache: kept from page to page
 * @pfn: number of the frame
 * @page: its struct page
 * @sample: sample of @page
 *
 * Context: process context; no reference is needed.
 * Return: PGWALK_FRAME_FLAG().
 */
u64 pgwalk_frame_flags(struct pgwalk_frame_cache *cache, unsigned long pfn, struct page *page,
		       const struct pgwalk_frame_sample *sample)
{
	u64 flags = flags_of_mapping(sample->mapping) | flags_of_place(page, sample);

	if (is_mapped(sample))
		flags |= KPF(MMAP);
	if (flags & (KPF(COMPOUND_HEAD) | KPF(COMPOUND_TAIL)))
		flags |= flags_of_size(cache, page, sample, flags & KPF(MMAP));
	else if (unlikely(is_zero_pfn(pfn)))
		flags |= KPF(ZERO_PAGE);
	/* Most mapped pages have no type, and are not being freed. */
	if (unlikely(has_type(sample->mapcount) || has_type(sample->type) ||
		     !sample->refcount)) {
		flags |= flags_of_type(page, sample);
		if (is_free(page, sample))
			flags |= KPF(BUDDY);
	}
	return flags | flags_of_word(cache, flags, sample);
}

/**
 * pgwalk_frame_is_unowned_huge - test for a 2M page without an owner
 * @sample: sample of the page
 *
 * Of the pages that user space can map by one entry without a driver, only the huge zero
 * page has no owner: no mapcount, no mapping and no charge.
 *
 * Context: any.
 * Return: true for a 2M page without an owner.
 */
bool pgwalk_frame_is_unowned_huge(const struct pgwalk_frame_sample *sample)
{
	return is_unowned_huge(sample, is_mapped(sample));
}

/**
 * pgwalk_frame_flags_of_none - return the flags of a frame without a struct page
 *
 * Context: any.
 * Return: PGWALK_FRAME_FLAG(): nopage, on kernels that report it.
 */
u64 pgwalk_frame_flags_of_none(void)
{
	return PGWALK_KPF_TYPE_OF_FOLIO ? 0 : KPF(NOPAGE);
}
