/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The target: a process with memory of all kinds that stays as it is. */
#ifndef PGWALK_FUZZ_TARGET_H
#define PGWALK_FUZZ_TARGET_H

#include <sys/types.h>
#include <linux/types.h>

/**
 * struct target_report - the ids and addresses of the target
 * @pid:	process
 * @tid:	second thread
 * @start:	of its mapping, with every second page present
 * @end:	of its mapping
 * @shared:	address of a page that it shares with the caller
 */
struct target_report {
	pid_t pid, tid;
	__u64 start, end;
	__u64 shared;
};

/* Return 0 or -1; the target exits with the caller */
int target_begin(struct target_report *report);

#endif
