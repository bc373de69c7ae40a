/* SPDX-License-Identifier: GPL-2.0 */
/* Page frames, looked at without a reference. */
#ifndef PGWALK_FRAME_H
#define PGWALK_FRAME_H

#include <linux/mm_types.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/types.h>

#include "uapi/pgwalk.h"

struct dev_pagemap;

/**
 * struct pgwalk_frame_brief - what is told of a frame in bulk
 *
 * The fields, and their order, are the last ones of struct pgwalk_frame_run.
 */
struct pgwalk_frame_brief {
	u64 flags;
	s32 mapcount;
	s16 node;
	u8 order;
	u8 kind;
};

/**
 * struct pgwalk_frame_sample - what was read of a page and its folio, once
 * @head:	the first page of the folio that the page said it was of
 * @flags:	of @head
 * @own_flags:	of the page itself
 * @second_flags: of the page behind @head, if the folio is large
 * @mapping:	of @head, with its tags
 * @mapcount:	the raw _mapcount of the page: a count less one, or a type
 * @type:	the same of @head
 * @refcount:	of @head
 */
struct pgwalk_frame_sample {
	struct page *head;
	unsigned long flags;
	unsigned long own_flags;
	unsigned long second_flags;
	unsigned long mapping;
	int mapcount;
	int type;
	int refcount;
};

#define PGWALK_FRAME_BLOCKS	128
#define PGWALK_FRAME_READ	8	/* folios whose content was read */
#define PGWALK_FRAME_WORK	2048U	/* frames to look at in one section */

/**
 * struct pgwalk_frame_lens - a cache of facts that are the same for many frames
 * @online:	1 + numbers of blocks of 2M that are online; 0: none
 * @like:	the raw words of the small page that was looked at last; @like.refcount is 0
 *		if there is none
 * @brief:	the record of that page
 * @page_flags:	flags of a page
 * @flags:	the same flags as PGWALK_FRAME_FLAG(), if @known
 * @known:	@flags is set
 * @work:	frames looked at in this section. A folio whose whole content was read counts
 *		as PGWALK_FRAME_WORK
 * @device:	the range of pfns of a device that was found last, [first, end)
 * @read:	folios whose content was read, by number of the folio
 *
 * @online, @like and @brief are valid within one section only, see
 * pgwalk_frame_section_begin(). The rest is kept from section to section of one call.
 */
struct pgwalk_frame_lens {
	u32 online[PGWALK_FRAME_BLOCKS];
	struct pgwalk_frame_like {
		unsigned long flags;
		unsigned long mapping;
		int mapcount;
		int refcount;
	} like;
	struct pgwalk_frame_brief brief;
	unsigned long page_flags;
	u64 flags;
	bool known;
	unsigned int work;
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
 * pgwalk_frame_section_begin - begin to look at frames
 * @lens: zeroed before its first section
 *
 * Memory that goes offline is removed after the end of each section that may have seen it
 * online: see pgwalk_frame_init(). The caller ends the section after PGWALK_FRAME_WORK
 * frames.
 *
 * Context: process context. Nothing may sleep in the section.
 */
static inline void pgwalk_frame_section_begin(struct pgwalk_frame_lens *lens) __acquires(RCU)
{
	rcu_read_lock();
	memset(lens->online, 0, sizeof(lens->online));
	lens->like.refcount = 0;
	lens->work = 0;
}

/**
 * pgwalk_frame_section_end - end what pgwalk_frame_section_begin() began
 */
static inline void pgwalk_frame_section_end(void) __releases(RCU)
{
	rcu_read_unlock();
}

void pgwalk_frame_look(struct pgwalk_frame_lens *lens, unsigned long pfn,
		       struct pgwalk_frame_brief *brief);
bool pgwalk_frame_is_lazyfree(struct pgwalk_frame_lens *lens, unsigned long pfn,
			      const struct pgwalk_frame_brief *brief);
void pgwalk_frame_fill(struct pgwalk_frame *frame, struct pgwalk_frame_lens *lens,
		       unsigned long pfn);
bool pgwalk_frame_is_huge_zero(unsigned long pfn);
struct dev_pagemap *pgwalk_frame_get_device(unsigned long pfn);
int pgwalk_frame_init(void);
void pgwalk_frame_exit(void);

#endif /* PGWALK_FRAME_H */
