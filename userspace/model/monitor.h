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
 * @folded: as struct snapshot; and so on
 * @missed_runs: the same
 * @self_ns: the same
 * @walk_ns: the same
 * @tables_bytes: the same
 * @nr_threads: the same
 * @events_lost: single faults of the interval that were not told of
 * @by_thread: threads were counted all through the interval
 * @last: there will be no other
 * @exited: the target is gone
 */
struct monitor_mark {
	uint64_t now_ns;
	uint64_t span_ns;
	uint64_t lost;
	uint64_t folded;
	uint64_t missed_runs;
	uint64_t self_ns;
	uint64_t walk_ns;
	uint64_t tables_bytes;
	uint64_t events_lost;
	unsigned int nr_threads;
	bool by_thread;
	bool last;
	bool exited;
};

/*
 * A snapshot and all that it points to stay as they are until the next
 * monitor__close() or monitor__destroy(), whatever else is called meanwhile.
 */
struct monitor;

struct monitor *monitor__create(void);
void monitor__destroy(struct monitor *m);

struct aspace *monitor__aspace(struct monitor *m);
void monitor__set_target(struct monitor *m, const struct snapshot_target *t);

int monitor__ingest(struct monitor *m, const struct pgwalk_fault_key *key,
		    const struct pgwalk_fault_row *row);
int monitor__event(struct monitor *m, const struct pgwalk_fault_event *event);
int monitor__stack(struct monitor *m, const struct pgwalk_fault_stack *stack);
int monitor__frames(struct monitor *m, int32_t stack, const uint64_t *ip,
		    unsigned int count);
int monitor__symbol(struct monitor *m, uint64_t ip, uint64_t offset,
		    const char *name, const char *module);
void monitor__look_into(struct monitor *m, uint64_t start, uint64_t end);
int monitor__page(struct monitor *m, const struct pgwalk_frame_run *run);
void monitor__system(struct monitor *m, const struct snapshot_system *system);
void monitor__reset(struct monitor *m);
void monitor__want_regions(struct monitor *m, bool want);
bool monitor__next_unseen(struct monitor *m, unsigned int *cursor,
			  uint64_t *start, uint64_t *end);
int monitor__close(struct monitor *m, const struct monitor_mark *mark,
		   struct snapshot *snapshot);

#endif
