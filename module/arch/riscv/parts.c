// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * riscv64 has no calls and views of its own, no logical addresses and no protection keys.
 */
#include <linux/errno.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "../../target.h"
#include "../../uapi/pgwalk.h"
#include "../parts.h"

const struct pgwalk_arch_ioctl pgwalk_arch_ioctls[] = { {} };
const struct pgwalk_arch_view pgwalk_arch_views[] = { {} };
const struct pgwalk_arch_view pgwalk_arch_target_views[] = { {} };

/**
 * pgwalk_arch_features - return the features that are the architecture's
 *
 * Context: any.
 * Return: 0.
 */
u64 pgwalk_arch_features(void)
{
	return 0;
}

/**
 * pgwalk_arch_read_keys - test a thread that is given for protection keys
 * @t: @tid is read; nothing is set, because there are no keys
 * @target: the process
 *
 * Context: process context, does not sleep.
 * Return: 0; -ESRCH: @tid is not 0, and is dead or not a thread of the process.
 */
int pgwalk_arch_read_keys(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	struct task_struct *task;
	struct pid *pid;
	bool found;

	if (!t->tid)
		return 0;
	pid = find_get_pid(t->tid);
	rcu_read_lock();
	task = pid_task(pid, PIDTYPE_PID);
	found = task && task_tgid(task) == target->pid && !READ_ONCE(task->exit_state);
	rcu_read_unlock();
	put_pid(pid);
	return found ? 0 : -ESRCH;
}

/**
 * pgwalk_arch_linear - refuse a logical address
 * @t: not changed
 * @target: the process
 *
 * Context: any.
 * Return: -EOPNOTSUPP.
 */
int pgwalk_arch_linear(struct pgwalk_translate *t, const struct pgwalk_target *target)
{
	return -EOPNOTSUPP;
}
