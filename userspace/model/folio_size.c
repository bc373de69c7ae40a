// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decides for each size whether a fault in a mapping may allocate a folio of it. The rules are those of alloc_anon_folio()
 * in mm/memory.c, do_huge_pmd_anonymous_page() in mm/huge_memory.c, and shmem_get_folio_gfp() with
 * shmem_suitable_orders() in mm/shmem.c, read in 6.1.192, 6.12.95 and 7.3.4.
 */
#include "../lib/page_size.h"
#include "folio_slots.h"
#include "huge_rules.h"

static uint8_t state_of(unsigned int reason)
{
	static const uint8_t states[INSPECT_FOLIO_NR] = {
#define X(name, state, word, text) [INSPECT_FOLIO_WHY_##name] = INSPECT_HUGE_##state,
		INSPECT_FOLIO_REASONS(X)
#undef X
	};

	return states[reason];
}

static enum inspect_folio_reason judge_setting(enum huge_setting setting)
{
	switch (setting) {
	case HUGE_SETTING_ALLOWED:
		break;
	case HUGE_SETTING_NEVER:
		return INSPECT_FOLIO_WHY_NEVER;
	case HUGE_SETTING_MADVISE:
		return INSPECT_FOLIO_WHY_MADVISE;
	case HUGE_SETTING_INHERIT_NEVER:
		return INSPECT_FOLIO_WHY_INHERIT_NEVER;
	case HUGE_SETTING_INHERIT_MADVISE:
		return INSPECT_FOLIO_WHY_INHERIT_MADVISE;
	case HUGE_SETTING_DENY:
		return INSPECT_FOLIO_WHY_DENY;
	case HUGE_SETTING_FORCE:
		return INSPECT_FOLIO_WHY_FORCE;
	case HUGE_SETTING_MOUNT_NEVER:
		return INSPECT_FOLIO_WHY_MOUNT_NEVER;
	case HUGE_SETTING_MOUNT_ADVISE:
		return INSPECT_FOLIO_WHY_MOUNT_ADVISE;
	case HUGE_SETTING_MOUNT_UNKNOWN:
		return INSPECT_FOLIO_WHY_MOUNT_UNKNOWN;
	case HUGE_SETTING_WITHIN_SIZE:
		return INSPECT_FOLIO_WHY_WITHIN_SIZE;
	case HUGE_SETTING_TMPFS:
		return INSPECT_FOLIO_WHY_TMPFS;
	}
	return INSPECT_FOLIO_WHY_FAULT;
}

/* A hugetlb mapping has pages of one size, on arm64 also of contiguous entries */
static enum inspect_folio_reason judge_hugetlb(const struct huge_mapping *m, unsigned int shift)
{
	if (shift != m->hugetlb_shift)
		return INSPECT_FOLIO_WHY_FIXED;
	if (m->facts & PGWALK_FACT_POOL_EMPTY ||
	    (m->facts & PGWALK_FACT_POOL_RESERVED && m->facts & PGWALK_FACT_NORESERVE))
		return INSPECT_FOLIO_WHY_POOL;
	return INSPECT_FOLIO_WHY_HUGETLB;
}

/* With userfaultfd small folios are of one page, so that each page has its fault; a huge one is not split by write protection */
static bool has_userfaults(const struct huge *h, const struct huge_mapping *m, unsigned int shift)
{
	const bool any = m->facts & PGWALK_FACT_ANON && shift < h->shift;

	return m->facts & (any ? UFFD_ARMED : PGWALK_FACT_UFFD_MISSING);
}

static bool is_off(enum inspect_folio_reason reason)
{
	return reason == INSPECT_FOLIO_WHY_NEVER || reason == INSPECT_FOLIO_WHY_INHERIT_NEVER ||
	       reason == INSPECT_FOLIO_WHY_MOUNT_NEVER || reason == INSPECT_FOLIO_WHY_TMPFS;
}

static enum inspect_folio_reason judge(const struct huge *h, const struct huge_mapping *m, unsigned int shift)
{
	const bool anon = m->facts & PGWALK_FACT_ANON;
	enum inspect_folio_reason reason;

	if (!folio_slots__total(m->start, m->end, shift))
		return INSPECT_FOLIO_WHY_EDGE;
	if (m->vm_flags & VM_HUGETLB)
		return judge_hugetlb(m, shift);
	if (huge__is_special(m))
		return INSPECT_FOLIO_WHY_SPECIAL;
	if (!anon && !m->shmem)
		return INSPECT_FOLIO_WHY_PAGE_CACHE;
	reason = judge_setting(anon ? huge_setting__anon(h, m, shift) : huge_setting__shmem(h, m, shift));
	/* the kernel's own mount has the setting of shmem_enabled */
	if (reason == INSPECT_FOLIO_WHY_MOUNT_NEVER && m->unlinked)
		reason = INSPECT_FOLIO_WHY_NEVER;
	if (reason == INSPECT_FOLIO_WHY_MOUNT_ADVISE && m->unlinked)
		reason = INSPECT_FOLIO_WHY_MADVISE;
	/* of a size that is switched off nothing else counts */
	if (is_off(reason))
		return reason;
	if (m->vm_flags & VM_NOHUGEPAGE)
		return INSPECT_FOLIO_WHY_NOHUGEPAGE;
	if (h->thp->disabled)
		return INSPECT_FOLIO_WHY_PRCTL;
	if (huge__is_unadvised(h, m))
		return INSPECT_FOLIO_WHY_PRCTL_ADVISED;
	if (!anon && (m->start - m->offset) & ((1ULL << shift) - 1))
		return INSPECT_FOLIO_WHY_OFFSET;
	if (reason == INSPECT_FOLIO_WHY_FAULT && has_userfaults(h, m, shift))
		return INSPECT_FOLIO_WHY_UFFD;
	return reason;
}

/**
 * folio_size__fill - decide about a size of folios in a mapping
 * @h: the rules
 * @m: the mapping
 * @s: counts of the mapping or of a part of it
 * @shift: log2 of the size in bytes
 * @row: filled
 */
void folio_size__fill(const struct huge *h, const struct huge_mapping *m, const struct folio_slots *s, unsigned int shift,
		      struct inspect_folio *row)
{
	const struct folio_count *count = &s->count[shift];

	*row = (struct inspect_folio){
		.start = s->start, .end = s->end, .shift = (uint8_t)shift, .kind = (uint8_t)m->kind,
		.setting = huge_setting__of(h, m, shift), .bytes = count->bytes, .whole = count->whole,
		.smaller = count->smaller, .collapsible = m->facts & PGWALK_FACT_ANON ? count->collapsible : ~0ULL,
		.slots = folio_slots__total(s->start, s->end, shift),
		.reason = (uint8_t)judge(h, m, shift),
	};
	row->state = row->slots && row->whole == row->slots ? INSPECT_HUGE_NOW : state_of(row->reason);
}

/**
 * folio_size__is_shown - test if a row says more than that a size is not in use
 * @h: the rules
 * @row: the row
 */
bool folio_size__is_shown(const struct huge *h, const struct inspect_folio *row)
{
	if (row->bytes)
		return true;
	switch (row->reason) {
	case INSPECT_FOLIO_WHY_EDGE:
	case INSPECT_FOLIO_WHY_SPECIAL:
	case INSPECT_FOLIO_WHY_PAGE_CACHE:
	case INSPECT_FOLIO_WHY_FIXED:
		return false;
	}
	return row->shift == h->shift || !is_off(row->reason);
}
