// SPDX-License-Identifier: GPL-2.0
/*
 * Refines the kind of an entry by its VMA: the same bits mean NUMA balancing, userfaultfd
 * or PROT_NONE, a page or the huge page of zeroes. It must not wait for a lock: what
 * cannot be asked at once stays what the bits say.
 */
#include <linux/mm.h>

#include "frame.h"
#include "hint.h"
#include "hold.h"
#include "uapi/pgwalk.h"

/* In an anonymous VMA a special 2M entry, which kernels from 6.17 on have, is no other page. */
static bool is_huge_zero(const struct pgwalk_entry *entry)
{
	return entry->flags & PGWALK_F_SPECIAL || pgwalk_frame_is_huge_zero(entry->pfn);
}

static bool may_be_huge_zero(struct pgwalk_hold *hold, unsigned long addr,
			     const struct pgwalk_entry *entry)
{
	return entry->level == PGWALK_LEVEL_PMD &&
	       !(entry->flags & (PGWALK_F_WRITE | PGWALK_F_DIRTY)) &&
	       pgwalk_hold_ask_vma(hold, addr) && hold->vma.anonymous;
}

/**
 * pgwalk_hint_of_protnone - refine the kind of a PROT_NONE entry by its VMA
 * @accessible: the VMA allows some access
 * @rwp: the VMA is registered with UFFDIO_REGISTER_MODE_RWP
 * @flags: PGWALK_F_* of the entry
 *
 * The order of the tests is that of handle_pte_fault(). The userfaultfd bit alone does not
 * decide: NUMA balancing keeps it in entries of VMAs that are registered for write protection.
 *
 * Context: any.
 * Return: enum pgwalk_kind.
 */
unsigned int pgwalk_hint_of_protnone(bool accessible, bool rwp, u64 flags)
{
	if (!accessible)
		return PGWALK_KIND_PROTNONE;
	return rwp && flags & PGWALK_F_UFFD_WP ? PGWALK_KIND_UFFD_RWP : PGWALK_KIND_NUMA_HINT;
}

/* No NUMA hint: NUMA balancing passes over the page of zeroes. userfaultfd does not. */
static void refine_protnone(struct pgwalk_hold *hold, unsigned long addr,
			    struct pgwalk_entry *entry)
{
	unsigned int kind;

	if (!pgwalk_hold_ask_vma(hold, addr))
		return;
	kind = pgwalk_hint_of_protnone(hold->vma.accessible, hold->vma.tracked, entry->flags);
	/* Kernels from 6.17 on mark the 2M page of zeroes in the entry, as all do at 4K */
	if (may_be_huge_zero(hold, addr, entry) && is_huge_zero(entry)) {
		entry->flags |= PGWALK_F_SPECIAL;
		if (kind == PGWALK_KIND_NUMA_HINT)
			return;
	}
	entry->kind = kind;
}

/**
 * pgwalk_hint_refine - name PROT_NONE entries by their VMA, find the 2M page of zeroes
 * @hold: begun; @entry was read in it
 * @addr: an address that the entry covers
 * @entry: its kind may change
 *
 * Context: within the hold, interrupts on.
 */
void pgwalk_hint_refine(struct pgwalk_hold *hold, unsigned long addr,
			struct pgwalk_entry *entry)
{
	switch (entry->kind) {
	case PGWALK_KIND_PROTNONE:
		refine_protnone(hold, addr, entry);
		break;
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_SPECIAL:
		if (may_be_huge_zero(hold, addr, entry) && is_huge_zero(entry))
			entry->kind = PGWALK_KIND_ZERO;
		break;
	}
}
