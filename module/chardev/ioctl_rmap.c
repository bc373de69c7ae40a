// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_RMAP: returns the mappings of a page. Records are made in kernel memory and copied
 * to the caller with no lock held.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "../arch/pgtable.h"
#include "../compat.h"
#include "../rmap/batch.h"
#include "../rmap/rmap.h"
#include "../uapi/pgwalk.h"
#include "file.h"

static int check_rmap(const struct pgwalk_rmap *arg)
{
	bool by_address = arg->flags & PGWALK_RMAP_ADDRESS;

	if (arg->flags & ~PGWALK_RMAP_ADDRESS || !arg->nr_records ||
	    (arg->addr && !by_address) || (arg->resume && !arg->resume_tag))
		return -EINVAL;
	return by_address && arg->addr >= pgwalk_arch_user_end() ? -ERANGE : 0;
}

static int find_pfn(struct pgwalk_file *pfile, struct pgwalk_rmap *arg)
{
	int err;

	if (!(arg->flags & PGWALK_RMAP_ADDRESS))
		return 0;
	err = pgwalk_file_check_target(pfile);
	return err ?: pgwalk_rmap_find_pfn(pfile->target.mm, arg->addr, &arg->pfn);
}

static bool has_more(const struct pgwalk_rmap *arg, const struct pgwalk_rmap_search *search)
{
	return search->status == PGWALK_RMAP_MORE && !search->paused &&
	       arg->filled < arg->nr_records;
}

/* Copy records. Most pages have one: a copy of constant size needs no check of the object. */
static int copy_hits(struct pgwalk_rmap_hit __user *to, const struct pgwalk_rmap_batch *batch)
{
	if (batch->nr_hits == 1)
		return copy_to_user(to, batch->hit, sizeof(*to)) ? -EFAULT : 0;
	return copy_to_user(to, batch->hit, batch->nr_hits * sizeof(*to)) ? -EFAULT : 0;
}

/* Copy records until the buffer is full, the search is over or paused, or a signal comes. */
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
		if (copy_hits(to + arg->filled, batch))
			return -EFAULT;
		arg->filled += batch->nr_hits;
		went_on = true;
	}
	return err == -EINTR && went_on ? 0 : err;
}

static int rmap(struct pgwalk_file *pfile, struct pgwalk_rmap *arg)
{
	struct pgwalk_rmap_cursor at = { .resume = arg->resume, .tag = arg->resume_tag };
	struct pgwalk_rmap_search search;
	int err;

	pfile->rmap = pfile->rmap ?: pgwalk_rmap_batch_create();
	if (!pfile->rmap)
		return -ENOMEM;
	pgwalk_rmap_begin(&search, pfile->rmap, arg->pfn, &at);
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
 * pgwalk_ioctl_rmap - PGWALK_IOC_RMAP
 * @pfile: locked
 * @arg_user: struct pgwalk_rmap
 *
 * Context: process context, may sleep; a reference to the folio is held during the call.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_rmap(struct pgwalk_file *pfile, void __user *arg_user)
{
	struct pgwalk_rmap arg;
	int err = pgwalk_file_copy_head(&arg, sizeof(arg), sizeof(arg), sizeof(arg), arg_user);

	if (!err && !PGWALK_RMAP)
		err = -EOPNOTSUPP;
	if (!err)
		err = check_rmap(&arg);
	if (!err)
		err = find_pfn(pfile, &arg);
	if (!err)
		err = rmap(pfile, &arg);
	if (err)
		return err;
	return copy_to_user(arg_user, &arg, sizeof(arg)) ? -EFAULT : 0;
}
