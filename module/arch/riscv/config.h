/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Constants of riscv64, as arch/config.h describes them. Compiled by the tests, and never run. */
#ifndef PGWALK_CONFIG_RISCV_H
#define PGWALK_CONFIG_RISCV_H

#define PGWALK_ARCH	PGWALK_ARCH_RISCV64

/*
 * riscv_tlb_remove_ptdesc() waits for RCU if the firmware flushes TLBs (SBI), and only for an IPI if the
 * kernel does.
 */
#define PGWALK_ARCH_TABLES_RCU	0

#endif /* PGWALK_CONFIG_RISCV_H */
