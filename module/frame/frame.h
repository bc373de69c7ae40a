/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Page frames, read without a reference. */
#ifndef PGWALK_FRAME_H
#define PGWALK_FRAME_H

#include <linux/types.h>

#include "../uapi/pgwalk.h"
#include "cache.h"

struct dev_pagemap;

void pgwalk_frame_read_summary(struct pgwalk_frame_cache *cache, unsigned long pfn,
			       struct pgwalk_frame_summary *summary);
unsigned int pgwalk_frame_count_listed(const struct pgwalk_frame_cache *cache, const u64 *pfn,
				       unsigned int most);
unsigned int pgwalk_frame_count_same(unsigned long pfn, unsigned int most,
				     const struct pgwalk_frame_summary *summary);
bool pgwalk_frame_is_lazyfree(struct pgwalk_frame_cache *cache, unsigned long pfn,
			      const struct pgwalk_frame_summary *summary);
void pgwalk_frame_fill(struct pgwalk_frame *frame, struct pgwalk_frame_cache *cache,
		       unsigned long pfn, unsigned int nr);
bool pgwalk_frame_is_huge_zero(unsigned long pfn);
struct dev_pagemap *pgwalk_frame_get_device(unsigned long pfn);

#endif /* PGWALK_FRAME_H */
