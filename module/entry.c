// SPDX-License-Identifier: GPL-2.0
/*
 * Decodes one page-table entry into a record. Pure: it takes no lock, walks
 * nothing, and must not dereference what an entry points to.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <asm/cpufeature.h>

#include "compat.h"
#include "entry.h"
#include "entry_x86.h"

/**
 * pgwalk_entry_shift - log2 of the bytes that an entry of a level covers
 * @level: enum pgwalk_level
 *
 * Context: any.
 * Return: 12, 21, 30, 39, 48; 39 for the pgd of a CPU with four levels.
 */
unsigned int pgwalk_entry_shift(unsigned int level)
{
	if (level == PGWALK_LEVEL_PGD)
		return PGDIR_SHIFT;
	return PAGE_SHIFT + (level - PGWALK_LEVEL_PTE) * (PMD_SHIFT - PAGE_SHIFT);
}

/* A marker says why there is no page; several reasons may be set at once. */
static void decode_marker(struct pgwalk_entry *entry, unsigned long marker)
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
 * in 7.1 (leafops.h), the numbers did not. They depend on the configuration, so
 * nobody outside the kernel can do this.
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
	case SWP_PTE_MARKER:
		decode_marker(entry, swp_offset(swp) & PTE_MARKER_MASK);
		return;
#ifdef SWP_SWAPIN_ERROR		/* a type of its own until 6.2 */
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
 * An entry that is neither empty nor present. Huge pages use the layout of a pte
 * at their own level (x86 keeps bit 7 clear for this), hugetlb does so everywhere.
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
 * The page of zeroes is mapped special; a driver that maps it as an ordinary page of
 * its own has it counted as one.
 */
static void decode_leaf(struct pgwalk_entry *entry, unsigned int level, unsigned long pfn)
{
	u64 value = entry->value;
	u64 flags = pgwalk_entry_x86_leaf_flags(level, value);

	entry->pfn = pfn;
	entry->flags = flags;
	entry->pkey = pgwalk_entry_x86_pkey(value);
	if (unlikely((value & (_PAGE_PRESENT | _PAGE_PROTNONE)) == _PAGE_PROTNONE))
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
	entry->flags = pgwalk_entry_x86_table_flags(entry->value);
}

/*
 * Most ptes map an ordinary page, present and with none of the rare bits. With P set the
 * pfn is not inverted.
 */
static void decode_pte(struct pgwalk_entry *entry, u64 value)
{
	if (likely((value & (PGWALK_X86_RARE_BITS | _PAGE_PRESENT)) == _PAGE_PRESENT)) {
		entry->kind = PGWALK_KIND_PRESENT;
		entry->flags = pgwalk_entry_x86_common_flags(value);
		entry->pfn = (value & PTE_PFN_MASK) >> PAGE_SHIFT;
		entry->pkey = pgwalk_entry_x86_pkey(value);
	} else if (pte_none(__pte(value))) {
		entry->kind = PGWALK_KIND_NONE;
	} else if (pte_present(__pte(value))) {
		decode_leaf(entry, PGWALK_LEVEL_PTE, pte_pfn(__pte(value)));
	} else {
		decode_not_present(entry, __pte(value));
	}
}

/*
 * pmd_present() is true for a huge page that is being split, though the CPU
 * would not use it: it is a page all the same.
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
		decode_table(entry, pmd_pfn(pmd));
}

/* Leaf before present: a 1G page that is PROT_NONE does not count as present. */
static void decode_pud(struct pgwalk_entry *entry, pud_t pud)
{
	if (pud_none(pud))
		entry->kind = PGWALK_KIND_NONE;
	else if (pgwalk_pud_leaf(pud))
		decode_leaf(entry, PGWALK_LEVEL_PUD, pud_pfn(pud));
	else if (!pud_present(pud))
		decode_not_present(entry, __pte(pud_val(pud)));
	else if (pud_bad(pud))
		entry->kind = PGWALK_KIND_BAD;
	else
		decode_table(entry, pud_pfn(pud));
}

/* With four levels the pgd is folded into the p4d, whose predicates then judge. */
static void decode_root(struct pgwalk_entry *entry, p4d_t p4d)
{
	if (p4d_none(p4d))
		entry->kind = PGWALK_KIND_NONE;
	else if (!p4d_present(p4d) || p4d_bad(p4d))
		entry->kind = PGWALK_KIND_BAD;
	else
		decode_table(entry, p4d_pfn(p4d));
}

/**
 * pgwalk_entry_decode - turn a raw entry into a record
 * @entry: filled in whole
 * @level: enum pgwalk_level that the entry was found at
 * @value: the raw entry, as pte_val() and its like give it
 *
 * The order of the tests is that of the kernel's own walkers. A pfn comes from
 * pte_pfn() and its like only: they undo the inversion that protects PROT_NONE
 * pages from L1TF.
 *
 * Context: any.
 */
void pgwalk_entry_decode(struct pgwalk_entry *entry, unsigned int level, u64 value)
{
	*entry = (struct pgwalk_entry) {
		.value = value,
		.level = level,
		.shift = pgwalk_entry_shift(level),
	};
	if (likely(level == PGWALK_LEVEL_PTE)) {
		decode_pte(entry, value);
		return;
	}
	switch (level) {
	case PGWALK_LEVEL_PMD:
		decode_pmd(entry, __pmd(value));
		break;
	case PGWALK_LEVEL_PUD:
		decode_pud(entry, __pud(value));
		break;
	default:
		decode_root(entry, __p4d(value));
	}
}

/**
 * pgwalk_entry_decode_shmem - describe the page of a shmem object that is swapped out
 * @entry: decoded, of the kind none; its value, level and shift stay
 * @swap: swp_entry_t of the object
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

/**
 * pgwalk_entry_is_plain - may others be known by this entry?
 * @entry: decoded
 *
 * An ordinary page, present for the CPU: its kind and flags follow from the bits that
 * are not its pfn, and a pte with the same bits is of the same kind. Not under Xen PV,
 * where the pfn is not in the entry.
 *
 * Context: any.
 * Return: true if so.
 */
bool pgwalk_entry_is_plain(const struct pgwalk_entry *entry)
{
	return entry->level == PGWALK_LEVEL_PTE && entry->kind == PGWALK_KIND_PRESENT &&
	       !cpu_feature_enabled(X86_FEATURE_XENPV);
}
