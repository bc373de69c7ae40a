// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_SCAN: the leaf entries of a range, in bulk. Runs are put together in
 * kernel memory and copied to the caller with nothing held.
 */
#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "batch.h"
#include "client.h"
#include "deliver.h"
#include "frame_span.h"
#include "span.h"
#include "uapi/pgwalk.h"

static int check_scan(const struct pgwalk_scan *arg)
{
	const u64 kinds = GENMASK_ULL(PGWALK_KIND_NR - 1, PGWALK_KIND_PRESENT);

	if (arg->flags & ~(PGWALK_SCAN_PAGES | PGWALK_SCAN_FRAMES) || !arg->nr_records ||
	    arg->kinds & ~kinds || (arg->require | arg->exclude) & ~PGWALK_F_ALL ||
	    (arg->start | arg->end) & ~PAGE_MASK)
		return -EINVAL;
	if (!(arg->flags & PGWALK_SCAN_FRAMES) && (arg->frame_require | arg->frame_exclude))
		return -EINVAL;
	return pgwalk_client_check_range(arg->start, arg->end);
}

/* Copies what there is room for. Sets where to go on if that was not all of it. */
static int copy_runs(struct pgwalk_scan *arg, const struct pgwalk_batch *batch)
{
	struct pgwalk_run __user *to = u64_to_user_ptr(arg->records);
	u32 room = arg->nr_records - arg->filled;
	u32 nr = min(batch->nr, room);

	if (copy_to_user(to + arg->filled, batch->run, nr * sizeof(*to)))
		return -EFAULT;
	arg->filled += nr;
	if (nr < batch->nr)
		arg->resume = batch->run[nr].start;
	return 0;
}

static int copy_pages(struct pgwalk_scan *arg, const struct pgwalk_batch *batch)
{
	struct pgwalk_run __user *to = u64_to_user_ptr(arg->records);
	unsigned int i;

	for (i = 0; i < batch->nr; i++) {
		const struct pgwalk_run *run = &batch->run[i];
		u32 room = arg->nr_records - arg->filled;
		u64 leaves = (run->end - run->start) >> run->shift;
		u32 nr = min_t(u64, leaves, room);
		int err;

		if (batch->list[i])
			err = pgwalk_deliver_list(to + arg->filled, run,
						  &batch->pfn[batch->list[i] - 1], nr);
		else
			err = pgwalk_deliver_pages(to + arg->filled, run, nr);
		if (err)
			return err;
		arg->filled += nr;
		if (nr < leaves) {
			arg->resume = run->start + ((u64)nr << run->shift);
			break;
		}
	}
	return 0;
}

static int copy_frame_runs(struct pgwalk_scan *arg, const struct pgwalk_frame_span *frames)
{
	struct pgwalk_frame_run __user *to = u64_to_user_ptr(arg->records);
	u32 room = arg->nr_records - arg->filled;
	u32 nr = min(frames->nr, room);

	if (pgwalk_deliver_frame_runs(to + arg->filled, frames->run, nr))
		return -EFAULT;
	arg->filled += nr;
	if (nr < frames->nr)
		arg->resume = frames->run[nr].run.start;
	return 0;
}

/*
 * How many runs, @i and those behind it, are of one leaf each, or a part of one, as far as
 * there is room.
 */
static u32 count_single(const struct pgwalk_frame_span *frames, unsigned int i, u32 room)
{
	const struct pgwalk_frame_run *run = &frames->run[i];
	u32 most = min(frames->nr - i, room);
	u32 nr;

	for (nr = 0; nr < most; nr++, run++)
		if (run->run.end - run->run.start > 1ULL << run->run.shift)
			break;
	return nr;
}

static int copy_frame_pages(struct pgwalk_scan *arg, const struct pgwalk_frame_span *frames)
{
	struct pgwalk_frame_run __user *to = u64_to_user_ptr(arg->records);
	unsigned int i, runs;

	for (i = 0; i < frames->nr; i += runs) {
		const struct pgwalk_frame_run *run = &frames->run[i];
		u32 room = arg->nr_records - arg->filled;
		u64 leaves;
		u32 nr;

		runs = count_single(frames, i, room);
		if (runs) {
			if (pgwalk_deliver_frame_runs(to + arg->filled, run, runs))
				return -EFAULT;
			arg->filled += runs;
			continue;
		}
		leaves = (run->run.end - run->run.start) >> run->run.shift;
		nr = min_t(u64, leaves, room);
		if (pgwalk_deliver_frame_pages(to + arg->filled, run, nr))
			return -EFAULT;
		arg->filled += nr;
		if (nr < leaves) {
			arg->resume = run->run.start + ((u64)nr << run->run.shift);
			break;
		}
		runs = 1;
	}
	return 0;
}

/* The whole of a batch, cut by frames; @behind is where to go on when it is done. */
static int copy_batch_of_frames(struct pgwalk_scan *arg, const struct pgwalk_batch *batch,
				struct pgwalk_frame_span *frames, u64 behind)
{
	int err = 0;

	pgwalk_frame_span_begin(frames, batch, arg->resume);
	do {
		frames->enough = arg->nr_records - arg->filled;
		err = signal_pending(current) ? -EINTR : pgwalk_frame_span_fill(frames);
		if (err)
			break;
		arg->resume = pgwalk_frame_span_is_done(frames) ? behind :
			      pgwalk_frame_span_position(frames);
		err = frames->by_page ? copy_frame_pages(arg, frames) :
		      copy_frame_runs(arg, frames);
	} while (!err && !pgwalk_frame_span_is_done(frames) && arg->filled < arg->nr_records);
	return err;
}

static int copy_batch(struct pgwalk_scan *arg, const struct pgwalk_batch *batch,
		      struct pgwalk_frame_span *frames, u64 behind)
{
	if (arg->flags & PGWALK_SCAN_FRAMES)
		return copy_batch_of_frames(arg, batch, frames, behind);
	arg->resume = behind;
	return arg->flags & PGWALK_SCAN_PAGES ? copy_pages(arg, batch) : copy_runs(arg, batch);
}

/*
 * As much of the tables at a time as there is room for. A filter of frames leaves less of it:
 * twice as much each @round, so that few calls with much room and many with little are both fast.
 */
static u64 enough_for(const struct pgwalk_scan *arg, unsigned int round)
{
	u64 room = arg->nr_records - arg->filled;

	return arg->frame_require | arg->frame_exclude ? room << min(round, 31U) : room;
}

/*
 * Fill a batch, copy it with nothing held, and again, until the caller's buffer is full,
 * the range is done or a signal comes: what was copied by then is an answer, unless it
 * is nothing.
 */
static int scan(struct pgwalk_client *client, struct pgwalk_scan *arg)
{
	struct pgwalk_batch *batch = client->batch;
	struct pgwalk_span span;
	unsigned int round = 0;
	int err = 0;

	pgwalk_span_init(&span, client->target.mm, arg->start, arg->end);
	span.by_page = arg->flags & PGWALK_SCAN_PAGES;
	span.listed = span.by_page && !(arg->flags & PGWALK_SCAN_FRAMES);
	span.filter = (struct pgwalk_filter) {
		.require = arg->require,
		.exclude = arg->exclude,
		.kinds = arg->kinds,
	};
	if (arg->flags & PGWALK_SCAN_FRAMES) {
		client->frames->require = arg->frame_require;
		client->frames->exclude = arg->frame_exclude;
		client->frames->by_page = span.by_page;
	}
	arg->filled = 0;
	arg->resume = arg->start;
	while (!pgwalk_span_is_done(&span) && arg->filled < arg->nr_records) {
		span.enough = enough_for(arg, round++);
		err = signal_pending(current) ? -EINTR : pgwalk_span_fill(&span, batch);
		if (!err)
			err = copy_batch(arg, batch, client->frames, pgwalk_span_position(&span));
		if (err)
			break;
	}
	return err == -EINTR && arg->filled ? 0 : err;
}

/**
 * pgwalk_call_scan - PGWALK_IOC_SCAN
 * @client: locked
 * @arg_user: struct pgwalk_scan
 *
 * Context: process context, may sleep; nothing of the target is held then.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_scan(struct pgwalk_client *client, void __user *arg_user)
{
	struct pgwalk_scan __user *user = arg_user;
	struct pgwalk_scan arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), PGWALK_SCAN_SIZE_1, user);

	if (!err)
		err = check_scan(&arg);
	if (!err)
		err = pgwalk_client_check_target(client);
	if (err)
		return err;
	if (!pgwalk_client_batch(client) ||
	    (arg.flags & PGWALK_SCAN_FRAMES && !pgwalk_client_frames(client)))
		return -ENOMEM;
	err = scan(client, &arg);
	if (err)
		return err;
	if (put_user(arg.filled, &user->filled) || put_user(arg.resume, &user->resume))
		return -EFAULT;
	return 0;
}
