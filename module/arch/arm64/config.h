/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Constants of arm64, as arch/config.h describes them. */
#ifndef PGWALK_CONFIG_ARM64_H
#define PGWALK_CONFIG_ARM64_H

#define PGWALK_ARCH	PGWALK_ARCH_ARM64

/*
 * TLBs are flushed without an IPI, so a CPU with interrupts off would hold up no munmap():
 * tables wait for a grace period, since 5e5f6dc10546 ("arm64: mm: enable HAVE_RCU_TABLE_FREE
 * logic", 3.18).
 */
#ifndef CONFIG_MMU_GATHER_RCU_TABLE_FREE
#error "arm64 without MMU_GATHER_RCU_TABLE_FREE"
#endif
#define PGWALK_ARCH_TABLES_RCU	1

#endif /* PGWALK_CONFIG_ARM64_H */
