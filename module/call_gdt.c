// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_GDT: the descriptor table of a CPU. It needs no process, and must not
 * decode anything.
 */
#include <linux/errno.h>
#include <linux/uaccess.h>

#include "access.h"
#include "client.h"
#include "gdt.h"
#include "uapi/pgwalk.h"

/**
 * pgwalk_call_gdt - PGWALK_IOC_GDT
 * @client: locked; it need not be attached
 * @user: struct pgwalk_gdt
 *
 * Context: process context, may sleep.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_gdt(struct pgwalk_client *client, void __user *user)
{
	struct pgwalk_gdt gdt;
	int err = pgwalk_client_copy_head(&gdt, offsetof(struct pgwalk_gdt, base), sizeof(gdt),
					  sizeof(gdt), user);

	if (!err)
		err = pgwalk_gdt_read(gdt.cpu, &gdt, pgwalk_access_hides_pointers(client->file));
	if (err)
		return err;
	return copy_to_user(user, &gdt, sizeof(gdt)) ? -EFAULT : 0;
}
