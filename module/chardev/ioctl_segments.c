// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_SEGMENTS: returns the segment registers of the target's threads, and its LDT. No
 * lock is held while user memory is written.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../arch/x86/ldt.h"
#include "../arch/x86/registers.h"
#include "../uapi/pgwalk.h"
#include "file.h"

#define LDT_CHUNK	64U

static int check(const struct pgwalk_segments *arg)
{
	if (arg->flags || !arg->nr_records || arg->resume < 0)
		return -EINVAL;
	if (arg->threads % 8 || arg->ldt % 8 || (arg->nr_ldt && !arg->ldt))
		return -EINVAL;
	return 0;
}

/* Copy threads. @resume becomes the id of the last one, or 0 if there is none after it. */
static int copy_threads(struct pgwalk_file *pfile, struct pgwalk_segments *arg,
			struct pgwalk_registers *batch)
{
	struct pgwalk_thread __user *to = u64_to_user_ptr(arg->threads);
	int err;

	while (arg->filled < arg->nr_records) {
		err = signal_pending(current) ? -EINTR :
		      pgwalk_registers_fill(&pfile->target, &pfile->threads, arg->resume,
					    arg->nr_records - arg->filled, batch);
		if (err)
			return err == -EINTR && arg->filled ? 0 : err;
		if (!batch->filled) {
			arg->resume = 0;
			break;
		}
		if (copy_to_user(to + arg->filled, batch->thread,
				 batch->filled * sizeof(*batch->thread)))
			return -EFAULT;
		arg->filled += batch->filled;
		arg->resume = batch->thread[batch->filled - 1].tid;
	}
	return 0;
}

static int copy_ldt(struct pgwalk_file *pfile, struct pgwalk_segments *arg)
{
	u64 __user *to = u64_to_user_ptr(arg->ldt);
	unsigned int room = arg->nr_ldt, at = 0;
	u64 chunk[LDT_CHUNK];
	int copied;

	do {
		copied = pgwalk_ldt_read(pfile->target.mm, at, chunk, min(room - at, LDT_CHUNK),
					 &arg->nr_ldt);
		if (copied < 0)
			return copied;
		if (copied && copy_to_user(to + at, chunk, copied * sizeof(*chunk)))
			return -EFAULT;
		at += copied;
	} while (copied && at < room);
	return 0;
}

static int segments(struct pgwalk_file *pfile, struct pgwalk_segments *arg)
{
	struct pgwalk_registers *batch = kmalloc(sizeof(*batch), GFP_KERNEL_ACCOUNT);
	int err;

	if (!batch)
		return -ENOMEM;
	arg->filled = 0;
	err = copy_threads(pfile, arg, batch);
	if (!err)
		err = copy_ldt(pfile, arg);
	kfree(batch);
	return err;
}

/**
 * pgwalk_ioctl_segments - PGWALK_IOC_SEGMENTS
 * @pfile: locked
 * @user: struct pgwalk_segments
 *
 * Context: process context, may sleep. No lock is held while user memory is written.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_segments(struct pgwalk_file *pfile, void __user *user)
{
	struct pgwalk_segments arg;
	int err = pgwalk_file_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		err = check(&arg);
	if (!err)
		err = pgwalk_file_check_target(pfile);
	if (!err)
		err = segments(pfile, &arg);
	if (err)
		return err;
	return copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : 0;
}
