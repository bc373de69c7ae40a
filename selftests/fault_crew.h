/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the tests of scopes: a process whose threads fault as often as they are told
 * to, and what the rows of threads and processes add up to.
 */
#ifndef PGWALK_FAULT_CREW_H
#define PGWALK_FAULT_CREW_H

#include "fault_tally.h"

#define CREW	6		/* threads, the leader among them */
#define TIMES	23		/* pages that each touches */

/**
 * struct crew - a process whose threads touch TIMES fresh pages each when told to
 * @pid:	the process
 * @tid:	its threads
 * @go:		tells each
 * @done:	hears of all
 */
struct crew {
	pid_t pid;
	pid_t tid[CREW];
	int go[CREW];
	int done;
};

/** crew__start - returns when all threads wait to be told */
void crew__start(struct crew *c);

/** crew__start_apart - the same, the number of each thread @apart above the one before */
void crew__start_apart(struct crew *c, int apart);

/** crew__touch - returns when all have, and wait again */
void crew__touch(struct crew *c);

/** crew__end - let it end, but for its zombie, which still has its counts */
void crew__end(struct crew *c);

/** crew__bury - the zombie, too */
void crew__bury(struct crew *c);

/** struct found - what the rows of one thread or process add up to; id 0: of all others */
struct found {
	__u32 scope;
	__s32 id;
	__u64 count, major, anon_new;
	char name[PGWALK_NAME_MAX];
	bool ended;
};

/** struct haul - all rows that were drained; @all is of mappings or of processes */
struct haul {
	struct tally all;
	struct tally threads;
	struct found found[1024];
	int nr;
};

/** found_at - the one of @id, made if need be */
struct found *found_at(struct haul *h, __u32 scope, __s32 id);

/** haul_in - settle and drain */
void haul_in(struct probes *p, struct haul *h);

/** scope_open - as probes_open(), for a scope */
struct probes *scope_open(enum probes_scope scope, int cgroup, __u32 rows);

/** process_check - claim that the rows of @pid are what the kernel counted since @base */
void process_check(struct probes *p, struct haul *h, pid_t pid, const struct truth *base,
		   const char *what);

/** is_all - are @n faults of a class all of @all, or at most if some may be unknown? */
bool is_all(__u64 n, __u64 all);

#endif /* PGWALK_FAULT_CREW_H */
