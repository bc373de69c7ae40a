/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A summary of an address space, and the threads that use it. */
#ifndef PGWALK_MM_H
#define PGWALK_MM_H

#include <linux/mm_types_task.h>
#include <linux/types.h>

#include "uapi/pgwalk.h"

struct mm_struct;

/**
 * struct pgwalk_mm_cursor - a place among the threads that use an address space
 * @mm:		address space; the caller holds its mm_count
 * @next:	thread id, in the initial pid namespace, that is looked up next; 0: done
 * @unsynced:	amounts that threads before @next have not added to the counters of the mm yet
 */
struct pgwalk_mm_cursor {
	struct mm_struct *mm;
	pid_t next;
	long unsynced[NR_MM_COUNTERS];
};

void pgwalk_mm_begin(struct pgwalk_mm_cursor *cursor, struct mm_struct *mm);
int pgwalk_mm_next_tasks(struct pgwalk_mm_cursor *cursor, struct pgwalk_task *to,
			 unsigned int room, unsigned int *filled);
int pgwalk_mm_fill(struct pgwalk_mm *record, struct mm_struct *mm, bool hide);

#endif /* PGWALK_MM_H */
