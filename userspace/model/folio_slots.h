/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Counts for each size how many aligned slots of a mapping one folio maps; in constant memory. */
#ifndef PGWALK_MODEL_FOLIO_SLOTS_H
#define PGWALK_MODEL_FOLIO_SLOTS_H

#include "huge.h"
#include "khugepaged.h"

/** FOLIO_SHIFTS - powers of two from 1 byte to the largest folio, 16G on arm64 */
#define FOLIO_SHIFTS	36

/**
 * struct folio_count - slots of one size
 * @whole: slots of which one folio of at least the size maps all pages
 * @smaller: slots with entries that are not in @whole
 * @bytes: mapped bytes of folios of exactly the size
 * @collapsible: slots that khugepaged makes one folio of the size
 */
struct folio_count {
	uint64_t whole;
	uint64_t smaller;
	uint64_t bytes;
	uint64_t collapsible;
};

/**
 * struct folio_slots - counts of a part of a mapping
 * @shift: log2 of the bytes of the window: the size of a huge page
 * @start: first address that counts
 * @end: first address after the part that counts
 * @window: address of the window of small entries
 * @used: the window has entries
 * @khugepaged: its settings for the mapping
 * @entry: properties of each page of the window, KHUGEPAGED_*
 * @order: order of the folio of each page of the window; 255: no entry, 254: an entry without a folio
 * @pfn: frame of each page of the window
 * @next: of a size above the window, first address after the last slot that was counted
 * @count: by log2 of the size
 */
struct folio_slots {
	unsigned int shift;
	uint64_t start;
	uint64_t end;
	uint64_t window;
	bool used;
	struct khugepaged khugepaged;
	uint8_t entry[HUGE_PAGES_MAX];
	uint8_t order[HUGE_PAGES_MAX];
	uint64_t pfn[HUGE_PAGES_MAX];
	uint64_t next[FOLIO_SHIFTS];
	struct folio_count count[FOLIO_SHIFTS];
};

void folio_slots__begin(struct folio_slots *s, const struct huge *h, const struct huge_mapping *m, uint64_t start, uint64_t end);
void folio_slots__add(struct folio_slots *s, const struct pgwalk_frame_run *run);
void folio_slots__end(struct folio_slots *s);
uint64_t folio_slots__total(uint64_t start, uint64_t end, unsigned int shift);

void folio_size__fill(const struct huge *h, const struct huge_mapping *m, const struct folio_slots *s, unsigned int shift,
		      struct inspect_folio *row);
bool folio_size__is_shown(const struct huge *h, const struct inspect_folio *row);

#endif
