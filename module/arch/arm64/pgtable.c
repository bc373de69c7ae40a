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
