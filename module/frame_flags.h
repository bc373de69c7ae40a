/* SPDX-License-Identifier: GPL-2.0 */
/* The flags of a frame, as /proc/kpageflags of the running kernel tells them. */
#ifndef PGWALK_FRAME_FLAGS_H
#define PGWALK_FRAME_FLAGS_H

#include <linux/types.h>

struct page;
struct pgwalk_frame_lens;
struct pgwalk_frame_sample;

u64 pgwalk_frame_flags(struct pgwalk_frame_lens *lens, unsigned long pfn, struct page *page,
		       const struct pgwalk_frame_sample *sample);
u64 pgwalk_frame_flags_of_none(void);
bool pgwalk_frame_is_unowned_huge(const struct pgwalk_frame_sample *sample);
bool pgwalk_frame_is_large(const struct pgwalk_frame_sample *sample);

#endif /* PGWALK_FRAME_FLAGS_H */
