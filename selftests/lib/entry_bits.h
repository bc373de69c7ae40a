/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The bits of raw page-table entries, as the manuals of the CPUs have them: Intel SDM volume 3A, 4.5, and Arm ARM
 * DDI 0487, D8.3. Independent of the module's code.
 *
 * entry_is_present(value)	the CPU may translate through the entry
 * entry_flags(value)		PGWALK_F_PRESENT, WRITE, USER, ACCESSED and NX of a page that is present
 * entry_frame(value, shift)	frame that the entry of a page or a table of 1 << @shift bytes points to
 * entry_hidden_frame(value, shift) frame of a page without the present bit that is in memory
 * entry_swap_type(value)	swap area
 * entry_swap_offset(value)	page in the area
 * ENTRY_CHANGES		bits that the CPU changes at any time
 */
#ifndef PGWALK_TEST_ENTRY_BITS_H
#define PGWALK_TEST_ENTRY_BITS_H

#include <stdbool.h>
#include <linux/types.h>

#include "pgwalk.h"
#include "sizes.h"

static inline bool entry_is_present(__u64 value)
{
	return value & 1;
}

#if defined(__aarch64__)

/* AF; and the read-only bit of a page whose writable bit is DBM */
#define ENTRY_CHANGES	(1ULL << 10 | 1ULL << 7)

/* Of pages of 4K and 16K, with and without LPA2: a machine of the tests has less than 2^50 bytes of memory */
static inline __u64 entry_frame(__u64 value, unsigned int shift)
{
	return (value & ((1ULL << 50) - 1) & -(1ULL << shift)) >> PAGE_SHIFT;
}

static inline __u64 entry_hidden_frame(__u64 value, unsigned int shift)
{
	return entry_frame(value, shift);
}

static inline __u64 entry_flags(__u64 value)
{
	return PGWALK_F_PRESENT | (value >> 51 & 1 ? PGWALK_F_WRITE : 0) | (value >> 6 & 1 ? PGWALK_F_USER : 0) |
	       (value >> 10 & 1 ? PGWALK_F_ACCESSED : 0) | (value >> 54 & 1 ? PGWALK_F_NX : 0);
}

/* arch/arm64/include/asm/pgtable.h of 6.12 and later */
static inline __u64 entry_swap_type(__u64 value)
{
	return value >> 6 & 31;
}

static inline __u64 entry_swap_offset(__u64 value)
{
	return value >> 12 & ((1ULL << 50) - 1);
}

#else

/* Accessed and dirty */
#define ENTRY_CHANGES	0x60ULL

static inline __u64 entry_frame(__u64 value, unsigned int shift)
{
	return (value & 0x000ffffffffff000ULL & -(1ULL << shift)) >> PAGE_SHIFT;
}

/* Inverted, against L1TF */
static inline __u64 entry_hidden_frame(__u64 value, unsigned int shift)
{
	return entry_frame(~value, shift);
}

static inline __u64 entry_flags(__u64 value)
{
	return PGWALK_F_PRESENT | (value >> 1 & 1 ? PGWALK_F_WRITE : 0) | (value >> 2 & 1 ? PGWALK_F_USER : 0) |
	       (value >> 5 & 1 ? PGWALK_F_ACCESSED : 0) | (value >> 63 ? PGWALK_F_NX : 0);
}

static inline __u64 entry_swap_type(__u64 value)
{
	return value >> 59;
}

static inline __u64 entry_swap_offset(__u64 value)
{
	return ~value << 5 >> 14;
}

#endif

#define ENTRY_FLAGS	(PGWALK_F_PRESENT | PGWALK_F_WRITE | PGWALK_F_USER | PGWALK_F_ACCESSED | PGWALK_F_NX)

#endif
