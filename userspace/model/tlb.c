// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Decodes the TLBs of a CPU from its CPUID: leaf 0x18, else leaf 2 (Intel SDM vol. 2A, CPUID); leaves
 * 0x80000005, 0x80000006 and 0x80000019 (AMD APM vol. 3, appendix E). Sizes of pages that 64-bit mode does
 * not have (4M) are left out.
 */
#include <stddef.h>
#include <string.h>

#include "tlb.h"

enum { EAX, EBX, ECX, EDX };

#define PAGE_4K		(1ULL << 12)
#define PAGE_2M		(1ULL << 21)
#define PAGE_1G		(1ULL << 30)
#define FULL		0xff

/**
 * struct table - the TLBs found so far
 * @tlb: filled
 * @count: number of @tlb
 */
struct table {
	struct inspect_tlb *tlb;
	unsigned int count;
};

static void add(struct table *t, unsigned int level, enum inspect_tlb_type type, uint64_t sizes,
		uint32_t entries, uint32_t ways)
{
	if (!entries || !sizes || t->count == TLB_MAX)
		return;
	t->tlb[t->count++] = (struct inspect_tlb){
		.level = (uint8_t)level, .type = (uint8_t)type, .sizes = sizes, .entries = entries,
		.ways = ways == FULL ? entries : ways,
	};
}

static uint32_t bits(uint32_t reg, unsigned int low, unsigned int count)
{
	return reg >> low & ((1U << count) - 1);
}

/* One subleaf of leaf 0x18 */
static void add_subleaf(struct table *t, const uint32_t reg[4])
{
	static const enum inspect_tlb_type types[] = {
		[1] = INSPECT_TLB_DATA, [2] = INSPECT_TLB_INSTRUCTION, [3] = INSPECT_TLB_UNIFIED,
		[4] = INSPECT_TLB_LOAD, [5] = INSPECT_TLB_STORE,
	};
	const uint32_t type = bits(reg[EDX], 0, 5), ways = bits(reg[EBX], 16, 16);
	const uint32_t entries = ways * reg[ECX];
	const uint64_t sizes = (reg[EBX] & 1 ? PAGE_4K : 0) | (reg[EBX] & 2 ? PAGE_2M : 0) |
			       (reg[EBX] & 8 ? PAGE_1G : 0);

	if (type && type < sizeof(types) / sizeof(types[0]))
		add(t, bits(reg[EDX], 5, 3), types[type], sizes, entries,
		    reg[EDX] & 1U << 8 ? FULL : ways);
}

/* Descriptors of leaf 2 that describe a TLB for pages of 64-bit mode; 0 ways: not stated */
static const struct descriptor {
	uint8_t number;
	uint8_t level;
	uint8_t type;
	uint8_t ways;
	uint16_t entries;
	uint64_t sizes;
} descriptors[] = {
	{ 0x01, 1, INSPECT_TLB_INSTRUCTION, 4, 32, PAGE_4K },
	{ 0x03, 1, INSPECT_TLB_DATA, 4, 64, PAGE_4K },
	{ 0x4f, 1, INSPECT_TLB_INSTRUCTION, 0, 32, PAGE_4K },
	{ 0x50, 1, INSPECT_TLB_INSTRUCTION, 0, 64, PAGE_4K | PAGE_2M },
	{ 0x51, 1, INSPECT_TLB_INSTRUCTION, 0, 128, PAGE_4K | PAGE_2M },
	{ 0x52, 1, INSPECT_TLB_INSTRUCTION, 0, 256, PAGE_4K | PAGE_2M },
	{ 0x55, 1, INSPECT_TLB_INSTRUCTION, FULL, 7, PAGE_2M },
	{ 0x57, 1, INSPECT_TLB_DATA, 4, 16, PAGE_4K },
	{ 0x59, 1, INSPECT_TLB_DATA, FULL, 16, PAGE_4K },
	{ 0x5a, 1, INSPECT_TLB_DATA, 4, 32, PAGE_2M },
	{ 0x5b, 1, INSPECT_TLB_DATA, 0, 64, PAGE_4K },
	{ 0x5c, 1, INSPECT_TLB_DATA, 0, 128, PAGE_4K },
	{ 0x5d, 1, INSPECT_TLB_DATA, 0, 256, PAGE_4K },
	{ 0x61, 1, INSPECT_TLB_INSTRUCTION, FULL, 48, PAGE_4K },
	{ 0x63, 1, INSPECT_TLB_DATA, 4, 32, PAGE_2M },
	{ 0x63, 1, INSPECT_TLB_DATA, 4, 4, PAGE_1G },
	{ 0x64, 1, INSPECT_TLB_DATA, 4, 512, PAGE_4K },
	{ 0x6a, 1, INSPECT_TLB_DATA, 8, 64, PAGE_4K },
	{ 0x6b, 1, INSPECT_TLB_DATA, 8, 256, PAGE_4K },
	{ 0x6c, 1, INSPECT_TLB_DATA, 8, 128, PAGE_2M },
	{ 0x6d, 1, INSPECT_TLB_DATA, FULL, 16, PAGE_1G },
	{ 0x76, 1, INSPECT_TLB_INSTRUCTION, FULL, 8, PAGE_2M },
	{ 0xa0, 1, INSPECT_TLB_DATA, FULL, 32, PAGE_4K },
	{ 0xb0, 1, INSPECT_TLB_INSTRUCTION, 4, 128, PAGE_4K },
	{ 0xb1, 1, INSPECT_TLB_INSTRUCTION, 4, 8, PAGE_2M },
	{ 0xb2, 1, INSPECT_TLB_INSTRUCTION, 4, 64, PAGE_4K },
	{ 0xb3, 1, INSPECT_TLB_DATA, 4, 128, PAGE_4K },
	{ 0xb4, 1, INSPECT_TLB_DATA, 4, 256, PAGE_4K },
	{ 0xb5, 1, INSPECT_TLB_INSTRUCTION, 8, 64, PAGE_4K },
	{ 0xb6, 1, INSPECT_TLB_INSTRUCTION, 8, 128, PAGE_4K },
	{ 0xba, 1, INSPECT_TLB_DATA, 4, 64, PAGE_4K },
	{ 0xc0, 1, INSPECT_TLB_DATA, 4, 8, PAGE_4K },
	{ 0xc1, 2, INSPECT_TLB_UNIFIED, 8, 1024, PAGE_4K | PAGE_2M },
	{ 0xc2, 1, INSPECT_TLB_DATA, 4, 16, PAGE_4K | PAGE_2M },
	{ 0xc3, 2, INSPECT_TLB_UNIFIED, 6, 1536, PAGE_4K | PAGE_2M },
	{ 0xc3, 2, INSPECT_TLB_UNIFIED, 4, 16, PAGE_1G },
	{ 0xc4, 1, INSPECT_TLB_DATA, 4, 32, PAGE_2M },
	{ 0xca, 2, INSPECT_TLB_UNIFIED, 4, 512, PAGE_4K },
};

static void add_descriptor(struct table *t, uint32_t number)
{
	const struct descriptor *d;

	for (d = descriptors; d < descriptors + sizeof(descriptors) / sizeof(*d); d++)
		if (d->number == number)
			add(t, d->level, d->type, d->sizes, d->entries, d->ways);
}

/* Bit 31 marks a register without descriptors; the lowest byte of EAX is no descriptor */
static void add_descriptors(struct table *t, const uint32_t reg[4])
{
	unsigned int i, byte;

	for (i = 0; i < 4; i++)
		for (byte = i == EAX; byte < 4 && !(reg[i] >> 31); byte++)
			add_descriptor(t, bits(reg[i], byte * 8, 8));
}

/* The ways that a 4-bit field of AMD encodes */
static uint32_t ways_of(uint32_t code)
{
	static const uint32_t ways[16] = {
		[1] = 1, [2] = 2, [3] = 3, [4] = 4, [5] = 6, [6] = 8, [8] = 16, [10] = 32, [11] = 48,
		[12] = 64, [13] = 96, [14] = 128, [15] = FULL,
	};

	return ways[code & 15];
}

/* A register of leaf 0x80000005: 8 bits each for entries and ways */
static void add_l1(struct table *t, uint32_t reg, uint64_t size)
{
	add(t, 1, INSPECT_TLB_INSTRUCTION, size, bits(reg, 0, 8), bits(reg, 8, 8));
	add(t, 1, INSPECT_TLB_DATA, size, bits(reg, 16, 8), bits(reg, 24, 8));
}

/* A register of leaves 0x80000006 and 0x80000019: 12 bits for entries, 4 for the code of ways; 0: disabled */
static void add_coded(struct table *t, unsigned int level, uint32_t reg, uint64_t size)
{
	if (bits(reg, 12, 4))
		add(t, level, INSPECT_TLB_INSTRUCTION, size, bits(reg, 0, 12), ways_of(bits(reg, 12, 4)));
	if (bits(reg, 28, 4))
		add(t, level, INSPECT_TLB_DATA, size, bits(reg, 16, 12), ways_of(bits(reg, 28, 4)));
}

/**
 * tlb__vendor - return the vendor that CPUID names
 * @cpuid: the leaves
 * @vendor: filled: 12 characters; "" without CPUID
 */
void tlb__vendor(const struct inspect_cpuid *cpuid, char vendor[13])
{
	const uint32_t *leaf = cpuid->leaf[0];

	memset(vendor, 0, 13);
	if (!cpuid->known)
		return;
	memcpy(vendor, &leaf[EBX], 4);
	memcpy(vendor + 4, &leaf[EDX], 4);
	memcpy(vendor + 8, &leaf[ECX], 4);
}

/** tlb__is_virtual - test if a hypervisor sets the values of CPUID: bit 31 of ECX of leaf 1 */
bool tlb__is_virtual(const struct inspect_cpuid *cpuid)
{
	return cpuid->leaf[1][ECX] >> 31;
}

/**
 * tlb__decode - decode the TLBs of a CPU
 * @cpuid: the leaves
 * @tlb: filled, TLB_MAX of them at most, with @needed 0
 *
 * Return: number of @tlb; 0: unknown.
 */
unsigned int tlb__decode(const struct inspect_cpuid *cpuid, struct inspect_tlb *tlb)
{
	struct table t = { tlb, 0 };
	char vendor[13];
	unsigned int i;

	tlb__vendor(cpuid, vendor);
	if (!strcmp(vendor, "AuthenticAMD") || !strcmp(vendor, "HygonGenuine")) {
		add_l1(&t, cpuid->l1[EBX], PAGE_4K);
		add_l1(&t, cpuid->l1[EAX], PAGE_2M);
		add_coded(&t, 1, cpuid->gb[EAX], PAGE_1G);
		add_coded(&t, 2, cpuid->l2[EBX], PAGE_4K);
		add_coded(&t, 2, cpuid->l2[EAX], PAGE_2M);
		add_coded(&t, 2, cpuid->gb[EBX], PAGE_1G);
	} else if (!strcmp(vendor, "GenuineIntel")) {
		for (i = 0; i < cpuid->nr_tlbs && i < INSPECT_CPUID_TLBS; i++)
			add_subleaf(&t, cpuid->tlb[i]);
		if (!t.count)
			add_descriptors(&t, cpuid->leaf[2]);
	}
	return t.count;
}

/**
 * tlb__need - count the entries that a process needs of each TLB
 * @tlb: the TLBs; @needed is set
 * @count: number of @tlb
 * @size: leaves by log2 of their size
 * @sizes: number of @size, at most 64
 */
void tlb__need(struct inspect_tlb *tlb, unsigned int count, const struct inspect_reach_size *size,
	       unsigned int sizes)
{
	unsigned int i, shift;

	for (i = 0; i < count; i++) {
		tlb[i].needed = 0;
		for (shift = 0; shift < sizes; shift++)
			if (tlb[i].sizes >> shift & 1)
				tlb[i].needed += tlb[i].type == INSPECT_TLB_INSTRUCTION ?
						 size[shift].exec_leaves : size[shift].leaves;
	}
}
