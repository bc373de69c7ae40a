// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds processes and holds references to them. A target holds a struct pid and mm_count,
 * but no task, mm_users or lock, so that it does not keep the memory of the process.
 */
#include <linux/err.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "target.h"
#include "tasks.h"

/*
 * Return the address space of any thread that still has one. A leader that called
 * pthread_exit() has none, but its threads do. RCU protects the list of threads;
 * get_task_mm() takes a spinlock (task_lock) only.
 */
static struct mm_struct *get_process_mm(struct pid *pid)
{
	struct mm_struct *mm = NULL;
	struct task_struct *leader, *thread;

	rcu_read_lock();
	leader = pid_task(pid, PIDTYPE_TGID);
	if (leader) {
		pgwalk_for_each_thread(leader, thread) {
			mm = get_task_mm(thread);
			if (mm)
				break;
		}
	}
	rcu_read_unlock();
	return mm;
}

/**
 * pgwalk_target_find_pid - find a process by a number of the caller's pid namespace
 * @nr: id of a process or of one of its threads
 *
 * Context: process context.
 * Return: pid of the process, with a reference; ERR_PTR(-ESRCH): there is no such process.
 */
struct pid *pgwalk_target_find_pid(pid_t nr)
{
	struct pid *thread = find_get_pid(nr);
	struct pid *process = NULL;
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(thread, PIDTYPE_PID);
	if (task)
		process = get_pid(task_tgid(task));
	rcu_read_unlock();
	put_pid(thread);
	return process ?: ERR_PTR(-ESRCH);
}

/**
 * pgwalk_target_init - take references to a process and its current address space
 * @target: set on success
 * @pid: pid of a process; a further reference is taken
 *
 * Context: process context.
 * Return: 0; -ESRCH: the process has exited; -ENXIO: a kernel thread, or a process
 * that has already released its address space.
 */
int pgwalk_target_init(struct pgwalk_target *target, struct pid *pid)
{
	struct mm_struct *mm = get_process_mm(pid);

	if (!mm)
		return pid_has_task(pid, PIDTYPE_TGID) ? -ENXIO : -ESRCH;
	mmgrab(mm);
	/* Not mmput(): if this is the last reference, a worker tears the mm down. */
	mmput_async(mm);
	target->mm = mm;
	target->pid = get_pid(pid);
	return 0;
}

/**
 * pgwalk_target_exit - drop the references
 * @target: set by pgwalk_target_init(), or all zero
 *
 * Context: process context.
 */
void pgwalk_target_exit(struct pgwalk_target *target)
{
	if (!target->pid)
		return;
	mmdrop(target->mm);
	put_pid(target->pid);
	*target = (struct pgwalk_target) {};
}

/**
 * pgwalk_target_has_mm - test if the process still has the address space
 * @target: initialized
 *
 * The mm of a task is only compared, so no reference to it is taken: mm_count of the target's mm
 * is held, so no other mm has its address.
 *
 * Context: process context.
 * Return: false after exec or exit.
 */
bool pgwalk_target_has_mm(const struct pgwalk_target *target)
{
	struct task_struct *leader, *thread;
	struct mm_struct *mm = NULL;

	rcu_read_lock();
	leader = pid_task(target->pid, PIDTYPE_TGID);
	if (leader) {
		pgwalk_for_each_thread(leader, thread) {
			mm = READ_ONCE(thread->mm);
			if (mm)
				break;
		}
	}
	rcu_read_unlock();
	return mm == target->mm;
}
