// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page tables of arm64: the functions of arch/pgtable.h that are not inline.
 */
#include <asm/cpufeature.h>

#include "../pgtable.h"

/**
 * pgwalk_arch_paging - return the paging modes of this kernel and CPU
 *
 * Context: any.
 * Return: PGWALK_PAGING_*, without PGWALK_PAGING_RCU_TABLES.
 */
u64 pgwalk_arch_paging(void)
{
	u64 paging = PGWALK_PAGING_NX;

	if (pgwalk_arch_has_level(PGWALK_LEVEL_P4D))
		paging |= PGWALK_PAGING_LA57;
	if (pgwalk_arch_may_be_leaf(PGWALK_LEVEL_PUD))
		paging |= PGWALK_PAGING_GB_LEAF;
#ifdef CONFIG_ARM64_POE
	if (system_supports_poe())
		paging |= PGWALK_PAGING_PKU;
#endif
	return paging;
}

/*
 * A leaf without the user bit and without UXN may be executed but not read (EPAN). A table
 * can take permissions away from all entries below it.
 *
 * The overlay register POR_EL0 of the thread is not read: a permission overlay may allow less.
 */
unsigned int pgwalk_arch_prot(const struct pgwalk_translate *t)
{
	u64 all = ~0ULL, nx = 0;
	unsigned int i;

	for (i = 0; i < t->nr_steps; i++) {
		all &= t->step[i].entry.flags;
		nx |= t->step[i].entry.flags & PGWALK_F_NX;
	}
	if (!(all & PGWALK_F_PRESENT))
		return 0;
	return (all & PGWALK_F_USER ? PGWALK_PROT_READ : 0) |
	       (all & PGWALK_F_USER && all & PGWALK_F_WRITE ? PGWALK_PROT_WRITE : 0) |
	       (nx ? 0 : PGWALK_PROT_EXEC);
}
