// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_TABLES: returns statistics of the target's page tables. They are copied to the
 * caller when they are complete, with no lock held.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "../pgtable_stats.h"
#include "../uapi/pgwalk.h"
#include "file.h"

static int copy_rows(struct pgwalk_tables *arg, const struct pgwalk_pgtable_counts *counts)
{
	struct pgwalk_pgtable_stats __user *to = u64_to_user_ptr(arg->records);
	const struct pgwalk_pgtable_stats *row;
	unsigned int at = 0;
	u32 nr = 0;

	while (pgwalk_pgtable_stats_next(counts, &at))
		nr++;
	if (nr > arg->nr_records)
		return -ENOSPC;
	arg->filled = nr;
	for (at = 0; (row = pgwalk_pgtable_stats_next(counts, &at)); to++)
		if (copy_to_user(to, row, sizeof(*row)))
			return -EFAULT;
	return 0;
}

static int tables(struct pgwalk_file *pfile, struct pgwalk_tables *arg)
{
	struct pgwalk_pgtable_counts *counts = pgwalk_pgtable_stats_create();
	int err = -ENOMEM;

	if (!counts)
		return err;
	err = pgwalk_pgtable_stats_take(counts, pfile->target.mm);
	if (pfile->delegated) {
		pgwalk_pgtable_stats_merge_nodes(counts);
		arg->flags = PGWALK_REDACTED;
	}
	if (!err)
		err = copy_rows(arg, counts);
	arg->raced = counts->raced;
	arg->pgtables_bytes = counts->pgtables_bytes;
	arg->flat_bytes = pgwalk_pgtable_stats_flat_bytes();
	pgwalk_pgtable_stats_destroy(counts);
	return err;
}

/**
 * pgwalk_ioctl_tables - PGWALK_IOC_TABLES
 * @pfile: locked
 * @user: struct pgwalk_tables
 *
 * Context: process context, may sleep. No lock is held while user memory is written.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_tables(struct pgwalk_file *pfile, void __user *user)
{
	struct pgwalk_tables arg;
	int err = pgwalk_file_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err)
		pgwalk_file_accept_redacted(pfile, &arg.flags);
	if (!err && (arg.flags || !arg.nr_records))
		err = -EINVAL;
	if (!err)
		err = pgwalk_file_check_target(pfile);
	if (!err)
		err = tables(pfile, &arg);
	if (err)
		return err;
	return copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : 0;
}
