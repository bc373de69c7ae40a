/* SPDX-License-Identifier: GPL-2.0 */
/* The process that an open file is about. */
#ifndef PGWALK_TARGET_H
#define PGWALK_TARGET_H

#include <linux/types.h>

struct mm_struct;
struct pid;

/**
 * struct pgwalk_target - a process and the address space it had when it was asked for
 * @pid:	of its leader; a reference is held
 * @mm:		mm_count is held, which keeps no memory of the process
 */
struct pgwalk_target {
	struct pid *pid;
	struct mm_struct *mm;
};

struct pid *pgwalk_target_find_pid(pid_t nr);
int pgwalk_target_init(struct pgwalk_target *target, struct pid *pid);
void pgwalk_target_exit(struct pgwalk_target *target);
bool pgwalk_target_is_there(const struct pgwalk_target *target);

#endif /* PGWALK_TARGET_H */
