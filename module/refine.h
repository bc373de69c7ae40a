/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Refinement of an entry's kind by its VMA. */
#ifndef PGWALK_REFINE_H
#define PGWALK_REFINE_H

#include <linux/types.h>

#include "uapi/pgwalk.h"

struct pgwalk_mm_section;

/**
 * pgwalk_refine_is_final - test if the kind of an entry needs no VMA
 * @entry: decoded
 *
 * Context: any.
 * Return: true for a page that is present for the CPU, except a 2M page that may be the huge zero
 * page: its kind, and that of each leaf of its size with the same bits, is PGWALK_KIND_PRESENT.
 */
static inline bool pgwalk_refine_is_final(const struct pgwalk_entry *entry)
{
	return entry->kind == PGWALK_KIND_PRESENT && entry->flags & PGWALK_F_PRESENT &&
	       (entry->level != PGWALK_LEVEL_PMD ||
		entry->flags & (PGWALK_F_WRITE | PGWALK_F_DIRTY));
}

unsigned int pgwalk_refine_protnone(bool accessible, bool rwp, u64 flags);
void pgwalk_refine_entry(struct pgwalk_mm_section *section, unsigned long addr,
			 struct pgwalk_entry *entry);

#endif /* PGWALK_REFINE_H */
