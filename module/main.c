// SPDX-License-Identifier: GPL-2.0
/*
 * pgwalk: what the MMU sees. The ladder that brings the module up, and its reverse.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "attach.h"
#include "chardev.h"
#include "compat.h"
#include "debugfs.h"
#include "frame.h"
#include "kfunc.h"

static int __init pgwalk_init(void)
{
	int err = pgwalk_frame_init();

	if (err)
		return err;
	err = pgwalk_attach_init();
	if (err)
		goto exit_frame;
	err = pgwalk_chardev_init();
	if (err)
		goto exit_attach;
	/* From here on a file may be open, and nothing may fail. */
	pgwalk_debugfs_init();
	pgwalk_kfunc_init();
	if (!PGWALK_RMAP)
		pr_info("no reverse maps: this kernel is newer than %u.%u, the newest tested\n",
			PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR);
	return 0;

exit_attach:
	pgwalk_attach_exit();
exit_frame:
	pgwalk_frame_exit();
	return err;
}

static void __exit pgwalk_exit(void)
{
	pgwalk_debugfs_exit();
	pgwalk_chardev_exit();
	pgwalk_attach_exit();
	pgwalk_frame_exit();
}

module_init(pgwalk_init);
module_exit(pgwalk_exit);
MODULE_DESCRIPTION("Page tables of real processes, as the MMU sees them");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
