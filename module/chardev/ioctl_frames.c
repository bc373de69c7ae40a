// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_FRAMES: returns the records of a range of page frames. A few records at a
 * time are made and copied to the caller; no frame is referenced.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../buffer.h"
#include "../compat.h"
#include "../frame/frame.h"
#include "../uapi/pgwalk.h"
#include "../upper_tables.h"
#include "file.h"

#define CHUNK	64U	/* records that are made in one section */

static int check_frames(const struct pgwalk_frames *arg)
{
	u64 last;

	if (arg->flags || !arg->count || !arg->nr_records ||
	    check_add_overflow(arg->pfn, arg->count, &last))
		return -EINVAL;
	return 0;
}

/**
 * struct pgwalk_frame_batch - a range that is being read
 * @mm:		address space of the target; NULL: not attached
 * @upper:	its tables at their last use; NULL: not read yet
 * @cache:	cached facts about frames
 * @frames:	records of the frames that were read last
 */
struct pgwalk_frame_batch {
	struct mm_struct *mm;
	struct pgwalk_upper_tables *upper;
	struct pgwalk_frame_cache cache;
	struct pgwalk_frame frames[CHUNK];
};

/**
 * pgwalk_frame_batch_destroy - free the memory for FRAMES
 * @batch: may be NULL
 *
 * Context: process context.
 */
void pgwalk_frame_batch_destroy(struct pgwalk_frame_batch *batch)
{
	pgwalk_buffer_destroy(batch, sizeof(*batch));
}

/* List the tables of the target. If the target is gone, the list is empty. */
static int take_upper(struct pgwalk_frame_batch *batch)
{
	int err;

	if (!batch->upper)
		batch->upper = pgwalk_upper_tables_create();
	if (!batch->upper)
		return -ENOMEM;
	err = pgwalk_upper_tables_take(batch->upper, batch->mm);
	return err == -ESRCH ? 0 : err;
}

/*
 * Mark a frame as a page table if the kernel does not, but a table of the target points
 * to it. The list may be older than the record, so a match is looked up in a new list.
 */
static int find_table(struct pgwalk_frame_batch *batch, struct pgwalk_frame *frame)
{
	int err = 0;

	if (PGWALK_TABLES_MARKED || !batch->mm || frame->kind != PGWALK_FRAME_OTHER)
		return 0;
	if (!batch->upper || pgwalk_upper_tables_has(batch->upper, frame->pfn))
		err = take_upper(batch);
	if (!err && pgwalk_upper_tables_has(batch->upper, frame->pfn))
		frame->kind = PGWALK_FRAME_PGTABLE;
	return err;
}

static int copy_chunk(struct pgwalk_frame __user *to, struct pgwalk_frame_batch *batch, u64 pfn, u32 nr)
{
	int err = 0;
	u32 i;

	pgwalk_frame_section_begin(&batch->cache);
	pgwalk_frame_fill(batch->frames, &batch->cache, pfn, nr);
	pgwalk_frame_section_end();
	for (i = 0; i < nr && !err; i++)
		err = find_table(batch, &batch->frames[i]);
	if (err)
		return err;
	return copy_to_user(to, batch->frames, nr * sizeof(*to)) ? -EFAULT : 0;
}

/* Copy records until a signal comes, which is an error only if none was copied before. */
static int copy_frames(struct pgwalk_frames *arg, struct pgwalk_frame_batch *batch)
{
	struct pgwalk_frame __user *to = u64_to_user_ptr(arg->records);
	const u32 wanted = min_t(u64, arg->count, arg->nr_records);
	int err;
	u32 nr;

	for (arg->filled = 0; arg->filled < wanted; arg->filled += nr) {
		if (signal_pending(current))
			return arg->filled ? 0 : -EINTR;
		nr = min(wanted - arg->filled, CHUNK);
		err = copy_chunk(to + arg->filled, batch, arg->pfn + arg->filled, nr);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/**
 * pgwalk_ioctl_frames - PGWALK_IOC_FRAMES
 * @pfile: locked; it need not be attached. If it is, the tables of the target are marked
 * @arg_user: struct pgwalk_frames
 *
 * Context: process context, may sleep. No lock is held while user memory is written. The target
 * is read as by pgwalk_upper_tables_take().
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_frames(struct pgwalk_file *pfile, void __user *arg_user)
{
	struct pgwalk_frames __user *user = arg_user;
	struct pgwalk_frames arg;
	struct pgwalk_frame_batch *batch;
	int err = pgwalk_file_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		err = check_frames(&arg);
	if (err)
		return err;
	pfile->frame_batch = pfile->frame_batch ?: pgwalk_buffer_create(sizeof(*batch), 0);
	batch = pfile->frame_batch;
	if (!batch)
		return -ENOMEM;
	batch->mm = pfile->target.mm;
	batch->upper = NULL;
	memset(&batch->cache, 0, sizeof(batch->cache));
	err = copy_frames(&arg, batch);
	pgwalk_upper_tables_destroy(batch->upper);
	if (err)
		return err;
	return put_user(arg.filled, &user->filled) ? -EFAULT : 0;
}
