// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the segment registers of threads as the kernel saved them (x86), and the descriptors
 * that they select. It does not stop a thread or send it an interrupt.
 *
 * The kernel saves CS and SS on the kernel stack at each entry; DS, ES, FS, GS and
 * the two bases when the thread is switched out. So for a running thread CS and SS are those of
 * its last entry, and the rest is of its last switch. For other threads all are exact.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/pkru.h>
#include <asm/segment.h>

#include "../../target.h"
#include "../../tasks.h"
#include "../../threads.h"
#include "ldt.h"
#include "registers.h"
#include "segment.h"

#define TRIES	3	/* reads before a thread is reported as running */

/**
 * struct saved - registers of a thread
 * @selector:	selectors, by enum pgwalk_segment_register - 1
 * @fs_base:	saved base of FS
 * @gs_base:	saved base of GS
 * @running:	the thread was on a CPU before or after the read
 */
struct saved {
	u16 selector[6];
	unsigned long fs_base;
	unsigned long gs_base;
	bool running;
};

/*
 * Read CS and SS from the kernel stack of a task. The stack is freed after the task has run for
 * the last time. A module can take a reference to the stack, but cannot put it. So the stack is
 * read with fault handling, and the values are used only if the task had it afterwards.
 */
static bool read_stack(struct task_struct *task, struct saved *saved)
{
	struct pt_regs *from = task_pt_regs(task);
	unsigned long cs, ss;

	if (copy_from_kernel_nofault(&cs, &from->cs, sizeof(cs)) ||
	    copy_from_kernel_nofault(&ss, &from->ss, sizeof(ss)))
		return false;
	/* Read the stack, then its refcount. The last put of the stack is a full barrier. */
	smp_rmb();
	if (!refcount_read(&task->stack_refcount))
		return false;
	saved->selector[PGWALK_SEGMENT_CS - 1] = cs;
	saved->selector[PGWALK_SEGMENT_SS - 1] = ss;
	return true;
}

/* Read the registers of the current task: in the kernel they have their user-mode values. */
static void read_own(struct saved *saved)
{
	savesegment(ds, saved->selector[PGWALK_SEGMENT_DS - 1]);
	savesegment(es, saved->selector[PGWALK_SEGMENT_ES - 1]);
	savesegment(fs, saved->selector[PGWALK_SEGMENT_FS - 1]);
	savesegment(gs, saved->selector[PGWALK_SEGMENT_GS - 1]);
	saved->fs_base = native_read_msr(MSR_FS_BASE);
	saved->gs_base = native_read_msr(MSR_KERNEL_GS_BASE);
}

static void read_thread(const struct thread_struct *thread, struct saved *saved)
{
	saved->selector[PGWALK_SEGMENT_DS - 1] = READ_ONCE(thread->ds);
	saved->selector[PGWALK_SEGMENT_ES - 1] = READ_ONCE(thread->es);
	saved->selector[PGWALK_SEGMENT_FS - 1] = READ_ONCE(thread->fsindex);
	saved->selector[PGWALK_SEGMENT_GS - 1] = READ_ONCE(thread->gsindex);
	saved->fs_base = READ_ONCE(thread->fsbase);
	saved->gs_base = READ_ONCE(thread->gsbase);
}

#ifdef CONFIG_SMP
/* When this returns false, the registers of the last switch are saved. */
static bool is_on_cpu(struct task_struct *task)
{
	/* Paired with the release in finish_task() of the scheduler. */
	return smp_load_acquire(&task->on_cpu);
}
#else
/* With one CPU only the reader itself runs. */
static bool is_on_cpu(struct task_struct *task)
{
	return task == current;
}
#endif

static unsigned long switches(const struct task_struct *task)
{
	return READ_ONCE(task->nvcsw) + READ_ONCE(task->nivcsw);
}

/* Read the registers of a task. Return false if the task is dead. RCU keeps the task. */
static bool read_registers(struct task_struct *task, struct saved *saved)
{
	unsigned long before;
	unsigned int try;

	/* A zombie keeps its stack until it has been switched out for the last time. */
	if (READ_ONCE(task->exit_state))
		return false;
	for (try = 0; try < TRIES; try++) {
		before = switches(task);
		saved->running = is_on_cpu(task);
		if (!read_stack(task, saved))
			return false;
		if (task == current) {
			read_own(saved);
			saved->running = false;
			return true;
		}
		read_thread(&task->thread, saved);
		/* Read the registers before on_cpu: see smp_load_acquire() above. */
		smp_rmb();
		saved->running |= is_on_cpu(task);
		if (before == switches(task))
			return true;
	}
	saved->running = true;
	return true;
}

/*
 * Read the descriptor that a selector selects from the GDT. The slots for TLS are read from the
 * thread. Other slots are read from the CPU that the thread ran on last, because one slot
 * contains the CPU's number. Descriptors of the LDT are read by select_from_ldt().
 */
static void select_descriptor(struct task_struct *task, struct pgwalk_segment *segment)
{
	unsigned int index = PGWALK_SELECTOR_INDEX(segment->selector);
	const struct desc_struct *from;

	if (segment->selector & PGWALK_SELECTOR_LDT || pgwalk_segment_is_null(segment->selector))
		return;
	if (index >= GDT_ENTRIES) {
		segment->status = PGWALK_SEGMENT_OUTSIDE;
		return;
	}
	if (index >= GDT_ENTRY_TLS_MIN && index <= GDT_ENTRY_TLS_MAX)
		from = &task->thread.tls_array[index - GDT_ENTRY_TLS_MIN];
	else
		from = &get_cpu_gdt_rw(task_cpu(task))[index];
	memcpy(&segment->descriptor, from, sizeof(segment->descriptor));
}

/* Read a thread, except from the LDT. Return false if it is dead. RCU keeps the task. */
static bool read_task(struct task_struct *task, struct pgwalk_thread *thread)
{
	struct saved saved = {};
	unsigned int i;

	if (!read_registers(task, &saved))
		return false;
	*thread = (struct pgwalk_thread) {
		.tid = task_pid_vnr(task),
		.flags = saved.running ? PGWALK_THREAD_RUNNING : 0,
	};
	strscpy_pad(thread->comm, task->comm, sizeof(thread->comm));
	for (i = 0; i < ARRAY_SIZE(thread->segment); i++) {
		thread->segment[i].reg = i + 1;
		thread->segment[i].selector = saved.selector[i];
		select_descriptor(task, &thread->segment[i]);
	}
	thread->segment[PGWALK_SEGMENT_FS - 1].base = saved.fs_base;
	thread->segment[PGWALK_SEGMENT_GS - 1].base = saved.gs_base;
	return true;
}

static int select_from_ldt(struct mm_struct *mm, struct pgwalk_segment *segment)
{
	unsigned int total;
	int copied;

	if (!(segment->selector & PGWALK_SELECTOR_LDT))
		return 0;
	copied = pgwalk_ldt_read(mm, PGWALK_SELECTOR_INDEX(segment->selector),
				 &segment->descriptor, 1, &total);
	if (!copied)
		segment->status = PGWALK_SEGMENT_OUTSIDE;
	return min(copied, 0);
}

/*
 * Set the base that the CPU uses. FS and GS have bases of their own, which are saved. A CPU
 * without FSGSBASE cannot read them in one instruction, and the kernel saves 0 for a base that
 * comes from a descriptor.
 */
static void fill_base(struct pgwalk_segment *segment, bool is_32bit)
{
	u32 base = pgwalk_segment_decode(segment->descriptor).base;

	switch (segment->reg) {
	case PGWALK_SEGMENT_FS:
	case PGWALK_SEGMENT_GS:
		if (segment->selector && !boot_cpu_has(X86_FEATURE_FSGSBASE))
			segment->base = base;
		break;
	default:
		segment->base = is_32bit ? base : 0;
	}
}

/* Complete a record with the reads that may sleep and do not need the task. */
static int finish(struct mm_struct *mm, struct pgwalk_thread *thread)
{
	const struct pgwalk_segment *cs = &thread->segment[PGWALK_SEGMENT_CS - 1];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(thread->segment); i++) {
		int err = select_from_ldt(mm, &thread->segment[i]);

		if (err)
			return err;
		pgwalk_segment_check(&thread->segment[i]);
	}
	if (cs->status == PGWALK_SEGMENT_OK && !pgwalk_segment_decode(cs->descriptor).l)
		thread->flags |= PGWALK_THREAD_32BIT;
	for (i = 0; i < ARRAY_SIZE(thread->segment); i++)
		fill_base(&thread->segment[i], thread->flags & PGWALK_THREAD_32BIT);
	return 0;
}

/*
 * Read up to @max threads from *@at on, until @room records are filled. Threads that
 * have exited since they were listed are left out. Return the number of records.
 */
static unsigned int read_tasks(struct pid *process, const struct pgwalk_threads *threads,
			       unsigned int *at, unsigned int max,
			       struct pgwalk_thread *records, unsigned int room)
{
	unsigned int end = min(threads->nr, *at + max);
	unsigned int nr = 0;

	rcu_read_lock();
	for (; *at < end && nr < room; ++*at) {
		const struct pgwalk_thread_id *id = &threads->thread[*at];
		struct task_struct *task = pid_task(id->pid, PIDTYPE_PID);

		if (!task || task_tgid(task) != process || !read_task(task, &records[nr]))
			continue;
		records[nr++].tid = id->tid;
	}
	rcu_read_unlock();
	return nr;
}

static int list_threads(const struct pgwalk_target *target, pid_t after,
			struct pgwalk_threads *threads)
{
	if (after && pgwalk_threads_are_of_caller(threads))
		return 0;
	return pgwalk_threads_take(threads, target->pid);
}

/**
 * pgwalk_registers_fill - read the next threads of a process
 * @target: the process
 * @threads: list of its threads, kept by the caller between calls: empty at first,
 *	dropped with pgwalk_threads_drop() at the end. It is made again if @after is 0
 * @after: id of the last thread that was read, in the caller's pid namespace; 0: none
 * @nr: maximum of threads to read; not 0
 * @batch: set
 *
 * A thread that exists since the call with 0 is read exactly once by calls that each
 * continue where the call before ended.
 *
 * Context: process context, may sleep. No lock or reference is held on return.
 * Return: 0, and no thread if none is left; -EINTR: a fatal signal; -ENOMEM.
 */
int pgwalk_registers_fill(const struct pgwalk_target *target, struct pgwalk_threads *threads,
			  pid_t after, unsigned int nr, struct pgwalk_registers *batch)
{
	unsigned int at, i;
	int err;

	batch->filled = 0;
	err = list_threads(target, after, threads);
	if (err)
		return err;
	nr = clamp_t(unsigned int, nr, 1, PGWALK_REGISTERS_BATCH);
	at = pgwalk_threads_after(threads, after);
	while (!batch->filled && at < threads->nr) {
		if (fatal_signal_pending(current))
			return -EINTR;
		batch->filled = read_tasks(target->pid, threads, &at, nr, batch->thread, nr);
		cond_resched();
	}
	if (!batch->filled)
		pgwalk_threads_drop(threads);
	for (i = 0; i < batch->filled && !err; i++)
		err = finish(target->mm, &batch->thread[i]);
	if (err)		/* another reader of the file gets complete records only */
		batch->filled = 0;
	return err;
}

/* Read a thread that is not exiting, one of the first in the kernel's list. */
static bool read_first(struct pid *pid, struct pgwalk_thread *thread)
{
	struct task_struct *leader = pid_task(pid, PIDTYPE_TGID);
	unsigned int max = PGWALK_REGISTERS_BATCH;
	struct task_struct *task;

	if (!leader)
		return false;
	pgwalk_for_each_thread(leader, task) {
		if (!max--)
			break;
		if (!(READ_ONCE(task->flags) & PF_EXITING) && read_task(task, thread) &&
		    thread->tid)
			return true;
	}
	return false;
}

/* Read any thread that is not dead, even if the first threads are all exiting. */
static int read_any(struct pid *pid, struct pgwalk_thread *thread)
{
	struct pgwalk_threads threads = {};
	unsigned int at, nr;
	int err;

	rcu_read_lock();
	nr = read_first(pid, thread);
	rcu_read_unlock();
	if (nr)
		return 0;
	err = pgwalk_threads_take(&threads, pid);
	for (at = pgwalk_threads_after(&threads, 0); !nr && at < threads.nr; cond_resched())
		nr = read_tasks(pid, &threads, &at, PGWALK_REGISTERS_BATCH, thread, 1);
	pgwalk_threads_drop(&threads);
	return err ?: nr ? 0 : -ESRCH;
}

static bool read_by_pid(struct pid *pid, struct pid *tid, struct pgwalk_thread *thread)
{
	struct task_struct *task = pid_task(tid, PIDTYPE_PID);

	return task && task_tgid(task) == pid && read_task(task, thread) && thread->tid;
}

/**
 * pgwalk_registers_read - read one thread of a process
 * @target: the process
 * @tid: id of the thread, in the caller's pid namespace; 0: any thread
 * @thread: set
 *
 * Context: process context, may sleep. No lock or reference is held on return.
 * Return: 0; -ESRCH: no such thread, or it is dead; -EINTR: a fatal signal; -ENOMEM.
 */
int pgwalk_registers_read(const struct pgwalk_target *target, pid_t tid,
			  struct pgwalk_thread *thread)
{
	struct pid *pid;
	int err = 0;

	if (tid) {
		pid = find_get_pid(tid);
		rcu_read_lock();
		if (!read_by_pid(target->pid, pid, thread))
			err = -ESRCH;
		rcu_read_unlock();
		put_pid(pid);
	} else {
		err = read_any(target->pid, thread);
	}
	return err ?: finish(target->mm, thread);
}

/* @tid is 0 if the thread is dead or has no id for the caller. RCU keeps the task. */
static __always_inline struct pgwalk_pkru read_task_pkru(struct task_struct *task)
{
	struct pid *pid = READ_ONCE(task->thread_pid);	/* NULL: the task has left it */

	if (READ_ONCE(task->exit_state) || !pid)
		return (struct pgwalk_pkru) {};
	return (struct pgwalk_pkru) {
		.tid = pid_vnr(pid),
		.running = task != current && is_on_cpu(task),
		/* Saved by __switch_to(), before on_cpu is cleared: see is_on_cpu(). */
		.value = task == current ? read_pkru() : READ_ONCE(task->thread.pkru),
	};
}

static __always_inline struct pgwalk_pkru read_first_pkru(struct pid *pid)
{
	struct task_struct *leader = pid_task(pid, PIDTYPE_TGID);
	unsigned int max = PGWALK_REGISTERS_BATCH;
	struct task_struct *task;

	if (!leader)
		return (struct pgwalk_pkru) {};
	pgwalk_for_each_thread(leader, task) {
		struct pgwalk_pkru pkru;

		if (!max--)
			break;
		if (READ_ONCE(task->flags) & PF_EXITING)
			continue;
		pkru = read_task_pkru(task);
		if (pkru.tid)
			return pkru;
	}
	return (struct pgwalk_pkru) {};
}

static struct pgwalk_pkru read_pkru_by_pid(struct pid *process, struct pid *pid)
{
	struct task_struct *task = pid_task(pid, PIDTYPE_PID);

	return task && task_tgid(task) == process ? read_task_pkru(task) :
						    (struct pgwalk_pkru) {};
}

/**
 * pgwalk_registers_pkru - read the PKRU register of a thread
 * @target: the process
 * @tid: id of the thread, in the caller's pid namespace
 * @pkru: set; @tid is 0 on a CPU without protection keys, and without such a thread
 *
 * Context: process context, does not sleep.
 * Return: 0; -ESRCH: the thread is dead, or not one of the process.
 */
int pgwalk_registers_pkru(const struct pgwalk_target *target, pid_t tid,
			  struct pgwalk_pkru *pkru)
{
	struct pid *pid = find_get_pid(tid);
	bool found;

	rcu_read_lock();
	*pkru = read_pkru_by_pid(target->pid, pid);
	rcu_read_unlock();
	put_pid(pid);
	found = pkru->tid;
	if (!cpu_feature_enabled(X86_FEATURE_OSPKE))
		*pkru = (struct pgwalk_pkru) {};
	return found ? 0 : -ESRCH;
}

/**
 * pgwalk_registers_first_pkru - read the PKRU register of the first thread that is not exiting
 * @target: the process
 *
 * Context: process context, does not sleep; at most 16 threads are read.
 * Return: the register; @tid is 0 on a CPU without protection keys, and without such a thread.
 */
struct pgwalk_pkru pgwalk_registers_first_pkru(const struct pgwalk_target *target)
{
	struct pgwalk_pkru pkru;

	if (!cpu_feature_enabled(X86_FEATURE_OSPKE))
		return (struct pgwalk_pkru) {};
	rcu_read_lock();
	pkru = read_first_pkru(target->pid);
	rcu_read_unlock();
	return pkru;
}
