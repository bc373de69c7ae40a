// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Page tables of riscv64: the functions of arch/pgtable.h that are not inline.
 */
#include "../pgtable.h"

/**
 * pgwalk_arch_paging - return the paging modes of this kernel and CPU
 *
 * Context: any.
 * Return: PGWALK_PAGING_*, without PGWALK_PAGING_RCU_TABLES.
 */
u64 pgwalk_arch_paging(void)
{
	u64 paging = PGWALK_PAGING_NX | PGWALK_PAGING_GB_LEAF;

	if (pgwalk_arch_has_level(PGWALK_LEVEL_P4D))
		paging |= PGWALK_PAGING_LA57;
	return paging;
}

/**
 * pgwalk_arch_prot - return the access that a translation allows user mode
 * @t: @step and @nr_steps are set
 *
 * Only the leaf has permissions.
 *
 * Context: any.
 * Return: PGWALK_PROT_READ, WRITE, EXEC.
 */
unsigned int pgwalk_arch_prot(const struct pgwalk_translate *t)
{
	u64 flags = t->nr_steps ? t->step[t->nr_steps - 1].entry.flags : 0;

	if (!(flags & PGWALK_F_PRESENT))
		return 0;
	return (flags & PGWALK_F_USER ? PGWALK_PROT_READ : 0) |
	       (flags & PGWALK_F_USER && flags & PGWALK_F_WRITE ? PGWALK_PROT_WRITE : 0) |
	       (flags & PGWALK_F_NX ? 0 : PGWALK_PROT_EXEC);
}
