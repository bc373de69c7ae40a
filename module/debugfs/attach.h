/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Directories of attached processes. */
#ifndef PGWALK_ATTACH_H
#define PGWALK_ATTACH_H

struct dentry;
struct file_operations;

/**
 * struct pgwalk_attach_file - a file in each directory
 * @name:	name of the file, mode 0400; its i_private is the struct pid of the process
 * @fops:	operations of the view
 */
struct pgwalk_attach_file {
	const char *name;
	const struct file_operations *fops;
};

extern const struct file_operations pgwalk_attach_fops;

int pgwalk_attach_init(void);
void pgwalk_attach_start(struct dentry *root, const struct pgwalk_attach_file *files);
void pgwalk_attach_stop(void);
void pgwalk_attach_exit(void);

#endif /* PGWALK_ATTACH_H */
