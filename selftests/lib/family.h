/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A tree of processes: process k forks 2k + 1 and 2k + 2. Each process then runs a
 * function and sleeps until family_end().
 */
#ifndef PGWALK_ORACLE_FAMILY_H
#define PGWALK_ORACLE_FAMILY_H

#include <stdbool.h>
#include <sys/types.h>

#define FAMILY_MAX	64

/**
 * struct family - shared by all processes of the tree and the caller
 * @nr:		number of processes
 * @pid:	of each process
 * @addr:	an address that each process may publish
 * @ready:	number of processes that sleep
 * @failed:	a function of a process failed
 */
struct family {
	int nr;
	pid_t pid[FAMILY_MAX];
	char *addr[FAMILY_MAX];
	int ready, failed;
};

/*
 * before runs in the first process before it forks, after in each process after its forks.
 * Either may be NULL; they return false on failure. Return NULL if one failed or on timeout.
 */
struct family *family_start(int nr, bool (*before)(struct family *family),
			    bool (*after)(struct family *family, int k));
void family_end(struct family *family);

#endif
