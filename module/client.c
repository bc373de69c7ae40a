// SPDX-License-Identifier: GPL-2.0
/*
 * What every call on an open /dev/pgwalk begins with: its argument is copied and its
 * target is asked for. It must not know what a call does.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "batch.h"
#include "client.h"
#include "frame_span.h"
#include "rmap_batch.h"
#include "vma.h"

/**
 * pgwalk_client_copy_arg - copy a struct that opens with its size
 * @arg: of @size bytes; what the caller's does not have is zero
 * @size: sizeof the struct as this module knows it
 * @first_size: what it was in the first version: a caller has at least that
 * @from: the caller's; may be longer if the rest is zero
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL: too short; -E2BIG: longer, and not zero there; -EFAULT.
 */
int pgwalk_client_copy_arg(void *arg, size_t size, size_t first_size, const void __user *from)
{
	u32 usize;

	if (get_user(usize, (const u32 __user *)from))
		return -EFAULT;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	if (usize < first_size)
		return -EINVAL;
	return copy_struct_from_user(arg, size, from, usize);
}

/**
 * pgwalk_client_copy_head - copy the beginning of a struct that opens with its size
 * @arg: its first @head bytes are set
 * @head: bytes that the caller fills in; all the rest is answer
 * @size: sizeof the struct as this module knows it
 * @first_size: what it was in the first version: a caller has at least that
 * @from: the caller's; may be longer if the rest is zero
 *
 * For structs that are answers in the main: to copy them in costs as much as a walk.
 *
 * Context: process context, may sleep.
 * Return: as pgwalk_client_copy_arg().
 */
int pgwalk_client_copy_head(void *arg, size_t head, size_t size, size_t first_size,
			    const void __user *from)
{
	u32 usize;

	if (copy_from_user(arg, from, head))
		return -EFAULT;
	usize = *(const u32 *)arg;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	if (usize < first_size)
		return -EINVAL;
	if (usize > size) {
		int zeroed = check_zeroed_user(from + size, usize - size);

		return zeroed < 0 ? zeroed : zeroed ? 0 : -E2BIG;
	}
	return 0;
}

/**
 * pgwalk_client_check_range - check a range of addresses
 * @start: the first
 * @end: behind the last
 *
 * Context: any.
 * Return: 0; -EINVAL: empty; -ERANGE: beyond the user half.
 */
int pgwalk_client_check_range(u64 start, u64 end)
{
	if (start >= end)
		return -EINVAL;
	return end > TASK_SIZE_MAX ? -ERANGE : 0;
}

/**
 * pgwalk_client_check_target - ask if there is a process to look at
 * @client: locked
 *
 * Context: process context.
 * Return: 0; -ENOTCONN: not attached; -ESRCH: it is gone, or has another program.
 */
int pgwalk_client_check_target(const struct pgwalk_client *client)
{
	if (!client->target.pid)
		return -ENOTCONN;
	return pgwalk_target_is_there(&client->target) ? 0 : -ESRCH;
}

/**
 * pgwalk_client_batch - give the memory for runs
 * @client: locked; keeps it
 *
 * Context: process context, may sleep.
 * Return: the batch; NULL without memory.
 */
struct pgwalk_batch *pgwalk_client_batch(struct pgwalk_client *client)
{
	if (!client->batch)
		client->batch = pgwalk_batch_create();
	return client->batch;
}

/**
 * pgwalk_client_vmas - give the memory for mappings
 * @client: locked; keeps it
 *
 * Context: process context, may sleep.
 * Return: the batch; NULL without memory.
 */
struct pgwalk_vma_batch *pgwalk_client_vmas(struct pgwalk_client *client)
{
	if (!client->vmas)
		client->vmas = pgwalk_vma_batch_create();
	return client->vmas;
}

/**
 * pgwalk_client_frames - give the memory for runs cut by frames
 * @client: locked; keeps it
 *
 * Context: process context, may sleep.
 * Return: the memory; NULL without any.
 */
struct pgwalk_frame_span *pgwalk_client_frames(struct pgwalk_client *client)
{
	if (!client->frames)
		client->frames = pgwalk_frame_span_create();
	return client->frames;
}

/**
 * pgwalk_client_rmap - return the memory for a search of a page's mappings
 * @client: locked; keeps it, and with it the position of the last search
 *
 * Context: process context, may sleep.
 * Return: the batch; NULL without memory.
 */
struct pgwalk_rmap_batch *pgwalk_client_rmap(struct pgwalk_client *client)
{
	if (!client->rmap)
		client->rmap = pgwalk_rmap_batch_create();
	return client->rmap;
}

/**
 * pgwalk_client_exit - let go of the target and all memory
 * @client: nobody uses it any more
 *
 * Context: process context.
 */
void pgwalk_client_exit(struct pgwalk_client *client)
{
	pgwalk_target_exit(&client->target);
	pgwalk_batch_destroy(client->batch);
	pgwalk_vma_batch_destroy(client->vmas);
	pgwalk_frame_span_destroy(client->frames);
	pgwalk_threads_drop(&client->threads);
	pgwalk_rmap_batch_destroy(client->rmap);
}
