// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_MM: the target's address space as a whole, and the threads that use it, in
 * batches that are copied to the caller with nothing held.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "access.h"
#include "client.h"
#include "mm.h"
#include "uapi/pgwalk.h"

#define BATCH	64U

/* As many as there is room for. */
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

static int tell_tasks(struct pgwalk_mm *arg, struct mm_struct *mm)
{
	struct pgwalk_task *batch = kmalloc_array(BATCH, sizeof(*batch), GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;

	if (batch)
		err = copy_tasks(arg, mm, batch);
	kfree(batch);
	return err;
}

/**
 * pgwalk_call_mm - PGWALK_IOC_MM
 * @client: locked
 * @user: struct pgwalk_mm
 *
 * Context: process context, may sleep; nothing of the target is held then.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_mm(struct pgwalk_client *client, void __user *user)
{
	struct pgwalk_mm arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err && (arg.flags || !arg.tasks != !arg.nr_records))
		err = -EINVAL;
	if (!err)
		err = pgwalk_client_check_target(client);
	if (!err)
		err = pgwalk_mm_fill(&arg, client->target.mm,
				     pgwalk_access_hides_pointers(client->file));
	arg.filled = 0;
	if (!err && arg.nr_records)
		err = tell_tasks(&arg, client->target.mm);
	if (err)
		return err;
	return copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : 0;
}
