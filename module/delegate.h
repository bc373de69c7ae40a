/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Access of users without CAP_SYS_ADMIN to processes that they may read. */
#ifndef PGWALK_DELEGATE_H
#define PGWALK_DELEGATE_H

#include <linux/types.h>

struct file;
struct pgwalk_target;
struct pid;

void pgwalk_delegate_init(void);
void pgwalk_delegate_exit(void);
bool pgwalk_delegate_is_on(void);
int pgwalk_delegate_check_pid(const struct file *file, struct pid *pid);
int pgwalk_delegate_check(const struct file *file, const struct pgwalk_target *target);

#endif /* PGWALK_DELEGATE_H */
