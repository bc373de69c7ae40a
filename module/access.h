/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Permission checks for all files of the module. */
#ifndef PGWALK_ACCESS_H
#define PGWALK_ACCESS_H

#include <linux/types.h>

struct file;

int pgwalk_access_check(void);
int pgwalk_access_check_lockdown(void);
int pgwalk_access_check_opener(const struct file *file);
ssize_t pgwalk_access_seq_read(struct file *file, char __user *to, size_t count, loff_t *pos);
bool pgwalk_access_hides_pointers(const struct file *file);
bool pgwalk_access_is_locked_down(void);

#endif /* PGWALK_ACCESS_H */
