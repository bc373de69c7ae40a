/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The fields of a struct page and its folio that a record is decoded from. */
#ifndef PGWALK_FRAME_SAMPLE_H
#define PGWALK_FRAME_SAMPLE_H

#include <linux/bits.h>
#include <linux/page-flags.h>
#include <linux/types.h>

struct page;

/**
 * struct pgwalk_frame_sample - fields of a page and its folio, each read once
 * @head:	first page of the folio
 * @flags:	flags of @head
 * @own_flags:	flags of the page itself
 * @second_flags: flags of the page after @head, if the folio is large
 * @mapping:	mapping of @head, with its tags
 * @charge:	memory cgroup of @head, with its tags
 * @mapcount:	raw _mapcount of the page: a mapcount less one, or a type
 * @type:	raw _mapcount of @head
 * @refcount:	reference count of @head
 */
struct pgwalk_frame_sample {
	struct page *head;
	unsigned long flags;
	unsigned long own_flags;
	unsigned long second_flags;
	unsigned long mapping;
	unsigned long charge;
	int mapcount;
	int type;
	int refcount;
};

/* Test if the page is in a folio of more than one page. */
static inline bool pgwalk_frame_is_large(const struct pgwalk_frame_sample *sample)
{
	return sample->flags & BIT(PG_head);
}

#endif /* PGWALK_FRAME_SAMPLE_H */
