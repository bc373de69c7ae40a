// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of /dev/pgwalk, one at a time: fills in what every call has, and
 * refuses an answer that would lead its reader astray. It keeps nothing.
 */
#include <errno.h>

#include "query.h"

static __u64 pointer(const void *p)
{
	return (__u64)(unsigned long)p;
}

/**
 * query__scan - the next leaf entries of a range, with their frames
 * @d: attached
 * @scan: in: the range, what is wanted; out: @filled, @resume
 * @run: filled
 * @room: of @run
 */
int query__scan(struct device *d, struct pgwalk_scan *scan,
		struct pgwalk_frame_run *run, unsigned int room)
{
	int err;

	scan->size = sizeof(*scan);
	scan->flags |= PGWALK_SCAN_FRAMES;
	scan->records = pointer(run);
	scan->nr_records = room;
	err = device__call(d, PGWALK_IOC_SCAN, scan);
	if (err)
		return err;
	if (scan->filled > room || scan->resume < scan->start ||
	    (scan->resume == scan->start && !scan->filled))
		return -EPROTO;
	return 0;
}

/**
 * query__frames - the next frames of a range
 * @d: open
 * @frames: in: @pfn, @count; out: @filled
 * @frame: filled
 * @room: of @frame
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
 * query__rmap - some of those that map a page
 * @d: open; attached with PGWALK_RMAP_ADDRESS
 * @rmap: in: the question, and what the call before has left to go on with; out: the rest
 * @hit: filled
 * @room: of @hit
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
 * query__translate - one address, level by level
 * @d: attached
 * @translate: in: the question; out: the answer
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
 * query__mm - the address space as a whole
 * @d: attached
 * @mm: filled
 * @task: filled with those that use it
 * @room: of @task
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
 * query__tables - a census of the page tables
 * @d: attached
 * @tables: filled
 * @census: filled
 * @room: of @census
 */
int query__tables(struct device *d, struct pgwalk_tables *tables,
		  struct pgwalk_census *census, unsigned int room)
{
	int err;

	*tables = (struct pgwalk_tables){
		.size = sizeof(*tables),
		.records = pointer(census),
		.nr_records = room,
	};
	err = device__call(d, PGWALK_IOC_TABLES, tables);
	if (!err && tables->filled > room)
		err = -EPROTO;
	return err;
}

/**
 * query__segments - the segment registers of the next threads
 * @d: attached
 * @segments: in: @resume as the call before has left it; out: the rest
 * @thread: filled
 * @room: of @thread
 * @ldt: filled with the LDT's descriptors
 * @ldt_room: of @ldt; 0: they are not wanted
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
 * query__gdt - the global descriptor table of a CPU
 * @d: open
 * @gdt: filled
 * @cpu: which
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
