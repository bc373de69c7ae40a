/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The TLBs of a CPU, decoded from its CPUID. */
#ifndef PGWALK_MODEL_TLB_H
#define PGWALK_MODEL_TLB_H

#include "../inspect.h"

/** TLB_MAX - TLBs that one CPUID can describe */
#define TLB_MAX	64

unsigned int tlb__decode(const struct inspect_cpuid *cpuid, struct inspect_tlb *tlb);
void tlb__vendor(const struct inspect_cpuid *cpuid, char vendor[13]);
void tlb__need(struct inspect_tlb *tlb, unsigned int count, const struct inspect_reach_size *size,
	       unsigned int sizes);
bool tlb__is_virtual(const struct inspect_cpuid *cpuid);

#endif
