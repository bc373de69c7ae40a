// SPDX-License-Identifier: GPL-2.0
/*
 * Lists the views and makes their files. It must not know what any of them does.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>

#include "attach.h"
#include "debugfs.h"
#include "view.h"

static const struct pgwalk_attach_file target_files[] = {
	{ "mm", &pgwalk_view_mm_fops },
	{ "pages", &pgwalk_view_pages_fops },
	{ "tables", &pgwalk_view_tables_fops },
	{ "vmas", &pgwalk_view_vmas_fops },
	{ "segments", &pgwalk_view_segments_fops },
	{}
};

static struct dentry *root;

/**
 * pgwalk_debugfs_init - make /sys/kernel/debug/pgwalk
 *
 * Without debugfs the module works all the same: the device needs none of this.
 *
 * Context: module init, which can no longer fail.
 */
void pgwalk_debugfs_init(void)
{
	root = debugfs_create_dir("pgwalk", NULL);
	pgwalk_attach_start(root, target_files);
	debugfs_create_file("info", 0400, root, NULL, &pgwalk_view_info_fops);
	debugfs_create_file("gdt", 0400, root, NULL, &pgwalk_view_gdt_fops);
	debugfs_create_file("frame", 0600, root, NULL, &pgwalk_view_frame_fops);
	debugfs_create_file("rmap", 0600, root, NULL, &pgwalk_view_rmap_fops);
	debugfs_create_file("translate", 0600, root, NULL, &pgwalk_view_translate_fops);
	debugfs_create_file("attach", 0600, root, NULL, &pgwalk_attach_fops);
}

/**
 * pgwalk_debugfs_exit - take all of it away
 *
 * Context: module exit: no file of ours is open. The control files go first, so that
 * nobody attaches meanwhile.
 */
void pgwalk_debugfs_exit(void)
{
	debugfs_lookup_and_remove("attach", root);
	pgwalk_attach_stop();
	debugfs_remove(root);
}
