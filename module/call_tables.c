// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_TABLES: a census of the target's page tables. It is copied to the caller when it
 * is whole, with nothing held.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "census.h"
#include "client.h"
#include "uapi/pgwalk.h"

static int copy_rows(struct pgwalk_tables *arg, const struct pgwalk_census_sheet *sheet)
{
	struct pgwalk_census __user *to = u64_to_user_ptr(arg->records);
	const struct pgwalk_census *row;
	unsigned int at = 0;
	u32 nr = 0;

	while (pgwalk_census_next(sheet, &at))
		nr++;
	if (nr > arg->nr_records)
		return -ENOSPC;
	arg->filled = nr;
	for (at = 0; (row = pgwalk_census_next(sheet, &at)); to++)
		if (copy_to_user(to, row, sizeof(*row)))
			return -EFAULT;
	return 0;
}

static int tables(struct pgwalk_client *client, struct pgwalk_tables *arg)
{
	struct pgwalk_census_sheet *sheet = pgwalk_census_create();
	int err = -ENOMEM;

	if (!sheet)
		return err;
	err = pgwalk_census_take(sheet, client->target.mm);
	if (!err)
		err = copy_rows(arg, sheet);
	arg->raced = sheet->raced;
	arg->pgtables_bytes = sheet->pgtables_bytes;
	arg->flat_bytes = pgwalk_census_flat_bytes();
	pgwalk_census_destroy(sheet);
	return err;
}

/**
 * pgwalk_call_tables - PGWALK_IOC_TABLES
 * @client: locked
 * @user: struct pgwalk_tables
 *
 * Context: process context, may sleep; nothing of the target is held then.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_tables(struct pgwalk_client *client, void __user *user)
{
	struct pgwalk_tables arg;
	int err = pgwalk_client_copy_arg(&arg, sizeof(arg), sizeof(arg), user);

	if (!err && (arg.flags || !arg.nr_records))
		err = -EINVAL;
	if (!err)
		err = pgwalk_client_check_target(client);
	if (!err)
		err = tables(client, &arg);
	if (err)
		return err;
	return copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : 0;
}
