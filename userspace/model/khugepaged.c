// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Predicts which folios khugepaged makes of the small pages of a slot. The rules are those of collapse_scan_pmd(),
 * mthp_collapse() and __collapse_huge_page_isolate() in mm/khugepaged.c, read in 7.2.12 and 7.3.4; before them the only
 * order is that of a huge page. References of frames are not read: a pinned page, which keeps its slot as it is, is not seen.
 */
#include <string.h>

#include "../lib/page_size.h"
#include "huge_rules.h"
#include "khugepaged.h"

#define KPF_ANON		(1ULL << 12)

#define VERSION_OF_SIZES	0x070200U	/* the first kernel that makes folios of other sizes */
#define LEAST_ORDER		2		/* KHUGEPAGED_MIN_MTHP_ORDER */

enum result {
	DONE,
	NEXT_ORDER,
	NEXT_OFFSET,
	STOP,
};

static unsigned int top_order(const struct khugepaged *k)
{
	return (unsigned int)__builtin_ctz(k->pages);
}

static bool may_collapse(const struct huge *h, const struct huge_mapping *m)
{
	return h->thp->known && m->facts & PGWALK_FACT_ANON && m->written && !huge__is_special(m) &&
	       !(m->vm_flags & (VM_NOHUGEPAGE | VM_HUGETLB)) && !h->thp->disabled && !huge__is_unadvised(h, m);
}

/**
 * khugepaged__init - choose the orders that khugepaged may make in a mapping
 * @k: set
 * @h: the rules
 * @m: the mapping
 */
void khugepaged__init(struct khugepaged *k, const struct huge *h, const struct huge_mapping *m)
{
	const unsigned int top = h->shift - page_shift();
	unsigned int order;

	*k = (struct khugepaged){
		.thp = h->thp, .pages = 1U << top, .armed = m->facts & UFFD_ARMED,
		.needs_writable = h->rules->needs_writable, .keeps_lazyfree = h->rules->keeps_lazyfree,
	};
	if (!may_collapse(h, m))
		return;
	for (order = h->thp->kernel >= VERSION_OF_SIZES ? LEAST_ORDER : top; order <= top; order++)
		if (huge_setting__anon(h, m, page_shift() + order) == HUGE_SETTING_ALLOWED)
			k->orders |= 1ULL << order;
}

static uint8_t judge_present(const struct khugepaged *k, const struct pgwalk_frame_run *run)
{
	const uint64_t flags = run->run.flags;
	uint8_t entry = KHUGEPAGED_PRESENT;

	if (flags & PGWALK_F_UFFD_WP || !(run->frame_flags & KPF_ANON))
		return KHUGEPAGED_REFUSES;
	if (k->keeps_lazyfree && huge__is_lazyfree(run))
		return KHUGEPAGED_REFUSES;
	if (run->mapcount > 1)
		entry |= KHUGEPAGED_SHARED;
	if (flags & PGWALK_F_ACCESSED)
		entry |= KHUGEPAGED_YOUNG;
	if (flags & PGWALK_F_WRITE)
		entry |= KHUGEPAGED_WRITABLE;
	return entry;
}

/**
 * khugepaged__judge_run - return the properties of the entries of a run
 * @k: the settings
 * @run: the run
 *
 * Return: KHUGEPAGED_*.
 */
uint8_t khugepaged__judge_run(const struct khugepaged *k, const struct pgwalk_frame_run *run)
{
	if (!k->orders)
		return KHUGEPAGED_REFUSES;
	switch (run->run.kind) {
	case PGWALK_KIND_ZERO:
		return 0;
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
		return judge_present(k, run);
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MIGRATION:
		return run->run.flags & PGWALK_F_UFFD_WP ? KHUGEPAGED_REFUSES : KHUGEPAGED_ABSENT;
	case PGWALK_KIND_MARKER:
		if (run->run.flags & PGWALK_F_MARK_UFFD_WP)
			break;
		return KHUGEPAGED_ABSENT | KHUGEPAGED_FAILS;
	case PGWALK_KIND_HWPOISON:
		return KHUGEPAGED_ABSENT | KHUGEPAGED_FAILS;
	}
	return KHUGEPAGED_REFUSES;
}

/* Limit of entries without a page; sizes below that of a huge page know only "none" and "any" */
static unsigned int limit_of_none(const struct khugepaged *k, unsigned int order)
{
	if (order == top_order(k))
		return k->thp->max_none;
	return k->thp->max_none == k->pages - 1 ? (1U << order) - 1 : 0;
}

/**
 * struct counts - numbers of entries of a range
 * @none: empty
 * @absent: not present
 * @fails: of these, that cannot be read back
 * @shared: mapped more than once
 * @young: accessed
 * @writable: writable
 * @refused: that refuse the slot
 */
struct counts {
	unsigned int none;
	unsigned int absent;
	unsigned int fails;
	unsigned int shared;
	unsigned int young;
	unsigned int writable;
	unsigned int refused;
};

static struct counts count(const uint8_t *entry, unsigned int first, unsigned int pages)
{
	struct counts c = { .none = 0 };
	unsigned int i;

	for (i = first; i < first + pages; i++) {
		c.none += !entry[i];
		c.absent += !!(entry[i] & KHUGEPAGED_ABSENT);
		c.fails += !!(entry[i] & KHUGEPAGED_FAILS);
		c.shared += !!(entry[i] & KHUGEPAGED_SHARED);
		c.young += !!(entry[i] & KHUGEPAGED_YOUNG);
		c.writable += !!(entry[i] & KHUGEPAGED_WRITABLE);
		c.refused += !!(entry[i] & KHUGEPAGED_REFUSES);
	}
	return c;
}

/* The whole slot is looked at first */
static bool passes_scan(const struct khugepaged *k, const struct counts *c)
{
	const bool only_huge = k->orders == 1ULL << top_order(k);

	if (only_huge && c->none > (k->armed ? 0 : k->thp->max_none))
		return false;
	if (k->needs_writable && !c->writable)
		return false;
	return !c->refused && c->absent <= k->thp->max_swap && c->shared <= k->thp->max_shared && c->young &&
	       (!c->absent || c->young >= k->pages / 2);
}

/* Collapse a range to one folio of a size below that of a huge page: its entries are checked in order */
static enum result collapse_small(const struct khugepaged *k, const uint8_t *entry, const uint8_t *order,
				  unsigned int first, unsigned int to)
{
	const unsigned int limit = k->armed ? 0 : limit_of_none(k, to);
	unsigned int i, none = 0, young = 0;

	for (i = first; i < first + (1U << to); i++) {
		if (!entry[i]) {
			if (++none > limit)
				return NEXT_ORDER;
			continue;
		}
		if (entry[i] & (KHUGEPAGED_ABSENT | KHUGEPAGED_SHARED))
			return NEXT_ORDER;
		if (order[i] >= to)
			return NEXT_OFFSET;
		young += !!(entry[i] & KHUGEPAGED_YOUNG);
	}
	return young ? DONE : NEXT_ORDER;
}

static enum result collapse_range(const struct khugepaged *k, const uint8_t *entry, const uint8_t *order,
				  unsigned int first, unsigned int to)
{
	const struct counts c = count(entry, first, 1U << to);
	const bool huge = to == top_order(k);

	/* swapped pages count as pages of a huge page only */
	if (c.none + (huge ? 0 : c.absent) > limit_of_none(k, to))
		return NEXT_ORDER;
	/* absent pages of a huge page are read back first, and a failure ends the work on the slot */
	if (huge && c.fails)
		return STOP;
	if (huge)
		return c.none && k->armed ? NEXT_ORDER : DONE;
	return collapse_small(k, entry, order, first, to);
}

static unsigned int largest_at(const struct khugepaged *k, unsigned int offset)
{
	const unsigned int top = top_order(k);

	return offset && (unsigned int)__builtin_ctz(offset) < top ? (unsigned int)__builtin_ctz(offset) : top;
}

/**
 * khugepaged__collapse - predict the folios that khugepaged makes of a slot
 * @k: the settings
 * @entry: KHUGEPAGED_* of each page
 * @order: order of the folio of each page that is present
 * @made: by order, the number of these folios is added
 */
void khugepaged__collapse(const struct khugepaged *k, const uint8_t *entry, const uint8_t *order, uint64_t *made)
{
	const struct counts all = count(entry, 0, k->pages);
	unsigned int offset = 0, to = top_order(k);

	if (!k->orders || !passes_scan(k, &all))
		return;
	while (offset < k->pages) {
		enum result result = NEXT_ORDER;

		if (k->orders >> to & 1)
			result = collapse_range(k, entry, order, offset, to);
		if (result == STOP)
			break;
		if (result == DONE)
			made[to]++;
		if (result == NEXT_ORDER && to > LEAST_ORDER && k->orders & ((1ULL << to) - 1)) {
			to--;
			continue;
		}
		offset += 1U << to;
		to = largest_at(k, offset);
	}
}
