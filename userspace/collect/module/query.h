/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * One ioctl of the module per function, with the result checked. Callers loop and interpret. Each
 * returns 0 or -errno; -EPROTO: invalid result.
 */
#ifndef PGWALK_COLLECT_QUERY_H
#define PGWALK_COLLECT_QUERY_H

#include "device.h"

int query__scan(struct device *d, struct pgwalk_scan *scan,
		struct pgwalk_frame_run *run, unsigned int room);
int query__frames(struct device *d, struct pgwalk_frames *frames,
		  struct pgwalk_frame *frame, unsigned int room);
int query__rmap(struct device *d, struct pgwalk_rmap *rmap,
		struct pgwalk_rmap_hit *hit, unsigned int room);
int query__translate(struct device *d, struct pgwalk_translate *translate);
int query__mm(struct device *d, struct pgwalk_mm *mm, struct pgwalk_task *task,
	      unsigned int room);
bool query__thp_advised_only(struct device *d);
int query__tables(struct device *d, struct pgwalk_tables *tables,
		  struct pgwalk_pgtable_stats *stats, unsigned int room);
int query__segments(struct device *d, struct pgwalk_segments *segments,
		    struct pgwalk_thread *thread, unsigned int room,
		    __u64 *ldt, unsigned int ldt_room);
int query__gdt(struct device *d, struct pgwalk_gdt *gdt, unsigned int cpu);

#endif
