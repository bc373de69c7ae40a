// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page tables of x86-64: the functions of arch/pgtable.h that are not inline.
 */
#include <linux/pgtable.h>
#include <asm/cpufeature.h>
#include <asm/pkru.h>

#include "../pgtable.h"

/**
 * pgwalk_arch_test_table - test if an entry points to a table, with the kernel's predicates
 * @level: enum pgwalk_level
 * @value: entry that pgwalk_arch_is_table() does not decide inline
 *
 * Context: any.
 * Return: true if it points to a table.
 */
bool pgwalk_arch_test_table(unsigned int level, u64 value)
{
	switch (level) {
	case PGWALK_LEVEL_PGD:
		if (!pgtable_l5_enabled())	/* the predicates of the p4d apply */
			return pgwalk_arch_test_table(PGWALK_LEVEL_P4D, value);
		return !pgd_none(__pgd(value)) && !pgd_bad(__pgd(value));
	case PGWALK_LEVEL_P4D:
		return !p4d_none(__p4d(value)) && p4d_present(__p4d(value)) &&
		       !p4d_bad(__p4d(value));
	case PGWALK_LEVEL_PUD:
		return !pud_none(__pud(value)) && !pgwalk_arch_pud_is_leaf(__pud(value)) &&
		       pud_present(__pud(value)) && !pud_bad(__pud(value));
	default:
		return !pmd_none(__pmd(value)) && pmd_present(__pmd(value)) &&
		       !pmd_leaf(__pmd(value)) && !pmd_bad(__pmd(value));
	}
}

/**
 * pgwalk_arch_paging - return the paging modes of this kernel and CPU
 *
 * Context: any.
 * Return: PGWALK_PAGING_*, without PGWALK_PAGING_RCU_TABLES.
 */
u64 pgwalk_arch_paging(void)
{
	return (pgtable_l5_enabled() ? PGWALK_PAGING_LA57 : 0) |
	       (boot_cpu_has(X86_FEATURE_PTI) ? PGWALK_PAGING_PTI : 0) |
	       (boot_cpu_has(X86_FEATURE_GBPAGES) ? PGWALK_PAGING_GB_LEAF : 0) |
	       (boot_cpu_has(X86_FEATURE_NX) ? PGWALK_PAGING_NX : 0) |
	       (boot_cpu_has(X86_FEATURE_OSPKE) ? PGWALK_PAGING_PKU : 0) |
	       (boot_cpu_has(X86_FEATURE_PCID) ? PGWALK_PAGING_PCID : 0);
}

/*
 * Return the protection of all levels. An access has to be allowed by each level, and NX on
 * any level forbids execution below it. With PTI the NX bit of the root is ignored, because
 * the kernel sets it for user memory in its own copy of the root only.
 */
static unsigned int prot_of_steps(const struct pgwalk_translate *t)
{
	const u64 all = PGWALK_F_PRESENT | PGWALK_F_USER;
	u64 flags = t->step[0].entry.flags;	/* set on all levels, but NX on any level */
	u64 nx = pgwalk_arch_has_user_root() ? 0 : flags;
	unsigned int i;

	for (i = 1; i < t->nr_steps; i++) {
		flags &= t->step[i].entry.flags;
		nx |= t->step[i].entry.flags;
	}
	if ((flags & all) != all)
		return 0;
	return PGWALK_PROT_READ | (flags & PGWALK_F_WRITE ? PGWALK_PROT_WRITE : 0) |
	       (nx & PGWALK_F_NX ? 0 : PGWALK_PROT_EXEC);
}

/**
 * pgwalk_arch_prot - return the access that a translation allows user mode
 * @t: @step, @nr_steps, @facts and @pkru are set
 *
 * The CPU checks the key of the leaf against PKRU for data accesses to pages of user mode,
 * not for instruction fetches: execute-only memory has a key with access disabled.
 *
 * Context: any.
 * Return: PGWALK_PROT_READ, WRITE, EXEC.
 */
unsigned int pgwalk_arch_prot(const struct pgwalk_translate *t)
{
	unsigned int prot = prot_of_steps(t);
	unsigned int bits;

	if (!(t->facts & PGWALK_FACT_PKRU))
		return prot;
	bits = t->pkru >> (2 * t->step[t->nr_steps - 1].entry.pkey);
	if (bits & PKRU_AD_BIT)
		return prot & ~(PGWALK_PROT_READ | PGWALK_PROT_WRITE);
	return bits & PKRU_WD_BIT ? prot & ~PGWALK_PROT_WRITE : prot;
}
