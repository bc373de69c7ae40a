// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_GDT: returns the descriptor table of a CPU. It needs no process.
 */
#include <linux/errno.h>
#include <linux/uaccess.h>

#include "../access.h"
#include "../arch/x86/gdt.h"
#include "../uapi/pgwalk.h"
#include "file.h"

/**
 * pgwalk_ioctl_gdt - PGWALK_IOC_GDT
 * @pfile: locked; it need not be attached
 * @user: struct pgwalk_gdt
 *
 * Context: process context, may sleep.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_gdt(struct pgwalk_file *pfile, void __user *user)
{
	struct pgwalk_gdt gdt;
	int err = pgwalk_file_copy_head(&gdt, offsetof(struct pgwalk_gdt, base), sizeof(gdt),
					sizeof(gdt), user);

	if (err)
		return err;
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the analyzer does not see reads by unsafe_get_user() */
	err = pgwalk_gdt_read(gdt.cpu, &gdt, pgwalk_access_hides_pointers(pfile->file));
	if (err)
		return err;
	return copy_to_user(user, &gdt, sizeof(gdt)) ? -EFAULT : 0;
}
