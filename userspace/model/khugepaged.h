/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The folios that khugepaged makes of a slot of anonymous memory, by size. */
#ifndef PGWALK_MODEL_KHUGEPAGED_H
#define PGWALK_MODEL_KHUGEPAGED_H

#include "huge.h"

/* Properties of the entry of a page; 0: empty, or the page of zeroes */
#define KHUGEPAGED_PRESENT	(1U << 0)
#define KHUGEPAGED_ABSENT	(1U << 1)	/* swapped out, migrating, or a marker */
#define KHUGEPAGED_SHARED	(1U << 2)	/* mapped more than once */
#define KHUGEPAGED_YOUNG	(1U << 3)	/* accessed */
#define KHUGEPAGED_WRITABLE	(1U << 4)
#define KHUGEPAGED_FAILS	(1U << 5)	/* absent, and cannot be read back: failed memory, a guard */
#define KHUGEPAGED_REFUSES	(1U << 6)	/* khugepaged leaves the whole slot alone */

/**
 * struct khugepaged - the settings for a mapping
 * @thp: the limits
 * @pages: pages of a slot
 * @orders: mask of 1 << order of the folios that khugepaged may make; 0: none
 * @armed: the mapping has userfaultfd: no page may be added
 * @needs_writable: slots without a writable entry are left alone
 * @keeps_lazyfree: so are slots with a page that is freed with MADV_FREE and was not written since
 */
struct khugepaged {
	const struct inspect_thp *thp;
	unsigned int pages;
	uint64_t orders;
	bool armed;
	bool needs_writable;
	bool keeps_lazyfree;
};

void khugepaged__init(struct khugepaged *k, const struct huge *h, const struct huge_mapping *m);
uint8_t khugepaged__judge_run(const struct khugepaged *k, const struct pgwalk_frame_run *run);
void khugepaged__collapse(const struct khugepaged *k, const uint8_t *entry, const uint8_t *order, uint64_t *made);

#endif
