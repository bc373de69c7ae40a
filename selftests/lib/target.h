/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Runs a workload as a process that sleeps after it has made its pages, and parses the
 * pages that it declares.
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
	__u64 start, end;	/* the first mapping that it declares */
	char reason[128];	/* of a skip */
	char log[64];		/* the log file of a moving workload (workloads/moving.h) */
	pid_t child;		/* the process that shares its pages */
};

/* Return 0: ready; 4: skip, see reason; -1: failed, with a message on stderr */
int target_start(struct target *target, const char *workload);
/* Start it with another number of pages */
int target_start_times(struct target *target, const char *workload, const char *times);
void target_stop(struct target *target);

#endif
