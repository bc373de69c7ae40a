/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process that runs inputs. A kernel that kills it leaves what it told in
 * memory that it shares with the one who waits for it.
 */
#ifndef PGWALK_FUZZ_WORKER_H
#define PGWALK_FUZZ_WORKER_H

#include "door.h"
#include "input.h"

#define WORKER_LAST	16

/**
 * struct worker_order - what it is to do
 * @seed:	of its chances
 * @executions:	how many
 * @seconds:	and no longer than that; 0: as long as it takes
 * @replay:	files of inputs that are run first; NULL behind the last
 * @only_replay: and nothing else
 */
struct worker_order {
	__u64 seed;
	__u64 executions;
	unsigned int seconds;
	char *const *replay;
	bool only_replay;
};

/**
 * struct worker_state - what it tells, as it goes
 * @done:	executions begun
 * @last:	the last ones: number i is at i modulo WORKER_LAST
 * @seed_edges:	ways that what was read from files and the good inputs went
 * @edges:	ways in all
 * @points:	places in all
 * @kept:	inputs kept for a new way
 * @succeeded:	by door, executions that ended without an error
 * @run:	by door, all
 * @ns:		by door, the time that they took
 * @replayed:	what was read from files has run
 * @covered:	is there KCOV?
 * @ready:	it has begun
 * @failure:	what was wrong, "" if nothing
 */
struct worker_state {
	__u64 done;
	struct input last[WORKER_LAST];
	unsigned int seed_edges, edges, points, kept;
	__u64 succeeded[DOOR_NR], run[DOOR_NR], ns[DOOR_NR];
	bool replayed, covered, ready;
	char failure[1280];
};

/* Exits: 0; 1: see failure; 2: it could not begin */
void worker_run(const struct worker_order *order, struct worker_state *state)
	__attribute__((noreturn));

#endif
