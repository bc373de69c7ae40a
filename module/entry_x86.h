/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What only x86 has in an entry: the meaning of its bits. Pure: it must not look at
 * anything but the value it is given. Inline, for this is in the path of each fault.
 *
 * Intel SDM volume 3A, section 4.5 (tables 4-15 to 4-20) for what the CPU reads,
 * arch/x86/include/asm/pgtable_types.h for the software bits, which moved.
 */
#ifndef PGWALK_ENTRY_X86_H
#define PGWALK_ENTRY_X86_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/types.h>

#include "uapi/pgwalk.h"

/* These have the same place in the record as in the entry. */
#define PGWALK_X86_TABLE_BITS	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_PWT | \
				 _PAGE_PCD | _PAGE_ACCESSED)
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

/* Bits that are rarely set in a pte; the PAT bit of a pte is PSE in a huge one. */
#define PGWALK_X86_RARE_BITS	(_PAGE_PSE | _PAGE_GLOBAL | _PAGE_SPECIAL | PGWALK_X86_UFFD | \
				 PGWALK_X86_SAVED_DIRTY | PGWALK_X86_DEVMAP)

/**
 * pgwalk_entry_x86_is_table - is this a table at first sight?
 * @value: the raw entry, of any level but pte
 *
 * Present, writable, dirty and no other bit but accessed and user, as the kernel makes
 * all its tables: true only if the predicates of each level say so too. (With PTI the
 * upper entries have NX as well: those are for the predicates to judge.)
 *
 * Context: any.
 * Return: true: a table; false: ask the predicates.
 */
static inline bool pgwalk_entry_x86_is_table(u64 value)
{
	const u64 page = GENMASK_ULL(__PHYSICAL_MASK_SHIFT - 1, PAGE_SHIFT);

	return (value & ~(page | _PAGE_ACCESSED | _PAGE_USER)) ==
	       (_PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY);
}

/**
 * pgwalk_entry_x86_is_present - does an entry of a table of ptes map a page?
 * @value: the raw entry
 *
 * As pte_present() says: a page that is there but may not be accessed is mapped.
 *
 * Context: any.
 * Return: whether it does.
 */
static inline bool pgwalk_entry_x86_is_present(u64 value)
{
	return value & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

/**
 * pgwalk_entry_x86_table - where the table is that an entry points to
 * @value: the raw entry, which is a table
 *
 * Context: any.
 * Return: its address; good for as long as the table is protected.
 */
static inline void *pgwalk_entry_x86_table(u64 value)
{
	return __va(value & PTE_PFN_MASK);
}

/**
 * pgwalk_entry_x86_table_flags - the bits that count in an entry that is a table
 * @value: the raw entry
 *
 * The CPU ignores dirty, global and PAT there, and the kernel sets dirty always.
 *
 * Context: any.
 * Return: PGWALK_F_*.
 */
static inline u64 pgwalk_entry_x86_table_flags(u64 value)
{
	return (value & PGWALK_X86_TABLE_BITS) | (value & _PAGE_NX ? PGWALK_F_NX : 0);
}

/* G is _PAGE_PROTNONE if P is not set. Saved-dirty is dirty, as pte_dirty() says. */
static inline u64 pgwalk_entry_x86_rare_flags(unsigned int level, u64 value)
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
	if (value & PGWALK_X86_SAVED_DIRTY)
		flags |= PGWALK_F_SAVED_DIRTY | PGWALK_F_DIRTY;
	if (value & PGWALK_X86_DEVMAP)
		flags |= PGWALK_F_DEVMAP;
	return flags;
}

static_assert(_PAGE_NX >> 53 == PGWALK_F_NX);
static_assert(!_PAGE_SOFT_DIRTY || _PAGE_SOFT_DIRTY << 1 == PGWALK_F_SOFT_DIRTY);

/* The bits that are often set in a leaf. */
static inline u64 pgwalk_entry_x86_common_flags(u64 value)
{
	return (value & PGWALK_X86_LEAF_BITS) | (value & _PAGE_NX) >> 53 |
	       (value & _PAGE_SOFT_DIRTY) << 1;
}

/**
 * pgwalk_entry_x86_leaf_flags - the bits of an entry that maps a page
 * @level: enum pgwalk_level
 * @value: the raw entry
 *
 * Context: any.
 * Return: PGWALK_F_*.
 */
static inline u64 pgwalk_entry_x86_leaf_flags(unsigned int level, u64 value)
{
	u64 flags = pgwalk_entry_x86_common_flags(value);

	if (value & PGWALK_X86_RARE_BITS)
		flags |= pgwalk_entry_x86_rare_flags(level, value);
	return flags;
}

/**
 * pgwalk_entry_x86_pkey - the protection key of an entry that maps a page
 * @value: the raw entry
 *
 * Context: any.
 * Return: 0 to 15.
 */
static inline unsigned int pgwalk_entry_x86_pkey(u64 value)
{
	return (value & _PAGE_PKEY_MASK) >> _PAGE_BIT_PKEY_BIT0;
}

#endif /* PGWALK_ENTRY_X86_H */
