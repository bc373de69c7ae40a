// SPDX-License-Identifier: GPL-2.0
/*
 * Turns a page frame into a record, by value. It must not take a reference: one too many
 * would turn the reuse of a page that is written to into a copy of it. Like
 * /proc/kpageflags it reads what may change or be freed at any time; a struct page stays
 * memory all the same, and what it points to is followed with care, see fill_file().
 */
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kernel-page-flags.h>
#include <linux/memcontrol.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>

#include "compat.h"
#include "frame.h"
#include "frame_flags.h"
#include "frame_like.h"
#include "frame_place.h"

#define KPF(name)	PGWALK_FRAME_FLAG(KPF_##name)
#define TRIES		3

static bool is_of_last_device(const struct pgwalk_frame_lens *lens, unsigned long pfn)
{
	return pfn >= lens->device.first && pfn < lens->device.end;
}

/*
 * As pfn_to_online_page(), which is called once in a section for each block of 2M. A pfn of
 * a device is not online; for some of them pfn_to_online_page() looks the device up.
 */
static struct page *page_of(struct pgwalk_frame_lens *lens, unsigned long pfn)
{
	unsigned long block = pfn / PGWALK_FRAME_BLOCK;
	struct page *page;

	if (likely(pgwalk_frame_is_online(lens, pfn)))
		return pfn_to_page(pfn);
	if (is_of_last_device(lens, pfn))
		return NULL;
	page = pfn_to_online_page(pfn);
	if (page && block < U32_MAX)
		lens->online[block % PGWALK_FRAME_BLOCKS] = block + 1;
	return page;
}

static void take_sample(struct pgwalk_frame_sample *sample, struct page *page)
{
	struct page *head = compound_head(page);

	sample->head = head;
	sample->flags = pgwalk_page_flags(head);
	sample->own_flags = sample->flags;
	sample->second_flags = 0;
	sample->mapping = (unsigned long)READ_ONCE(((struct folio *)head)->mapping);
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

static unsigned int order_of(const struct pgwalk_frame_sample *sample)
{
	return pgwalk_frame_is_large(sample) ? compound_order(sample->head) : 0;
}

/* How many entries map this page, as /proc/kpagecount; -1: this kernel does not count. */
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

/* Of the page cache, as far as a pointer without a tag says so. */
static bool is_of_file(const struct pgwalk_frame_sample *sample)
{
	return sample->refcount > 0 &&
	       (sample->mapping & PGWALK_FRAME_LIKE_MAPPING) ==
	       (PGWALK_FRAME_LIKE_MAPPING & ~PGWALK_MAPPING_FLAGS);
}

static unsigned int kind_of(u64 flags, const struct pgwalk_frame_sample *sample)
{
	/* A free page, or one of a slab, has anything in place of a mapping. */
	if (flags & KPF(BUDDY))
		return PGWALK_FRAME_FREE;
	if (flags & KPF(SLAB))
		return PGWALK_FRAME_SLAB;
	if (flags & KPF(PGTABLE))
		return PGWALK_FRAME_PGTABLE;
	if (flags & KPF(HUGE))
		return PGWALK_FRAME_HUGETLB;
	/*
	 * The allocator does not take such a page back, so the flags and the tags of
	 * the mapping that it had last are left.
	 */
	if (flags & KPF(HWPOISON))
		return PGWALK_FRAME_HWPOISON;
	/* By the tags: the flag is not to be trusted on each kernel. */
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
	/* Of the folio: on 6.1 its other pages have no such flag. */
	return sample->flags & BIT(PG_swapbacked) ? PGWALK_FRAME_SHMEM : PGWALK_FRAME_FILE;
}

/* Returns false if @pfn is not in a device's range; else @lens has that range. */
static bool is_of_device(struct pgwalk_frame_lens *lens, unsigned long pfn)
{
	struct dev_pagemap *device;
	int i;

	if (is_of_last_device(lens, pfn))
		return true;
	device = pgwalk_get_dev_pagemap(pfn);
	if (!device)
		return false;
	for (i = 0; i < device->nr_range; i++) {
		unsigned long first = PHYS_PFN(device->ranges[i].start);
		unsigned long end = PHYS_PFN(device->ranges[i].end) + 1;

		if (pfn < first || pfn >= end)
			continue;
		lens->device.first = first;
		lens->device.end = end;
		break;
	}
	put_dev_pagemap(device);
	return true;
}

/*
 * The kind of a frame that is not online, though there may be memory for its struct page,
 * which is not read. So the range of a device may be older than the section.
 */
static unsigned int kind_of_none(struct pgwalk_frame_lens *lens, unsigned long pfn)
{
	if (!pfn_valid(pfn))
		return PGWALK_FRAME_NONE;
	return is_of_device(lens, pfn) ? PGWALK_FRAME_DEVICE : PGWALK_FRAME_OFFLINE;
}

static __always_inline bool is_same(const struct pgwalk_frame_like *a,
				    const struct pgwalk_frame_like *b)
{
	return a->flags == b->flags && a->mapping == b->mapping &&
	       a->mapcount == b->mapcount && a->refcount == b->refcount;
}

static noinline void look_closely(struct pgwalk_frame_lens *lens, unsigned long pfn,
				  struct page *page, struct pgwalk_frame_brief *brief)
{
	struct pgwalk_frame_sample sample;

	take_sample(&sample, page);
	brief->flags = pgwalk_frame_flags(lens, pfn, page, &sample);
	brief->mapcount = mapcount_of(page, &sample);
	brief->node = page_to_nid(page);
	brief->order = order_of(&sample);
	brief->kind = kind_of(brief->flags, &sample);
}

/**
 * pgwalk_frame_get_device - get the pagemap of a frame of a device
 * @pfn: a frame that is not of online memory
 *
 * As long as the pagemap has a reference, the struct pages of its frames are there. The first
 * frames may hold these struct pages (altmap), and have none that is initialized themselves.
 *
 * Context: any.
 * Return: the pagemap, with a reference; NULL: none, or a kernel that does not count the entries
 * of such a frame.
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

static void read_device(unsigned long pfn, struct pgwalk_frame_brief *brief)
{
	struct dev_pagemap *device = pgwalk_frame_get_device(pfn);
	struct pgwalk_frame_sample sample;

	if (!device)
		return;
	take_sample(&sample, pfn_to_page(pfn));
	brief->mapcount = mapcount_of(pfn_to_page(pfn), &sample);
	brief->node = page_to_nid(pfn_to_page(pfn));
	put_dev_pagemap(device);
}

static noinline void tell_none(struct pgwalk_frame_lens *lens, unsigned long pfn,
			       struct pgwalk_frame_brief *brief)
{
	*brief = (struct pgwalk_frame_brief) {
		.flags = pgwalk_frame_flags_of_none(),
		.node = NUMA_NO_NODE,
		.kind = kind_of_none(lens, pfn),
	};
	if (brief->kind == PGWALK_FRAME_DEVICE)
		read_device(pfn, brief);
}

/**
 * pgwalk_frame_look - look at a frame, once and in short
 * @lens: of the section
 * @pfn: which; any number
 * @brief: filled in whole
 *
 * Context: within pgwalk_frame_section_begin(), interrupts on. Takes no reference.
 */
void pgwalk_frame_look(struct pgwalk_frame_lens *lens, unsigned long pfn,
		       struct pgwalk_frame_brief *brief)
{
	struct page *page = page_of(lens, pfn);
	struct pgwalk_frame_like like, again;

	lens->work++;
	if (unlikely(!page)) {
		tell_none(lens, pfn, brief);
		return;
	}
	if (unlikely(!pgwalk_frame_read_like(&like, page, pfn))) {
		look_closely(lens, pfn, page, brief);
		return;
	}
	if (likely(is_same(&like, &lens->like))) {
		*brief = lens->brief;
		return;
	}
	look_closely(lens, pfn, page, brief);
	/* What it was decoded from is what it is remembered by only if it stood still. */
	lens->like.refcount = 0;
	if (pgwalk_frame_read_like(&again, page, pfn) && is_same(&like, &again)) {
		lens->like = like;
		lens->brief = *brief;
	}
}

/**
 * pgwalk_frame_is_lazyfree - test if a frame may be freed without being written to swap
 * @lens: of the section
 * @pfn: the frame
 * @brief: as pgwalk_frame_look() filled it in for @pfn in this section
 *
 * MADV_FREE makes an anonymous folio clean and not backed by swap. Before 6.10 the flags
 * of a page after the first one of its folio have neither bit; those of the first are read.
 *
 * Context: within pgwalk_frame_section_begin(). Takes no reference.
 * Return: true if LazyFree of smaps counts the page, provided that its entry is not dirty.
 */
bool pgwalk_frame_is_lazyfree(struct pgwalk_frame_lens *lens, unsigned long pfn,
			      const struct pgwalk_frame_brief *brief)
{
	struct page *page;

	if ((brief->flags & (KPF(ANON) | KPF(SWAPBACKED) | KPF(DIRTY))) != KPF(ANON))
		return false;
	if (PGWALK_KPF_OF_FOLIO || !(brief->flags & KPF(COMPOUND_TAIL)))
		return true;
	page = page_of(lens, pfn);
	return page && !(pgwalk_page_flags(compound_head(page)) &
			 (BIT(PG_swapbacked) | BIT(PG_dirty)));
}

/* A pointer is followed only if it could be one, and a fault does no harm. */
static bool read_safely(void *value, const void *from, size_t size)
{
	return virt_addr_valid(from) && !copy_from_kernel_nofault(value, from, size);
}

/*
 * The inode of a page of the page cache, without a reference to anything. A page is taken
 * out of the cache, and its mapping cleared, before the inode is evicted; inodes, and super
 * blocks behind them, are freed through RCU. So a mapping that is read in an RCU section is
 * there until its end, if the page is of the page cache. A page that is not, but of a
 * driver that keeps something else in that word, or of a file system that frees its inodes
 * at once, is what the careful reads are for: the answer may then be wrong, no more.
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

/* The nearest memory cgroup that is still there, as /proc/kpagecgroup tells it. */
static u64 memcg_ino_of(struct page *head)
{
	u64 ino = 0;
#ifdef CONFIG_MEMCG
	struct mem_cgroup *memcg;

	rcu_read_lock();
	memcg = page_memcg_check(head);
	while (memcg && !(memcg->css.flags & CSS_ONLINE))
		memcg = parent_mem_cgroup(memcg);
	if (memcg)
		ino = cgroup_ino(memcg->css.cgroup);
	rcu_read_unlock();
#endif
	return ino;
}

/* The free block that a frame is in. */
static void fill_block(struct pgwalk_frame *frame, struct page *page)
{
	unsigned int order;

	for (order = 0; order <= PGWALK_PMD_ORDER + 1; order++) {
		unsigned long at = frame->pfn & ((1UL << order) - 1);
		unsigned long found = page_private(page - at);

		if (!PageBuddy(page - at) || found < order || found > U8_MAX)
			continue;
		frame->head_pfn = frame->pfn - at;
		frame->order = found;
		break;
	}
}

/*
 * The kernel writes the address of the mm into the struct page of its root. Memory that
 * was a root and is used otherwise now may still have that word; so the mm must be a live
 * one that has this page as its root.
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
 * A root that this kernel does not mark as a page table. With PTI the copy of it that
 * user mode has is the page after it. Only frames that are read one by one are tested:
 * a frame that an entry of a process maps is no root.
 */
static bool is_unmarked_root(struct page *page)
{
	if (PGWALK_TABLES_MARKED)
		return false;
	return is_root(page) ||
	       (boot_cpu_has(X86_FEATURE_PTI) && page_to_pfn(page) & 1 && is_root(page - 1));
}

static void fill_from(struct pgwalk_frame *frame, struct pgwalk_frame_lens *lens,
		      struct page *page, const struct pgwalk_frame_sample *sample)
{
	*frame = (struct pgwalk_frame) {
		.pfn = frame->pfn,
		.flags = pgwalk_frame_flags(lens, frame->pfn, page, sample),
		.raw_flags = sample->flags,
		.head_pfn = page_to_pfn(sample->head),
		.refcount = sample->refcount,
		.mapcount = mapcount_of(page, sample),
		.folio_mapcount = folio_mapcount_of(sample),
		.node = page_to_nid(page),
		.order = order_of(sample),
		.zone = pgwalk_frame_zone(page),
		.lru = pgwalk_frame_lru(sample->flags),
		.gen = pgwalk_frame_generation(sample->flags),
	};
	frame->kind = kind_of(frame->flags, sample);
	if (frame->kind == PGWALK_FRAME_OTHER && is_unmarked_root(page))
		frame->kind = PGWALK_FRAME_PGTABLE;
	frame->memcg_ino = memcg_ino_of(sample->head);
	fill_mapping(frame, sample);
	if (frame->kind == PGWALK_FRAME_FREE)
		fill_block(frame, page);
}

/**
 * pgwalk_frame_fill - tell all of a frame
 * @frame: filled in whole
 * @lens: of the section
 * @pfn: which; any number
 *
 * It is looked at before and after, and once more if it has changed meanwhile; @changed
 * says that it did each time.
 *
 * Context: within pgwalk_frame_section_begin(), interrupts on. Takes no reference.
 */
void pgwalk_frame_fill(struct pgwalk_frame *frame, struct pgwalk_frame_lens *lens,
		       unsigned long pfn)
{
	struct pgwalk_frame_sample before = {}, after = {};
	struct page *page = page_of(lens, pfn);
	unsigned int try;

	*frame = (struct pgwalk_frame) {
		.pfn = pfn,
		.flags = pgwalk_frame_flags_of_none(),
		.head_pfn = pfn,
		.node = NUMA_NO_NODE,
		.zone = PGWALK_ZONE_NONE,
		.lru = PGWALK_LRU_NONE,
		.gen = -1,
	};
	if (!page) {
		frame->kind = kind_of_none(lens, pfn);
		return;
	}
	for (try = 0; try < TRIES; try++) {
		take_sample(&before, page);
		fill_from(frame, lens, page, &before);
		take_sample(&after, page);
		if (!memcmp(&before, &after, sizeof(before)))
			return;
	}
	frame->changed = 1;
}

/**
 * pgwalk_frame_is_huge_zero - is a frame, mapped by an entry of 2M, the huge page of zeroes?
 * @pfn: of the entry
 *
 * The kernel does not export the pfn of that page. Any other page that such an entry maps
 * has an owner: an anonymous page has an anon_vma from before it is mapped until it is freed,
 * a page of a file or of hugetlb has a mapping or a type. A driver could map a page of
 * its own that looks the same; callers that know the VMA rule that out.
 *
 * The frame is read without a reference. Unless the caller keeps it, the frame may have been
 * freed since the entry was read, and may be in the hands of another owner.
 *
 * Context: any. Takes no reference and does not sleep.
 * Return: true if so.
 */
bool pgwalk_frame_is_huge_zero(unsigned long pfn)
{
	struct pgwalk_frame_sample sample;
	struct page *page;
	bool zero = false;

	rcu_read_lock();	/* memory that is taken away waits for it */
	page = pfn_to_online_page(pfn);
	if (page) {
		take_sample(&sample, page);
		zero = sample.head == page && pgwalk_frame_is_unowned_huge(&sample);
	}
	rcu_read_unlock();
	return zero;
}

/*
 * The sections of memory are marked offline by now, so that pfn_to_online_page() fails. The
 * memory of their struct pages is freed later, by the caller of the offlining.
 */
static int wait_for_sections(struct notifier_block *block, unsigned long action, void *arg)
{
	if (action == MEM_OFFLINE)
		synchronize_rcu();
	return NOTIFY_OK;
}

static struct notifier_block memory_block = { .notifier_call = wait_for_sections };

/**
 * pgwalk_frame_init - let the removal of memory wait for the sections that look at frames
 *
 * Without it nothing keeps a struct page that was found online: the kernel's own readers
 * of pfns (fs/proc/page.c) look at one page at a time and have the same race, but shorter.
 *
 * Context: module init.
 * Return: 0 or -errno.
 */
int pgwalk_frame_init(void)
{
	return register_memory_notifier(&memory_block);
}

/**
 * pgwalk_frame_exit - undo pgwalk_frame_init()
 *
 * Context: module exit: no frame is looked at any more.
 */
void pgwalk_frame_exit(void)
{
	unregister_memory_notifier(&memory_block);
}
