// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the leaves of CPUID that describe the TLBs, on the current CPU. */
#include <sched.h>
#include <string.h>

#include "cpu_leaves.h"

#ifdef __x86_64__
#include <cpuid.h>

static void read_leaf(uint32_t leaf, uint32_t subleaf, uint32_t reg[4])
{
	uint32_t a, b, c, d;

	__cpuid_count(leaf, subleaf, a, b, c, d);
	reg[0] = a;
	reg[1] = b;
	reg[2] = c;
	reg[3] = d;
}

/* The first subleaf has the number of the last one */
static unsigned int read_subleaves(struct inspect_cpuid *c)
{
	unsigned int i = 0, last;

	read_leaf(0x18, 0, c->tlb[0]);
	last = c->tlb[0][0];
	if (last >= INSPECT_CPUID_TLBS)
		last = INSPECT_CPUID_TLBS - 1;
	while (i++ < last)
		read_leaf(0x18, i, c->tlb[i]);
	return last + 1;
}

/**
 * cpu_leaves__read - read the leaves of the current CPU
 * @cpuid: filled; leaves that the CPU does not have are 0. CPUs of a machine may differ
 */
void cpu_leaves__read(struct inspect_cpuid *cpuid)
{
	uint32_t reg[4];
	uint32_t i;

	memset(cpuid, 0, sizeof(*cpuid));
	cpuid->known = true;
	cpuid->cpu = sched_getcpu();
	read_leaf(0, 0, cpuid->leaf[0]);
	for (i = 1; i <= 2 && i <= cpuid->leaf[0][0]; i++)
		read_leaf(i, 0, cpuid->leaf[i]);
	if (cpuid->leaf[0][0] >= 0x18)
		cpuid->nr_tlbs = read_subleaves(cpuid);
	read_leaf(0x80000000, 0, reg);
	if (reg[0] >= 0x80000005)
		read_leaf(0x80000005, 0, cpuid->l1);
	if (reg[0] >= 0x80000006)
		read_leaf(0x80000006, 0, cpuid->l2);
	if (reg[0] >= 0x80000019)
		read_leaf(0x80000019, 0, cpuid->gb);
}
#else
/** cpu_leaves__read - report that the processor has no CPUID */
void cpu_leaves__read(struct inspect_cpuid *cpuid)
{
	memset(cpuid, 0, sizeof(*cpuid));
	cpuid->cpu = -1;
}
#endif
