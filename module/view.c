// SPDX-License-Identifier: GPL-2.0
/*
 * Opens and closes the files of <PID>/, which all begin with a process. It must not know
 * what they show.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/seq_file.h>

#include "access.h"
#include "target.h"
#include "view.h"

/**
 * pgwalk_view_open - open a file of <PID>/
 * @inode: its i_private is the struct pid
 * @file: to be released with pgwalk_view_release()
 * @ops: of the view
 * @size: of its reader, which begins with a struct pgwalk_target and is zero otherwise
 *
 * The target is that of now: mm_count is held until the release, not mm_users.
 *
 * Context: process context, within debugfs_file_get(): @inode's pid is there.
 * Return: 0; -EPERM; -ENOMEM; -ESRCH, -ENXIO: as pgwalk_target_init().
 */
int pgwalk_view_open(struct inode *inode, struct file *file, const struct seq_operations *ops,
		     size_t size)
{
	struct pgwalk_target *target;
	int err = pgwalk_access_check();

	if (err)
		return err;
	target = __seq_open_private(file, ops, size);
	if (!target)
		return -ENOMEM;
	err = pgwalk_target_init(target, inode->i_private);
	if (err)
		seq_release_private(inode, file);
	return err;
}

/**
 * pgwalk_view_reader - the reader of an open file of <PID>/
 * @file: opened
 *
 * Context: any.
 * Return: the reader.
 */
void *pgwalk_view_reader(struct file *file)
{
	struct seq_file *m = file->private_data;

	return m->private;
}

/**
 * pgwalk_view_release - close a file of <PID>/
 * @inode: not looked into: the directory may be gone
 * @file: opened; its reader is freed
 *
 * Context: process context.
 * Return: 0.
 */
int pgwalk_view_release(struct inode *inode, struct file *file)
{
	pgwalk_target_exit(pgwalk_view_reader(file));
	return seq_release_private(inode, file);
}
