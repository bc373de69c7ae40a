// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Creates and removes the debugfs files of all views.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/printk.h>

#include "../arch/parts.h"
#include "attach.h"
#include "debugfs.h"
#include "view.h"

static const struct pgwalk_attach_file target_files[] = {
	{ "mm", &pgwalk_view_mm_fops },
	{ "pages", &pgwalk_view_pages_fops },
	{ "tables", &pgwalk_view_tables_fops },
	{ "vmas", &pgwalk_view_vmas_fops },
	{}
};

static struct dentry *root;

static void create(const char *name, umode_t mode, const struct file_operations *fops)
{
	struct dentry *file = debugfs_create_file(name, mode, root, NULL, fops);

	/* -ENODEV: a kernel without debugfs. */
	if (IS_ERR(file) && PTR_ERR(file) != -ENODEV)
		pr_warn("no %s in debugfs (%pe): load the module again to retry\n", name, file);
}

/**
 * pgwalk_debugfs_init - create /sys/kernel/debug/pgwalk
 *
 * Without debugfs the module works, because the device does not depend on it. A file that
 * cannot be created is reported in the kernel log.
 *
 * Context: module init, which can no longer fail.
 */
void pgwalk_debugfs_init(void)
{
	const struct pgwalk_arch_view *view;

	root = debugfs_create_dir("pgwalk", NULL);
	pgwalk_attach_start(root, target_files);
	create("info", 0400, &pgwalk_view_info_fops);
	for (view = pgwalk_arch_views; view->name; view++)
		create(view->name, 0400, view->fops);
	create("frame", 0600, &pgwalk_view_frame_fops);
	create("rmap", 0600, &pgwalk_view_rmap_fops);
	create("translate", 0600, &pgwalk_view_translate_fops);
	create("attach", 0600, &pgwalk_attach_fops);
}

/**
 * pgwalk_debugfs_exit - remove all files and directories
 *
 * Context: module exit: no file of the module is open. The file attach is removed first, so
 * that no process is attached during the removal.
 */
void pgwalk_debugfs_exit(void)
{
	debugfs_lookup_and_remove("attach", root);
	pgwalk_attach_stop();
	debugfs_remove(root);
}
