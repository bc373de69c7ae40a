/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Parts of the module that only some architectures have: calls, views, and addresses that
 * are more than a number. An architecture defines all of these in arch/NAME/parts.c.
 */
#ifndef PGWALK_ARCH_PARTS_H
#define PGWALK_ARCH_PARTS_H

#include <linux/compiler.h>
#include <linux/types.h>

struct file_operations;
struct pgwalk_file;
struct pgwalk_target;
struct pgwalk_translate;

/**
 * struct pgwalk_arch_ioctl - a call of /dev/pgwalk
 * @cmd:	PGWALK_IOC_*; 0 ends the list
 * @call:	called with the file locked; returns 0 or a negative errno
 */
struct pgwalk_arch_ioctl {
	unsigned int cmd;
	long (*call)(struct pgwalk_file *pfile, void __user *user);
};

/**
 * struct pgwalk_arch_view - a file in debugfs
 * @name:	name of the file; NULL ends the list
 * @fops:	file operations
 */
struct pgwalk_arch_view {
	const char *name;
	const struct file_operations *fops;
};

extern const struct pgwalk_arch_ioctl pgwalk_arch_ioctls[];
extern const struct pgwalk_arch_view pgwalk_arch_views[];		/* of the system */
extern const struct pgwalk_arch_view pgwalk_arch_target_views[];	/* of a process */

u64 pgwalk_arch_features(void);
int pgwalk_arch_read_keys(struct pgwalk_translate *t, const struct pgwalk_target *target);
int pgwalk_arch_linear(struct pgwalk_translate *t, const struct pgwalk_target *target);

#endif /* PGWALK_ARCH_PARTS_H */
