/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The fake process of the golden tests. */
#ifndef GOLDEN_FAKE_H
#define GOLDEN_FAKE_H

#include <stdbool.h>

#include "pgwalk.h"

/** struct fake_vma - a mapping with space for its name */
struct fake_vma {
	struct pgwalk_vma vma;
	char name[40];
};

extern const struct fake_vma fake_vma[];
extern const unsigned int fake_nr_vmas;
extern const struct pgwalk_frame_run fake_run[];
extern const unsigned int fake_nr_runs;
extern const struct fake_vma fake_later_vma[];
extern const unsigned int fake_nr_later_vmas;
extern const struct pgwalk_frame_run fake_later_run[];
extern const unsigned int fake_nr_later_runs;
extern const struct pgwalk_frame_run fake_forked[];
extern const unsigned int fake_nr_forked;
extern const struct pgwalk_frame_run fake_child[];
extern const unsigned int fake_nr_child;
extern const struct pgwalk_rmap_hit fake_hit[];
extern const struct pgwalk_rmap_hit fake_shared[2];
extern const unsigned int fake_nr_hits;
extern const struct pgwalk_pgtable_stats fake_pgtable_stats[];
extern const unsigned int fake_nr_pgtable_stats;
extern const struct pgwalk_thread fake_thread[2];
extern const struct pgwalk_gdt fake_gdt;
extern const struct pgwalk_mm fake_mm;
extern const struct pgwalk_info fake_info;

bool fake__is_later(void);
void fake__frame(struct pgwalk_frame *frame, __u64 pfn);
int fake__translate(struct pgwalk_translate *t);

#endif
