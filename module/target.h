/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The process that an open file refers to. */
#ifndef PGWALK_TARGET_H
#define PGWALK_TARGET_H

#include <linux/types.h>

struct mm_struct;
struct pid;

/**
 * struct pgwalk_target - a process and the address space it had at pgwalk_target_init()
 * @pid:	pid of the process leader; a reference is held
 * @mm:		address space; mm_count is held, which keeps no memory of the process
 */
struct pgwalk_target {
	struct pid *pid;
	struct mm_struct *mm;
};

struct pid *pgwalk_target_find_pid(pid_t nr);
int pgwalk_target_init(struct pgwalk_target *target, struct pid *pid);
void pgwalk_target_exit(struct pgwalk_target *target);
bool pgwalk_target_has_mm(const struct pgwalk_target *target);

#endif /* PGWALK_TARGET_H */
