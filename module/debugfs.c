// SPDX-License-Identifier: GPL-2.0
/*
 * Lists the views and makes their files. It must not know what any of them does.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/printk.h>

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

static void create(const char *name, umode_t mode, const struct file_operations *fops)
{
	struct dentry *file = debugfs_create_file(name, mode, root, NULL, fops);

	/* A kernel without debugfs was built so. */
	if (IS_ERR(file) && PTR_ERR(file) != -ENODEV)
		pr_warn("no %s in debugfs (%pe): load the module again to have it\n", name, file);
}

/**
 * pgwalk_debugfs_init - make /sys/kernel/debug/pgwalk
 *
 * Without debugfs the module works all the same: the device needs none of this. A file
 * that cannot be made is said to lack.
 *
 * Context: module init, which can no longer fail.
 */
void pgwalk_debugfs_init(void)
{
	root = debugfs_create_dir("pgwalk", NULL);
	pgwalk_attach_start(root, target_files);
	create("info", 0400, &pgwalk_view_info_fops);
	create("gdt", 0400, &pgwalk_view_gdt_fops);
	create("frame", 0600, &pgwalk_view_frame_fops);
	create("rmap", 0600, &pgwalk_view_rmap_fops);
	create("translate", 0600, &pgwalk_view_translate_fops);
	create("attach", 0600, &pgwalk_attach_fops);
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
