// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_VMAS: the mappings of a range, in bulk. Records are put together in
 * kernel memory and copied to the caller with nothing held.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "batch.h"
#include "client.h"
#include "usage.h"
#include "uapi/pgwalk.h"
#include "vma.h"

#define VMAS_BYTES_MIN	8192
static_assert(PGWALK_VMA_MAX <= VMAS_BYTES_MIN);

static int count_all(struct pgwalk_client *client, bool frames)
{
	size_t at = 0;
	int err = 0;

	while (at < client->vmas->filled && !err) {
		struct pgwalk_vma *vma = (void *)(client->vmas->records + at);

		err = pgwalk_usage_count(client->target.mm, vma, client->batch, frames);
		at += vma->size;
	}
	return err;
}

static int vmas(struct pgwalk_client *client, struct pgwalk_vmas *arg)
{
	u8 __user *to = u64_to_user_ptr(arg->records);
	struct pgwalk_vma_cursor cursor;
	int err = 0;

	pgwalk_vma_begin(&cursor, client->target.mm, arg->start, arg->end);
	arg->filled = 0;
	arg->resume = arg->start;
	while (cursor.addr < arg->end) {
		err = signal_pending(current) ? -EINTR :
		      pgwalk_vma_fill(&cursor, arg->bytes - arg->filled, client->vmas);
		if (!err && arg->flags & PGWALK_VMAS_COUNT)
			err = count_all(client, arg->flags & PGWALK_VMAS_FRAMES);
		if (err)
			break;
		if (copy_to_user(to + arg->filled, client->vmas->records, client->vmas->filled))
			return -EFAULT;
		arg->filled += client->vmas->filled;
		arg->resume = cursor.addr;
		if (!client->vmas->filled)
			break;
	}
	return err == -EINTR && arg->filled ? 0 : err;
}

/* Frames are asked of what is counted. */
static bool are_flags(u32 flags)
{
	return !(flags & ~(PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES)) &&
	       flags != PGWALK_VMAS_FRAMES;
}

/**
 * pgwalk_call_vmas - PGWALK_IOC_VMAS
 * @client: locked
 * @arg_user: struct pgwalk_vmas
 *
 * Context: process context, may sleep; nothing of the target is held then.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_vmas(struct pgwalk_client *client, void __user *arg_user)
{
	struct pgwalk_vmas __user *user = arg_user;
	struct pgwalk_vmas arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err && (!are_flags(arg.flags) || arg.bytes < VMAS_BYTES_MIN || arg.records % 8))
		err = -EINVAL;
	if (!err)
		err = pgwalk_client_check_range(arg.start, arg.end);
	if (!err)
		err = pgwalk_client_check_target(client);
	if (err)
		return err;
	if (!pgwalk_client_batch(client) || !pgwalk_client_vmas(client))
		return -ENOMEM;
	err = vmas(client, &arg);
	if (err)
		return err;
	if (put_user(arg.filled, &user->filled) || put_user(arg.resume, &user->resume))
		return -EFAULT;
	return 0;
}
