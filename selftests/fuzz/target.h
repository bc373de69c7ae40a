/* SPDX-License-Identifier: GPL-2.0 */
/* The process that is looked at: a bit of everything, and it stands still. */
#ifndef PGWALK_FUZZ_TARGET_H
#define PGWALK_FUZZ_TARGET_H

#include <sys/types.h>
#include <linux/types.h>

/**
 * struct target_report - what it says of itself
 * @pid:	of it
 * @tid:	of its second thread
 * @start:	its mapping: pages, of which each second one is there
 * @end:	behind it
 * @shared:	a page that it shares with the caller
 */
struct target_report {
	pid_t pid, tid;
	__u64 start, end;
	__u64 shared;
};

/* 0 or -1; it dies with the caller */
int target_begin(struct target_report *report);

#endif
