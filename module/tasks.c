// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Iterates over all pids of the system. It takes no lock and no reference.
 */
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>

#include "tasks.h"

#define RCU_PIDS	128	/* pids in one RCU section */

/**
 * pgwalk_tasks_visit - visit pids in the order of their numbers
 * @next: in: number from which to begin, in the initial pid namespace, at least 1; out: number
 *	from which to continue; 0: all pids were visited
 * @visit: called for each pid
 * @arg: passed to @visit
 *
 * Pids are looked up by number, as /proc lists processes, and not in the list of tasks. A number
 * is a position that stays valid without a lock or reference; a position in the list of tasks is
 * valid under tasklist_lock only.
 *
 * A pid that is in use from before the first call to the end of the last is visited exactly once,
 * by calls that each continue at @next. A pid that is allocated or freed during these calls may be
 * visited or not. Each thread has one pid, and that of the leader is also the pid of the process;
 * a pid that is only that of a group or a session is visited, too. The visitor tests with
 * pid_task() if it is that of a thread (PIDTYPE_PID) or of a process (PIDTYPE_TGID).
 *
 * Context: process context, may sleep; RCU for RCU_PIDS pids at a time.
 * Return: 0: @visit returned false, or all pids were visited; -EINTR: a fatal signal.
 */
int pgwalk_tasks_visit(pid_t *next, pgwalk_tasks_fn *visit, void *arg)
{
	bool more = true;
	unsigned int i;

	while (*next && more) {
		if (fatal_signal_pending(current))
			return -EINTR;
		rcu_read_lock();
		for (i = 0; i < RCU_PIDS && *next && more; i++) {
			struct pid *pid = find_ge_pid(*next, &init_pid_ns);

			*next = pid ? pid_nr(pid) + 1 : 0;
			more = pid && visit(pid, arg);
		}
		rcu_read_unlock();
		cond_resched();
	}
	return 0;
}
