/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page tables of x86-64: the levels, and the bits of an entry, as arch/pgtable.h describes them.
 * Pure: the functions read only the value that they are given. Inline, because they are in the
 * path of each fault.
 *
 * Sources: Intel SDM volume 3A, section 4.5 (tables 4-15 to 4-20) for the bits that the CPU
 * reads, arch/x86/include/asm/pgtable_types.h for the software bits, which moved.
 */
#ifndef PGWALK_PGTABLE_X86_H
#define PGWALK_PGTABLE_X86_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/types.h>
#include <asm/cpufeature.h>
#include <asm/pkru.h>

#include "../../compat.h"
#include "../../uapi/pgwalk.h"

/* Number of entries of a table, the same on each level */
#define PGWALK_ARCH_TABLE_ENTRIES	PTRS_PER_PTE

static_assert(PTRS_PER_PMD == PTRS_PER_PTE && PTRS_PER_PUD == PTRS_PER_PTE);
static_assert(PTRS_PER_PGD == PTRS_PER_PTE && sizeof(pte_t) == sizeof(u64));

/* With four levels the p4d is folded into the pgd. */
static __always_inline bool pgwalk_arch_has_level(unsigned int level)
{
	return level != PGWALK_LEVEL_P4D || pgtable_l5_enabled();
}

/* 12, 21, 30, 39, 48; 39 for the pgd of a CPU with four levels */
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
	return level <= PGWALK_LEVEL_PMD ||
	       (level == PGWALK_LEVEL_PUD && boot_cpu_has(X86_FEATURE_GBPAGES));
}

static __always_inline unsigned long pgwalk_arch_user_end(void)
{
	return TASK_SIZE_MAX;
}

/* With PTI user mode has its own root, in the frame after the kernel's. */
static inline bool pgwalk_arch_has_user_root(void)
{
	return boot_cpu_has(X86_FEATURE_PTI);
}

/* These bits have the same place in the record as in the entry. */
#define PGWALK_X86_TABLE_BITS	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_PWT | \
				 _PAGE_PCD | _PAGE_ACCESSED)
/* Bits that differ between pointers to tables that the kernel makes */
#define PGWALK_X86_TABLE_VARIES	(GENMASK_ULL(__PHYSICAL_MASK_SHIFT - 1, PAGE_SHIFT) | \
				 _PAGE_ACCESSED | _PAGE_USER)
#define PGWALK_X86_LEAF_BITS	(PGWALK_X86_TABLE_BITS | _PAGE_DIRTY)

static_assert(_PAGE_PRESENT == PGWALK_F_PRESENT && _PAGE_RW == PGWALK_F_WRITE);
static_assert(_PAGE_USER == PGWALK_F_USER && _PAGE_PWT == PGWALK_F_PWT);
static_assert(_PAGE_PCD == PGWALK_F_PCD && _PAGE_ACCESSED == PGWALK_F_ACCESSED);
static_assert(_PAGE_DIRTY == PGWALK_F_DIRTY && _PAGE_PSE == PGWALK_F_HUGE);
static_assert(_PAGE_GLOBAL == PGWALK_F_GLOBAL);

#ifdef _PAGE_SAVED_DIRTY	/* 6.6 and later */
#define PGWALK_X86_SAVED_DIRTY	_PAGE_SAVED_DIRTY
#else
#define PGWALK_X86_SAVED_DIRTY	0ULL
#endif
#ifdef _PAGE_UFFD_WP		/* until 7.2; 7.3 renamed it */
#define PGWALK_X86_UFFD		_PAGE_UFFD_WP
#else
#define PGWALK_X86_UFFD		_PAGE_UFFD
#endif
#ifdef _PAGE_DEVMAP		/* until 6.17 */
#define PGWALK_X86_DEVMAP	_PAGE_DEVMAP
#else
#define PGWALK_X86_DEVMAP	0ULL
#endif

/*
 * Bits that are rarely set in a pte. The PAT bit of a pte is PSE in a huge entry. Saved-dirty is not
 * rare: fork() sets it in the entries of dirty pages.
 */
#define PGWALK_X86_RARE_BITS	(_PAGE_PSE | _PAGE_GLOBAL | _PAGE_SPECIAL | PGWALK_X86_UFFD | \
				 PGWALK_X86_DEVMAP)

/*
 * Xen translates the values of its PV guests: the entry in memory does not contain the pfn, and
 * pte_val() has it. pmd_val() and those of the higher levels translate as pte_val() does.
 */
static __always_inline u64 pgwalk_arch_raw(pte_t pte)
{
	return native_pte_val(pte);
}

static __always_inline pte_t pgwalk_arch_pte(u64 raw)
{
	return native_make_pte(raw);
}

static __always_inline u64 pgwalk_arch_value(u64 raw)
{
	return pte_val(native_make_pte(raw));
}

static inline bool pgwalk_arch_has_pfns(void)
{
	return !cpu_feature_enabled(X86_FEATURE_XENPV);
}

/* Decide what the inline pgwalk_arch_is_table() does not, with the kernel's predicates. */
bool pgwalk_arch_test_table(unsigned int level, u64 value);

/*
 * The kernel makes tables with present, writable and dirty, and no other bit but accessed and
 * user. An entry with these bits is also a table by the predicates of its level. Another entry
 * is not a table if it is empty, or has PSE set, whether or not it is present; the predicates
 * have to decide the rest. (With PTI the upper entries also have NX.)
 */
static __always_inline bool pgwalk_arch_is_ordinary_table(u64 value)
{
	return (value & ~PGWALK_X86_TABLE_VARIES) == (_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY);
}

static __always_inline bool pgwalk_arch_is_table(unsigned int level, u64 value)
{
	return likely(pgwalk_arch_is_ordinary_table(value)) ||
	       (value && !(value & _PAGE_PSE) && pgwalk_arch_test_table(level, value));
}

static __always_inline u64 *pgwalk_arch_table(u64 value)
{
	return __va(value & PTE_PFN_MASK);
}

/* The CPU and page aging set and clear the accessed bit at any time. */
static __always_inline bool pgwalk_arch_is_same_table(u64 a, u64 b)
{
	return !((a ^ b) & ~(u64)_PAGE_ACCESSED);
}

/* As pte_present(): a page that is present but may not be accessed is mapped. */
static __always_inline bool pgwalk_arch_is_present(u64 value)
{
	return value & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

static __always_inline bool pgwalk_arch_is_protnone(u64 value)
{
	return (value & (_PAGE_PRESENT | _PAGE_PROTNONE)) == _PAGE_PROTNONE;
}

/* Present and without a rare bit. The pfn of a present entry is not inverted. */
static __always_inline bool pgwalk_arch_is_ordinary(u64 value)
{
	return (value & (PGWALK_X86_RARE_BITS | _PAGE_PRESENT)) == _PAGE_PRESENT;
}

/* The bits of the pfn. Below them an entry above the pte level has PAT. */
static __always_inline u64 pgwalk_x86_pfn_mask(unsigned long size)
{
	return PTE_PFN_MASK & -size;
}

static __always_inline u64 pgwalk_arch_pfn(unsigned long size, u64 value)
{
	return (value & pgwalk_x86_pfn_mask(size)) >> PAGE_SHIFT;
}

static __always_inline u64 pgwalk_arch_next_leaf(unsigned long size, u64 value)
{
	return value + size;
}

static __always_inline bool pgwalk_arch_has_same_bits(unsigned long size, u64 a, u64 b)
{
	return !((a ^ b) & ~pgwalk_x86_pfn_mask(size));
}

/*
 * Before 6.9 pud_leaf() also tests the present bit, and so misses a 1G PROT_NONE page. Bit 7 is 0
 * in every non-present entry without a page.
 */
static inline bool pgwalk_arch_pud_is_leaf(pud_t pud)
{
	return PGWALK_PUD_LEAF_OF_PRESENT ? !!(pud_val(pud) & _PAGE_PSE) : pud_leaf(pud);
}

/* Dirty, global and PAT are left out: the CPU ignores them, and the kernel always sets dirty. */
static inline u64 pgwalk_arch_table_flags(u64 value)
{
	return (value & PGWALK_X86_TABLE_BITS) | (value & _PAGE_NX ? PGWALK_F_NX : 0);
}

/* G is _PAGE_PROTNONE if P is not set. */
static inline u64 pgwalk_x86_rare_flags(unsigned int level, u64 value)
{
	const u64 pat = level == PGWALK_LEVEL_PTE ? _PAGE_PAT : _PAGE_PAT_LARGE;
	u64 flags = level == PGWALK_LEVEL_PTE ? 0 : value & _PAGE_PSE;

	if (value & pat)
		flags |= PGWALK_F_PAT;
	if (value & _PAGE_PRESENT)
		flags |= value & _PAGE_GLOBAL;
	if (value & _PAGE_SPECIAL)
		flags |= PGWALK_F_SPECIAL;
	if (value & PGWALK_X86_UFFD)
		flags |= PGWALK_F_UFFD_WP;
	if (value & PGWALK_X86_DEVMAP)
		flags |= PGWALK_F_DEVMAP;
	return flags;
}

static_assert(_PAGE_NX >> 53 == PGWALK_F_NX);
static_assert(!_PAGE_SOFT_DIRTY || _PAGE_SOFT_DIRTY << 1 == PGWALK_F_SOFT_DIRTY);

/*
 * The flags of an ordinary page, which are also the frequent flags of any leaf. Saved-dirty counts
 * as dirty, as in pte_dirty().
 */
static __always_inline u64 pgwalk_arch_ordinary_flags(u64 value)
{
	return (value & PGWALK_X86_LEAF_BITS) | (value & _PAGE_NX) >> 53 |
	       (value & _PAGE_SOFT_DIRTY) << 1 |
	       (value & PGWALK_X86_SAVED_DIRTY ? PGWALK_F_SAVED_DIRTY | PGWALK_F_DIRTY : 0);
}

static inline u64 pgwalk_arch_leaf_flags(unsigned int level, u64 value)
{
	u64 flags = pgwalk_arch_ordinary_flags(value);

	if (value & PGWALK_X86_RARE_BITS)
		flags |= pgwalk_x86_rare_flags(level, value);
	return flags;
}

static __always_inline unsigned int pgwalk_arch_pkey(u64 value)
{
	return (value & _PAGE_PKEY_MASK) >> _PAGE_BIT_PKEY_BIT0;
}

/*
 * Return the protection of all levels. An access has to be allowed by each level, and NX on
 * any level forbids execution below it. With PTI the NX bit of the root is ignored, because
 * the kernel sets it for user memory in its own copy of the root only.
 */
static __always_inline unsigned int pgwalk_x86_prot_of_steps(const struct pgwalk_translate *t,
							     u64 all, u64 any)
{
	const u64 accessible = PGWALK_F_PRESENT | PGWALK_F_USER;
	const u64 nx = pgwalk_arch_has_user_root() ? any : any | t->step[0].entry.flags;

	if ((all & accessible) != accessible)
		return 0;
	return PGWALK_PROT_READ | (all & PGWALK_F_WRITE ? PGWALK_PROT_WRITE : 0) |
	       (nx & PGWALK_F_NX ? 0 : PGWALK_PROT_EXEC);
}

/**
 * pgwalk_arch_prot - return the access that a translation allows user mode
 * @t: @step, @nr_steps, @facts and @pkru are set
 * @all: flags that each step has
 * @any: flags that a step after the first one has
 *
 * The CPU checks the key of the leaf against PKRU for data accesses to pages of user mode,
 * not for instruction fetches: execute-only memory has a key with access disabled.
 *
 * Context: any.
 * Return: PGWALK_PROT_READ, WRITE, EXEC.
 */
static __always_inline unsigned int pgwalk_arch_prot(const struct pgwalk_translate *t, u64 all,
						     u64 any)
{
	unsigned int prot = pgwalk_x86_prot_of_steps(t, all, any);
	unsigned int bits;

	if (!(t->facts & PGWALK_FACT_PKRU))
		return prot;
	bits = t->pkru >> (2 * t->step[t->nr_steps - 1].entry.pkey);
	if (bits & PKRU_AD_BIT)
		return prot & ~(PGWALK_PROT_READ | PGWALK_PROT_WRITE);
	return bits & PKRU_WD_BIT ? prot & ~PGWALK_PROT_WRITE : prot;
}

#endif /* PGWALK_PGTABLE_X86_H */
