// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the pages of a run into the memory of a caller, a record each. It touches user
 * memory, so it must not be called with anything held.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "deliver.h"
#include "span.h"

#define CHUNK	512U	/* records between two chances to yield the CPU */

/*
 * Straight into user memory: to put the records together first and copy them then costs
 * as much again as all the rest. No function may be called between begin and end.
 */
static int deliver_chunk(struct pgwalk_run __user *to, const struct pgwalk_run *run,
			 u32 nr, u64 start, u64 pfn, u64 pfn_step)
{
	const u64 size = 1ULL << run->shift;
	const u64 flags = run->flags;
	const u64 tail = *(const u64 *)&run->swap_type;
	u32 i;

	static_assert(sizeof(*run) - offsetof(struct pgwalk_run, swap_type) == sizeof(tail));
	if (!user_access_begin(to, nr * sizeof(*to)))
		return -EFAULT;
	for (i = 0; i < nr; i++, to++) {
		unsafe_put_user(start, &to->start, fault);
		start += size;
		unsafe_put_user(start, &to->end, fault);
		unsafe_put_user(pfn, &to->pfn, fault);
		pfn += pfn_step;
		unsafe_put_user(flags, &to->flags, fault);
		unsafe_put_user(tail, (u64 __user *)&to->swap_type, fault);
	}
	user_access_end();
	return 0;

fault:
	user_access_end();
	return -EFAULT;
}

/* The same with what is told of the frames, which is the same for all of them. */
static int deliver_frame_chunk(struct pgwalk_frame_run __user *to,
			       const struct pgwalk_frame_run *run, u32 nr, u64 start, u64 pfn,
			       u64 pfn_step)
{
	const u64 size = 1ULL << run->run.shift;
	const u64 flags = run->run.flags;
	const u64 tail = *(const u64 *)&run->run.swap_type;
	const u64 frame_flags = run->frame_flags;
	const u64 frame_tail = *(const u64 *)&run->mapcount;
	u32 i;

	static_assert(sizeof(*run) - offsetof(struct pgwalk_frame_run, mapcount) ==
		      sizeof(frame_tail));
	if (!user_access_begin(to, nr * sizeof(*to)))
		return -EFAULT;
	for (i = 0; i < nr; i++, to++) {
		unsafe_put_user(start, &to->run.start, fault);
		start += size;
		unsafe_put_user(start, &to->run.end, fault);
		unsafe_put_user(pfn, &to->run.pfn, fault);
		pfn += pfn_step;
		unsafe_put_user(flags, &to->run.flags, fault);
		unsafe_put_user(tail, (u64 __user *)&to->run.swap_type, fault);
		unsafe_put_user(frame_flags, &to->frame_flags, fault);
		unsafe_put_user(frame_tail, (u64 __user *)&to->mapcount, fault);
	}
	user_access_end();
	return 0;

fault:
	user_access_end();
	return -EFAULT;
}

static u64 pfn_step_of(const struct pgwalk_run *run)
{
	return pgwalk_span_has_pfn(run) ? 1ULL << (run->shift - PAGE_SHIFT) : 0;
}

/**
 * pgwalk_deliver_pages - write a record for each of the first leaves of a run
 * @to: room for @nr records
 * @run: what they have in common
 * @nr: at most the leaves that @run has
 *
 * Context: process context, may sleep; nothing is held.
 * Return: 0; -EFAULT.
 */
int pgwalk_deliver_pages(struct pgwalk_run __user *to, const struct pgwalk_run *run, u32 nr)
{
	u64 pfn_step = pfn_step_of(run);
	u32 done, chunk;

	for (done = 0; done < nr; done += chunk) {
		chunk = min(nr - done, CHUNK);
		if (deliver_chunk(to + done, run, chunk,
				  run->start + ((u64)done << run->shift),
				  run->pfn + done * pfn_step, pfn_step))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

static int deliver_frame_runs(struct pgwalk_frame_run __user *to,
			      const struct pgwalk_frame_run *run, u32 nr)
{
	const u64 *from = (const u64 *)run;
	u64 __user *at = (u64 __user *)to;
	u32 i;

	static_assert(sizeof(*run) == 7 * sizeof(u64));
	if (!user_access_begin(to, nr * sizeof(*to)))
		return -EFAULT;
	for (i = 0; i < nr; i++, at += 7, from += 7) {
		unsafe_put_user(from[0], at, fault);
		unsafe_put_user(from[1], at + 1, fault);
		unsafe_put_user(from[2], at + 2, fault);
		unsafe_put_user(from[3], at + 3, fault);
		unsafe_put_user(from[4], at + 4, fault);
		unsafe_put_user(from[5], at + 5, fault);
		unsafe_put_user(from[6], at + 6, fault);
	}
	user_access_end();
	return 0;

fault:
	user_access_end();
	return -EFAULT;
}

/**
 * pgwalk_deliver_frame_runs - write runs as they are
 * @to: room for @nr records
 * @run: of these
 * @nr: at most PGWALK_FRAME_RUNS
 *
 * Context: process context, may sleep; nothing is held.
 * Return: 0; -EFAULT.
 */
int pgwalk_deliver_frame_runs(struct pgwalk_frame_run __user *to,
			      const struct pgwalk_frame_run *run, u32 nr)
{
	u32 done, chunk;

	for (done = 0; done < nr; done += chunk) {
		chunk = min(nr - done, CHUNK);
		if (deliver_frame_runs(to + done, run + done, chunk))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

/**
 * pgwalk_deliver_frame_pages - write a record for each of the first leaves of a run
 * @to: room for @nr records
 * @run: what they have in common
 * @nr: at most the leaves that @run has
 *
 * Context: process context, may sleep; nothing is held.
 * Return: 0; -EFAULT.
 */
int pgwalk_deliver_frame_pages(struct pgwalk_frame_run __user *to,
			       const struct pgwalk_frame_run *run, u32 nr)
{
	u64 pfn_step = pfn_step_of(&run->run);
	u32 done, chunk;

	for (done = 0; done < nr; done += chunk) {
		chunk = min(nr - done, CHUNK);
		if (deliver_frame_chunk(to + done, run, chunk,
					run->run.start + ((u64)done << run->run.shift),
					run->run.pfn + done * pfn_step, pfn_step))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

static int deliver_list_chunk(struct pgwalk_run __user *to, const struct pgwalk_run *run,
			      const u64 *pfn, u32 nr, u64 start)
{
	const u64 flags = run->flags;
	const u64 tail = *(const u64 *)&run->swap_type;
	u32 i;

	if (!user_access_begin(to, nr * sizeof(*to)))
		return -EFAULT;
	for (i = 0; i < nr; i++, to++) {
		unsafe_put_user(start, &to->start, fault);
		start += PAGE_SIZE;
		unsafe_put_user(start, &to->end, fault);
		unsafe_put_user(pfn[i], &to->pfn, fault);
		unsafe_put_user(flags, &to->flags, fault);
		unsafe_put_user(tail, (u64 __user *)&to->swap_type, fault);
	}
	user_access_end();
	return 0;

fault:
	user_access_end();
	return -EFAULT;
}

/**
 * pgwalk_deliver_list - write a record for each of the first pages of a run with a list
 * @to: room for @nr records
 * @run: what they have in common; small pages
 * @pfn: those of its pages, from the first on
 * @nr: at most the pages that @run has
 *
 * Context: process context, may sleep; nothing is held.
 * Return: 0; -EFAULT.
 */
int pgwalk_deliver_list(struct pgwalk_run __user *to, const struct pgwalk_run *run,
			const u64 *pfn, u32 nr)
{
	u32 done, chunk;

	for (done = 0; done < nr; done += chunk) {
		chunk = min(nr - done, CHUNK);
		if (deliver_list_chunk(to + done, run, pfn + done, chunk,
				       run->start + (u64)done * PAGE_SIZE))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}
