/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page tables of arm64 with pages of 4K, 16K and 64K: the levels, and the bits of an entry, as
 * arch/pgtable.h describes them. Pure: the functions read only the value that they are given, and
 * constants of the boot. Inline, because they are in the path of each fault.
 *
 * Sources: Arm ARM DDI 0487, D8.3 (descriptors) and D8.4 (permissions) for the bits that the CPU
 * reads, arch/arm64/include/asm/pgtable-hwdef.h and pgtable-prot.h for the software bits, which
 * moved.
 */
#ifndef PGWALK_PGTABLE_ARM64_H
#define PGWALK_PGTABLE_ARM64_H

#include <linux/bitfield.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/types.h>
#include <asm/cpufeature.h>
#include <asm/memory.h>

#include "../../compat.h"
#include "../../uapi/pgwalk.h"

/* Number of entries of a table; the root may be smaller, even smaller than a page. */
#define PGWALK_ARCH_TABLE_ENTRIES	PTRS_PER_PTE

static_assert(sizeof(pte_t) == sizeof(u64) && PTRS_PER_PGD <= PTRS_PER_PTE);

/*
 * The walk expects tables of pmds, and no leaf in the root. 64K with 42 bits and 16K with 36 bits have two
 * levels; 4K with 39 bits has leaves of 1G in the root.
 */
static_assert(CONFIG_PGTABLE_LEVELS > 2 && (CONFIG_PGTABLE_LEVELS > 3 || PAGE_SIZE > SZ_4K));

/*
 * A kernel for 52 bits of address has one level more than it uses on a CPU without LPA2. Its
 * root is an ordinary table of the level below then, and has the number PGD here, too.
 */
static __always_inline bool pgwalk_arch_has_level(unsigned int level)
{
	switch (level) {
	case PGWALK_LEVEL_P4D:
#if CONFIG_PGTABLE_LEVELS > 4
		return pgtable_l5_enabled();
#else
		return false;
#endif
	case PGWALK_LEVEL_PUD:
#if CONFIG_PGTABLE_LEVELS > 3 && defined(CONFIG_ARM64_LPA2)
		return pgtable_l4_enabled();
#else
		return CONFIG_PGTABLE_LEVELS > 3;
#endif
	default:
		return true;
	}
}

/* A table of a page has PAGE_SIZE / 8 entries. */
static __always_inline unsigned int pgwalk_arch_shift(unsigned int level)
{
	unsigned int below = level - PGWALK_LEVEL_PTE;

	if (level == PGWALK_LEVEL_PGD)
		below = 2 + pgwalk_arch_has_level(PGWALK_LEVEL_PUD) +
			pgwalk_arch_has_level(PGWALK_LEVEL_P4D);
	return PAGE_SHIFT + below * (PAGE_SHIFT - 3);
}

/* Not TASK_SIZE_MAX, which is a constant of the build. */
static __always_inline unsigned long pgwalk_arch_user_end(void)
{
	return 1UL << vabits_actual;
}

/* The user half has a root of its own, TTBR0. */
static __always_inline unsigned int pgwalk_arch_entries(unsigned int level)
{
	return level == PGWALK_LEVEL_PGD ? pgwalk_arch_user_end() >> pgwalk_arch_shift(level) :
	       PGWALK_ARCH_TABLE_ENTRIES;
}

static __always_inline unsigned int pgwalk_arch_user_entries(unsigned int level)
{
	return pgwalk_arch_entries(level);
}

static __always_inline unsigned int pgwalk_arch_index(unsigned int level, unsigned long addr)
{
	return (addr >> pgwalk_arch_shift(level)) & (pgwalk_arch_entries(level) - 1);
}

/* The kernel maps 1G with pages of 4K only. */
static inline bool pgwalk_arch_may_be_leaf(unsigned int level)
{
	return level <= PGWALK_LEVEL_PMD || (level == PGWALK_LEVEL_PUD && PAGE_SIZE == SZ_4K);
}

/* With KPTI the kernel's half is unmapped, not the user half. */
static inline bool pgwalk_arch_has_user_root(void)
{
	return false;
}

#ifdef PTE_DEVMAP		/* until 6.17 */
#define PGWALK_ARM64_DEVMAP	PTE_DEVMAP
#else
#define PGWALK_ARM64_DEVMAP	0ULL
#endif
#if defined(PTE_UFFD)		/* 7.3 and later */
#define PGWALK_ARM64_UFFD	PTE_UFFD
#elif defined(PTE_UFFD_WP)	/* 6.10 to 7.2 */
#define PGWALK_ARM64_UFFD	PTE_UFFD_WP
#else
#define PGWALK_ARM64_UFFD	0ULL
#endif

/* Bits that are rarely set in a leaf; nG is rarely clear. Memory type 0 is normal memory. */
#define PGWALK_ARM64_RARE_BITS	(PTE_SPECIAL | PTE_CONT | PTE_GP | PTE_ATTRINDX_MASK | \
				 PGWALK_ARM64_UFFD | PGWALK_ARM64_DEVMAP)
static_assert(MT_NORMAL == 0);

/* D8.3.1.2: APTable[1], APTable[0] and UXNTable restrict all entries below */
#define PGWALK_ARM64_TABLE_RDONLY	BIT_ULL(62)
#define PGWALK_ARM64_TABLE_NO_USER	BIT_ULL(61)
#define PGWALK_ARM64_TABLE_UXN		BIT_ULL(60)

static __always_inline u64 pgwalk_arch_raw(pte_t pte)
{
	return pte_val(pte);
}

static __always_inline pte_t pgwalk_arch_pte(u64 raw)
{
	return __pte(raw);
}

static __always_inline u64 pgwalk_arch_value(u64 raw)
{
	return raw;
}

static inline bool pgwalk_arch_has_pfns(void)
{
	return true;
}

/*
 * Bits 1 and 0: 3 is a table above the ptes, 1 a block, and any other value is not valid. The
 * predicates of the kernel are constant for a level that was folded at boot.
 */
static __always_inline bool pgwalk_arch_is_table(unsigned int level, u64 value)
{
	return (value & PTE_TYPE_MASK) == PTE_TYPE_PAGE;
}

static __always_inline bool pgwalk_arch_is_ordinary_table(u64 value)
{
	return pgwalk_arch_is_table(PGWALK_LEVEL_PMD, value);
}

/*
 * The bits of the pfn. With LPA2, or pages of 64K and 52 bits, the highest bits of the address
 * are apart from the others. Below the pfn a block has other bits.
 */
static __always_inline u64 pgwalk_arm64_pfn_mask(unsigned long size)
{
#if defined(CONFIG_ARM64_LPA2)
	return (PTE_ADDR_LOW & -size) | (lpa2_is_enabled() ? PTE_ADDR_HIGH : 0);
#elif defined(PTE_ADDR_HIGH)
	return (PTE_ADDR_LOW & -size) | PTE_ADDR_HIGH;
#else
	return PTE_ADDR_LOW & -size;
#endif
}

static __always_inline u64 pgwalk_arch_pfn(unsigned long size, u64 value)
{
	return pte_pfn(__pte(value & pgwalk_arm64_pfn_mask(size)));
}

static __always_inline u64 *pgwalk_arch_table(u64 value)
{
	return __va(PFN_PHYS(pgwalk_arch_pfn(PAGE_SIZE, value)));
}

/* The CPU sets the access flag of tables, too, if it has HAFT. */
static __always_inline bool pgwalk_arch_is_same_table(u64 a, u64 b)
{
	return !((a ^ b) & ~(u64)PTE_AF);
}

static __always_inline bool pgwalk_arch_is_present(u64 value)
{
	return pte_present(__pte(value));
}

/*
 * A page that is present but not valid, and without the permissions of user mode. A huge page that
 * is being split is not valid either, and keeps its permissions.
 */
static __always_inline bool pgwalk_arch_is_protnone(u64 value)
{
#ifdef PTE_PROT_NONE	/* until 6.10: a bit of its own */
	return (value & (PTE_VALID | PTE_PROT_NONE)) == PTE_PROT_NONE;
#else
	return (value & (PTE_VALID | PTE_PRESENT_INVALID | PTE_USER | PTE_UXN)) ==
	       (PTE_PRESENT_INVALID | PTE_UXN);
#endif
}

static __always_inline bool pgwalk_arch_is_ordinary(u64 value)
{
	return (value & (PGWALK_ARM64_RARE_BITS | PTE_VALID | PTE_NG)) == (PTE_VALID | PTE_NG);
}

/*
 * Where the high bits of the pfn are apart, this is not the next leaf at the end of the low bits.
 * A run of pages ends there.
 */
static __always_inline u64 pgwalk_arch_next_leaf(unsigned long size, u64 value)
{
	return value + size;
}

static __always_inline bool pgwalk_arch_has_same_bits(unsigned long size, u64 a, u64 b)
{
	return !((a ^ b) & ~pgwalk_arm64_pfn_mask(size));
}

static inline bool pgwalk_arch_pud_is_leaf(pud_t pud)
{
	return pud_leaf(pud);
}

static inline u64 pgwalk_arch_table_flags(u64 value)
{
	return PGWALK_F_PRESENT |
	       (value & PGWALK_ARM64_TABLE_RDONLY ? 0 : PGWALK_F_WRITE) |
	       (value & PGWALK_ARM64_TABLE_NO_USER ? 0 : PGWALK_F_USER) |
	       (value & PGWALK_ARM64_TABLE_UXN ? PGWALK_F_NX : 0) |
	       (value & PTE_AF ? PGWALK_F_ACCESSED : 0);
}

/*
 * Writable as pte_write(): DBM is also the kernel's writable bit. Dirty as pte_dirty(): the
 * CPU clears the read-only bit of a page that it makes dirty.
 */
static __always_inline u64 pgwalk_arch_ordinary_flags(u64 value)
{
	return (value & PTE_VALID ? PGWALK_F_PRESENT : 0) |
	       (value & PTE_WRITE ? PGWALK_F_WRITE : 0) |
	       (value & PTE_USER ? PGWALK_F_USER : 0) |
	       (value & PTE_AF ? PGWALK_F_ACCESSED : 0) |
	       (pte_dirty(__pte(value)) ? PGWALK_F_DIRTY : 0) |
	       (value & PTE_UXN ? PGWALK_F_NX : 0);
}

/* Memory types as those of the same use on x86: write-combining is PWT, uncached PCD and PWT. */
static inline u64 pgwalk_arm64_type_flags(u64 value)
{
	switch (FIELD_GET(PTE_ATTRINDX_MASK, value)) {
	case MT_NORMAL:
		return 0;
	case MT_NORMAL_TAGGED:
		return PGWALK_F_TAGGED;
	case MT_NORMAL_NC:
		return PGWALK_F_PWT;
	default:
		return PGWALK_F_PCD | PGWALK_F_PWT;
	}
}

static inline u64 pgwalk_arch_leaf_flags(unsigned int level, u64 value)
{
	return pgwalk_arch_ordinary_flags(value) | pgwalk_arm64_type_flags(value) |
	       (level > PGWALK_LEVEL_PTE ? PGWALK_F_HUGE : 0) |
	       ((value & (PTE_VALID | PTE_NG)) == PTE_VALID ? PGWALK_F_GLOBAL : 0) |
	       (value & PTE_SPECIAL ? PGWALK_F_SPECIAL : 0) |
	       (value & PGWALK_ARM64_DEVMAP ? PGWALK_F_DEVMAP : 0) |
	       (value & PGWALK_ARM64_UFFD ? PGWALK_F_UFFD_WP : 0) |
	       (value & PTE_CONT ? PGWALK_F_CONT : 0) |
	       (value & PTE_GP ? PGWALK_F_BTI : 0);
}

/* The index of the permission overlay (FEAT_S1POE) */
static __always_inline unsigned int pgwalk_arch_pkey(u64 value)
{
#ifdef CONFIG_ARM64_POE
	return system_supports_poe() ? FIELD_GET(PTE_PO_IDX_MASK, value) : 0;
#else
	return 0;
#endif
}

/*
 * A leaf without the user bit and without UXN may be executed but not read (EPAN). A table
 * can take permissions away from all entries below it.
 *
 * The overlay register POR_EL0 of the thread is not read: a permission overlay may allow less.
 */
static inline unsigned int pgwalk_arch_prot(const struct pgwalk_translate *t, u64 all, u64 any)
{
	const u64 nx = (any | t->step[0].entry.flags) & PGWALK_F_NX;

	if (!(all & PGWALK_F_PRESENT))
		return 0;
	return (all & PGWALK_F_USER ? PGWALK_PROT_READ : 0) |
	       (all & PGWALK_F_USER && all & PGWALK_F_WRITE ? PGWALK_PROT_WRITE : 0) |
	       (nx ? 0 : PGWALK_PROT_EXEC);
}

#endif /* PGWALK_PGTABLE_ARM64_H */
