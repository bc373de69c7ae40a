/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page tables of riscv64 (Sv39, Sv48, Sv57): the levels, and the bits of an entry, as
 * arch/pgtable.h describes them. Pure: the functions read only the value that they are given, and
 * constants of the boot. Compiled by the tests, and never run.
 *
 * Sources: RISC-V privileged architecture, 12.3 (Sv32 to Sv57, Svnapot, Svpbmt) for the bits that
 * the CPU reads, arch/riscv/include/asm/pgtable-bits.h for the software bits.
 */
#ifndef PGWALK_PGTABLE_RISCV_H
#define PGWALK_PGTABLE_RISCV_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#include "../../compat.h"
#include "../../uapi/pgwalk.h"

#ifndef CONFIG_64BIT
#error "riscv with 32 bits has other page tables"
#endif

/* Number of entries of a table, the same on each level */
#define PGWALK_ARCH_TABLE_ENTRIES	PTRS_PER_PTE

static_assert(PTRS_PER_PGD == PTRS_PER_PTE && sizeof(pte_t) == sizeof(u64));

static __always_inline bool pgwalk_arch_has_level(unsigned int level)
{
	switch (level) {
	case PGWALK_LEVEL_P4D:
		return pgtable_l5_enabled;
	case PGWALK_LEVEL_PUD:
		return pgtable_l4_enabled;
	default:
		return true;
	}
}

static __always_inline unsigned int pgwalk_arch_shift(unsigned int level)
{
	return level == PGWALK_LEVEL_PGD ? PGDIR_SHIFT :
	       PAGE_SHIFT + (level - PGWALK_LEVEL_PTE) * (PMD_SHIFT - PAGE_SHIFT);
}

static __always_inline unsigned int pgwalk_arch_index(unsigned int level, unsigned long addr)
{
	return (addr >> pgwalk_arch_shift(level)) % PGWALK_ARCH_TABLE_ENTRIES;
}

static inline unsigned int pgwalk_arch_entries(unsigned int level)
{
	return PGWALK_ARCH_TABLE_ENTRIES;
}

static inline unsigned int pgwalk_arch_user_entries(unsigned int level)
{
	return level == PGWALK_LEVEL_PGD ? PTRS_PER_PGD / 2 : PGWALK_ARCH_TABLE_ENTRIES;
}

static inline bool pgwalk_arch_may_be_leaf(unsigned int level)
{
	return level <= PGWALK_LEVEL_PUD && pgwalk_arch_has_level(level);
}

/* Not TASK_SIZE, which depends on the current task. */
static __always_inline unsigned long pgwalk_arch_user_end(void)
{
	return TASK_SIZE_64;
}

static inline bool pgwalk_arch_has_user_root(void)
{
	return false;
}

#ifdef _PAGE_DEVMAP		/* until 6.17 */
#define PGWALK_RISCV_DEVMAP	((u64)_PAGE_DEVMAP)
#else
#define PGWALK_RISCV_DEVMAP	0ULL
#endif
#ifdef _PAGE_UFFD		/* 7.3; depends on the CPU */
#define PGWALK_RISCV_UFFD	((u64)_PAGE_UFFD)
#else
#define PGWALK_RISCV_UFFD	0ULL
#endif
#ifdef _PAGE_SOFT_DIRTY		/* 7.x; depends on the CPU */
#define PGWALK_RISCV_SOFT_DIRTY	((u64)_PAGE_SOFT_DIRTY)
#else
#define PGWALK_RISCV_SOFT_DIRTY	0ULL
#endif

/* A block of contiguous entries (Svnapot) */
#define PGWALK_RISCV_NAPOT	BIT_ULL(63)
/* Memory types of Svpbmt: bit 61 is uncached memory, bit 62 is I/O. T-Head's are not decoded. */
#define PGWALK_RISCV_NC		BIT_ULL(61)
#define PGWALK_RISCV_IO		BIT_ULL(62)
/* Bits that are rarely set in a leaf */
#define PGWALK_RISCV_RARE_BITS	((u64)_PAGE_SPECIAL | (u64)_PAGE_GLOBAL | PGWALK_RISCV_NAPOT | \
				 PGWALK_RISCV_NC | PGWALK_RISCV_IO | PGWALK_RISCV_UFFD | \
				 PGWALK_RISCV_DEVMAP)

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

/* A valid entry without R, W and X points to a table. */
static __always_inline bool pgwalk_arch_is_table(unsigned int level, u64 value)
{
	return (value & (_PAGE_PRESENT | _PAGE_LEAF)) == _PAGE_PRESENT;
}

static __always_inline bool pgwalk_arch_is_ordinary_table(u64 value)
{
	return pgwalk_arch_is_table(PGWALK_LEVEL_PMD, value);
}

static __always_inline u64 *pgwalk_arch_table(u64 value)
{
	return __va(PFN_PHYS((value & _PAGE_PFN_MASK) >> _PAGE_PFN_SHIFT));
}

static __always_inline bool pgwalk_arch_is_same_table(u64 a, u64 b)
{
	return a == b;
}

static __always_inline bool pgwalk_arch_is_present(u64 value)
{
	return pte_present(__pte(value));
}

/* G is _PAGE_PROT_NONE if V is not set. */
static __always_inline bool pgwalk_arch_is_protnone(u64 value)
{
	return (value & (_PAGE_PRESENT | _PAGE_PROT_NONE)) == _PAGE_PROT_NONE;
}

static __always_inline bool pgwalk_arch_is_ordinary(u64 value)
{
	return (value & (PGWALK_RISCV_RARE_BITS | _PAGE_PRESENT)) == _PAGE_PRESENT;
}

/* Each entry of a Svnapot block has the pfn of its first page. */
static __always_inline u64 pgwalk_arch_pfn(unsigned long size, u64 value)
{
	return pte_pfn(__pte(value));
}

static __always_inline u64 pgwalk_arch_next_leaf(unsigned long size, u64 value)
{
	return value + (PFN_DOWN(size) << _PAGE_PFN_SHIFT);
}

static __always_inline bool pgwalk_arch_has_same_bits(unsigned long size, u64 a, u64 b)
{
	return !((a ^ b) & ~(u64)_PAGE_PFN_MASK);
}

static inline bool pgwalk_arch_pud_is_leaf(pud_t pud)
{
	return pgwalk_arch_is_present(pud_val(pud)) && pud_val(pud) & _PAGE_LEAF;
}

/* A table restricts nothing: its bits U, A and D are reserved. */
static inline u64 pgwalk_arch_table_flags(u64 value)
{
	return PGWALK_F_PRESENT | PGWALK_F_WRITE | PGWALK_F_USER;
}

/* As on arm64, a page that user mode may execute but not read has neither USER nor NX. */
static __always_inline u64 pgwalk_arch_ordinary_flags(u64 value)
{
	const u64 user = _PAGE_USER | _PAGE_READ;

	return (value & _PAGE_PRESENT ? PGWALK_F_PRESENT : 0) |
	       (value & _PAGE_WRITE ? PGWALK_F_WRITE : 0) |
	       ((value & user) == user ? PGWALK_F_USER : 0) |
	       (value & _PAGE_ACCESSED ? PGWALK_F_ACCESSED : 0) |
	       (value & _PAGE_DIRTY ? PGWALK_F_DIRTY : 0) |
	       (value & PGWALK_RISCV_SOFT_DIRTY ? PGWALK_F_SOFT_DIRTY : 0) |
	       (value & _PAGE_EXEC ? 0 : PGWALK_F_NX);
}

/* Memory types as those of the same use on x86 */
static inline u64 pgwalk_arch_leaf_flags(unsigned int level, u64 value)
{
	return pgwalk_arch_ordinary_flags(value) |
	       (level > PGWALK_LEVEL_PTE ? PGWALK_F_HUGE : 0) |
	       (value & PGWALK_RISCV_NC ? PGWALK_F_PWT : 0) |
	       (value & PGWALK_RISCV_IO ? PGWALK_F_PCD | PGWALK_F_PWT : 0) |
	       ((value & (_PAGE_PRESENT | _PAGE_GLOBAL)) == (_PAGE_PRESENT | _PAGE_GLOBAL) ?
		PGWALK_F_GLOBAL : 0) |
	       (value & _PAGE_SPECIAL ? PGWALK_F_SPECIAL : 0) |
	       (value & PGWALK_RISCV_DEVMAP ? PGWALK_F_DEVMAP : 0) |
	       (value & PGWALK_RISCV_UFFD ? PGWALK_F_UFFD_WP : 0) |
	       (value & PGWALK_RISCV_NAPOT ? PGWALK_F_CONT : 0);
}

static __always_inline unsigned int pgwalk_arch_pkey(u64 value)
{
	return 0;
}

#endif /* PGWALK_PGTABLE_RISCV_H */
