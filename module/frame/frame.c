// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads a page frame into a record, by value. It takes no reference, because an additional
 * one would make a write to a page copy the page instead of reusing it. As in
 * /proc/kpageflags, the fields may change and the page may be freed at any time, but a struct
 * page stays valid memory. Pointers in it are followed as fill_file() does.
 */
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kernel-page-flags.h>
#include <linux/memcontrol.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>

#include "../arch/pgtable.h"
#include "../compat.h"
#include "flags.h"
#include "frame.h"
#include "sample.h"

#define KPF(name)	PGWALK_FRAME_FLAG(KPF_##name)
#define TRIES		3

static bool is_of_last_device(const struct pgwalk_frame_cache *cache, unsigned long pfn)
{
	return pfn >= cache->device.first && pfn < cache->device.end;
}

/*
 * Return the struct page of an online frame. pfn_to_online_page() is called for blocks that
 * are not known to be online. A pfn of a device is not online; for some of these pfns
 * pfn_to_online_page() looks up the device.
 */
static struct page *page_of(struct pgwalk_frame_cache *cache, unsigned long pfn)
{
	struct page *page;

	if (likely(pgwalk_frame_online_has(cache->online, pfn)))
		return pfn_to_page(pfn);
	if (is_of_last_device(cache, pfn))
		return NULL;
	page = pfn_to_online_page(pfn);
	if (page)
		pgwalk_frame_online_add(cache->online, pfn);
	return page;
}

static __always_inline unsigned long charge_of(const struct page *head)
{
#ifdef CONFIG_MEMCG
	return READ_ONCE(((const struct folio *)head)->memcg_data);
#else
	return 0;
#endif
}

static __always_inline void take_sample(struct pgwalk_frame_sample *sample, struct page *page)
{
	struct page *head = compound_head(page);

	sample->head = head;
	sample->flags = pgwalk_page_flags(head);
	sample->own_flags = sample->flags;
	sample->second_flags = 0;
	sample->mapping = (unsigned long)READ_ONCE(((struct folio *)head)->mapping);
	sample->charge = charge_of(head);
	sample->mapcount = atomic_read(&page->_mapcount);
	sample->type = sample->mapcount;
	sample->refcount = page_ref_count(head);
	if (unlikely(pgwalk_frame_is_large(sample)))
		sample->second_flags = pgwalk_page_flags(head + 1);
	if (unlikely(page != head)) {
		sample->own_flags = pgwalk_page_flags(page);
		sample->type = atomic_read(&head->_mapcount);
	}
}

/* Test if two pages of the same folio, or two small pages, have the same fields. */
static __always_inline bool has_same_fields(const struct pgwalk_frame_sample *a,
					    const struct pgwalk_frame_sample *b)
{
	return !((a->flags ^ b->flags) | (a->own_flags ^ b->own_flags) |
		 (a->second_flags ^ b->second_flags) | (a->mapping ^ b->mapping) |
		 (a->charge ^ b->charge) | (a->mapcount ^ b->mapcount) | (a->type ^ b->type));
}

static unsigned int order_of(const struct pgwalk_frame_sample *sample)
{
	return pgwalk_frame_is_large(sample) ? compound_order(sample->head) : 0;
}

/* Return the mapcount as in /proc/kpagecount; -1: this kernel does not count. */
#if PGWALK_KPF_OF_FOLIO

static int mapcount_of(struct page *page, const struct pgwalk_frame_sample *sample)
{
	const struct folio *folio = (struct folio *)sample->head;
	int mapcount = sample->mapcount + 1;

	if (IS_ENABLED(CONFIG_NO_PAGE_MAPCOUNT))
		return -1;
	if (page_mapcount_is_type(mapcount))
		mapcount = 0;
	if (unlikely(pgwalk_frame_is_large(sample)))
		mapcount += atomic_read(&folio->_entire_mapcount) + 1;
	return mapcount;
}

static int folio_mapcount_of(const struct pgwalk_frame_sample *sample)
{
	const struct folio *folio = (struct folio *)sample->head;

	if (pgwalk_frame_is_large(sample))
		return atomic_read(&folio->_large_mapcount) + 1;
	return page_mapcount_is_type(sample->type + 1) ? 0 : sample->type + 1;
}

#else

static int mapcount_of(struct page *page, const struct pgwalk_frame_sample *sample)
{
	if (sample->flags & BIT(PG_slab) || sample->mapcount < PAGE_MAPCOUNT_RESERVE)
		return 0;
	if (likely(page == sample->head && !pgwalk_frame_is_large(sample)))
		return sample->mapcount + 1;
	return page_mapcount(page);
}

static int folio_mapcount_of(const struct pgwalk_frame_sample *sample)
{
	if (pgwalk_frame_is_large(sample))
		return -1;
	return sample->flags & BIT(PG_slab) || sample->type < PAGE_MAPCOUNT_RESERVE ?
	       0 : sample->type + 1;
}

#endif

/* Test if the page is in the page cache, by a mapping that is a pointer without tags. */
static bool is_of_file(const struct pgwalk_frame_sample *sample)
{
	return sample->refcount > 0 &&
	       (sample->mapping & PGWALK_FRAME_WORDS_MAPPING) ==
	       (PGWALK_FRAME_WORDS_MAPPING & ~PGWALK_MAPPING_FLAGS);
}

static unsigned int kind_of(u64 flags, const struct pgwalk_frame_sample *sample)
{
	/* A free page, or a page of a slab, may have any value in place of a mapping. */
	if (flags & KPF(BUDDY))
		return PGWALK_FRAME_FREE;
	if (flags & KPF(SLAB))
		return PGWALK_FRAME_SLAB;
	if (flags & KPF(PGTABLE))
		return PGWALK_FRAME_PGTABLE;
	if (flags & KPF(HUGE))
		return PGWALK_FRAME_HUGETLB;
	/*
	 * The allocator does not take such a page back, so its last flags and the last tags
	 * of its mapping remain.
	 */
	if (flags & KPF(HWPOISON))
		return PGWALK_FRAME_HWPOISON;
	/* By the tags, because the flag is wrong on some kernels. */
	if ((sample->mapping & PGWALK_MAPPING_FLAGS) == PGWALK_MAPPING_KSM)
		return PGWALK_FRAME_KSM;
	if (flags & KPF(ANON))
		return PGWALK_FRAME_ANON;
	if (flags & KPF(ZERO_PAGE))
		return PGWALK_FRAME_ZERO;
	if (flags & KPF(OFFLINE))
		return PGWALK_FRAME_OFFLINE;
	if (flags & KPF(RESERVED))
		return PGWALK_FRAME_RESERVED;
	if (!is_of_file(sample))
		return PGWALK_FRAME_OTHER;
	/* Flag of the folio: on 6.1 the tail pages do not have it. */
	return sample->flags & BIT(PG_swapbacked) ? PGWALK_FRAME_SHMEM : PGWALK_FRAME_FILE;
}

/* Test if @pfn is in the range of a device. On success @cache has that range. */
static bool is_of_device(struct pgwalk_frame_cache *cache, unsigned long pfn)
{
	struct dev_pagemap *device;
	int i;

	if (is_of_last_device(cache, pfn))
		return true;
	device = pgwalk_get_dev_pagemap(pfn);
	if (!device)
		return false;
	for (i = 0; i < device->nr_range; i++) {
		unsigned long first = PHYS_PFN(device->ranges[i].start);
		unsigned long end = PHYS_PFN(device->ranges[i].end) + 1;

		if (pfn < first || pfn >= end)
			continue;
		cache->device.first = first;
		cache->device.end = end;
		break;
	}
	put_dev_pagemap(device);
	return true;
}

/*
 * Return the kind of a frame that is not online. A struct page that it may have is not read,
 * so the range of a device in @cache may be older than the section.
 */
static unsigned int kind_of_none(struct pgwalk_frame_cache *cache, unsigned long pfn)
{
	if (!pfn_valid(pfn))
		return PGWALK_FRAME_NONE;
	return is_of_device(cache, pfn) ? PGWALK_FRAME_DEVICE : PGWALK_FRAME_OFFLINE;
}

/* Test the flag of the page itself: each page of a folio has one. */
static bool is_exclusive(const struct pgwalk_frame_sample *sample)
{
	return (sample->mapping & PGWALK_MAPPING_FLAGS) == PGWALK_MAPPING_ANON &&
	       sample->own_flags & BIT(PG_anon_exclusive);
}

static noinline void read_page(struct pgwalk_frame_cache *cache, unsigned long pfn,
			       struct page *page, struct pgwalk_frame_summary *summary)
{
	struct pgwalk_frame_sample sample;

	take_sample(&sample, page);
	summary->flags = pgwalk_frame_flags(cache, pfn, page, &sample);
	if (cache->exclusive && is_exclusive(&sample))
		summary->flags |= PGWALK_FRAME_EXCLUSIVE;
	summary->mapcount = mapcount_of(page, &sample);
	summary->node = page_to_nid(page);
	summary->order = order_of(&sample);
	summary->kind = kind_of(summary->flags, &sample);
}

/**
 * pgwalk_frame_get_device - get the pagemap of a frame of a device
 * @pfn: a frame that is not of online memory
 *
 * While the pagemap has a reference, the struct pages of its frames exist. The first
 * frames may hold these struct pages (altmap), and have no initialized struct page themselves.
 *
 * Context: any.
 * Return: the pagemap, with a reference; NULL: there is none, or the kernel has no mapcount
 * for such a frame.
 */
struct dev_pagemap *pgwalk_frame_get_device(unsigned long pfn)
{
	struct dev_pagemap *device = PGWALK_DEVICE_FOLIOS ? pgwalk_get_dev_pagemap(pfn) : NULL;
	const struct vmem_altmap *altmap = device ? pgmap_altmap(device) : NULL;

	if (!altmap || pfn >= altmap->base_pfn + altmap->reserve + altmap->free)
		return device;
	put_dev_pagemap(device);
	return NULL;
}

static void read_device(unsigned long pfn, struct pgwalk_frame_summary *summary)
{
	struct dev_pagemap *device = pgwalk_frame_get_device(pfn);
	struct pgwalk_frame_sample sample;

	if (!device)
		return;
	take_sample(&sample, pfn_to_page(pfn));
	summary->mapcount = mapcount_of(pfn_to_page(pfn), &sample);
	summary->node = page_to_nid(pfn_to_page(pfn));
	put_dev_pagemap(device);
}

static noinline void report_none(struct pgwalk_frame_cache *cache, unsigned long pfn,
				 struct pgwalk_frame_summary *summary)
{
	*summary = (struct pgwalk_frame_summary) {
		.flags = pgwalk_frame_flags_of_none(),
		.node = NUMA_NO_NODE,
		.kind = kind_of_none(cache, pfn),
	};
	if (summary->kind == PGWALK_FRAME_DEVICE)
		read_device(pfn, summary);
}

/**
 * pgwalk_frame_read_summary - read the summary of a frame
 * @cache: cache of the section
 * @pfn: any number
 * @summary: all fields are set
 *
 * Context: within pgwalk_frame_section_begin(), interrupts on. Takes no reference.
 */
void pgwalk_frame_read_summary(struct pgwalk_frame_cache *cache, unsigned long pfn,
			       struct pgwalk_frame_summary *summary)
{
	struct pgwalk_frame_words words, again;
	struct page *page;

	cache->work++;
	page = page_of(cache, pfn);
	if (unlikely(!page)) {
		report_none(cache, pfn, summary);
		return;
	}
	if (likely(cache->words.is_set && pgwalk_frame_words_match(&cache->words, pfn))) {
		*summary = cache->summary;
		return;
	}
	words = pgwalk_frame_words_of(page, pfn);
	read_page(cache, pfn, page, summary);
	if (!words.is_set)
		return;
	/* Cache the words only if they did not change while the page was read. */
	again = pgwalk_frame_words_of(page, pfn);
	cache->words.is_set = false;
	if (pgwalk_frame_words_are_equal(&words, &again)) {
		cache->words = words;
		cache->summary = *summary;
	}
}

/**
 * pgwalk_frame_count_listed - count the first frames of a list that have the cached summary
 * @cache: cache of the section
 * @pfn: numbers of the frames
 * @most: maximum
 *
 * Context: within pgwalk_frame_section_begin(). Takes no reference.
 * Return: number of frames before the first one that has to be read.
 */
unsigned int pgwalk_frame_count_listed(const struct pgwalk_frame_cache *cache, const u64 *pfn,
				       unsigned int most)
{
	const struct pgwalk_frame_online *online = cache->online;
	const struct pgwalk_frame_words words = cache->words;
	const u64 *at = pfn, *end = pfn + most;

	if (!words.is_set)
		return 0;
	while (at < end && pgwalk_frame_online_has(online, *at) &&
	       pgwalk_frame_words_match(&words, *at))
		at++;
	return at - pfn;
}

/**
 * pgwalk_frame_count_same - count the pages of a large folio that have the summary of one page
 * @pfn: frame of that page
 * @most: maximum
 * @summary: as pgwalk_frame_read_summary() filled it in for @pfn in this section
 *
 * The flags of single pages (head, tail, hwpoison) may differ. The folio may be split or freed at
 * any time, so its last page is tested to be of the same folio after the mapcounts were read.
 *
 * Context: within pgwalk_frame_section_begin(). Takes no reference.
 * Return: number of pages from @pfn on with the mapcount, node and order of @summary, at least 1.
 * There may be more.
 */
unsigned int pgwalk_frame_count_same(unsigned long pfn, unsigned int most,
				     const struct pgwalk_frame_summary *summary)
{
	struct page *page, *head;
	unsigned long left;

	if (!PGWALK_KPF_OF_FOLIO || !summary->order || summary->order >= BITS_PER_LONG)
		return 1;
	/* The block is online, the next one may not be. */
	most = min_t(unsigned long, most, PGWALK_FRAME_BLOCK - pfn % PGWALK_FRAME_BLOCK);
	page = pfn_to_page(pfn);
	head = compound_head(page);
	left = page_to_pfn(head) + (1UL << summary->order) - pfn;
	most = min_t(unsigned long, most, left);
	if (!left || !pgwalk_frame_is_mapped_whole(head, summary->mapcount))
		return 1;	/* !left: the folio changed since the summary was read */
	smp_rmb();	/* the mapcounts, the last page */
	return compound_head(page) == head && compound_head(page + most - 1) == head ? most : 1;
}

/**
 * pgwalk_frame_is_lazyfree - test if a frame may be freed without being written to swap
 * @cache: cache of the section
 * @pfn: the frame
 * @summary: as pgwalk_frame_read_summary() filled it in for @pfn in this section
 *
 * MADV_FREE makes an anonymous folio clean and not backed by swap. Before 6.10 the flags of
 * a tail page have neither bit, and the flags of the head page are read.
 *
 * Context: within pgwalk_frame_section_begin(). Takes no reference.
 * Return: true if LazyFree of smaps counts the page, provided that its entry is not dirty.
 */
bool pgwalk_frame_is_lazyfree(struct pgwalk_frame_cache *cache, unsigned long pfn,
			      const struct pgwalk_frame_summary *summary)
{
	struct page *page;

	if ((summary->flags & (KPF(ANON) | KPF(SWAPBACKED) | KPF(DIRTY))) != KPF(ANON))
		return false;
	if (PGWALK_KPF_OF_FOLIO || !(summary->flags & KPF(COMPOUND_TAIL)))
		return true;
	page = page_of(cache, pfn);
	return page && !(pgwalk_page_flags(compound_head(page)) &
			 (BIT(PG_swapbacked) | BIT(PG_dirty)));
}

/* Read through a pointer that may be invalid. */
static bool read_safely(void *value, const void *from, size_t size)
{
	return virt_addr_valid(from) && !copy_from_kernel_nofault(value, from, size);
}

/*
 * Read the inode of a page of the page cache, without a reference. A page is removed from the
 * cache, and its mapping cleared, before the inode is evicted. Inodes and their super blocks
 * are freed through RCU. So the mapping of a page cache page stays valid until the end of the
 * RCU section. The word may be no mapping (a page of a driver), or the file system may free
 * inodes without RCU. For these cases each pointer is read with read_safely(), and the result
 * may be wrong.
 */
static void fill_file(struct pgwalk_frame *frame, const struct pgwalk_frame_sample *sample)
{
	struct address_space *mapping;
	struct super_block *sb;
	struct inode *host;
	typeof(host->i_ino) ino;
	dev_t dev;

	rcu_read_lock();
	mapping = READ_ONCE(((struct folio *)sample->head)->mapping);
	if ((unsigned long)mapping == sample->mapping &&
	    read_safely(&host, &mapping->host, sizeof(host)) &&
	    read_safely(&ino, &host->i_ino, sizeof(ino)) &&
	    read_safely(&sb, &host->i_sb, sizeof(sb)) &&
	    read_safely(&dev, &sb->s_dev, sizeof(dev))) {
		frame->ino = ino;
		frame->dev_major = MAJOR(dev);
		frame->dev_minor = MINOR(dev);
	}
	rcu_read_unlock();
}

static void fill_mapping(struct pgwalk_frame *frame, const struct pgwalk_frame_sample *sample)
{
	const struct folio *folio = (struct folio *)sample->head;

	switch (frame->kind) {
	case PGWALK_FRAME_HWPOISON:
		if (!is_of_file(sample))
			break;
		fallthrough;
	case PGWALK_FRAME_FILE:
	case PGWALK_FRAME_SHMEM:
	case PGWALK_FRAME_HUGETLB:
		if (is_of_file(sample))
			fill_file(frame, sample);
		fallthrough;
	case PGWALK_FRAME_ANON:
	case PGWALK_FRAME_KSM:
		if (sample->mapping)
			frame->index = pgwalk_folio_pgoff(folio) + frame->pfn - frame->head_pfn;
		break;
	}
}

/* Return the nearest online memory cgroup, as in /proc/kpagecgroup. Within RCU. */
static u64 memcg_ino_of(struct page *head)
{
	u64 ino = 0;
#ifdef CONFIG_MEMCG
	struct mem_cgroup *memcg = page_memcg_check(head);

	while (memcg && !(memcg->css.flags & CSS_ONLINE))
		memcg = parent_mem_cgroup(memcg);
	if (memcg)
		ino = cgroup_ino(memcg->css.cgroup);
#endif
	return ino;
}

/* Fill in the free block that contains a frame. */
static void fill_block(struct pgwalk_frame *frame, struct page *page)
{
	unsigned int order;

	for (order = 0; order <= PGWALK_BLOCK_ORDER_MAX; order++) {
		unsigned long at = frame->pfn & ((1UL << order) - 1);
		unsigned long found;

		if (!PageBuddy(page - at))
			continue;
		/* The block may be allocated now, and the word be a pointer. */
		found = READ_ONCE(page_private(page - at));
		if (found < order || found > PGWALK_BLOCK_ORDER_MAX)
			continue;
		frame->head_pfn = frame->pfn - at;
		frame->order = found;
		break;
	}
}

/*
 * Test for the root of an address space. The kernel writes the address of the mm into the
 * struct page of the root. A page that was a root before may still have that word, so the mm
 * must be a live one that has this page as its root.
 */
static bool is_root(struct page *page)
{
	struct mm_struct *mm = pgwalk_page_pt_mm(page);
	atomic_t users;
	pgd_t *pgd;

	return IS_ALIGNED((unsigned long)mm, sizeof(long)) &&
	       read_safely(&users, &mm->mm_count, sizeof(users)) &&
	       read_safely(&pgd, &mm->pgd, sizeof(pgd)) &&
	       folio_test_slab(virt_to_folio(mm)) && atomic_read(&users) > 0 &&
	       pgd == page_address(page);
}

/*
 * Test for a root that this kernel does not mark as a page table. A root for user
 * mode is the page after the kernel's. Only single reads of a frame make this test, because
 * a frame that an entry of a process maps cannot be a root.
 */
static bool is_unmarked_root(struct page *page)
{
	if (PGWALK_TABLES_MARKED)
		return false;
	return is_root(page) ||
	       (pgwalk_arch_has_user_root() && page_to_pfn(page) & 1 && is_root(page - 1));
}

static unsigned int zone_of(const struct page *page)
{
	switch (page_zonenum(page)) {
#ifdef CONFIG_ZONE_DMA
	case ZONE_DMA:
		return PGWALK_ZONE_DMA;
#endif
#ifdef CONFIG_ZONE_DMA32
	case ZONE_DMA32:
		return PGWALK_ZONE_DMA32;
#endif
	case ZONE_NORMAL:
		return PGWALK_ZONE_NORMAL;
	case ZONE_MOVABLE:
		return PGWALK_ZONE_MOVABLE;
#ifdef CONFIG_ZONE_DEVICE
	case ZONE_DEVICE:
		return PGWALK_ZONE_DEVICE;
#endif
	default:
		return PGWALK_ZONE_UNSET;
	}
}

static unsigned int lru_of(unsigned long flags)
{
	bool active = flags & BIT(PG_active);

	if (!(flags & BIT(PG_lru)))
		return PGWALK_LRU_NONE;
	if (flags & BIT(PG_unevictable))
		return PGWALK_LRU_UNEVICTABLE;
	if (flags & BIT(PG_swapbacked))
		return active ? PGWALK_LRU_ACTIVE_ANON : PGWALK_LRU_INACTIVE_ANON;
	return active ? PGWALK_LRU_ACTIVE_FILE : PGWALK_LRU_INACTIVE_FILE;
}

static int generation_of(unsigned long flags)
{
#ifdef CONFIG_LRU_GEN
	return (int)((flags & LRU_GEN_MASK) >> LRU_GEN_PGOFF) - 1;
#else
	return -1;
#endif
}

static void fill_from(struct pgwalk_frame *frame, struct pgwalk_frame_cache *cache,
		      unsigned long pfn, struct page *page,
		      const struct pgwalk_frame_sample *sample)
{
	*frame = (struct pgwalk_frame) {
		.pfn = pfn,
		.flags = pgwalk_frame_flags(cache, pfn, page, sample),
		.raw_flags = sample->flags,
		.head_pfn = page_to_pfn(sample->head),
		.refcount = sample->refcount,
		.mapcount = mapcount_of(page, sample),
		.folio_mapcount = folio_mapcount_of(sample),
		.node = page_to_nid(page),
		.order = order_of(sample),
		.zone = zone_of(page),
		.lru = lru_of(sample->flags),
		.gen = generation_of(sample->flags),
	};
	frame->kind = kind_of(frame->flags, sample);
	if (frame->kind == PGWALK_FRAME_OTHER && is_unmarked_root(page))
		frame->kind = PGWALK_FRAME_PGTABLE;
	frame->memcg_ino = memcg_ino_of(sample->head);
	fill_mapping(frame, sample);
	if (frame->kind == PGWALK_FRAME_FREE)
		fill_block(frame, page);
}

/*
 * Test if a frame is in the same free block as the frame before. The first page of the block has
 * the order.
 */
static bool is_in_block(const struct pgwalk_frame *last, unsigned long pfn)
{
	struct page *head = pfn_to_page(last->head_pfn);

	return pfn - last->head_pfn < 1UL << last->order && PageBuddy(head) &&
	       READ_ONCE(page_private(head)) == last->order;
}

/*
 * Fill in a record from that of the frame before, if both are small pages of one kind with the same
 * fields: most frames of a range are so. Return false if the frame has to be decoded.
 */
static __always_inline bool fill_like(struct pgwalk_frame *frame, unsigned long pfn,
				      struct page *page,
				      const struct pgwalk_frame_sample *sample,
				      const struct pgwalk_frame *last,
				      const struct pgwalk_frame_sample *last_sample)
{
	if (!last_sample->head || sample->head != page || pgwalk_frame_is_large(sample) ||
	    !has_same_fields(sample, last_sample) ||
	    (sample->refcount > 0) != (last_sample->refcount > 0))
		return false;
	switch (last->kind) {
	case PGWALK_FRAME_FREE:
		if (!is_in_block(last, pfn))
			return false;
		*frame = *last;
		break;
	case PGWALK_FRAME_ANON:
	case PGWALK_FRAME_FILE:
	case PGWALK_FRAME_SHMEM:
		*frame = *last;
		frame->head_pfn = pfn;
		frame->index = pgwalk_folio_pgoff((const struct folio *)page);
		break;
	case PGWALK_FRAME_RESERVED:
	case PGWALK_FRAME_OTHER:
		if (is_zero_pfn(pfn) || is_unmarked_root(page) ||
		    (!sample->refcount && is_free_buddy_page(page)))
			return false;
		*frame = *last;
		frame->head_pfn = pfn;
		break;
	default:
		return false;
	}
	frame->pfn = pfn;
	frame->refcount = sample->refcount;
	return true;
}

static void fill_none(struct pgwalk_frame *frame, struct pgwalk_frame_cache *cache,
		      unsigned long pfn)
{
	*frame = (struct pgwalk_frame) {
		.pfn = pfn,
		.flags = pgwalk_frame_flags_of_none(),
		.head_pfn = pfn,
		.node = NUMA_NO_NODE,
		.kind = kind_of_none(cache, pfn),
		.zone = PGWALK_ZONE_NONE,
		.lru = PGWALK_LRU_NONE,
		.gen = -1,
	};
}

/**
 * pgwalk_frame_fill - fill in the whole records of consecutive frames
 * @frame: all fields of @nr records are set
 * @cache: cache of the section
 * @pfn: any number
 * @nr: number of frames
 *
 * Each frame is sampled before and after its record is filled in, and read again if the samples
 * differ. @changed is set if they differed each time.
 *
 * Context: within pgwalk_frame_section_begin(), interrupts on. Takes no reference.
 */
void pgwalk_frame_fill(struct pgwalk_frame *frame, struct pgwalk_frame_cache *cache,
		       unsigned long pfn, unsigned int nr)
{
	struct pgwalk_frame_sample sample[2], last = {};
	unsigned int i, try;

	for (i = 0; i < nr; i++, frame++, pfn++) {
		struct page *page = page_of(cache, pfn);

		if (!page) {
			fill_none(frame, cache, pfn);
			last.head = NULL;
			continue;
		}
		for (try = 0; try < TRIES; try++) {
			take_sample(&sample[0], page);
			if (!fill_like(frame, pfn, page, &sample[0], frame - !!i, &last))
				fill_from(frame, cache, pfn, page, &sample[0]);
			take_sample(&sample[1], page);
			if (likely(sample[0].head == sample[1].head &&
				   sample[0].refcount == sample[1].refcount &&
				   has_same_fields(&sample[0], &sample[1])))
				break;
		}
		frame->changed = try == TRIES;
		last = sample[1];
		if (frame->changed)
			last.head = NULL;
	}
}

/**
 * pgwalk_frame_is_huge_zero - test if a frame that a 2M entry maps is the huge zero page
 * @pfn: pfn of the entry
 *
 * The kernel does not export the pfn of that page. All other pages that such an entry maps
 * have an owner: an anonymous page has an anon_vma from before it is mapped until it is freed,
 * a page of a file or of hugetlb has a mapping or a type. A driver could map a page without
 * an owner; callers that know the VMA exclude that case.
 *
 * The frame is read without a reference. Unless the caller keeps it, the frame may have been
 * freed since the entry was read, and may have another owner.
 *
 * Context: any. Takes no reference and does not sleep.
 * Return: true for the huge zero page.
 */
bool pgwalk_frame_is_huge_zero(unsigned long pfn)
{
	struct pgwalk_frame_sample sample;
	struct page *page;
	bool zero = false;

	rcu_read_lock();	/* memory hot-remove waits for it */
	page = pfn_to_online_page(pfn);
	if (page) {
		take_sample(&sample, page);
		zero = sample.head == page && pgwalk_frame_is_unowned_huge(&sample);
	}
	rcu_read_unlock();
	return zero;
}
