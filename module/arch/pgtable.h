/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The page tables of the architecture. All other files of the module know the levels and the
 * bits of an entry through this header only: no shift but that of a page, no number of entries,
 * no bit, no feature of a CPU (selftests/lint/layers.sh checks it). An architecture is one folder,
 * arch/NAME/: pgtable.h defines what is listed here, most of it inline, and pgtable.c the rest.
 *
 * A level is an enum pgwalk_level. Its name is in PGWALK_LEVELS, and the size of its leaf is 1 <<
 * its shift. The levels exist at run time from PGWALK_LEVEL_PGD down to PGWALK_LEVEL_PTE, without
 * those that this CPU folds into the level above.
 *
 * PGWALK_ARCH_TABLE_ENTRIES		entries of a table, a constant for arrays; the root may have fewer
 * pgwalk_arch_has_level(level)		the level exists
 * pgwalk_arch_shift(level)		log2 of the bytes that an entry covers
 * pgwalk_arch_index(level, addr)	index of the entry of an address in its table
 * pgwalk_arch_entries(level)		number of entries of a table
 * pgwalk_arch_user_entries(level)	number of entries of a table that cover user addresses: from
 *					index 0 on, in all tables but the root all of them
 * pgwalk_arch_may_be_leaf(level)	an entry may map a page
 * pgwalk_arch_user_end()		first address after the user half
 * pgwalk_arch_has_user_root()		user mode has a second root, in the frame after the first
 * pgwalk_arch_paging()			PGWALK_PAGING_* of this kernel and CPU, without RCU_TABLES
 *
 * A raw entry is a u64 as it is in memory; its value is what pte_val(), pmd_val() etc. return, and
 * differs from it in a Xen PV guest only. Functions of a pte are also those of a leaf of a higher
 * level, unless they have a parameter for the level.
 *
 * pgwalk_arch_raw(pte)			the raw entry of a pte_t
 * pgwalk_arch_pte(raw)			the pte_t with a raw entry
 * pgwalk_arch_value(raw)		the value of a raw entry of any level
 * pgwalk_arch_has_pfns()		raw entries contain the pfn (not in a Xen PV guest)
 * pgwalk_arch_is_table(level, value)	the entry points to a table; level is not PTE
 * pgwalk_arch_is_ordinary_table(value)	the entry points to a table, and has no bit that is rare; level
 *					is not PTE
 * pgwalk_arch_table(value)		address of that table; valid while the table is kept
 * pgwalk_arch_is_same_table(a, b)	both entries point to one table: equal but for bits that the
 *					CPU sets
 * pgwalk_arch_table_flags(value)	PGWALK_F_* of an entry that points to a table
 * pgwalk_arch_is_present(value)	the pte maps a page, accessible or not
 * pgwalk_arch_is_protnone(value)	the leaf maps a page that may not be accessed
 * pgwalk_arch_is_ordinary(value)	the pte maps an accessible page, and has no bit that is rare
 * pgwalk_arch_ordinary_flags(value)	PGWALK_F_* of an ordinary pte
 * pgwalk_arch_leaf_flags(level, value)	PGWALK_F_* of any leaf
 * pgwalk_arch_pfn(size, value)		pfn of a leaf of @size bytes that is present for the CPU, or of
 *					a table with the size of a page
 * pgwalk_arch_pkey(value)		protection key of a leaf
 * pgwalk_arch_has_same_bits(size, a, b) the leaves of @size bytes differ in their pfns only
 * pgwalk_arch_next_leaf(size, value)	the leaf of the next @size bytes, with the same bits
 * pgwalk_arch_pud_is_leaf(pud)		pud_leaf(), also for a page that may not be accessed
 * pgwalk_arch_prot(translate, all, any) PGWALK_PROT_* that the entries of all levels, and the
 *					protection key of the last, allow user mode. @all are flags that
 *					each step has, @any those that a step after the first one has
 *
 * Context of all: any. They take no lock and read no table.
 */
#ifndef PGWALK_ARCH_PGTABLE_H
#define PGWALK_ARCH_PGTABLE_H

#include <linux/types.h>

u64 pgwalk_arch_paging(void);

#if defined(CONFIG_X86_64)
#include "x86/pgtable.h"
#elif defined(CONFIG_ARM64)
#include "arm64/pgtable.h"
#elif defined(CONFIG_RISCV)
#include "riscv/pgtable.h"
#else
#error "no module/arch/NAME/pgtable.h for this architecture"
#endif

#endif /* PGWALK_ARCH_PGTABLE_H */
