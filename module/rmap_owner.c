// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the processes that have the address spaces of a batch: all of them in one pass
 * over the processes of the system, whatever the number of places. Nothing of the
 * reverse map is locked meanwhile, and no task is kept.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

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

/* In an RCU section. pid is of a thread, mostly of one that leads a process. */
static void ask(struct pgwalk_rmap_batch *batch, struct pid *pid)
{
	struct task_struct *leader = pid_task(pid, PIDTYPE_TGID);
	struct mm_struct *mm = leader ? mm_of(leader) : NULL;
	struct pgwalk_rmap_owner *owner = &batch->owner[batch->nr_owners];
	int first = mm ? pgwalk_rmap_batch_find(batch, mm) : -ENOENT;

	if (first < 0)
		return;
	owner->first = first;
	owner->tgid = pid_nr(pid);
	owner->vnr = pid_vnr(pid);
	/* Not get_task_comm(): as for the name in /proc, a change may be seen halfway */
	strscpy_pad(owner->comm, leader->comm, sizeof(owner->comm));
	batch->nr_owners++;
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

/**
 * pgwalk_rmap_owner_fill - find the processes that have the address spaces of a batch
 * @batch: in: places, and @asked: processes up to this one are not wanted; out: the
 *	   owners; @asked: only processes up to this one were asked, for more do not fit; 0: all
 *
 * Tasks are found by number, not by for_each_process(): so a pass can be interrupted
 * anywhere, and RCU is held for a bounded number of them.
 *
 * Context: process context, may sleep, nothing is locked.
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_rmap_owner_fill(struct pgwalk_rmap_batch *batch)
{
	pid_t nr = batch->asked + 1;

	batch->nr_owners = 0;
	while (nr && batch->nr_owners < PGWALK_RMAP_OWNERS) {
		nr = ask_some(batch, nr);
		/* No other signal: else what was found could not be told, however often */
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	batch->asked = nr ? nr - 1 : 0;
	return 0;
}
