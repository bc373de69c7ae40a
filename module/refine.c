// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Refines the kind of an entry by its VMA: the same bits are used for NUMA balancing,
 * userfaultfd and PROT_NONE, and for a huge page and the huge zero page. It does not wait for
 * a lock: if the VMA cannot be read at once, the kind that the bits imply stays.
 */
#include <linux/mm.h>

#include "frame/frame.h"
#include "mm_section.h"
#include "refine.h"
#include "uapi/pgwalk.h"

/* In an anonymous VMA a special 2M entry is the huge zero page (kernels since 6.17). */
static bool is_huge_zero(const struct pgwalk_entry *entry)
{
	return entry->flags & PGWALK_F_SPECIAL || pgwalk_frame_is_huge_zero(entry->pfn);
}

static bool may_be_huge_zero(struct pgwalk_mm_section *section, unsigned long addr,
			     const struct pgwalk_entry *entry)
{
	return entry->level == PGWALK_LEVEL_PMD &&
	       !(entry->flags & (PGWALK_F_WRITE | PGWALK_F_DIRTY)) &&
	       pgwalk_mm_section_read_vma(section, addr) && section->vma.anonymous;
}

/**
 * pgwalk_refine_protnone - refine the kind of a PROT_NONE entry by its VMA
 * @accessible: the VMA allows some access
 * @rwp: the VMA is registered with UFFDIO_REGISTER_MODE_RWP
 * @flags: PGWALK_F_* of the entry
 *
 * The tests have the order of handle_pte_fault(). The userfaultfd bit alone does not decide,
 * because NUMA balancing keeps it in entries of VMAs that are registered for write protection.
 *
 * Context: any.
 * Return: enum pgwalk_kind.
 */
unsigned int pgwalk_refine_protnone(bool accessible, bool rwp, u64 flags)
{
	if (!accessible)
		return PGWALK_KIND_PROTNONE;
	return rwp && flags & PGWALK_F_UFFD_WP ? PGWALK_KIND_UFFD_RWP : PGWALK_KIND_NUMA_HINT;
}

/* The zero page is no NUMA hint, because NUMA balancing skips it. userfaultfd does not. */
static void refine_protnone(struct pgwalk_mm_section *section, unsigned long addr,
			    struct pgwalk_entry *entry)
{
	unsigned int kind;

	if (!pgwalk_mm_section_read_vma(section, addr))
		return;
	kind = pgwalk_refine_protnone(section->vma.flags & VM_ACCESS_FLAGS,
				      section->vma.flags & PGWALK_VM_UFFD_RWP, entry->flags);
	/* Kernels since 6.17 mark the 2M zero page in the entry, as all kernels do at 4K. */
	if (may_be_huge_zero(section, addr, entry) && is_huge_zero(entry)) {
		entry->flags |= PGWALK_F_SPECIAL;
		if (kind == PGWALK_KIND_NUMA_HINT)
			return;
	}
	entry->kind = kind;
}

/**
 * pgwalk_refine_entry - refine PROT_NONE entries by their VMA, and find the 2M zero page
 * @section: begun; @entry was read in it
 * @addr: an address that the entry covers
 * @entry: its kind may be changed
 *
 * Context: within the section, interrupts on.
 */
void pgwalk_refine_entry(struct pgwalk_mm_section *section, unsigned long addr,
			 struct pgwalk_entry *entry)
{
	switch (entry->kind) {
	case PGWALK_KIND_PROTNONE:
		refine_protnone(section, addr, entry);
		break;
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_SPECIAL:
		if (may_be_huge_zero(section, addr, entry) && is_huge_zero(entry))
			entry->kind = PGWALK_KIND_ZERO;
		break;
	}
}
