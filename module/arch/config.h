/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Constants of the architecture that compat.h combines with the version of the kernel.
 *
 * PGWALK_ARCH			enum pgwalk_arch
 * PGWALK_ARCH_TABLES_RCU	the page tables of every mm are freed through RCU
 */
#ifndef PGWALK_ARCH_CONFIG_H
#define PGWALK_ARCH_CONFIG_H

#if defined(CONFIG_X86_64)
#include "x86/config.h"
#elif defined(CONFIG_ARM64)
#include "arm64/config.h"
#elif defined(CONFIG_RISCV)
#include "riscv/config.h"
#else
#error "no module/arch/NAME/config.h for this architecture"
#endif

#endif /* PGWALK_ARCH_CONFIG_H */
