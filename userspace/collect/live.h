/* SPDX-License-Identifier: GPL-2.0 */
/* A live process as a stream of records, interval by interval. */
#ifndef PGWALK_COLLECT_LIVE_H
#define PGWALK_COLLECT_LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../lib/error.h"
#include "record.h"

/**
 * struct live_options - whom to watch, and how often to tell
 * @pid: a process, or one of its threads
 * @command: start this and watch it instead; NULL: @pid
 * @command_keeps_stdout: its stdout is its own; false: it is given our stderr
 * @interval_ns: length of an interval
 * @note: takes a line for the user that is not an error
 */
struct live_options {
	pid_t pid;
	char **command;
	bool command_keeps_stdout;
	uint64_t interval_ns;
	void (*note)(const char *text);
};

/**
 * struct live_sink - who takes the records
 * @record: takes one, with its head filled in; other than 0 ends it all
 * @next_unseen: names a mapping that faulted and was never looked at; @cursor
 *	is 0 at first
 * @ctx: for both
 */
struct live_sink {
	int (*record)(void *ctx, struct record *record);
	bool (*next_unseen)(void *ctx, unsigned int *cursor, uint64_t *start,
			    uint64_t *end);
	void *ctx;
};

struct live;

int live__create(struct live **out, const struct live_options *options,
		 const struct live_sink *sink, struct error *error);
void live__destroy(struct live *l);
int live__interval(struct live *l, bool last, bool *more, struct error *error);

#endif
