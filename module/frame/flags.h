/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Flags of a frame, as in /proc/kpageflags of the running kernel. */
#ifndef PGWALK_FRAME_FLAGS_H
#define PGWALK_FRAME_FLAGS_H

#include <linux/types.h>

struct page;
struct pgwalk_frame_cache;
struct pgwalk_frame_sample;

u64 pgwalk_frame_flags(struct pgwalk_frame_cache *cache, unsigned long pfn, struct page *page,
		       const struct pgwalk_frame_sample *sample);
u64 pgwalk_frame_flags_of_none(void);
bool pgwalk_frame_is_unowned_huge(const struct pgwalk_frame_sample *sample);

#endif /* PGWALK_FRAME_FLAGS_H */
