// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Opens and closes the files of <PID>/. The private data of each begins with its process.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "../access.h"
#include "../target.h"
#include "view.h"

/**
 * pgwalk_view_open - open a file of <PID>/
 * @inode: its i_private is the struct pid
 * @file: to be released with pgwalk_view_release()
 * @ops: operations of the view
 * @size: size of the view's reader, which begins with a struct pgwalk_target and is zeroed
 *
 * The target is the current address space: mm_count is held until the release, not mm_users.
 *
 * Context: process context, within debugfs_file_get(), which keeps the pid of @inode.
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
 * pgwalk_view_reader - return the reader of an open file of <PID>/
 * @file: open file
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
 * pgwalk_view_reserve - allocate the buffer for the text of an open file of <PID>/
 * @file: open file; not read yet
 * @bytes: size of the buffer. seq_file allocates a larger one for a longer line
 *
 * A read() returns no more than the buffer has room for. Without this call that is one page.
 *
 * Context: process context, may sleep.
 * Return: true; false: no memory.
 */
bool pgwalk_view_reserve(struct file *file, size_t bytes)
{
	struct seq_file *m = file->private_data;

	m->buf = kvmalloc(bytes, GFP_KERNEL_ACCOUNT);	/* seq_release() frees it */
	m->size = bytes;
	return m->buf;
}

/**
 * pgwalk_view_release - close a file of <PID>/
 * @inode: not read: the directory may have been removed
 * @file: open file; its reader is freed
 *
 * Context: process context.
 * Return: 0.
 */
int pgwalk_view_release(struct inode *inode, struct file *file)
{
	pgwalk_target_exit(pgwalk_view_reader(file));
	return seq_release_private(inode, file);
}
