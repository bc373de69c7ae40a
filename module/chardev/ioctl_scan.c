// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_SCAN: returns the leaf entries of a range. Runs, or raw tables, are read into kernel
 * memory and copied to the caller with no lock held.
 */
#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "../arch/pgtable.h"
#include "../frame/runs.h"
#include "../raw.h"
#include "../runs.h"
#include "../uapi/pgwalk.h"
#include "copyout.h"
#include "file.h"

static int check_scan(const struct pgwalk_scan *arg)
{
	const u64 kinds = GENMASK_ULL(PGWALK_KIND_NR - 1, PGWALK_KIND_PRESENT);

	if (arg->flags & ~(PGWALK_SCAN_PAGES | PGWALK_SCAN_FRAMES | PGWALK_SCAN_RAW |
			   PGWALK_SCAN_EXCLUSIVE) ||
	    !arg->nr_records || arg->reserved ||
	    arg->kinds & ~kinds || (arg->require | arg->exclude) & ~PGWALK_F_ALL ||
	    (arg->start | arg->end) & ~PAGE_MASK || arg->start >= arg->end)
		return -EINVAL;
	if (arg->flags & PGWALK_SCAN_RAW &&
	    (arg->flags != PGWALK_SCAN_RAW || arg->kinds | arg->require | arg->exclude ||
	     arg->size < offsetofend(struct pgwalk_scan, level)))
		return -EINVAL;
	if (!(arg->flags & PGWALK_SCAN_FRAMES) &&
	    (arg->frame_require | arg->frame_exclude || arg->flags & PGWALK_SCAN_EXCLUSIVE))
		return -EINVAL;
	if (!(arg->flags & PGWALK_SCAN_EXCLUSIVE) &&
	    (arg->frame_require | arg->frame_exclude) & PGWALK_FRAME_EXCLUSIVE)
		return -EINVAL;
	return arg->end > pgwalk_arch_user_end() ? -ERANGE : 0;
}

/**
 * struct output - runs that are to be copied
 * @run:	runs, each of @size bytes: an array of struct pgwalk_run, or of struct
 *		pgwalk_frame_run, which begins with one
 * @size:	size of a run, which is that of a record
 * @nr:		number of runs
 * @list:	for each run: 1 + index in @pfn of the pfn of its first leaf, and each leaf is a
 *		record; 0: the pfns of the run are consecutive
 * @pfn:	pfns of the leaves of these runs
 * @redacted:	the pfn of each leaf is 0
 */
struct output {
	const struct pgwalk_run *run;
	size_t size;
	u32 nr;
	const u16 *list;
	const u64 *pfn;
	bool redacted;
};

static const struct pgwalk_run *run_at(const struct output *out, u32 i)
{
	return (const void *)out->run + i * out->size;
}

/* Copy the leaves of run @i that fit. If not all fit, set the address to continue at. */
static int copy_leaves(struct pgwalk_scan *arg, const struct output *out, u32 i, void __user *to)
{
	const struct pgwalk_run *run = run_at(out, i);
	u64 leaves = (run->end - run->start) >> run->shift;
	u32 nr = min_t(u64, leaves, arg->nr_records - arg->filled);
	const u64 *pfn = NULL;

	if (out->list[i])
		pfn = &out->pfn[out->list[i] - 1];
	arg->filled += nr;
	if (nr < leaves)
		arg->resume = run->start + ((u64)nr << run->shift);
	return pgwalk_copyout_leaves(to, run, out->size, pfn, nr, out->redacted);
}

/*
 * Return how many of the next @nr runs are one record each. With @by_page this is a run that
 * consists of one leaf, or a part of one.
 */
static u32 count_single(const struct output *out, u32 i, u32 nr, bool by_page)
{
	const u32 end = i + nr;
	u32 at;

	for (at = i; at < end && !out->list[at]; at++) {
		const struct pgwalk_run *run = run_at(out, at);

		if (by_page && run->end - run->start > 1ULL << run->shift)
			break;
	}
	return at - i;
}

/*
 * Copy the runs, or the leaves of each. arg->resume is the address to continue at if all fit; if
 * not, it is set to the address of the first one that does not fit.
 */
static int copy_output(struct pgwalk_scan *arg, const struct output *out)
{
	const u64 next = arg->resume;
	u32 i, nr;

	for (i = 0; i < out->nr && arg->resume == next; i += nr) {
		void __user *to = u64_to_user_ptr(arg->records) + arg->filled * out->size;
		u32 room = arg->nr_records - arg->filled;

		if (!room) {
			arg->resume = run_at(out, i)->start;
			break;
		}
		nr = count_single(out, i, min(out->nr - i, room), arg->flags & PGWALK_SCAN_PAGES);
		if (nr) {
			arg->filled += nr;
			if (copy_to_user(to, run_at(out, i), nr * out->size))
				return -EFAULT;
		} else {
			nr = 1;
			if (copy_leaves(arg, out, i, to))
				return -EFAULT;
		}
	}
	return 0;
}

/* Copy a whole batch, split by frames. @next is the address to continue at when it is done. */
static int copy_frames(struct pgwalk_scan *arg, const struct pgwalk_batch *batch,
		       struct pgwalk_frame_runs *frames, u64 next)
{
	int err;

	pgwalk_frame_runs_begin(frames, batch, arg->resume);
	do {
		struct output out = {
			.run = &frames->run[0].run,
			.size = sizeof(frames->run[0]),
			.list = frames->list,
			.pfn = batch->pfn,
		};

		frames->enough = arg->nr_records - arg->filled;
		err = signal_pending(current) ? -EINTR : pgwalk_frame_runs_fill(frames);
		if (err)
			break;
		out.nr = frames->nr;
		arg->resume = pgwalk_frame_runs_is_done(frames) ? next :
			      pgwalk_frame_runs_position(frames);
		err = copy_output(arg, &out);
	} while (!err && !pgwalk_frame_runs_is_done(frames) && arg->filled < arg->nr_records);
	return err;
}

/*
 * Fill a batch and copy it with no lock held, until the caller's buffer is full, the range is
 * done or a signal comes. A signal is an error only if nothing was copied before.
 */
static int scan_runs(struct pgwalk_file *pfile, struct pgwalk_scan *arg)
{
	const bool frames = arg->flags & PGWALK_SCAN_FRAMES;
	struct output all = { .size = sizeof(*all.run), .redacted = pfile->delegated };
	struct pgwalk_batch *batch;
	struct pgwalk_runs runs;
	unsigned int doubled = 0;
	int err = 0;

	pfile->batch = pfile->batch ?: pgwalk_batch_create();
	if (frames)
		pfile->frames = pfile->frames ?: pgwalk_frame_runs_create();
	if (!pfile->batch || (frames && !pfile->frames))
		return -ENOMEM;
	batch = pfile->batch;
	all.run = batch->run;
	all.list = batch->list;
	all.pfn = batch->pfn;
	pgwalk_runs_init(&runs, pfile->target.mm, arg->start, arg->end);
	runs.by_page = arg->flags & PGWALK_SCAN_PAGES;
	runs.redacted = pfile->delegated;
	/* The records of listed pages are written to the caller directly. */
	runs.listed = runs.by_page && !frames ? PGWALK_LISTED_ALL : PGWALK_LISTED_SCATTERED;
	runs.filter.require = arg->require;
	runs.filter.exclude = arg->exclude;
	runs.filter.kinds = arg->kinds;
	if (frames) {
		pfile->frames->require = arg->frame_require;
		pfile->frames->exclude = arg->frame_exclude;
		pfile->frames->by_page = runs.by_page;
		pfile->frames->exclusive = arg->flags & PGWALK_SCAN_EXCLUSIVE;
	}
	arg->filled = 0;
	arg->resume = arg->start;
	while (!err && arg->resume < arg->end && arg->filled < arg->nr_records) {
		u64 next;

		/*
		 * Read as many runs or pages as there is room for. A filter of frames leaves fewer
		 * of them, so the number doubles each time: few calls with much room and many calls
		 * with little room are both fast.
		 */
		runs.enough = (u64)(arg->nr_records - arg->filled) << doubled;
		if (arg->frame_require | arg->frame_exclude)
			doubled = min(doubled + 1, 31U);
		err = signal_pending(current) ? -EINTR : pgwalk_runs_fill(&runs, batch);
		if (err)
			break;
		next = pgwalk_runs_position(&runs);
		if (frames) {
			err = copy_frames(arg, batch, pfile->frames, next);
			continue;
		}
		arg->resume = next;
		all.nr = batch->nr;
		err = copy_output(arg, &all);
	}
	return err == -EINTR && arg->filled ? 0 : err;
}

/* Write the entries of the pages from @addr to @end, which are in one table. */
static int put_entries(u64 __user *to, const struct pgwalk_table *table, unsigned long addr,
		       unsigned long end)
{
	const unsigned long size = 1UL << pgwalk_arch_shift(table->level);
	unsigned long next;
	int err = 0;

	if (table->found == PGWALK_FOUND_RACED)
		return pgwalk_copyout_repeated(to, PGWALK_SCAN_RAW_RACED,
					       (end - addr) >> PAGE_SHIFT);
	if (table->found == PGWALK_FOUND_TABLE)
		return copy_to_user(to, &table->pte[(addr - table->start) / PAGE_SIZE],
				    (end - addr) / PAGE_SIZE * sizeof(*to)) ? -EFAULT : 0;
	for (; addr < end && !err; addr = next) {
		u64 value = pgwalk_arch_raw(table->pte[(addr - table->start) / size]);
		u32 nr;

		next = min(end, (addr | (size - 1)) + 1);
		nr = (next - addr) >> PAGE_SHIFT;
		err = pgwalk_copyout_repeated(to, value, nr);
		to += nr;
	}
	return err;
}

/* Test if a page from @addr to @end, which are in one table, has an entry. */
static bool has_entry(const struct pgwalk_table *table, unsigned long addr, unsigned long end)
{
	if (table->found != PGWALK_FOUND_TABLE)
		return table->found == PGWALK_FOUND_ENTRY;
	for (; addr < end; addr += PAGE_SIZE)
		if (pgwalk_arch_raw(table->pte[(addr - table->start) / PAGE_SIZE]))
			return true;
	return false;
}

/*
 * Copy the entries of a table that fit, after empty ones from the last record up to the table. Set
 * arg->resume to the address after the last record, or to the first entry that needs another call.
 */
static int copy_raw(struct pgwalk_scan *arg, const struct pgwalk_table *table)
{
	u64 __user *to = (u64 __user *)u64_to_user_ptr(arg->records) + arg->filled;
	const u64 at = arg->start + (u64)arg->filled * PAGE_SIZE;
	const u64 limit = min(arg->end, at + (u64)(arg->nr_records - arg->filled) * PAGE_SIZE);
	const u64 from = max_t(u64, table->start, at), end = min_t(u64, table->next, limit);
	int err;

	arg->resume = from;
	if (from >= limit)
		return 0;
	if (has_entry(table, from, end)) {
		if (arg->level && arg->level != table->level)
			return 0;
		arg->level = table->level;
	}
	err = pgwalk_copyout_repeated(to, 0, (from - at) >> PAGE_SHIFT);
	if (!err)
		err = put_entries(to + ((from - at) >> PAGE_SHIFT), table, from, end);
	if (err)
		return err;
	arg->filled += (end - at) >> PAGE_SHIFT;
	arg->resume = end;
	return 0;
}

/*
 * Copy raw entries, until the caller's buffer is full, the range is done, a signal comes or an
 * entry of another level. The pages that the buffer has room for are read first. If the last of
 * them have no entry, the walk goes on to the next page that has one.
 */
static int scan_raw(struct pgwalk_file *pfile, struct pgwalk_scan *arg)
{
	const u64 limit = min(arg->end, arg->start + (u64)arg->nr_records * PAGE_SIZE);
	struct pgwalk_raw *raw;
	unsigned int i;
	int err;

	if (!pgwalk_arch_has_pfns())
		return -EOPNOTSUPP;
	pfile->raw = pfile->raw ?: pgwalk_raw_create();
	raw = pfile->raw;
	if (!raw)
		return -ENOMEM;
	pgwalk_raw_begin(raw, pfile->target.mm, arg->start, limit);
	arg->filled = 0;
	arg->level = 0;	/* unset */
	arg->resume = arg->start;
	do {
		err = signal_pending(current) ? -EINTR : pgwalk_raw_fill(raw);
		for (i = 0; !err && i < raw->nr; i++) {
			err = copy_raw(arg, &raw->table[i]);
			if (!err && arg->resume < min_t(u64, raw->table[i].next, arg->end))
				return 0;
		}
		if (err)
			break;
		arg->resume = min_t(u64, raw->walk.addr, arg->end);
		if (arg->resume >= limit) {
			raw->walk.end = arg->end;
			raw->enough = 1;
		}
	} while (arg->filled < arg->nr_records && arg->resume < arg->end);
	return err == -EINTR && arg->resume > arg->start ? 0 : err;
}

/**
 * pgwalk_ioctl_scan - PGWALK_IOC_SCAN
 * @pfile: locked
 * @arg_user: struct pgwalk_scan
 *
 * Context: process context, may sleep. No lock is held while user memory is written.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_scan(struct pgwalk_file *pfile, void __user *arg_user)
{
	struct pgwalk_scan __user *user = arg_user;
	struct pgwalk_scan arg;
	int err = pgwalk_file_copy_arg(&arg, sizeof(arg), PGWALK_SCAN_SIZE_1, user);

	if (!err)
		pgwalk_file_accept_redacted(pfile, &arg.flags);
	if (!err)
		err = check_scan(&arg);
	if (!err && pfile->delegated && arg.flags & ~PGWALK_SCAN_PAGES)
		err = -EPERM;
	if (!err)
		err = pgwalk_file_check_target(pfile);
	if (err)
		return err;
	err = arg.flags & PGWALK_SCAN_RAW ? scan_raw(pfile, &arg) : scan_runs(pfile, &arg);
	if (err)
		return err;
	if (put_user(arg.filled, &user->filled) || put_user(arg.resume, &user->resume) ||
	    (pfile->delegated && put_user(arg.flags | PGWALK_REDACTED, &user->flags)) ||
	    (arg.flags & PGWALK_SCAN_RAW && put_user(arg.level, &user->level)))
		return -EFAULT;
	return 0;
}
