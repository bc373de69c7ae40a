// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_RMAP: who maps a page. Records are put together in kernel memory and copied
 * to the caller with nothing locked. It must not know how they are found.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "client.h"
#include "compat.h"
#include "rmap.h"
#include "rmap_batch.h"
#include "uapi/pgwalk.h"

static int check_rmap(const struct pgwalk_rmap *arg)
{
	bool by_address = arg->flags & PGWALK_RMAP_ADDRESS;

	if (arg->flags & ~PGWALK_RMAP_ADDRESS || !arg->nr_records ||
	    (arg->addr && !by_address) || (arg->resume && !arg->resume_tag))
		return -EINVAL;
	return by_address && arg->addr >= TASK_SIZE_MAX ? -ERANGE : 0;
}

static int find_pfn(struct pgwalk_client *client, struct pgwalk_rmap *arg)
{
	int err;

	if (!(arg->flags & PGWALK_RMAP_ADDRESS))
		return 0;
	err = pgwalk_client_check_target(client);
	return err ?: pgwalk_rmap_find_pfn(client->target.mm, arg->addr, &arg->pfn);
}

static bool has_more(const struct pgwalk_rmap *arg, const struct pgwalk_rmap_search *search)
{
	return search->status == PGWALK_RMAP_MORE && !search->paused &&
	       arg->filled < arg->nr_records;
}

/* Until the caller's buffer is full, the search is over or paused, or a signal comes. */
static int fill_user(struct pgwalk_rmap *arg, struct pgwalk_rmap_search *search)
{
	struct pgwalk_rmap_hit __user *to = u64_to_user_ptr(arg->records);
	const struct pgwalk_rmap_batch *batch = search->batch;
	bool went_on = false;
	int err = 0;

	while (has_more(arg, search) && !err) {
		err = signal_pending(current) ? -EINTR :
		      pgwalk_rmap_fill(search, arg->nr_records - arg->filled);
		if (err)
			break;
		if (copy_to_user(to + arg->filled, batch->hit, batch->nr_hits * sizeof(*to)))
			return -EFAULT;
		arg->filled += batch->nr_hits;
		went_on = true;
	}
	return err == -EINTR && went_on ? 0 : err;
}

static int rmap(struct pgwalk_client *client, struct pgwalk_rmap *arg)
{
	struct pgwalk_rmap_cursor at = { .resume = arg->resume, .tag = arg->resume_tag };
	struct pgwalk_rmap_batch *batch = pgwalk_client_rmap(client);
	struct pgwalk_rmap_search search;
	int err;

	if (!batch)
		return -ENOMEM;
	pgwalk_rmap_begin(&search, batch, arg->pfn, &at);
	arg->filled = 0;
	err = fill_user(arg, &search);
	arg->status = search.status;
	arg->method = search.method;
	arg->mapcount = search.mapcount;
	arg->found = search.found;
	if (search.status == PGWALK_RMAP_MORE)
		at = pgwalk_rmap_position(&search);
	arg->resume = at.resume;
	arg->resume_tag = at.tag;
	pgwalk_rmap_end(&search);
	return err;
}

/**
 * pgwalk_call_rmap - PGWALK_IOC_RMAP
 * @client: locked
 * @arg_user: struct pgwalk_rmap
 *
 * Context: process context, may sleep; a reference to the folio is held meanwhile.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_rmap(struct pgwalk_client *client, void __user *arg_user)
{
	struct pgwalk_rmap arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), sizeof(arg), arg_user);
	u32 size = err ? 0 : arg.size;

	if (!err && !PGWALK_RMAP)
		err = -EOPNOTSUPP;
	if (!err)
		err = check_rmap(&arg);
	if (!err)
		err = find_pfn(client, &arg);
	if (!err)
		err = rmap(client, &arg);
	if (err)
		return err;
	return copy_to_user(arg_user, &arg, min_t(size_t, size, sizeof(arg))) ? -EFAULT : 0;
}
