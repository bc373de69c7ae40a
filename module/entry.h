/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Decoding of one page-table entry into a record. */
#ifndef PGWALK_ENTRY_H
#define PGWALK_ENTRY_H

#include <linux/types.h>

#include "arch/pgtable.h"
#include "uapi/pgwalk.h"

/*
 * Decode an ordinary entry that points to a table (pgwalk_arch_is_ordinary_table()), as
 * pgwalk_entry_decode() does. Inline with a constant @level, because a walk from the root decodes
 * an entry of each level.
 */
static __always_inline void pgwalk_entry_decode_table(struct pgwalk_entry *entry,
						      unsigned int level, u64 value)
{
	*entry = (struct pgwalk_entry) {
		.value = value,
		.flags = pgwalk_arch_table_flags(value),
		.pfn = pgwalk_arch_pfn(PAGE_SIZE, value),
		.kind = PGWALK_KIND_TABLE,
		.level = level,
		.shift = pgwalk_arch_shift(level),
	};
}

/*
 * Decode an ordinary pte (pgwalk_arch_is_ordinary()), as pgwalk_entry_decode() does. Inline, because
 * most entries that are read alone are such ptes.
 */
static __always_inline void pgwalk_entry_decode_ordinary(struct pgwalk_entry *entry, u64 value)
{
	*entry = (struct pgwalk_entry) {
		.value = value,
		.flags = pgwalk_arch_ordinary_flags(value),
		.pfn = pgwalk_arch_pfn(PAGE_SIZE, value),
		.kind = PGWALK_KIND_PRESENT,
		.level = PGWALK_LEVEL_PTE,
		.shift = PAGE_SHIFT,
		.pkey = pgwalk_arch_pkey(value),
	};
}

void pgwalk_entry_decode(struct pgwalk_entry *entry, unsigned int level, u64 value);
void pgwalk_entry_decode_shmem(struct pgwalk_entry *entry, unsigned long swap);

#endif /* PGWALK_ENTRY_H */
