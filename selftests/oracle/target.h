/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A workload as a process of its own, held in the state that it says it made,
 * and its truth.
 */
#ifndef PGWALK_ORACLE_TARGET_H
#define PGWALK_ORACLE_TARGET_H

#include <stddef.h>
#include <sys/types.h>
#include "names.h"

#define TRUTH_NO_PFN	(~0ULL)

struct truth {
	__u64 start, end;
	int shift, kind;
	struct names_flags flags;
	__u64 pfn;		/* of the first page; TRUTH_NO_PFN: not known */
};

struct target {
	pid_t pid;
	int in, out;
	struct truth *truths;
	size_t nr_truths;
	__u64 start, end;	/* the first mapping it names */
	char reason[128];	/* of a skip */
	char log[64];		/* where a moving workload says where its pages were */
	pid_t child;		/* the one that shares its pages */
};

/* 0: ready; 4: skip, see reason; -1: failed, told on stderr */
int target_start(struct target *target, const char *workload);
/* The same with so many places */
int target_start_times(struct target *target, const char *workload, const char *times);
void target_stop(struct target *target);

#endif
