// SPDX-License-Identifier: GPL-2.0
/*
 * What only x86 has in an entry: the meaning of its bits. Pure: it must not look
 * at anything but the value it is given.
 *
 * Intel SDM volume 3A, section 4.5 (tables 4-15 to 4-20) for what the CPU reads,
 * arch/x86/include/asm/pgtable_types.h for the software bits, which moved.
 */
#include <linux/pgtable.h>

#include "entry_x86.h"
#include "uapi/pgwalk.h"

/* These have the same place in the record as in the entry. */
#define TABLE_BITS	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_PWT | \
			 _PAGE_PCD | _PAGE_ACCESSED)
#define LEAF_BITS	(TABLE_BITS | _PAGE_DIRTY)

static_assert(_PAGE_PRESENT == PGWALK_F_PRESENT && _PAGE_RW == PGWALK_F_WRITE);
static_assert(_PAGE_USER == PGWALK_F_USER && _PAGE_PWT == PGWALK_F_PWT);
static_assert(_PAGE_PCD == PGWALK_F_PCD && _PAGE_ACCESSED == PGWALK_F_ACCESSED);
static_assert(_PAGE_DIRTY == PGWALK_F_DIRTY && _PAGE_PSE == PGWALK_F_HUGE);
static_assert(_PAGE_GLOBAL == PGWALK_F_GLOBAL);

/**
 * pgwalk_entry_x86_table_flags - the bits that count in an entry that is a table
 * @value: the raw entry
 *
 * The CPU ignores dirty, global and PAT there, and the kernel sets dirty always.
 *
 * Context: any.
 * Return: PGWALK_F_*.
 */
u64 pgwalk_entry_x86_table_flags(u64 value)
{
	return (value & TABLE_BITS) | (value & _PAGE_NX ? PGWALK_F_NX : 0);
}

/* The bits that software keeps in a present leaf. */
static u64 software_flags(u64 value)
{
	u64 flags = 0;

	if (value & _PAGE_SPECIAL)
		flags |= PGWALK_F_SPECIAL;
	if (value & _PAGE_SOFT_DIRTY)
		flags |= PGWALK_F_SOFT_DIRTY;
	if (value & _PAGE_UFFD_WP)
		flags |= PGWALK_F_UFFD_WP;
#ifdef _PAGE_SAVED_DIRTY
	/* Dirty, as pte_dirty() says: D would make a read-only page a shadow stack */
	if (value & _PAGE_SAVED_DIRTY)
		flags |= PGWALK_F_SAVED_DIRTY | PGWALK_F_DIRTY;
#endif
#ifdef _PAGE_DEVMAP
	if (value & _PAGE_DEVMAP)
		flags |= PGWALK_F_DEVMAP;
#endif
	return flags;
}

/**
 * pgwalk_entry_x86_leaf_flags - the bits of an entry that maps a page
 * @level: enum pgwalk_level
 * @value: the raw entry
 *
 * Context: any.
 * Return: PGWALK_F_*.
 */
u64 pgwalk_entry_x86_leaf_flags(unsigned int level, u64 value)
{
	u64 flags = (value & LEAF_BITS) | software_flags(value);
	u64 pat = _PAGE_PAT;

	if (level > PGWALK_LEVEL_PTE) {
		flags |= value & _PAGE_PSE;
		pat = _PAGE_PAT_LARGE;
	}
	if (value & pat)
		flags |= PGWALK_F_PAT;
	/* Without P the same bit is _PAGE_PROTNONE. */
	if (value & _PAGE_PRESENT)
		flags |= value & _PAGE_GLOBAL;
	if (value & _PAGE_NX)
		flags |= PGWALK_F_NX;
	return flags;
}

/**
 * pgwalk_entry_x86_pkey - the protection key of an entry that maps a page
 * @value: the raw entry
 *
 * Context: any.
 * Return: 0 to 15.
 */
unsigned int pgwalk_entry_x86_pkey(u64 value)
{
	return (value & _PAGE_PKEY_MASK) >> _PAGE_BIT_PKEY_BIT0;
}
