// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_VMAS: returns the mappings of a range. Records are made in kernel memory and
 * copied to the caller with no lock held.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../arch/pgtable.h"
#include "../runs.h"
#include "../uapi/pgwalk.h"
#include "../vma.h"
#include "../vma_stats.h"
#include "file.h"

#define VMAS_BYTES_MIN	8192
static_assert(PGWALK_VMA_MAX <= VMAS_BYTES_MIN);

static int count_all(struct pgwalk_file *pfile, bool frames)
{
	unsigned long before = pfile->vmas->before;
	size_t at = 0;
	int err = 0;

	while (at < pfile->vmas->filled && !err) {
		struct pgwalk_vma *vma = (void *)(pfile->vmas->records + at);

		err = pgwalk_vma_stats_count(pfile->target.mm, vma, before, pfile->batch, frames);
		before = vma->end;
		at += vma->size;
	}
	return err;
}

/* Remove the counts that smaps does not have. */
static void redact_all(struct pgwalk_vma_batch *vmas)
{
	size_t at = 0;

	while (at < vmas->filled) {
		struct pgwalk_vma *vma = (void *)(vmas->records + at);

		if (vma->frames_counted)
			vma->frames_counted = PGWALK_VMA_FRAMES_REDACTED;
		vma->large = 0;
		vma->ksm = 0;
		memset(vma->node, 0, sizeof(vma->node));
		at += vma->size;
	}
}

static int vmas(struct pgwalk_file *pfile, struct pgwalk_vmas *arg)
{
	u8 __user *to = u64_to_user_ptr(arg->records);
	struct pgwalk_vma_cursor cursor;
	int err = 0;

	pgwalk_vma_begin(&cursor, pfile->target.mm, arg->start, arg->end);
	arg->filled = 0;
	arg->resume = arg->start;
	while (cursor.addr < arg->end) {
		err = signal_pending(current) ? -EINTR :
		      pgwalk_vma_fill(&cursor, arg->bytes - arg->filled, pfile->vmas);
		if (!err && arg->flags & PGWALK_VMAS_COUNT)
			err = count_all(pfile, arg->flags & PGWALK_VMAS_FRAMES);
		if (err)
			break;
		if (pfile->delegated)
			redact_all(pfile->vmas);
		if (copy_to_user(to + arg->filled, pfile->vmas->records, pfile->vmas->filled))
			return -EFAULT;
		arg->filled += pfile->vmas->filled;
		arg->resume = cursor.addr;
		if (!pfile->vmas->filled)
			break;
	}
	return err == -EINTR && arg->filled ? 0 : err;
}

/* PGWALK_VMAS_FRAMES needs PGWALK_VMAS_COUNT. */
static int check_vmas(const struct pgwalk_vmas *arg)
{
	if (arg->flags & ~(PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES) ||
	    arg->flags == PGWALK_VMAS_FRAMES || arg->bytes < VMAS_BYTES_MIN ||
	    arg->records % 8 || arg->start >= arg->end)
		return -EINVAL;
	return arg->end > pgwalk_arch_user_end() ? -ERANGE : 0;
}

/**
 * pgwalk_ioctl_vmas - PGWALK_IOC_VMAS
 * @pfile: locked
 * @arg_user: struct pgwalk_vmas
 *
 * Context: process context, may sleep. No lock is held while user memory is written.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_vmas(struct pgwalk_file *pfile, void __user *arg_user)
{
	struct pgwalk_vmas __user *user = arg_user;
	struct pgwalk_vmas arg;
	int err = pgwalk_file_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		pgwalk_file_accept_redacted(pfile, &arg.flags);
	if (!err)
		err = check_vmas(&arg);
	if (!err)
		err = pgwalk_file_check_target(pfile);
	if (err)
		return err;
	pfile->batch = pfile->batch ?: pgwalk_batch_create();
	pfile->vmas = pfile->vmas ?: pgwalk_vma_batch_create();
	if (!pfile->batch || !pfile->vmas)
		return -ENOMEM;
	err = vmas(pfile, &arg);
	if (err)
		return err;
	if (put_user(arg.filled, &user->filled) || put_user(arg.resume, &user->resume) ||
	    (pfile->delegated && put_user(arg.flags | PGWALK_REDACTED, &user->flags)))
		return -EFAULT;
	return 0;
}
