/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Counts of the memory that a mapping has. */
#ifndef PGWALK_VMA_STATS_H
#define PGWALK_VMA_STATS_H

#include <linux/types.h>

struct mm_struct;
struct pgwalk_batch;
struct pgwalk_vma;

int pgwalk_vma_stats_count(struct mm_struct *mm, struct pgwalk_vma *vma, unsigned long before,
			   struct pgwalk_batch *batch, bool frames);

#endif /* PGWALK_VMA_STATS_H */
