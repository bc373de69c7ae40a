/* SPDX-License-Identifier: GPL-2.0 */
/* The state of one monitored process: records go in, snapshots come out. */
#ifndef PGWALK_MODEL_MONITOR_H
#define PGWALK_MODEL_MONITOR_H

#include "../snapshot.h"
#include "aspace.h"
#include "pgwalk_fault.h"

/**
 * struct monitor_mark - the end of an interval
 * @now_ns: the time, by any clock that does not jump
 * @span_ns: since the end of the one before
 * @lost: faults of the interval that could not be counted at all
 * @last: there will be no other
 * @exited: the target is gone
 */
struct monitor_mark {
	uint64_t now_ns;
	uint64_t span_ns;
	uint64_t lost;
	bool last;
	bool exited;
};

struct monitor;

struct monitor *monitor__create(void);
void monitor__destroy(struct monitor *m);

struct aspace *monitor__aspace(struct monitor *m);
void monitor__set_target(struct monitor *m, const struct snapshot_target *t);

int monitor__ingest(struct monitor *m, const struct pgwalk_fault_key *key,
		    const struct pgwalk_fault_row *row);
bool monitor__next_unseen(struct monitor *m, unsigned int *cursor,
			  uint64_t *start, uint64_t *end);
int monitor__close(struct monitor *m, const struct monitor_mark *mark,
		   struct snapshot *snapshot);

#endif
