/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The cache of a reader of frames. Most frames of a process are like the frame that was read
 * before, so that most reads compare a few words and decode nothing:
 *
 * 1. Is the frame in a block of memory that is known to be online (@online)? If not,
 *    pfn_to_online_page() decides; a frame that is not online may be of a device (@device).
 * 2. Does the page have the words of the small page that was read last (@words)? Then its summary
 *    is that of the last one (@summary). pgwalk_frame_cache_has() is this test and the one before.
 * 3. Else the page is sampled and decoded. If the word with its flags is that of the page that was
 *    decoded last, so are its flags (@flags). If it may be the huge zero page, its content was
 *    possibly read before (@read).
 *
 * It takes no reference.
 */
#ifndef PGWALK_FRAME_CACHE_H
#define PGWALK_FRAME_CACHE_H

#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_ref.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/types.h>

#include "../compat.h"
#include "online.h"

#define PGWALK_FRAME_WORK	2048U	/* frames that one section may read */
#define PGWALK_FRAME_READ	8	/* folios with known content */

/* The flags of a page and its node. The other bits of the word depend on its age. */
#define PGWALK_FRAME_WORDS_FLAGS	\
	(((1UL << NR_PAGEFLAGS) - 1) | NODES_MASK << NODES_PGSHIFT)

/* The bits of folio->mapping that decide the kind: its tags, and whether it is a pointer. */
#define PGWALK_FRAME_WORDS_MAPPING	(1UL << (BITS_PER_LONG - 1) | PGWALK_MAPPING_FLAGS)

/**
 * struct pgwalk_frame_summary - the fields of a frame that are reported for runs
 *
 * The fields, and their order, are those of the end of struct pgwalk_frame_run.
 */
struct pgwalk_frame_summary {
	u64 flags;
	s32 mapcount;
	s16 node;
	u8 order;
	u8 kind;
};

/**
 * struct pgwalk_frame_words - the words that decide the summary of a small page that is in use
 * @flags:	flags and node
 * @mapping:	tags of the mapping
 * @mapcount:	raw _mapcount
 * @is_set:	the words are those of a page; false: no page has them
 */
struct pgwalk_frame_words {
	unsigned long flags;
	unsigned long mapping;
	int mapcount;
	bool is_set;
};

/**
 * struct pgwalk_frame_cache - facts that many frames share; zeroed, it has none
 * @online:	blocks that are known to be online
 * @words:	words of the small page that was read last
 * @summary:	summary of that page, if @words.is_set
 * @exclusive:	@summary and other summaries have PGWALK_FRAME_EXCLUSIVE; set by the caller
 * @work:	number of frames read in this section. A folio counts as PGWALK_FRAME_WORK if
 *		its whole content was read
 * @flags:	flags of the page that was decoded last
 * @flags.word:	its word, without the bits that are no flags
 * @flags.value: PGWALK_FRAME_FLAG() of @flags.word, if @flags.is_set
 * @flags.is_set: a page was decoded
 * @device:	range of pfns of the device that was found last, [first, end)
 * @read:	folios with content that was read, by number of the folio, and the result
 *
 * The members up to @work are valid within one section only: in the next one memory may be
 * offline. The others are kept between the sections of one call.
 */
struct pgwalk_frame_cache {
	struct pgwalk_frame_online *online;
	struct pgwalk_frame_words words;
	struct pgwalk_frame_summary summary;
	bool exclusive;
	unsigned int work;
	struct {
		unsigned long word;
		u64 value;
		bool is_set;
	} flags;
	struct {
		unsigned long first;
		unsigned long end;
	} device;
	struct {
		struct page *head;
		bool is_zero;
	} read[PGWALK_FRAME_READ];
};

/**
 * pgwalk_frame_section_begin - begin a section in which frames are read
 * @cache: zeroed before its first section
 *
 * Memory that goes offline is removed after the end of each section that may have found it
 * online: see online.c. The caller ends the section after PGWALK_FRAME_WORK
 * frames.
 *
 * Context: process context. The caller must not sleep in the section.
 */
static inline void pgwalk_frame_section_begin(struct pgwalk_frame_cache *cache) __acquires(RCU)
{
	rcu_read_lock();
	cache->online = rcu_dereference(pgwalk_frame_online);
	cache->words.is_set = false;
	cache->work = 0;
}

/**
 * pgwalk_frame_section_end - end the section
 */
static inline void pgwalk_frame_section_end(void) __releases(RCU)
{
	rcu_read_unlock();
}

static __always_inline unsigned long pgwalk_frame_words_mapping(struct page *page)
{
	return (unsigned long)READ_ONCE(((struct folio *)page)->mapping) &
	       PGWALK_FRAME_WORDS_MAPPING;
}

/*
 * Read the words of a page. @is_set is false if they do not decide its summary: for a free page,
 * a page of a large folio, a page with a type, and the zero page.
 */
static __always_inline struct pgwalk_frame_words pgwalk_frame_words_of(struct page *page,
								       unsigned long pfn)
{
	unsigned long flags = pgwalk_page_flags(page);
	int mapcount = atomic_read(&page->_mapcount);

	return (struct pgwalk_frame_words) {
		.flags = flags & PGWALK_FRAME_WORDS_FLAGS,
		.mapping = pgwalk_frame_words_mapping(page),
		.mapcount = mapcount,
		.is_set = !(flags & BIT(PG_head)) && !PageTail(page) && mapcount >= -1 &&
			  page_ref_count(page) > 0 && !is_zero_pfn(pfn),
	};
}

static __always_inline bool pgwalk_frame_words_are_equal(const struct pgwalk_frame_words *a,
							 const struct pgwalk_frame_words *b)
{
	return a->is_set && b->is_set && a->flags == b->flags && a->mapping == b->mapping &&
	       a->mapcount == b->mapcount;
}

/*
 * Test if the page of an online frame has the given words of another one. A loop passes a copy of
 * @words of the cache, which stays in registers.
 */
static __always_inline bool pgwalk_frame_words_match(const struct pgwalk_frame_words *words,
						     unsigned long pfn)
{
	struct page *page = pfn_to_page(pfn);

	/*
	 * The words have no PG_head, so a page with equal flags has none. The zero page is reserved:
	 * it is a part of the kernel's image.
	 */
	return page_ref_count(page) > 0 &&
	       (pgwalk_page_flags(page) & PGWALK_FRAME_WORDS_FLAGS) == words->flags &&
	       pgwalk_frame_words_mapping(page) == words->mapping &&
	       atomic_read(&page->_mapcount) == words->mapcount && !pgwalk_page_is_tail(page) &&
	       !(words->flags & BIT(PG_reserved) && is_zero_pfn(pfn));
}

/**
 * pgwalk_frame_cache_has - test if the cached summary is that of a frame
 * @cache: cache of the section
 * @pfn: any number
 *
 * Context: within pgwalk_frame_section_begin(). Takes no reference.
 * Return: true: the frame has the cached summary; false: the frame has to be read with
 * pgwalk_frame_read_summary().
 */
static __always_inline bool pgwalk_frame_cache_has(const struct pgwalk_frame_cache *cache,
						   unsigned long pfn)
{
	return cache->words.is_set && pgwalk_frame_online_has(cache->online, pfn) &&
	       pgwalk_frame_words_match(&cache->words, pfn);
}

/**
 * pgwalk_frame_cache_count - count the frames from one on that have the cached summary
 * @cache: cache of the section
 * @pfn: any number
 * @most: maximum
 *
 * Context: within pgwalk_frame_section_begin(). Takes no reference.
 * Return: number of frames. There may be more, in the next block of memory.
 */
static __always_inline unsigned int
pgwalk_frame_cache_count(const struct pgwalk_frame_cache *cache, unsigned long pfn,
			 unsigned int most)
{
	const struct pgwalk_frame_words words = cache->words;
	unsigned int nr;

	if (!words.is_set || !pgwalk_frame_online_has(cache->online, pfn))
		return 0;
	most = min_t(unsigned long, most, PGWALK_FRAME_BLOCK - pfn % PGWALK_FRAME_BLOCK);
	for (nr = 0; nr < most && pgwalk_frame_words_match(&words, pfn + nr); nr++)
		;
	return nr;
}

/*
 * Test that no page of the folio is mapped other than by an entry that maps the whole folio, and
 * that this was so when the mapcount of a page of it was read. Each page then has that mapcount.
 */
static inline bool pgwalk_frame_is_mapped_whole(struct page *head, int mapcount)
{
	if (mapcount < 0)
		return true;	/* this kernel does not count */
#if PGWALK_KPF_OF_FOLIO
	int entire = atomic_read(&((struct folio *)head)->_entire_mapcount);

	return PageHead(head) && mapcount == entire + 1 &&
	       atomic_read(&((struct folio *)head)->_large_mapcount) == entire;
#else
	return false;	/* each page has to be read */
#endif
}

#endif /* PGWALK_FRAME_CACHE_H */
