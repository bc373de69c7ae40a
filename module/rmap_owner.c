// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the processes that have the address spaces of a batch. If the threads of the process
 * in mm->owner are all users of the address space, that process is the only one. The others
 * are found in one pass over the processes of the system. No lock of the reverse map is held,
 * and no reference to a task is taken.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "cost.h"
#include "rmap_batch.h"
#include "rmap_owner.h"

#define RCU_PIDS	128	/* looked at in one RCU section */

static_assert(TASK_COMM_LEN <= sizeof_field(struct pgwalk_rmap_owner, comm));

/*
 * That of any thread: a leader that has called pthread_exit() has none. Kernel threads
 * may have borrowed one. RCU keeps the list of threads; the mm is only compared.
 */
static struct mm_struct *mm_of(struct task_struct *leader)
{
	struct task_struct *thread;

	if (leader->flags & PF_KTHREAD)
		return NULL;
	/* for_each_thread(), which names a lock that is not exported */
	list_for_each_entry_rcu(thread, &leader->signal->thread_head, thread_node) {
		struct mm_struct *mm = READ_ONCE(thread->mm);

		if (mm)
			return mm;
	}
	return NULL;
}

/* In an RCU section. */
static void add_owner(struct pgwalk_rmap_batch *batch, unsigned int space, struct pid *pid,
		      struct task_struct *leader)
{
	struct pgwalk_rmap_owner *owner = pgwalk_rmap_batch_add_owner(batch, space);

	owner->tgid = pid_nr(pid);
	owner->vnr = pid_vnr(pid);
	/* Not get_task_comm(): as for the name in /proc, a change may be seen halfway */
	strscpy_pad(owner->comm, leader->comm, sizeof(owner->comm));
}

/* In an RCU section. pid is of a thread, mostly of one that leads a process. */
static void ask(struct pgwalk_rmap_batch *batch, struct pid *pid)
{
	struct task_struct *leader = pid_task(pid, PIDTYPE_TGID);
	struct mm_struct *mm = leader ? mm_of(leader) : NULL;
	int space = mm ? pgwalk_rmap_batch_find(batch, mm) : -ENOENT;

	if (space >= 0 && !batch->space[space].known)
		add_owner(batch, space, pid, leader);
}

/* Ask some processes from a number on. Gives where to go on; 0: those were the last. */
static pid_t ask_some(struct pgwalk_rmap_batch *batch, pid_t nr)
{
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < RCU_PIDS && nr && batch->nr_owners < PGWALK_RMAP_OWNERS; i++) {
		struct pid *pid = find_ge_pid(nr, &init_pid_ns);

		if (pid)
			ask(batch, pid);
		nr = pid ? pid_nr(pid) + 1 : 0;
	}
	rcu_read_unlock();
	return nr;
}

#ifdef CONFIG_MEMCG

/* In an RCU section. The threads of a process that have an address space, up to @max + 1. */
static int count_threads(struct task_struct *task, const struct mm_struct *mm, int max)
{
	struct task_struct *thread;
	int nr = 0;

	list_for_each_entry_rcu(thread, &task->signal->thread_head, thread_node)
		if (READ_ONCE(thread->mm) == mm && ++nr > max)
			break;
	return nr;
}

/*
 * Does every user of an address space (mm_users) belong to this process? Each thread is one
 * user. A process that shares the address space (vfork(), CLONE_VM) and a reader that holds
 * it for a moment are further users. Users and threads are read in turns, because threads
 * may start and exit meanwhile. A process of many threads is left to the pass, which does
 * not count them. In an RCU section.
 */
static bool is_only_user(struct task_struct *task, struct mm_struct *mm)
{
	int users = atomic_read(&mm->mm_users);

	if (users > RCU_PIDS || count_threads(task, mm, users) != users)
		return false;
	smp_rmb();	/* the number, the threads, the number, the threads */
	if (atomic_read(&mm->mm_users) != users)
		return false;
	smp_rmb();	/* see above */
	return count_threads(task, mm, users) == users;
}

/*
 * Can the task be found by its own pid? A child has its parent's, or one that is not attached
 * yet, until nothing in fork() can fail any more. Before, mm->owner names it already, but if
 * fork() fails its signal_struct is freed without a grace period. In an RCU section.
 */
static bool is_published(struct task_struct *task)
{
	struct pid *pid = READ_ONCE(task->thread_pid);

	return pid && pid_task(pid, PIDTYPE_PID) == task;
}

/*
 * Ask mm->owner for the processes of an address space. The kernel keeps it for memory control
 * groups, as one of the tasks that use the address space; RCU keeps the task.
 */
static bool ask_mm(struct pgwalk_rmap_batch *batch, unsigned int space)
{
	struct mm_struct *mm = batch->space[space].mm;
	struct task_struct *task;
	bool known = false;
	struct pid *pid;

	if (!atomic_read(&mm->mm_users))
		return true;	/* nobody has it any more */
	rcu_read_lock();
	task = rcu_dereference(mm->owner);
	if (task && !(task->flags & PF_KTHREAD) && is_published(task) && is_only_user(task, mm)) {
		pid = task_tgid(task);
		known = pid && pid_nr(pid);
		if (known)
			add_owner(batch, space, pid, task->group_leader);
	}
	rcu_read_unlock();
	return known;
}

#else

static bool ask_mm(struct pgwalk_rmap_batch *batch, unsigned int space)
{
	return false;
}

#endif

/* Ask each address space. False: there are some of which mm->owner does not tell all. */
static bool ask_all_mms(struct pgwalk_rmap_batch *batch)
{
	bool all = true;
	unsigned int i;

	for (i = 0; i < batch->nr_spaces; i++) {
		struct pgwalk_rmap_space *space = &batch->space[i];

		if (!space->known && batch->nr_owners < PGWALK_RMAP_OWNERS)
			space->known = ask_mm(batch, i);
		all &= space->known;
		cond_resched();
	}
	return all;
}

/**
 * pgwalk_rmap_owner_fill - find the processes that have the address spaces of a batch
 * @batch: in: places, and @from: processes up to this one are not wanted; out: the owners,
 *	   and @known of each address space; @asked: only processes up to this one were looked
 *	   at, because more owners do not fit; 0: all
 *
 * A pass over all processes is made only if mm->owner does not answer for an address space,
 * and once between two calls of pgwalk_rmap_batch_empty(). Tasks are found by number, not by
 * for_each_process(): so a pass can be interrupted anywhere, and RCU is held for a bounded
 * number of them.
 *
 * Context: process context, may sleep, nothing is locked.
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_rmap_owner_fill(struct pgwalk_rmap_batch *batch)
{
	pid_t nr = batch->from + 1;
	unsigned int i;

	if (ask_all_mms(batch) || batch->passed)
		return 0;
	batch->passed = true;
	pgwalk_cost_add_owner_pass();
	while (nr && batch->nr_owners < PGWALK_RMAP_OWNERS) {
		nr = ask_some(batch, nr);
		/* No other signal: else what was found could not be told, however often */
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	batch->asked = nr ? nr - 1 : 0;
	for (i = 0; i < batch->nr_spaces; i++)
		batch->space[i].known = true;
	return 0;
}
