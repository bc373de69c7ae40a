/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that descend from one: process k forks 2k + 1 and 2k + 2. Then each does
 * something of its own and sleeps until the family is ended.
 */
#ifndef PGWALK_ORACLE_FAMILY_H
#define PGWALK_ORACLE_FAMILY_H

#include <stdbool.h>
#include <sys/types.h>

#define FAMILY_MAX	64

/**
 * struct family - in memory that all of them and the caller share
 * @nr:		processes
 * @pid:	of each
 * @addr:	an address that each may tell
 * @ready:	how many of them sleep
 * @failed:	one of them could not do what it should
 */
struct family {
	int nr;
	pid_t pid[FAMILY_MAX];
	char *addr[FAMILY_MAX];
	int ready, failed;
};

/*
 * before: in the first one, before it forks; after: in each, which has forked. Either may
 * be NULL; false means that it failed. NULL: it did, or time was up.
 */
struct family *family_start(int nr, bool (*before)(struct family *family),
			    bool (*after)(struct family *family, int k));
void family_end(struct family *family);

#endif
