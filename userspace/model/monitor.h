/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The state of one monitored target: records go in, snapshots come out. */
#ifndef PGWALK_MODEL_MONITOR_H
#define PGWALK_MODEL_MONITOR_H

#include "../snapshot.h"
#include "aspace.h"
#include "pgwalk_fault.h"

/**
 * struct monitor_mark - the end of an interval
 * @now_ns: time, by any monotonic clock
 * @wall_ns: as struct snapshot
 * @span_ns: length of the interval
 * @lost: faults of the interval that could not be counted
 * @folded: as struct snapshot
 * @missed_runs: as struct snapshot
 * @self_ns: as struct snapshot
 * @walk_ns: as struct snapshot
 * @tables_bytes: as struct snapshot
 * @nr_threads: as struct snapshot
 * @events_lost: faults of the interval without an event
 * @by_thread: threads were counted during the whole interval
 * @last: no interval follows
 * @exited: the target has exited
 */
struct monitor_mark {
	uint64_t now_ns;
	uint64_t wall_ns;
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
 * A snapshot and the memory it points to are valid and unchanged until the next
 * monitor__close() or monitor__destroy().
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
void monitor__trace_range(struct monitor *m, uint64_t start, uint64_t end);
int monitor__page(struct monitor *m, const struct pgwalk_frame_run *run);
int monitor__process_memory(struct monitor *m, int32_t pid, const struct snapshot_memory *memory);
int monitor__cgroup(struct monitor *m, uint64_t id, const char *path);
void monitor__system(struct monitor *m, const struct snapshot_system *system);
void monitor__want_memory(struct monitor *m, bool want);
int monitor__want_since(struct monitor *m);
int monitor__since(struct monitor *m, const struct snapshot *last, struct snapshot *snapshot);
void monitor__reset(struct monitor *m);
void monitor__want_regions(struct monitor *m, bool want);
bool monitor__next_unseen(struct monitor *m, unsigned int *cursor,
			  uint64_t *start, uint64_t *end);
int monitor__close(struct monitor *m, const struct monitor_mark *mark,
		   struct snapshot *snapshot);

#endif
