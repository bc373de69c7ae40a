// SPDX-License-Identifier: GPL-2.0
/*
 * Finds processes and keeps them apart from their memory: what is held of one is
 * its struct pid and mm_count, never a task, mm_users or a lock.
 */
#include <linux/err.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "target.h"

/*
 * The address space of any thread of a process that has one: a leader that has
 * called pthread_exit() has none, its threads do. RCU keeps the list of threads;
 * get_task_mm() takes a spinlock (task_lock) only.
 */
static struct mm_struct *get_process_mm(struct pid *pid)
{
	struct mm_struct *mm = NULL;
	struct task_struct *leader, *thread;

	rcu_read_lock();
	leader = pid_task(pid, PIDTYPE_TGID);
	if (leader) {
		/* for_each_thread(), which names a lock that is not exported */
		list_for_each_entry_rcu(thread, &leader->signal->thread_head, thread_node) {
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
 * Return: the pid of the process, with a reference; ERR_PTR(-ESRCH): there is none.
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
 * pgwalk_target_init - take hold of a process and its address space of now
 * @target: set on success
 * @pid: of a process; a reference of its own is taken
 *
 * Context: process context.
 * Return: 0; -ESRCH: the process is gone; -ENXIO: a kernel thread, or a process
 * whose address space is gone already.
 */
int pgwalk_target_init(struct pgwalk_target *target, struct pid *pid)
{
	struct mm_struct *mm = get_process_mm(pid);

	if (!mm)
		return pid_has_task(pid, PIDTYPE_TGID) ? -ENXIO : -ESRCH;
	mmgrab(mm);
	/* Not mmput(): should the process be gone by now, it is not torn down here. */
	mmput_async(mm);
	target->mm = mm;
	target->pid = get_pid(pid);
	return 0;
}

/**
 * pgwalk_target_exit - let go
 * @target: as pgwalk_target_init() left it, or all zero
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
 * pgwalk_target_is_there - ask if the process still has the address space
 * @target: taken
 *
 * Context: process context.
 * Return: false after exec or exit.
 */
bool pgwalk_target_is_there(const struct pgwalk_target *target)
{
	struct mm_struct *mm = get_process_mm(target->pid);

	if (mm)
		mmput_async(mm);
	return mm == target->mm;
}
