/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The leaves of CPUID that describe the TLBs of a CPU. */
#ifndef PGWALK_COLLECT_CPU_LEAVES_H
#define PGWALK_COLLECT_CPU_LEAVES_H

#include "../inspect.h"

void cpu_leaves__read(struct inspect_cpuid *cpuid);

#endif
