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
#include "frame.h"
#include "uapi/pgwalk.h"

#define CHUNK	8U	/* records on the stack */

static int check_frames(const struct pgwalk_frames *arg)
{
	u64 last;

	if (arg->flags || !arg->count || !arg->nr_records ||
	    check_add_overflow(arg->pfn, arg->count, &last))
		return -EINVAL;
	return 0;
}

static int copy_chunk(struct pgwalk_frame __user *to, struct pgwalk_frame_lens *lens, u64 pfn,
		      u32 nr)
{
	struct pgwalk_frame frames[CHUNK];
	u32 i;

	pgwalk_frame_section_begin(lens);
	for (i = 0; i < nr; i++)
		pgwalk_frame_fill(&frames[i], lens, pfn + i);
	pgwalk_frame_section_end();
	return copy_to_user(to, frames, nr * sizeof(*to)) ? -EFAULT : 0;
}

/* What was copied when a signal comes is an answer, unless it is nothing. */
static int copy_frames(struct pgwalk_frames *arg)
{
	struct pgwalk_frame __user *to = u64_to_user_ptr(arg->records);
	u32 wanted = min_t(u64, arg->count, arg->nr_records);
	struct pgwalk_frame_lens lens = {};
	u32 nr;

	for (arg->filled = 0; arg->filled < wanted; arg->filled += nr) {
		if (signal_pending(current))
			return arg->filled ? 0 : -EINTR;
		nr = min(wanted - arg->filled, CHUNK);
		if (copy_chunk(to + arg->filled, &lens, arg->pfn + arg->filled, nr))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

/**
 * pgwalk_call_frames - PGWALK_IOC_FRAMES
 * @client: locked; it need not be attached
 * @arg_user: struct pgwalk_frames
 *
 * Context: process context, may sleep; nothing is held then.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_frames(struct pgwalk_client *client, void __user *arg_user)
{
	struct pgwalk_frames __user *user = arg_user;
	struct pgwalk_frames arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		err = check_frames(&arg);
	if (!err)
		err = copy_frames(&arg);
	if (err)
		return err;
	return put_user(arg.filled, &user->filled) ? -EFAULT : 0;
}
