// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Copies fields of an mm_struct into a record, and finds the threads that use it. It reads the
 * fields without a lock of the address space, and reads no page table.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "compat.h"
#include "mm.h"
#include "tasks.h"

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

/**
 * struct task_list - threads that are being read
 * @cursor:	position
 * @to:		records; NULL: threads are only counted
 * @room:	maximum of threads
 * @nr:		number of threads
 */
struct task_list {
	struct pgwalk_mm_cursor *cursor;
	struct pgwalk_task *to;
	unsigned int room;
	unsigned int nr;
};

/* Add the thread of a pid if it uses the address space. */
static bool add_if_user(struct pid *pid, void *arg)
{
	struct task_list *list = arg;
	struct task_struct *task = pid_task(pid, PIDTYPE_PID);

	if (!task || READ_ONCE(task->mm) != list->cursor->mm)
		return true;
	add_unsynced(list->cursor, task);
	if (list->to)
		record_task(list->to + list->nr, task);
	return ++list->nr < list->room;
}

/**
 * pgwalk_mm_begin - set a cursor to the first thread that uses an address space
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
 * pgwalk_mm_next_tasks - report the next threads that use an address space
 * @cursor: position
 * @to: room for @room records; NULL: the threads are only counted
 * @room: at least 1
 * @filled: set to the number of threads; less than @room if there are no more
 *
 * Threads are in the order of their ids in the initial pid namespace. A thread that starts or
 * exits during the call may be reported or not.
 *
 * Context: process context, may sleep; RCU as in pgwalk_tasks_visit().
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_mm_next_tasks(struct pgwalk_mm_cursor *cursor, struct pgwalk_task *to,
			 unsigned int room, unsigned int *filled)
{
	struct task_list list = { .cursor = cursor, .to = to, .room = room };
	int err = pgwalk_tasks_visit(&cursor->next, add_if_user, &list);

	if (!err)
		*filled = list.nr;
	return err;
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

/* The kernel updates the peak when memory is freed, so the current value may be the peak. */
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
 * pgwalk_mm_fill - fill in the record of an address space
 * @record: filled in, except the fields that the caller sets
 * @mm: the caller holds its mm_count, once
 * @hide: set kernel addresses to 0, see pgwalk_access_hides_pointers()
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
	record->count = atomic_read(&mm->mm_count) - 1;	/* without the caller's */
	record->thp_disable = pgwalk_mm_thp_disable(mm);
	record->reserved = 0;
	fill_bounds(record, mm);
	fill_totals(record, mm);
	fill_resident(record, &cursor);
	return 0;
}
