// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_MM: returns a summary of the target's address space, and the threads that use
 * it, in batches. No lock is held while user memory is written.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../access.h"
#include "../mm.h"
#include "../uapi/pgwalk.h"
#include "file.h"

#define BATCH	64U

/* Copy the threads that fit into the caller's buffer. */
static int copy_tasks(struct pgwalk_mm *arg, struct mm_struct *mm, struct pgwalk_task *batch)
{
	struct pgwalk_task __user *to = u64_to_user_ptr(arg->tasks);
	struct pgwalk_mm_cursor cursor;
	unsigned int nr;
	int err;

	pgwalk_mm_begin(&cursor, mm);
	for (arg->filled = 0; arg->filled < arg->nr_records; arg->filled += nr) {
		unsigned int room = min(BATCH, arg->nr_records - arg->filled);

		err = pgwalk_mm_next_tasks(&cursor, batch, room, &nr);
		if (err)
			return err;
		if (copy_to_user(to + arg->filled, batch, nr * sizeof(*to)))
			return -EFAULT;
		if (!nr)
			break;
	}
	return 0;
}

static int report_tasks(struct pgwalk_mm *arg, struct mm_struct *mm)
{
	struct pgwalk_task *batch = kmalloc_array(BATCH, sizeof(*batch), GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;

	if (batch)
		err = copy_tasks(arg, mm, batch);
	kfree(batch);
	return err;
}

/* Remove addresses of the root table, and the tasks, which may be of other users. */
static void redact(struct pgwalk_mm *arg)
{
	arg->pgd = 0;
	arg->pgd_pa = 0;
	arg->users = 0;
	arg->count = 0;
	arg->nr_tasks = 0;
	arg->flags = PGWALK_REDACTED;
}

/**
 * pgwalk_ioctl_mm - PGWALK_IOC_MM
 * @pfile: locked
 * @user: struct pgwalk_mm
 *
 * Context: process context, may sleep. No lock is held while user memory is written.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_mm(struct pgwalk_file *pfile, void __user *user)
{
	struct pgwalk_mm arg;
	int err = pgwalk_file_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		pgwalk_file_accept_redacted(pfile, &arg.flags);
	if (!err && (arg.flags || !arg.tasks != !arg.nr_records))
		err = -EINVAL;
	if (!err)
		err = pgwalk_file_check_target(pfile);
	if (!err)
		err = pgwalk_mm_fill(&arg, pfile->target.mm,
				     pgwalk_access_hides_pointers(pfile->file));
	arg.filled = 0;
	if (pfile->delegated)
		redact(&arg);
	else if (!err && arg.nr_records)
		err = report_tasks(&arg, pfile->target.mm);
	if (err)
		return err;
	return copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : 0;
}
