/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A live session: observes processes and emits records, interval by interval. */
#ifndef PGWALK_COLLECT_LIVE_H
#define PGWALK_COLLECT_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../lib/error.h"
#include "../snapshot.h"
#include "event.h"
#include "module/device.h"
#include "record/record.h"
#include "target.h"

/**
 * struct live_options - target and content of a live session
 * @process: PID of a process, TID of one of its threads, or a name; NULL: see @command and @cgroup
 * @command: command to start and observe; NULL: @cgroup, or all processes
 * @cgroup: observe all processes in this cgroup; NULL: @process, @command, or all processes
 * @streams: standard streams of @command
 * @interval_ns: length of an interval
 * @total_ns: length of the session; 0: unlimited
 * @by_thread: count faults by thread, too
 * @by_cgroup: count faults of many processes by cgroup, too
 * @stacks: record call stacks
 * @stacks_later: reserve memory so that live__stacks() can enable call stacks
 * @memory: SNAPSHOT_MEMORY_*, columns of memory that are read
 * @no_module: do not use pgwalk.ko
 * @released: do not use the pgwalk.ko with this identity, of device__loaded_id(); 0: none
 * @no_tlb: do not count TLB flushes
 * @note: called with a line for the user that is not an error
 * @note_ctx: argument of @note
 */
struct live_options {
	const char *process;
	char **command;
	const char *cgroup;
	enum target_streams streams;
	uint64_t interval_ns;
	uint64_t total_ns;
	bool by_thread;
	bool by_cgroup;
	bool stacks;
	bool stacks_later;
	unsigned int memory;
	bool no_module;
	uint64_t released;
	bool no_tlb;
	void (*note)(void *ctx, const char *text);
	void *note_ctx;
};

/**
 * struct live_sink - record sink and queries of a live session
 * @record: takes a record with its head filled in; a value other than 0 ends the session
 * @next_unseen: returns the range of the next mapping that faulted and was never sampled; @cursor
 *	is 0 at first
 * @pages: fills in addresses of displayed pages, at most @max; returns their number
 * @memory_begin: mappings are read from this address on; 0: again from the first one on
 * @memory: reads figures of a mapping that are not in its record, of these SNAPSHOT_MEMORY_* columns; above 0: not complete
 * @memory_continue: continues to read the last mapping, in another step; above 0: not complete
 * @ctx: argument of each function
 */
struct live_sink {
	int (*record)(void *ctx, struct record *record);
	bool (*next_unseen)(void *ctx, unsigned int *cursor, uint64_t *start,
			    uint64_t *end);
	size_t (*pages)(void *ctx, uint64_t *addr, size_t max);
	void (*memory_begin)(void *ctx, uint64_t start);
	int (*memory)(void *ctx, struct device *device, const struct pgwalk_vma *vma, unsigned int columns,
		      struct snapshot_memory *out);
	int (*memory_continue)(void *ctx, struct device *device, struct snapshot_memory *out);
	void *ctx;
};

struct live;

int live__create(struct live **out, const struct live_options *options,
		 const struct live_sink *sink, struct events *events,
		 struct error *error);
void live__destroy(struct live *l);

int live__repeat(struct live *l);
int live__close(struct live *l, bool last, bool exited, struct error *error);
int live__drain(struct live *l, struct error *error);
void live__follow_missed(struct live *l);
bool live__is_removed(const struct live *l);
bool live__has_module(const struct live *l);
bool live__module_came(const struct live *l);
uint64_t live__module_id(const struct live *l);
void live__await_end(struct live *l);
bool live__signal(struct live *l, const struct event_signal *signal);

void live__by_thread(struct live *l, bool on);
int live__memory(struct live *l, unsigned int columns);
int live__stacks(struct live *l, bool on, struct error *error);
int live__trace(struct live *l, uint64_t start, uint64_t end,
		struct error *error);
void live__query_page(struct live *l, uint64_t addr, struct snapshot_page_details *answer);

#endif
