// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* One function per ioctl of /dev/pgwalk: fills in the common fields and checks the result. */
#include <errno.h>

#include "query.h"

/* PR_GET_THP_DISABLE with PR_THP_DISABLE_EXCEPT_ADVISED */
#define THP_ADVISED_ONLY	(1 | 1 << 1)

static __u64 pointer(const void *p)
{
	return (__u64)(unsigned long)p;
}

/* Make records with frames, which are unknown, of records without them: the last one first, in place */
static void add_unknown_frames(struct pgwalk_frame_run *run, unsigned int count)
{
	const struct pgwalk_run *from = (const struct pgwalk_run *)run;

	while (count--) {
		const struct pgwalk_run entry = from[count];

		run[count] = (struct pgwalk_frame_run){ .run = entry, .mapcount = -1, .node = -1 };
	}
}

/**
 * query__scan - read the next leaf entries of a range, with their frames
 * @d: attached
 * @scan: in: the range and the filter; out: @filled, @resume
 * @run: filled; if the device is redacted, with entries only
 * @room: size of @run
 */
int query__scan(struct device *d, struct pgwalk_scan *scan,
		struct pgwalk_frame_run *run, unsigned int room)
{
	int err;

	scan->size = sizeof(*scan);
	scan->flags |= device__is_redacted(d) ? 0 : PGWALK_SCAN_FRAMES;
	scan->records = pointer(run);
	scan->nr_records = room;
	err = device__call(d, PGWALK_IOC_SCAN, scan);
	if (err)
		return err;
	if (scan->filled > room || scan->resume < scan->start ||
	    (scan->resume == scan->start && !scan->filled))
		return -EPROTO;
	if (device__is_redacted(d))
		add_unknown_frames(run, scan->filled);
	return 0;
}

/**
 * query__frames - read the next frames of a range
 * @d: open
 * @frames: in: @pfn, @count; out: @filled
 * @frame: filled
 * @room: size of @frame
 */
int query__frames(struct device *d, struct pgwalk_frames *frames,
		  struct pgwalk_frame *frame, unsigned int room)
{
	int err;

	frames->size = sizeof(*frames);
	frames->records = pointer(frame);
	frames->nr_records = room;
	err = device__call(d, PGWALK_IOC_FRAMES, frames);
	if (err)
		return err;
	if (!frames->filled || frames->filled > room ||
	    frames->filled > frames->count)
		return -EPROTO;
	return 0;
}

/**
 * query__rmap - find the next mappings of a page
 * @d: open; attached with PGWALK_RMAP_ADDRESS
 * @rmap: in: the query, with the cursor of the last call; out: the result
 * @hit: filled
 * @room: size of @hit
 */
int query__rmap(struct device *d, struct pgwalk_rmap *rmap,
		struct pgwalk_rmap_hit *hit, unsigned int room)
{
	int err;

	rmap->size = sizeof(*rmap);
	rmap->records = pointer(hit);
	rmap->nr_records = room;
	err = device__call(d, PGWALK_IOC_RMAP, rmap);
	if (err)
		return err;
	if (rmap->filled > room)
		return -EPROTO;
	return 0;
}

/**
 * query__translate - walk one address, level by level
 * @d: attached
 * @translate: in: the query; out: the steps
 */
int query__translate(struct device *d, struct pgwalk_translate *translate)
{
	int err;

	translate->size = sizeof(*translate);
	err = device__call(d, PGWALK_IOC_TRANSLATE, translate);
	if (!err && translate->nr_steps > PGWALK_MAX_LEVELS)
		err = -EPROTO;
	return err;
}

/**
 * query__mm - read the summary of the address space
 * @d: attached
 * @mm: filled
 * @task: filled with the tasks that use the address space
 * @room: size of @task
 */
int query__mm(struct device *d, struct pgwalk_mm *mm, struct pgwalk_task *task,
	      unsigned int room)
{
	int err;

	*mm = (struct pgwalk_mm){
		.size = sizeof(*mm),
		.tasks = pointer(task),
		.nr_records = room,
	};
	err = device__call(d, PGWALK_IOC_MM, mm);
	if (!err && mm->filled > room)
		err = -EPROTO;
	return err;
}

/**
 * query__thp_advised_only - does PR_THP_DISABLE_EXCEPT_ADVISED apply to the process?
 * @d: attached
 *
 * /proc/PID/status does not show it. Return: false also where the address space cannot be read any more.
 */
bool query__thp_advised_only(struct device *d)
{
	struct pgwalk_mm mm;

	return !query__mm(d, &mm, NULL, 0) && mm.thp_disable == THP_ADVISED_ONLY;
}

/**
 * query__tables - read the statistics of the page tables
 * @d: attached
 * @tables: filled
 * @stats: filled
 * @room: size of @stats
 */
int query__tables(struct device *d, struct pgwalk_tables *tables,
		  struct pgwalk_pgtable_stats *stats, unsigned int room)
{
	int err;

	*tables = (struct pgwalk_tables){
		.size = sizeof(*tables),
		.records = pointer(stats),
		.nr_records = room,
	};
	err = device__call(d, PGWALK_IOC_TABLES, tables);
	if (!err && tables->filled > room)
		err = -EPROTO;
	return err;
}

/**
 * query__segments - read the segment registers of the next threads
 * @d: attached
 * @segments: in: @resume of the last call; out: the result
 * @thread: filled
 * @room: size of @thread
 * @ldt: filled with the LDT's descriptors
 * @ldt_room: size of @ldt; 0: do not read the LDT
 */
int query__segments(struct device *d, struct pgwalk_segments *segments,
		    struct pgwalk_thread *thread, unsigned int room,
		    __u64 *ldt, unsigned int ldt_room)
{
	int err;

	segments->size = sizeof(*segments);
	segments->threads = pointer(thread);
	segments->nr_records = room;
	segments->ldt = ldt_room ? pointer(ldt) : 0;
	segments->nr_ldt = ldt_room;
	err = device__call(d, PGWALK_IOC_SEGMENTS, segments);
	if (err)
		return err;
	if (segments->filled > room || (!segments->filled && segments->resume))
		return -EPROTO;
	return 0;
}

/**
 * query__gdt - read the global descriptor table of a CPU
 * @d: open
 * @gdt: filled
 * @cpu: the CPU
 */
int query__gdt(struct device *d, struct pgwalk_gdt *gdt, unsigned int cpu)
{
	int err;

	*gdt = (struct pgwalk_gdt){ .size = sizeof(*gdt), .cpu = cpu };
	err = device__call(d, PGWALK_IOC_GDT, gdt);
	if (!err && (gdt->nr > PGWALK_GDT_MAX ||
		     (gdt->next_cpu >= 0 && (__u32)gdt->next_cpu <= cpu)))
		err = -EPROTO;
	return err;
}
