// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decodes one page-table entry into a record. Pure: it takes no lock, walks no table and
 * does not dereference the frame that an entry points to.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include "arch/pgtable.h"
#include "compat.h"
#include "entry.h"

/* A marker gives the reasons why there is no page; several may be set at once. */
static void __maybe_unused decode_marker(struct pgwalk_entry *entry, unsigned long marker)
{
	entry->kind = PGWALK_KIND_MARKER;
	if (marker & PTE_MARKER_UFFD_WP)
		entry->flags |= PGWALK_F_MARK_UFFD_WP;
#ifdef PTE_MARKER_POISONED	/* 6.6 and later */
	if (marker & PTE_MARKER_POISONED)
		entry->flags |= PGWALK_F_MARK_POISON;
#endif
#ifdef PTE_MARKER_GUARD		/* 6.13 and later */
	if (marker & PTE_MARKER_GUARD)
		entry->flags |= PGWALK_F_MARK_GUARD;
#endif
}

static void decode_moving(struct pgwalk_entry *entry, unsigned int kind,
			  u64 flags, swp_entry_t swp)
{
	entry->kind = kind;
	entry->flags |= flags;
	entry->pfn = swp_offset(swp) & SWP_PFN_MASK;
}

#ifdef CONFIG_DEVICE_PRIVATE
static bool decode_device(struct pgwalk_entry *entry, swp_entry_t swp)
{
	u64 flags;

	switch (swp_type(swp)) {
	case SWP_DEVICE_WRITE:
		flags = PGWALK_F_DEV_PRIVATE | PGWALK_F_ENTRY_WRITE;
		break;
	case SWP_DEVICE_READ:
		flags = PGWALK_F_DEV_PRIVATE | PGWALK_F_ENTRY_READ;
		break;
#ifdef SWP_DEVICE_EXCLUSIVE	/* one since 6.15: always writable */
	case SWP_DEVICE_EXCLUSIVE:
		flags = PGWALK_F_DEV_EXCLUSIVE | PGWALK_F_ENTRY_WRITE;
		break;
#else
	case SWP_DEVICE_EXCLUSIVE_WRITE:
		flags = PGWALK_F_DEV_EXCLUSIVE | PGWALK_F_ENTRY_WRITE;
		break;
	case SWP_DEVICE_EXCLUSIVE_READ:
		flags = PGWALK_F_DEV_EXCLUSIVE | PGWALK_F_ENTRY_READ;
		break;
#endif
	default:
		return false;
	}
	decode_moving(entry, PGWALK_KIND_DEVICE, flags, swp);
	return true;
}
#else
static bool decode_device(struct pgwalk_entry *entry, swp_entry_t swp)
{
	return false;
}
#endif

/*
 * Decode by the numeric type: the predicates for these types changed their names
 * in 7.1 (leafops.h), the numbers did not. They depend on the configuration, so only code
 * built for this kernel can decode them.
 */
static void decode_special_type(struct pgwalk_entry *entry, swp_entry_t swp)
{
	switch (swp_type(swp)) {
#ifdef CONFIG_MIGRATION
	case SWP_MIGRATION_READ:
		decode_moving(entry, PGWALK_KIND_MIGRATION, PGWALK_F_ENTRY_READ, swp);
		return;
	case SWP_MIGRATION_READ_EXCLUSIVE:
		decode_moving(entry, PGWALK_KIND_MIGRATION,
			      PGWALK_F_ENTRY_READ | PGWALK_F_EXCLUSIVE, swp);
		return;
	case SWP_MIGRATION_WRITE:
		decode_moving(entry, PGWALK_KIND_MIGRATION, PGWALK_F_ENTRY_WRITE, swp);
		return;
#endif
#ifdef CONFIG_MEMORY_FAILURE
	case SWP_HWPOISON:
		decode_moving(entry, PGWALK_KIND_HWPOISON, 0, swp);
		return;
#endif
#ifdef SWP_PTE_MARKER		/* 6.1 defines it only with CONFIG_PTE_MARKER */
	case SWP_PTE_MARKER:
		decode_marker(entry, swp_offset(swp) & PTE_MARKER_MASK);
		return;
#endif
#ifdef SWP_SWAPIN_ERROR		/* a separate type until 6.2 */
	case SWP_SWAPIN_ERROR:
		entry->kind = PGWALK_KIND_MARKER;
		entry->flags |= PGWALK_F_MARK_POISON;
		return;
#endif
	}
	if (!decode_device(entry, swp))
		entry->kind = PGWALK_KIND_BAD;
}

/*
 * Decode an entry that is neither empty nor present. Huge pages use the layout of a pte
 * at their level, as hugetlb does at every level.
 */
static void decode_not_present(struct pgwalk_entry *entry, pte_t pte)
{
	swp_entry_t arch = __pte_to_swp_entry(pte_swp_clear_flags(pte));
	swp_entry_t swp = swp_entry(__swp_type(arch), __swp_offset(arch));

	if (pte_swp_soft_dirty(pte))
		entry->flags |= PGWALK_F_SOFT_DIRTY;
	if (pgwalk_pte_swp_uffd(pte))
		entry->flags |= PGWALK_F_UFFD_WP;
	if (swp_type(swp) >= MAX_SWAPFILES) {
		decode_special_type(entry, swp);
		return;
	}
	entry->kind = PGWALK_KIND_SWAP;
	entry->swap_type = swp_type(swp);
	entry->pfn = swp_offset(swp);
	if (pte_swp_exclusive(pte))
		entry->flags |= PGWALK_F_EXCLUSIVE;
}

/*
 * The zero page is mapped as a special page. If a driver maps it as an ordinary page, it is
 * reported as an ordinary page.
 */
static void decode_leaf(struct pgwalk_entry *entry, unsigned int level, unsigned long pfn)
{
	u64 value = entry->value;
	u64 flags = pgwalk_arch_leaf_flags(level, value);

	entry->pfn = pfn;
	entry->flags = flags;
	entry->pkey = pgwalk_arch_pkey(value);
	if (unlikely(pgwalk_arch_is_protnone(value)))
		entry->kind = PGWALK_KIND_PROTNONE;
	else if (unlikely(flags & (PGWALK_F_SPECIAL | PGWALK_F_DEVMAP)))
		entry->kind = is_zero_pfn(pfn) ? PGWALK_KIND_ZERO : PGWALK_KIND_SPECIAL;
	else
		entry->kind = PGWALK_KIND_PRESENT;
}

static void decode_table(struct pgwalk_entry *entry, unsigned long pfn)
{
	entry->kind = PGWALK_KIND_TABLE;
	entry->pfn = pfn;
	entry->flags = pgwalk_arch_table_flags(entry->value);
}

static void decode_pte(struct pgwalk_entry *entry, pte_t pte)
{
	if (pte_none(pte))
		entry->kind = PGWALK_KIND_NONE;
	else if (pte_present(pte))
		decode_leaf(entry, PGWALK_LEVEL_PTE, pte_pfn(pte));
	else
		decode_not_present(entry, pte);
}

/*
 * pmd_present() is true for a huge page that is being split, though the CPU does not
 * use the entry. It is reported as a page.
 */
static void decode_pmd(struct pgwalk_entry *entry, pmd_t pmd)
{
	if (pmd_none(pmd))
		entry->kind = PGWALK_KIND_NONE;
	else if (!pmd_present(pmd))
		decode_not_present(entry, __pte(pmd_val(pmd)));
	else if (pmd_leaf(pmd))
		decode_leaf(entry, PGWALK_LEVEL_PMD, pmd_pfn(pmd));
	else if (pmd_bad(pmd))
		entry->kind = PGWALK_KIND_BAD;
	else
		decode_table(entry, pgwalk_arch_pfn(PAGE_SIZE, pmd_val(pmd)));
}

/* Leaf is tested before present, because a PROT_NONE 1G page does not count as present. */
static void decode_pud(struct pgwalk_entry *entry, pud_t pud)
{
	if (pud_none(pud))
		entry->kind = PGWALK_KIND_NONE;
	else if (pgwalk_arch_pud_is_leaf(pud))
		decode_leaf(entry, PGWALK_LEVEL_PUD, pud_pfn(pud));
	else if (!pud_present(pud))
		decode_not_present(entry, __pte(pud_val(pud)));
	else if (pud_bad(pud))
		entry->kind = PGWALK_KIND_BAD;
	else
		decode_table(entry, pgwalk_arch_pfn(PAGE_SIZE, pud_val(pud)));
}

/*
 * Where the pgd is folded into the p4d, the predicates of the p4d apply. Some of them are
 * constant if the p4d is folded, too.
 */
static void decode_upper(struct pgwalk_entry *entry, unsigned int level, u64 value)
{
	if (!value || p4d_none(__p4d(value)))
		entry->kind = PGWALK_KIND_NONE;
	else if (!pgwalk_arch_is_table(level, value))
		entry->kind = PGWALK_KIND_BAD;
	else
		decode_table(entry, pgwalk_arch_pfn(PAGE_SIZE, value));
}

/**
 * pgwalk_entry_decode - decode a raw entry into a record
 * @entry: all fields are set
 * @level: enum pgwalk_level of the entry
 * @value: raw entry, as returned by pte_val(), pmd_val() etc.
 *
 * The tests have the order of the kernel's own walkers. The pfn of a leaf is taken with
 * pte_pfn(), pmd_pfn() etc. only, because these undo the inversion that protects PROT_NONE
 * pages from L1TF.
 *
 * Context: any.
 */
void pgwalk_entry_decode(struct pgwalk_entry *entry, unsigned int level, u64 value)
{
	/* Most entries are ptes that map an ordinary page. */
	if (likely(level == PGWALK_LEVEL_PTE && pgwalk_arch_is_ordinary(value))) {
		pgwalk_entry_decode_ordinary(entry, value);
		return;
	}
	if (likely(level > PGWALK_LEVEL_PTE && pgwalk_arch_is_ordinary_table(value))) {
		pgwalk_entry_decode_table(entry, level, value);
		return;
	}
	*entry = (struct pgwalk_entry) {
		.value = value,
		.level = level,
		.shift = pgwalk_arch_shift(level),
	};
	switch (level) {
	case PGWALK_LEVEL_PTE:
		decode_pte(entry, __pte(value));
		break;
	case PGWALK_LEVEL_PMD:
		decode_pmd(entry, __pmd(value));
		break;
	case PGWALK_LEVEL_PUD:
		decode_pud(entry, __pud(value));
		break;
	default:
		decode_upper(entry, level, value);
	}
}

/**
 * pgwalk_entry_decode_shmem - describe a page of a shmem object that is swapped out
 * @entry: decoded, of kind none; its value, level and shift are kept
 * @swap: swp_entry_t in the object
 *
 * A page that could not be read back leaves a marker in the object (6.1 and later).
 *
 * Context: any.
 */
void pgwalk_entry_decode_shmem(struct pgwalk_entry *entry, unsigned long swap)
{
	swp_entry_t swp = { .val = swap };

	entry->flags = PGWALK_F_SWAP_SHMEM;
	if (swp_type(swp) >= MAX_SWAPFILES) {
		decode_special_type(entry, swp);
		return;
	}
	entry->kind = PGWALK_KIND_SWAP;
	entry->swap_type = swp_type(swp);
	entry->pfn = swp_offset(swp);
}
