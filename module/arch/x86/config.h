/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Constants of x86-64, as arch/config.h describes them. */
#ifndef PGWALK_CONFIG_X86_H
#define PGWALK_CONFIG_X86_H

#define PGWALK_ARCH	PGWALK_ARCH_X86_64

/*
 * PT_RECLAIM: since 6.14, 718b13861d22 ("x86: mm: free page table pages by RCU instead of semi
 * RCU"). Before, a table is freed after an IPI to the CPUs in mm_cpumask(mm) only, which protects
 * no reader on any other CPU.
 */
#if defined(CONFIG_PT_RECLAIM) && defined(CONFIG_MMU_GATHER_RCU_TABLE_FREE)
#define PGWALK_ARCH_TABLES_RCU	1
#else
#define PGWALK_ARCH_TABLES_RCU	0
#endif

#endif /* PGWALK_CONFIG_X86_H */
