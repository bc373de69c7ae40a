/* SPDX-License-Identifier: GPL-2.0 */
/* Tells by few words that a small page is what the one before was. It takes no reference. */
#ifndef PGWALK_FRAME_LIKE_H
#define PGWALK_FRAME_LIKE_H

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>

#include "compat.h"
#include "frame.h"

/* Memory comes and goes by no less. */
#define PGWALK_FRAME_BLOCK	(1UL << (21 - PAGE_SHIFT))

/* The flags of a page and its node: the rest of the word is about its age. */
#define PGWALK_FRAME_LIKE_FLAGS	\
	(((1UL << NR_PAGEFLAGS) - 1) | NODES_MASK << NODES_PGSHIFT)

/* What of folio->mapping tells what a page is: its tags, and if it is a pointer at all. */
#define PGWALK_FRAME_LIKE_MAPPING	(1UL << (BITS_PER_LONG - 1) | PGWALK_MAPPING_FLAGS)

/* Is memory there, as far as the lens knows? */
static __always_inline bool pgwalk_frame_is_online(const struct pgwalk_frame_lens *lens,
						   unsigned long pfn)
{
	unsigned long block = pfn / PGWALK_FRAME_BLOCK;

	return lens->online[block % PGWALK_FRAME_BLOCKS] == block + 1;
}

/*
 * A small page that somebody uses is what its few words say, and most are like the one
 * before. The page of zeroes is like none.
 */
static __always_inline bool pgwalk_frame_read_like(struct pgwalk_frame_like *like,
						   struct page *page, unsigned long pfn)
{
	unsigned long flags = pgwalk_page_flags(page);

	like->flags = flags & PGWALK_FRAME_LIKE_FLAGS;
	like->mapping = (unsigned long)READ_ONCE(((struct folio *)page)->mapping) &
			PGWALK_FRAME_LIKE_MAPPING;
	like->mapcount = atomic_read(&page->_mapcount);
	like->refcount = page_ref_count(page) > 0;
	return !(flags & BIT(PG_head)) && !PageTail(page) && like->mapcount >= -1 &&
	       like->refcount && !is_zero_pfn(pfn);
}

/**
 * pgwalk_frame_is_like - ask if a frame is what was remembered
 * @like: of the lens, with a refcount: there is one
 * @pfn: of a block that pgwalk_frame_is_online()
 *
 * Context: within pgwalk_frame_section_begin(). Takes no reference.
 * Return: true: it is what the lens' brief says; false: pgwalk_frame_look() can tell.
 */
static __always_inline bool pgwalk_frame_is_like(const struct pgwalk_frame_like *like,
						 unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	/* What is remembered has no PG_head, so what is equal to it has none. */
	return page_ref_count(page) > 0 &&
	       (pgwalk_page_flags(page) & PGWALK_FRAME_LIKE_FLAGS) == like->flags &&
	       ((unsigned long)READ_ONCE(((struct folio *)page)->mapping) &
		PGWALK_FRAME_LIKE_MAPPING) == like->mapping &&
	       atomic_read(&page->_mapcount) == like->mapcount && !PageTail(page) &&
	       !is_zero_pfn(pfn);
}

#endif /* PGWALK_FRAME_LIKE_H */
