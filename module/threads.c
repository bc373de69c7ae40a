// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Lists the threads of a process. The kernel's list is in the order of creation and must
 * be walked under RCU. It is walked once, RCU_THREADS threads in one RCU section, and the
 * ids are sorted afterwards.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "buffer.h"
#include "threads.h"

#define RCU_THREADS	128U	/* threads read in one RCU section */
#define COMPARISONS	4096U	/* while sorting, between two calls of cond_resched() */

static int make_room(struct pgwalk_threads *threads)
{
	unsigned int room = 2 * threads->room + RCU_THREADS;
	struct pgwalk_thread_id *thread;

	if (threads->room - threads->nr >= RCU_THREADS)
		return 0;
	thread = pgwalk_buffer_create(array_size(room, sizeof(*thread)), 0);
	if (!thread)
		return -ENOMEM;
	if (threads->nr)
		memcpy(thread, threads->thread, threads->nr * sizeof(*thread));
	pgwalk_buffer_destroy(threads->thread, threads->room * sizeof(*thread));
	threads->thread = thread;
	threads->room = room;
	return 0;
}

/*
 * Add a thread, unless its pid is already detached. The pid itself is freed after
 * an RCU grace period.
 */
static void add(struct pgwalk_threads *threads, const struct task_struct *task)
{
	struct pid *pid = READ_ONCE(task->thread_pid);

	if (!pid)
		return;
	threads->thread[threads->nr++] = (struct pgwalk_thread_id) {
		.tid = pid_nr_ns(pid, threads->ns),
		.pid = get_pid(pid),
	};
}

/*
 * Find the position to continue at in the kernel's list: the last listed thread that is still
 * in it. Threads that have exited since are removed from the end of @threads. New threads are
 * appended to the kernel's list, so no thread before that position is missing in @threads.
 *
 * A thread leaves its pid before the kernel's list. So a thread that a pid leads to in this
 * RCU section was in the list, and the members after it stay in memory until the end of
 * the section.
 */
static struct list_head *find_place(struct pgwalk_threads *threads, struct signal_struct *signal,
				    unsigned int *budget)
{
	for (; threads->nr && *budget; --*budget) {
		struct pid *pid = threads->thread[threads->nr - 1].pid;
		struct task_struct *task = pid_task(pid, PIDTYPE_PID);

		if (task && task->signal == signal)
			return &task->thread_node;
		threads->nr--;
		put_pid(pid);
	}
	return threads->nr ? NULL : &signal->thread_head;
}

/* Returns true at the end of the kernel's list. There is room for RCU_THREADS threads. */
static bool add_some(struct pgwalk_threads *threads, struct pid *process, unsigned int *limit)
{
	unsigned int budget = RCU_THREADS;
	struct task_struct *leader;
	struct list_head *at = NULL;
	bool is_end = true;

	rcu_read_lock();
	leader = pid_task(process, PIDTYPE_TGID);
	if (leader) {
		/* Threads created from now on are appended and need not be listed. */
		if (!*limit)
			*limit = READ_ONCE(leader->signal->nr_threads) + RCU_THREADS;
		at = find_place(threads, leader->signal, &budget);
		is_end = false;
	}
	for (; at && budget && *limit && !is_end; budget--, --*limit) {
		at = rcu_dereference(list_next_rcu(at));
		is_end = at == &leader->signal->thread_head;
		if (!is_end)
			add(threads, list_entry(at, struct task_struct, thread_node));
	}
	rcu_read_unlock();
	return is_end || !*limit;
}

/* @priv counts the comparisons of one sort. */
static int compare(const void *a, const void *b, const void *priv)
{
	const struct pgwalk_thread_id *left = a, *right = b;
	unsigned int *count = (unsigned int *)priv;

	if (++*count % COMPARISONS == 0)
		cond_resched();
	return left->tid < right->tid ? -1 : left->tid > right->tid;
}

/**
 * pgwalk_threads_take - list the threads of a process
 * @threads: replaced
 * @process: pid of the process leader
 *
 * Ids are those of the caller's pid namespace. A thread that exists from the beginning of
 * this call to its end is listed, once. A thread that starts or exits during the call may be
 * listed or not.
 *
 * Context: process context, may sleep; RCU for RCU_THREADS threads at a time.
 * Return: 0; -ENOMEM; -EINTR: a fatal signal. On an error the list is empty.
 */
int pgwalk_threads_take(struct pgwalk_threads *threads, struct pid *process)
{
	unsigned int limit = 0, count = 0;
	bool is_end = false;
	int err = 0;

	pgwalk_threads_drop(threads);
	threads->ns = task_active_pid_ns(current);
	while (!err && !is_end) {
		err = fatal_signal_pending(current) ? -EINTR : make_room(threads);
		if (!err)
			is_end = add_some(threads, process, &limit);
		cond_resched();
	}
	if (err)
		pgwalk_threads_drop(threads);
	else
		sort_r(threads->thread, threads->nr, sizeof(*threads->thread), compare, NULL,
		       &count);
	return err;
}

/**
 * pgwalk_threads_drop - empty a list and free its memory
 * @threads: may be empty
 *
 * Context: process context, may sleep.
 */
void pgwalk_threads_drop(struct pgwalk_threads *threads)
{
	unsigned int i;

	for (i = 0; i < threads->nr; i++) {
		put_pid(threads->thread[i].pid);
		if (i % RCU_THREADS == 0)
			cond_resched();
	}
	pgwalk_buffer_destroy(threads->thread, threads->room * sizeof(*threads->thread));
	*threads = (struct pgwalk_threads) {};
}

/**
 * pgwalk_threads_are_of_caller - test if the ids are of the caller's pid namespace
 * @threads: a list
 *
 * Context: process context.
 * Return: false if the list is empty or was made in another pid namespace.
 */
bool pgwalk_threads_are_of_caller(const struct pgwalk_threads *threads)
{
	return threads->nr && threads->ns == task_active_pid_ns(current);
}

/**
 * pgwalk_threads_after - find the first thread with a greater id
 * @threads: a list
 * @tid: an id; at least 0
 *
 * Context: any.
 * Return: its index; the number of threads if there is none.
 */
unsigned int pgwalk_threads_after(const struct pgwalk_threads *threads, pid_t tid)
{
	unsigned int low = 0, high = threads->nr;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (threads->thread[middle].tid > tid)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
