/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Lists of the threads of a process, in the order of their ids. */
#ifndef PGWALK_THREADS_H
#define PGWALK_THREADS_H

#include <linux/types.h>

struct pid;
struct pid_namespace;

/**
 * struct pgwalk_thread_id - a thread
 * @tid:	id of the thread in the pid namespace of the list; 0: it has none there
 * @pid:	struct pid of the thread; a reference is held, so that it is not reused
 */
struct pgwalk_thread_id {
	pid_t tid;
	struct pid *pid;
};

/**
 * struct pgwalk_threads - a list of threads; zeroed, it is empty
 * @nr:		number of threads
 * @room:	number of threads that @thread has room for
 * @ns:		pid namespace of the ids; not referenced by the list, but by each pid in it
 * @thread:	threads in ascending order of their ids
 */
struct pgwalk_threads {
	unsigned int nr;
	unsigned int room;
	struct pid_namespace *ns;
	struct pgwalk_thread_id *thread;
};

int pgwalk_threads_take(struct pgwalk_threads *threads, struct pid *process);
void pgwalk_threads_drop(struct pgwalk_threads *threads);
bool pgwalk_threads_are_of_caller(const struct pgwalk_threads *threads);
unsigned int pgwalk_threads_after(const struct pgwalk_threads *threads, pid_t tid);

#endif /* PGWALK_THREADS_H */
