// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds the processes that use the address spaces of a batch. If the threads of the process
 * of mm->owner are all users of the address space, that process is the only one. Other
 * processes are found in one pass over all processes. No lock of the reverse map is held,
 * and no reference to a task is taken.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../stats.h"
#include "../tasks.h"
#include "batch.h"
#include "owner.h"

#define MAX_USERS	128	/* users of an address space that are counted in one RCU section */
#define SPACES		16	/* address spaces of one RCU section */

/*
 * Return the mm of any thread of a process: a leader that has called pthread_exit() has none.
 * Kernel threads may have borrowed one. RCU keeps the list of threads; the mm is only compared.
 */
static struct mm_struct *mm_of(struct task_struct *leader)
{
	struct task_struct *thread;

	if (leader->flags & PF_KTHREAD)
		return NULL;
	pgwalk_for_each_thread(leader, thread) {
		struct mm_struct *mm = READ_ONCE(thread->mm);

		if (mm)
			return mm;
	}
	return NULL;
}

/* Return the bytes of a word before its first NUL, and zeroes. */
static u64 up_to_nul(u64 word)
{
	const u64 ones = 0x0101010101010101ULL;
	u64 nul = (word - ones) & ~word & ones << 7;

	return nul ? word & (((nul & -nul) - 1) >> 7) : word;
}

/*
 * Copy a name, padded with zeroes. Not get_task_comm(): as in /proc, the name may be read in the
 * middle of a change. The words are little endian.
 */
static __always_inline void copy_comm(char *to, const struct task_struct *task)
{
	u64 word[2];

	static_assert(sizeof(word) == TASK_COMM_LEN &&
		      TASK_COMM_LEN == sizeof_field(struct pgwalk_rmap_owner, comm));
	memcpy(word, task->comm, sizeof(word));
	word[0] = up_to_nul(word[0]);
	word[1] = word[0] >> 56 ? up_to_nul(word[1]) & (U64_MAX >> 8) : 0;
	memcpy(to, word, sizeof(word));
}

/* Called in an RCU section. */
static __always_inline void add_owner(struct pgwalk_rmap_batch *batch, unsigned int space, struct pid *pid,
		      struct task_struct *leader)
{
	struct pgwalk_rmap_owner *owner = pgwalk_rmap_batch_add_owner(batch, space);

	owner->tgid = pid_nr(pid);
	owner->vnr = batch->ns->level ? pid_nr_ns(pid, batch->ns) : owner->tgid;
	copy_comm(owner->comm, leader);
}

/* Add a process if it uses an address space of the batch. Return false if no other one fits. */
static bool add_if_owner(struct pid *pid, void *arg)
{
	struct pgwalk_rmap_batch *batch = arg;
	struct task_struct *leader = pid_task(pid, PIDTYPE_TGID);
	struct mm_struct *mm = leader ? mm_of(leader) : NULL;
	int space = mm ? pgwalk_rmap_batch_find(batch, mm) : -ENOENT;

	if (space >= 0 && !batch->space[space].known)
		add_owner(batch, space, pid, leader);
	return batch->nr_owners < PGWALK_RMAP_OWNERS;
}

#ifdef CONFIG_MEMCG

/* Count the threads of a process that use an mm, up to @max + 1. Called in an RCU section. */
static int count_threads(struct task_struct *task, const struct mm_struct *mm, int max)
{
	struct task_struct *thread;
	int nr = 0;

	pgwalk_for_each_thread(task, thread)
		if (READ_ONCE(thread->mm) == mm && ++nr > max)
			break;
	return nr;
}

/*
 * Test that all users of an address space (mm_users) belong to this process. Each thread is one
 * user. A process that shares the address space (vfork(), CLONE_VM) and a reader with a
 * temporary reference are further users. Users and threads are read alternately, because
 * threads may start and exit between the reads. Processes with many threads are left to the
 * pass, which does not count them. Called in an RCU section.
 */
static bool is_only_user(struct task_struct *task, struct mm_struct *mm)
{
	int users = atomic_read(&mm->mm_users);

	/* One thread: as below, with the task as the list of threads */
	if (users == 1 && READ_ONCE(task->mm) == mm) {
		smp_rmb();	/* users, mm, users, mm */
		if (atomic_read(&mm->mm_users) == 1) {
			smp_rmb();	/* see above */
			return READ_ONCE(task->mm) == mm;
		}
		return false;
	}
	if (users > MAX_USERS || count_threads(task, mm, users) != users)
		return false;
	smp_rmb();	/* users, threads, users, threads */
	if (atomic_read(&mm->mm_users) != users)
		return false;
	smp_rmb();	/* see above */
	return count_threads(task, mm, users) == users;
}

/*
 * Test if the task can be found by its own pid. Until no step of fork() can fail any more, a
 * child has its parent's pid, or one that is not attached yet. mm->owner points to it earlier,
 * but if fork() fails its signal_struct is freed without a grace period. Called in an RCU section.
 */
static bool is_published(struct task_struct *task)
{
	struct pid *pid = READ_ONCE(task->thread_pid);

	/* As pid_task(), which is a call: a pid is that of one task */
	return pid && rcu_access_pointer(hlist_first_rcu(&pid->tasks[PIDTYPE_PID])) ==
		      &task->pid_links[PIDTYPE_PID];
}

/*
 * Find the only process of an address space through mm->owner. The kernel keeps mm->owner for
 * memory cgroups, as one of the tasks that use the address space; RCU keeps the task. Return
 * false if there may be other processes. Called in an RCU section.
 */
static bool find_only_owner(struct pgwalk_rmap_batch *batch, unsigned int space)
{
	struct mm_struct *mm = batch->space[space].mm;
	struct task_struct *task;
	bool known = false;
	struct pid *pid;

	if (!atomic_read(&mm->mm_users))
		return true;	/* no process uses it any more */
	task = rcu_dereference(mm->owner);
	if (task && !(task->flags & PF_KTHREAD) && is_published(task) && is_only_user(task, mm)) {
		pid = task_tgid(task);
		known = pid && pid_nr(pid);
		if (known)
			add_owner(batch, space, pid, task->group_leader);
	}
	return known;
}

#else

static bool find_only_owner(struct pgwalk_rmap_batch *batch, unsigned int space)
{
	return false;
}

#endif

/* Try mm->owner of each address space. Return false if it is not enough for one of them. */
static bool find_only_owners(struct pgwalk_rmap_batch *batch)
{
	bool all = true;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < batch->nr_spaces; i++) {
		struct pgwalk_rmap_space *space = &batch->space[i];

		if (!space->known && batch->nr_owners < PGWALK_RMAP_OWNERS)
			space->known = find_only_owner(batch, i);
		all &= space->known;
		if (i % SPACES == SPACES - 1) {
			rcu_read_unlock();
			cond_resched();
			rcu_read_lock();
		}
	}
	rcu_read_unlock();
	return all;
}

/**
 * pgwalk_rmap_owner_fill - find the processes that use the address spaces of a batch
 * @batch: in: places, and @from: processes up to this one are not wanted; out: the owners,
 *	   and @known of each address space; @searched_to: only processes up to this one were
 *	   looked up, because more owners do not fit; 0: all
 *
 * A pass over all processes is made only if mm->owner is not enough for an address space,
 * and once between two calls of pgwalk_rmap_batch_empty(). Only a fatal signal ends a pass, so that
 * each call makes progress.
 *
 * Context: process context, may sleep; no lock is held.
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_rmap_owner_fill(struct pgwalk_rmap_batch *batch)
{
	pid_t next = batch->from + 1;
	unsigned int i;
	int err = 0;

	batch->ns = task_active_pid_ns(current);
	if (find_only_owners(batch) || batch->passed)
		return 0;
	batch->passed = true;
	pgwalk_stats_add_owner_pass();
	if (batch->nr_owners < PGWALK_RMAP_OWNERS)
		err = pgwalk_tasks_visit(&next, add_if_owner, batch);
	if (err)
		return err;
	batch->searched_to = next ? next - 1 : 0;
	for (i = 0; i < batch->nr_spaces; i++)
		batch->space[i].known = true;
	return 0;
}
