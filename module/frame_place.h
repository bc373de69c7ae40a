/* SPDX-License-Identifier: GPL-2.0 */
/* Where a frame is: its zone, its list of reclaim and how old it is there. Pure. */
#ifndef PGWALK_FRAME_PLACE_H
#define PGWALK_FRAME_PLACE_H

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>

#include "uapi/pgwalk.h"

static inline unsigned int pgwalk_frame_zone(const struct page *page)
{
	switch (page_zonenum(page)) {
#ifdef CONFIG_ZONE_DMA
	case ZONE_DMA:
		return PGWALK_ZONE_DMA;
#endif
#ifdef CONFIG_ZONE_DMA32
	case ZONE_DMA32:
		return PGWALK_ZONE_DMA32;
#endif
	case ZONE_NORMAL:
		return PGWALK_ZONE_NORMAL;
	case ZONE_MOVABLE:
		return PGWALK_ZONE_MOVABLE;
#ifdef CONFIG_ZONE_DEVICE
	case ZONE_DEVICE:
		return PGWALK_ZONE_DEVICE;
#endif
	default:
		return PGWALK_ZONE_UNSET;
	}
}

static inline unsigned int pgwalk_frame_lru(unsigned long flags)
{
	bool active = flags & BIT(PG_active);

	if (!(flags & BIT(PG_lru)))
		return PGWALK_LRU_NONE;
	if (flags & BIT(PG_unevictable))
		return PGWALK_LRU_UNEVICTABLE;
	if (flags & BIT(PG_swapbacked))
		return active ? PGWALK_LRU_ACTIVE_ANON : PGWALK_LRU_INACTIVE_ANON;
	return active ? PGWALK_LRU_ACTIVE_FILE : PGWALK_LRU_INACTIVE_FILE;
}

static inline int pgwalk_frame_generation(unsigned long flags)
{
#ifdef CONFIG_LRU_GEN
	return (int)((flags & LRU_GEN_MASK) >> LRU_GEN_PGOFF) - 1;
#else
	return -1;
#endif
}

#endif /* PGWALK_FRAME_PLACE_H */
