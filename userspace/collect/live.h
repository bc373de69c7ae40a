/* SPDX-License-Identifier: GPL-2.0 */
/* Live processes as a stream of records, interval by interval. */
#ifndef PGWALK_COLLECT_LIVE_H
#define PGWALK_COLLECT_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../lib/error.h"
#include "../snapshot.h"
#include "event.h"
#include "record.h"
#include "target.h"

/**
 * struct live_options - whom to watch, and what to tell
 * @who: a process: a PID, that of a thread, or its name; NULL: see the next two
 * @command: start this and watch it; NULL: @cgroup, or all processes
 * @cgroup: watch all processes in it; NULL: @who, @command, or all processes
 * @streams: what becomes of those of @command
 * @interval_ns: length of an interval
 * @total_ns: of all of them; 0: without end
 * @by_thread: count by thread, too
 * @stacks: tell where from
 * @stacks_later: keep room to do so when live__stacks() says so
 * @no_module: do without pgwalk.ko
 * @no_tlb: do not count TLB flushes
 * @note: takes a line for the user that is not an error
 * @note_ctx: for it
 */
struct live_options {
	const char *who;
	char **command;
	const char *cgroup;
	enum target_streams streams;
	uint64_t interval_ns;
	uint64_t total_ns;
	bool by_thread;
	bool stacks;
	bool stacks_later;
	bool no_module;
	bool no_tlb;
	void (*note)(void *ctx, const char *text);
	void *note_ctx;
};

/**
 * struct live_sink - who takes the records, and what is asked of him
 * @record: takes one, with its head filled in; other than 0 ends it all
 * @next_unseen: names a mapping that faulted and was never looked at; @cursor
 *	is 0 at first
 * @pages: names pages that are shown, at most @max; returns how many
 * @ctx: for each
 */
struct live_sink {
	int (*record)(void *ctx, struct record *record);
	bool (*next_unseen)(void *ctx, unsigned int *cursor, uint64_t *start,
			    uint64_t *end);
	size_t (*pages)(void *ctx, uint64_t *addr, size_t max);
	void *ctx;
};

struct live;

int live__create(struct live **out, const struct live_options *options,
		 const struct live_sink *sink, struct events *events,
		 struct error *error);
void live__destroy(struct live *l);

int live__close(struct live *l, bool last, bool exited, struct error *error);
int live__drain(struct live *l, struct error *error);
bool live__is_removed(const struct live *l);
void live__await_end(struct live *l);
bool live__signal(struct live *l, const struct event_signal *signal);

void live__by_thread(struct live *l, bool on);
int live__stacks(struct live *l, bool on, struct error *error);
int live__look_into(struct live *l, uint64_t start, uint64_t end,
		    struct error *error);
void live__ask(struct live *l, uint64_t addr, struct snapshot_answer *answer);

#endif
