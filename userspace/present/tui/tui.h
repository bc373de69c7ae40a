/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The full screen of pgtop: it draws snapshots and turns keys into commands. The only I/O
 * is that of the terminal.
 */
#ifndef PGWALK_PRESENT_TUI_H
#define PGWALK_PRESENT_TUI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../../snapshot.h"

struct tui;

/**
 * struct tui_options - options of the screen
 * @interval: length of an interval in seconds
 * @by_thread: begin with the screen of threads
 * @replay: the snapshots were recorded; requests for a page fail
 * @sort: key of the column to sort by; NULL: the first
 * @memory: SNAPSHOT_MEMORY_*, further columns
 * @rows: limit of rows; 0: as many as fit
 */
struct tui_options {
	double interval;
	bool by_thread;
	bool replay;
	const char *sort;
	unsigned int memory;
	unsigned int rows;
};

/**
 * struct tui_command - requests of the user to the session, read after each key
 *
 * Set only in the tui__input() that took the key: @quit, @close, @interval, @query_addr, @write,
 * @reset, @enter, @leave, @step, @seek and @seek_time. The others keep their state.
 *
 * @quit: end
 * @close: end the interval now
 * @pause: do not end the interval
 * @interval: new length of intervals in seconds; 0: unchanged
 * @by_thread: count threads
 * @memory: SNAPSHOT_MEMORY_*: columns of memory that are shown
 * @stacks: the screen of call stacks is shown: record stacks, if possible
 * @trace_start: first address of the mapping to trace; 0 with @trace_end: none
 * @trace_end: first address after it
 * @query_addr: address of the page to query; 0: none
 * @write: write a copy of the screen as text; see tui__write()
 * @since_start: show the faults since the start instead of the last interval
 * @reset: reset the counts since the beginning
 * @enter: of many processes: observe this one; 0: none
 * @leave: observe the many processes again
 * @step: replay: intervals to go forward, or back; 0: none
 * @seek: replay: number of the interval to show; 0: none
 * @seek_time: replay: time of day to show, in seconds since midnight; below 0: none
 * @loop_from: replay: first interval of the loop; 0: none
 * @loop_to: replay: last interval of the loop; 0: no loop yet
 */
struct tui_command {
	bool quit;
	bool close;
	bool pause;
	double interval;
	bool by_thread;
	unsigned int memory;
	bool stacks;
	uint64_t trace_start;
	uint64_t trace_end;
	uint64_t query_addr;
	bool write;
	bool since_start;
	bool reset;
	int32_t enter;
	bool leave;
	long step;
	uint64_t seek;
	long seek_time;
	uint64_t loop_from;
	uint64_t loop_to;
};

int tui__create(struct tui **out, const struct tui_options *options);
void tui__destroy(struct tui *t);

/* Return the descriptor of the terminal; call tui__input() when it is readable or resized */
int tui__fd(const struct tui *t);
/* Draw @snapshot; it must stay valid until the next one, because it is drawn again */
int tui__show(struct tui *t, const struct snapshot *snapshot);
/* Handle pending keys, draw their effects, return the requests to the session */
int tui__input(struct tui *t, struct tui_command *command);
/* Show the details of the page of tui_command.query_addr */
int tui__show_details(struct tui *t, const struct snapshot_page_details *details);
/* Forget the snapshot, because another target is observed; @inside: one of many processes */
int tui__restart(struct tui *t, bool inside, struct tui_command *command);
/* Set the number of intervals of a replay; 0: unknown */
void tui__set_intervals(struct tui *t, uint64_t count);
/* Forget the loop of a replay that cannot go back */
void tui__end_loop(struct tui *t);
/* Show a line of text until the next key */
void tui__note(struct tui *t, const char *text);
/* Write the screen as text */
int tui__write(struct tui *t, FILE *out);
/* Handle SIGWINCH */
void tui__resize(struct tui *t);

#endif
