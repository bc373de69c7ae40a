// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk: reads the page tables of live processes. This file initializes the parts of the
 * module in order, and shuts them down in reverse order.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "chardev/chardev.h"
#include "compat.h"
#include "debugfs/attach.h"
#include "debugfs/debugfs.h"
#include "delegate.h"
#include "frame/online.h"
#include "kfunc.h"

static int __init pgwalk_init(void)
{
	int err = pgwalk_frame_online_init();

	if (err)
		return err;
	err = pgwalk_attach_init();
	if (err)
		goto exit_frame;
	pgwalk_delegate_init();
	err = pgwalk_chardev_init();
	if (err)
		goto exit_delegate;
	/* From here on a file may be open, so no later step may fail. */
	pgwalk_debugfs_init();
	pgwalk_kfunc_init();
	if (!PGWALK_RMAP)
		pr_info("no reverse maps: this kernel is newer than %u.%u, the newest tested\n",
			PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR);
	return 0;

exit_delegate:
	pgwalk_delegate_exit();
	pgwalk_attach_exit();
exit_frame:
	pgwalk_frame_online_exit();
	return err;
}

static void __exit pgwalk_exit(void)
{
	pgwalk_debugfs_exit();
	pgwalk_chardev_exit();
	pgwalk_delegate_exit();
	pgwalk_attach_exit();
	pgwalk_frame_online_exit();
}

module_init(pgwalk_init);
module_exit(pgwalk_exit);
MODULE_DESCRIPTION("Page tables of live processes");
MODULE_AUTHOR("the pgwalk authors");
MODULE_VERSION(PGWALK_VERSION);
MODULE_LICENSE("GPL");
