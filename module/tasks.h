/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Iteration over all processes, and over the threads of one. */
#ifndef PGWALK_TASKS_H
#define PGWALK_TASKS_H

#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/types.h>

struct pid;

/**
 * pgwalk_for_each_thread - iterate over the threads of a process, in the order of creation
 * @task: any thread of the process, found in this RCU section
 * @thread: struct task_struct *, the current thread
 *
 * A thread that exists from before the loop to its end is visited once. A thread that starts or
 * exits during the loop may be visited or not. The loop has no bound but the number of threads: the
 * caller ends it where that matters. It cannot continue in a later RCU section;
 * pgwalk_threads_take() can.
 *
 * Not for_each_thread(), which refers to a lock that is not exported.
 *
 * Context: in an RCU section.
 */
#define pgwalk_for_each_thread(task, thread) \
	list_for_each_entry_rcu(thread, &(task)->signal->thread_head, thread_node)

/**
 * pgwalk_tasks_fn - visit a pid
 * @pid: valid until the end of the RCU section; take a reference to keep it
 * @arg: argument of pgwalk_tasks_visit()
 *
 * Context: in an RCU section; must not sleep.
 * Return: true to continue; false to end the iteration after this pid.
 */
typedef bool pgwalk_tasks_fn(struct pid *pid, void *arg);

int pgwalk_tasks_visit(pid_t *next, pgwalk_tasks_fn *visit, void *arg);

#endif /* PGWALK_TASKS_H */
