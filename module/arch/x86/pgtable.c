// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page tables of x86-64: the functions of arch/pgtable.h that are not inline.
 */
#include <linux/pgtable.h>
#include <asm/cpufeature.h>

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
