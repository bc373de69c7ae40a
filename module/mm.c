// SPDX-License-Identifier: GPL-2.0
/*
 * Turns an mm_struct into a record, and finds the threads that use it. It takes no lock of
 * the address space: fields are read as they stand. It must not touch a page table.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "compat.h"
#include "mm.h"

#define RCU_PIDS	256	/* looked at in one RCU section */

static void record_task(struct pgwalk_task *record, struct task_struct *task)
{
	record->tgid = task_tgid_vnr(task);
	record->tid = task_pid_vnr(task);
	strscpy_pad(record->comm, task->comm, sizeof(record->comm));
}

static void add_unsynced(struct pgwalk_mm_cursor *cursor, const struct task_struct *task)
{
	unsigned int i;

	for (i = 0; i < NR_MM_COUNTERS; i++)
		cursor->unsynced[i] += pgwalk_task_mm_counter(task, i);
}

/*
 * By number, as /proc lists processes: RCU keeps what a number stands for, and a number is
 * a place to go on at. The list of tasks has no such place without tasklist_lock.
 */
static unsigned int look_at_pids(struct pgwalk_mm_cursor *cursor, struct pgwalk_task *to,
				 unsigned int room)
{
	unsigned int nr = 0, seen;

	rcu_read_lock();
	for (seen = 0; seen < RCU_PIDS && nr < room; seen++) {
		struct pid *pid = find_ge_pid(cursor->next, &init_pid_ns);
		struct task_struct *task;

		cursor->next = pid ? pid_nr(pid) + 1 : 0;
		if (!pid)
			break;
		task = pid_task(pid, PIDTYPE_PID);
		if (!task || READ_ONCE(task->mm) != cursor->mm)
			continue;
		add_unsynced(cursor, task);
		if (to)
			record_task(to + nr, task);
		nr++;
	}
	rcu_read_unlock();
	return nr;
}

/**
 * pgwalk_mm_begin - begin with the threads that use an address space
 * @cursor: set
 * @mm: the caller holds its mm_count for as long as @cursor is used
 *
 * Context: any.
 */
void pgwalk_mm_begin(struct pgwalk_mm_cursor *cursor, struct mm_struct *mm)
{
	*cursor = (struct pgwalk_mm_cursor) { .mm = mm, .next = 1 };
}

/**
 * pgwalk_mm_next_tasks - tell the next threads that use an address space
 * @cursor: where to go on
 * @to: room for @room records, or NULL if they only are to be counted
 * @room: at least 1
 * @filled: set to the number of threads; less than @room if there are no more
 *
 * In the order of their ids in the initial pid namespace. A thread that comes or goes
 * meanwhile is told or not.
 *
 * Context: process context, may sleep; RCU for 256 ids at a time.
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_mm_next_tasks(struct pgwalk_mm_cursor *cursor, struct pgwalk_task *to,
			 unsigned int room, unsigned int *filled)
{
	unsigned int nr = 0;

	while (cursor->next && nr < room) {
		if (fatal_signal_pending(current))
			return -EINTR;
		nr += look_at_pids(cursor, to ? to + nr : NULL, room - nr);
		cond_resched();
	}
	*filled = nr;
	return 0;
}

static void fill_bounds(struct pgwalk_mm *record, const struct mm_struct *mm)
{
	record->start_code = READ_ONCE(mm->start_code);
	record->end_code = READ_ONCE(mm->end_code);
	record->start_data = READ_ONCE(mm->start_data);
	record->end_data = READ_ONCE(mm->end_data);
	record->start_brk = READ_ONCE(mm->start_brk);
	record->brk = READ_ONCE(mm->brk);
	record->start_stack = READ_ONCE(mm->start_stack);
	record->arg_start = READ_ONCE(mm->arg_start);
	record->arg_end = READ_ONCE(mm->arg_end);
	record->env_start = READ_ONCE(mm->env_start);
	record->env_end = READ_ONCE(mm->env_end);
}

static void fill_totals(struct pgwalk_mm *record, const struct mm_struct *mm)
{
	record->total_pages = READ_ONCE(mm->total_vm);
	record->locked_pages = READ_ONCE(mm->locked_vm);
	record->pinned_pages = atomic64_read(&mm->pinned_vm);
	record->data_pages = READ_ONCE(mm->data_vm);
	record->exec_pages = READ_ONCE(mm->exec_vm);
	record->stack_pages = READ_ONCE(mm->stack_vm);
	record->peak_total_pages = max_t(u64, READ_ONCE(mm->hiwater_vm), record->total_pages);
	record->pgtables_bytes = mm_pgtables_bytes(mm);
	record->map_count = READ_ONCE(mm->map_count);
}

static u64 counter(const struct pgwalk_mm_cursor *cursor, int member)
{
	return max(pgwalk_mm_counter(cursor->mm, member) + cursor->unsynced[member], 0L);
}

/* The peak is noted by the kernel when memory is given back, so now may be the peak. */
static void fill_resident(struct pgwalk_mm *record, const struct pgwalk_mm_cursor *cursor)
{
	u64 rss;

	record->rss_file_pages = counter(cursor, MM_FILEPAGES);
	record->rss_anon_pages = counter(cursor, MM_ANONPAGES);
	record->rss_shmem_pages = counter(cursor, MM_SHMEMPAGES);
	record->swap_pages = counter(cursor, MM_SWAPENTS);
	rss = record->rss_file_pages + record->rss_anon_pages + record->rss_shmem_pages;
	record->peak_rss_pages = max_t(u64, READ_ONCE(cursor->mm->hiwater_rss), rss);
}

/**
 * pgwalk_mm_fill - tell all but the threads themselves
 * @record: filled in, but for what the caller of the device sets
 * @mm: the caller holds its mm_count, once
 * @hide: leave kernel addresses 0, see pgwalk_access_hides_pointers()
 *
 * Context: process context, may sleep.
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_mm_fill(struct pgwalk_mm *record, struct mm_struct *mm, bool hide)
{
	struct pgwalk_mm_cursor cursor;
	int err;

	pgwalk_mm_begin(&cursor, mm);
	err = pgwalk_mm_next_tasks(&cursor, NULL, UINT_MAX, &record->nr_tasks);
	if (err)
		return err;
	record->pgd = hide ? 0 : (unsigned long)mm->pgd;
	record->pgd_pa = __pa(mm->pgd);
	record->users = atomic_read(&mm->mm_users);
	record->count = atomic_read(&mm->mm_count) - 1;	/* the caller's */
	fill_bounds(record, mm);
	fill_totals(record, mm);
	fill_resident(record, &cursor);
	return 0;
}
