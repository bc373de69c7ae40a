// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_FRAMES: a range of page frames, in bulk. Records are put together a few at a
 * time and copied to the caller; no frame is referenced.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "client.h"
#include "compat.h"
#include "frame.h"
#include "uapi/pgwalk.h"
#include "upper.h"

#define CHUNK	8U	/* records on the stack */

static int check_frames(const struct pgwalk_frames *arg)
{
	u64 last;

	if (arg->flags || !arg->count || !arg->nr_records ||
	    check_add_overflow(arg->pfn, arg->count, &last))
		return -EINVAL;
	return 0;
}

/**
 * struct reading - a range that is being read
 * @mm:		of the target; NULL: not attached
 * @upper:	its tables, when they were needed last; NULL: not yet
 * @lens:	what is known of the frames read last
 */
struct reading {
	struct mm_struct *mm;
	struct pgwalk_upper *upper;
	struct pgwalk_frame_lens lens;
};

/* List the tables of the target. If the target is gone, the list is empty. */
static int take_upper(struct reading *reading)
{
	int err;

	if (!reading->upper)
		reading->upper = pgwalk_upper_create();
	if (!reading->upper)
		return -ENOMEM;
	err = pgwalk_upper_take(reading->upper, reading->mm);
	return err == -ESRCH ? 0 : err;
}

/*
 * A frame that the kernel does not mark is a page table if a table of the target points
 * to it. The list may be older than the record: what it has is looked up once more.
 */
static int find_table(struct reading *reading, struct pgwalk_frame *frame)
{
	int err = 0;

	if (PGWALK_TABLES_MARKED || !reading->mm || frame->kind != PGWALK_FRAME_OTHER)
		return 0;
	if (!reading->upper || pgwalk_upper_has(reading->upper, frame->pfn))
		err = take_upper(reading);
	if (!err && pgwalk_upper_has(reading->upper, frame->pfn))
		frame->kind = PGWALK_FRAME_PGTABLE;
	return err;
}

static int copy_chunk(struct pgwalk_frame __user *to, struct reading *reading, u64 pfn, u32 nr)
{
	struct pgwalk_frame_lens *lens = &reading->lens;
	struct pgwalk_frame frames[CHUNK];
	int err = 0;
	u32 i;

	pgwalk_frame_section_begin(lens);
	for (i = 0; i < nr; i++)
		pgwalk_frame_fill(&frames[i], lens, pfn + i);
	pgwalk_frame_section_end();
	for (i = 0; i < nr && !err; i++)
		err = find_table(reading, &frames[i]);
	if (err)
		return err;
	return copy_to_user(to, frames, nr * sizeof(*to)) ? -EFAULT : 0;
}

/* What was copied when a signal comes is an answer, unless it is nothing. */
static int copy_frames(struct pgwalk_frames *arg, struct reading *reading)
{
	struct pgwalk_frame __user *to = u64_to_user_ptr(arg->records);
	u32 wanted = min_t(u64, arg->count, arg->nr_records);
	int err;
	u32 nr;

	for (arg->filled = 0; arg->filled < wanted; arg->filled += nr) {
		if (signal_pending(current))
			return arg->filled ? 0 : -EINTR;
		nr = min(wanted - arg->filled, CHUNK);
		err = copy_chunk(to + arg->filled, reading, arg->pfn + arg->filled, nr);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/**
 * pgwalk_call_frames - PGWALK_IOC_FRAMES
 * @client: locked; it need not be attached. If it is, the tables of the target are known
 * @arg_user: struct pgwalk_frames
 *
 * Context: process context, may sleep; nothing is held then. The target is held as
 * pgwalk_upper_take() holds it.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_frames(struct pgwalk_client *client, void __user *arg_user)
{
	struct pgwalk_frames __user *user = arg_user;
	struct reading reading = { .mm = client->target.mm };
	struct pgwalk_frames arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		err = check_frames(&arg);
	if (!err)
		err = copy_frames(&arg, &reading);
	pgwalk_upper_destroy(reading.upper);
	if (err)
		return err;
	return put_user(arg.filled, &user->filled) ? -EFAULT : 0;
}
