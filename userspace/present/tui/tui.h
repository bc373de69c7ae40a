/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The full screen of pgtop: a snapshot in, characters out; keys in, wishes out. It
 * does no I/O but with the terminal, and knows nothing of where snapshots come from.
 */
#ifndef PGWALK_PRESENT_TUI_H
#define PGWALK_PRESENT_TUI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../../snapshot.h"

struct tui;

/**
 * struct tui_options - how to begin
 * @interval: seconds of an interval
 * @by_thread: with the screen of threads
 * @replay: the snapshots were recorded: nobody can be asked about now
 * @sort: key of the column to sort by; NULL: the first
 * @rows: show at most so many; 0: as fit
 */
struct tui_options {
	double interval;
	bool by_thread;
	bool replay;
	const char *sort;
	unsigned int rows;
};

/**
 * struct tui_wish - what the person wants of others; asked for after each key
 *
 * Told once, by the tui__input() that took the key: @quit, @close, @interval, @ask,
 * @write and @reset. The others hold until they are told otherwise.
 *
 * @quit: end
 * @close: end the interval now
 * @pause: the interval goes on until it is set free again
 * @interval: seconds of an interval from now on; 0: as it was
 * @by_thread: threads are to be counted
 * @stacks: somebody looks where faults came from: it is to be told, if it can be
 * @look_start: the mapping to look into; 0 with @look_end: none
 * @look_end: the first address behind it
 * @ask: the page at this address is to be asked about; 0: none
 * @write: a copy of the screen is to be written as text; see tui__write()
 * @reset: what is kept since the beginning begins anew, if anything is
 */
struct tui_wish {
	bool quit;
	bool close;
	bool pause;
	double interval;
	bool by_thread;
	bool stacks;
	uint64_t look_start;
	uint64_t look_end;
	uint64_t ask;
	bool write;
	bool reset;
};

int tui__create(struct tui **out, const struct tui_options *options);
void tui__destroy(struct tui *t);

/* The terminal's descriptor: readable, or a size that changed: call tui__input() */
int tui__fd(const struct tui *t);
/* Draws; @snapshot is kept and drawn again until the next one, its owner keeps it so long */
int tui__show(struct tui *t, const struct snapshot *snapshot);
/* Takes the keys that are there, draws what they change, tells what is wanted of others */
int tui__input(struct tui *t, struct tui_wish *wish);
/* What was found out about tui_wish.ask */
int tui__answer(struct tui *t, const struct snapshot_answer *answer);
/* A line for the person, until the next key */
void tui__note(struct tui *t, const char *text);
/* The screen as it stands, as text */
int tui__write(struct tui *t, FILE *out);
/* SIGWINCH came */
void tui__resize(struct tui *t);

#endif
