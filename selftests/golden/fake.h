/* SPDX-License-Identifier: GPL-2.0 */
/* The made-up process of the golden tests. */
#ifndef GOLDEN_FAKE_H
#define GOLDEN_FAKE_H

#include "pgwalk.h"

/** struct fake_vma - a mapping with room for its name */
struct fake_vma {
	struct pgwalk_vma vma;
	char name[40];
};

extern const struct fake_vma fake_vma[];
extern const unsigned int fake_nr_vmas;
extern const struct pgwalk_frame_run fake_run[];
extern const unsigned int fake_nr_runs;
extern const struct pgwalk_rmap_hit fake_hit[];
extern const unsigned int fake_nr_hits;
extern const struct pgwalk_census fake_census[];
extern const unsigned int fake_nr_census;
extern const struct pgwalk_thread fake_thread[2];
extern const struct pgwalk_gdt fake_gdt;
extern const struct pgwalk_mm fake_mm;
extern const struct pgwalk_info fake_info;

void fake__frame(struct pgwalk_frame *frame, __u64 pfn);
int fake__translate(struct pgwalk_translate *t);

#endif
