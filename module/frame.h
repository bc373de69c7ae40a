/* SPDX-License-Identifier: GPL-2.0 */
/* Page frames, looked at without a reference. */
#ifndef PGWALK_FRAME_H
#define PGWALK_FRAME_H

#include <linux/mm_types.h>
#include <linux/types.h>

#include "uapi/pgwalk.h"

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

/**
 * struct pgwalk_frame_lens - what need not be found out for each frame anew
 * @online:	1 + numbers of blocks of 2M that are online; 0: none
 * @like:	the raw words of a small page that was looked at, and
 * @brief:	what it was; @like.refcount is 0 without one
 * @page_flags:	flags of a page, and
 * @flags:	what they are in PGWALK_FRAME_FLAG(), @known if they are
 * @known:	see @flags
 * @huge_zero:	a folio that was looked at with care, and
 * @is_huge_zero: whether it is the huge page of zeroes
 *
 * Good for a batch: memory may be taken away from under a longer one.
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
	bool is_huge_zero;
	struct page *huge_zero;
};

void pgwalk_frame_look(struct pgwalk_frame_lens *lens, unsigned long pfn,
		       struct pgwalk_frame_brief *brief);
void pgwalk_frame_fill(struct pgwalk_frame *frame, unsigned long pfn);

#endif /* PGWALK_FRAME_H */
