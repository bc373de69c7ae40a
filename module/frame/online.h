/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The blocks of memory that are known to be online. */
#ifndef PGWALK_FRAME_ONLINE_H
#define PGWALK_FRAME_ONLINE_H

#include <linux/bitops.h>
#include <linux/mmzone.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

/* Number of frames in a block, the smallest part of memory that is added or removed */
#define PGWALK_FRAME_BLOCK	PAGES_PER_SUBSECTION

/**
 * struct pgwalk_frame_online - a bit for each block
 * @nr:		number of blocks that have a bit. Blocks with higher numbers are never known
 * @bits:	set: pfn_to_online_page() found a frame of the block online
 */
struct pgwalk_frame_online {
	unsigned long nr;
	unsigned long bits[];
};

extern struct pgwalk_frame_online __rcu *pgwalk_frame_online;

/*
 * Test if a frame is known to be online. Within an RCU section; @online was read in the same
 * section. The struct page of the frame then exists until the end of the section.
 */
static __always_inline bool pgwalk_frame_online_has(const struct pgwalk_frame_online *online,
						    unsigned long pfn)
{
	unsigned long block = pfn / PGWALK_FRAME_BLOCK;

	return block < online->nr &&
	       READ_ONCE(online->bits[BIT_WORD(block)]) & BIT_MASK(block);
}

/* Record that pfn_to_online_page() found a frame online in this RCU section. */
static inline void pgwalk_frame_online_add(struct pgwalk_frame_online *online, unsigned long pfn)
{
	unsigned long block = pfn / PGWALK_FRAME_BLOCK;

	if (block < online->nr)
		set_bit(block, online->bits);
}

int pgwalk_frame_online_init(void);
void pgwalk_frame_online_exit(void);

#endif /* PGWALK_FRAME_ONLINE_H */
