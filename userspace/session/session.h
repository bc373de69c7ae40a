/* SPDX-License-Identifier: GPL-2.0 */
/* One run of pgtop: records are collected, fed to the model, and shown. */
#ifndef PGWALK_SESSION_H
#define PGWALK_SESSION_H

#include <stdbool.h>

#include "../lib/error.h"

/* How it is shown */
enum session_form {
	SESSION_AUTO,		/* on the full screen, where there is one */
	SESSION_BATCH,
	SESSION_JSON,
};

/** SESSION_SPEED_DEFAULT - of a replay: as on the day on a screen, else as fast as it goes */
#define SESSION_SPEED_DEFAULT	(-1.0)

/**
 * struct session_options - what is wanted; NULL, 0 and false: nothing of the kind
 * @who: a process: a PID, that of a thread, or a name
 * @command: start this instead, ended by NULL
 * @cgroup: or watch the processes of this cgroup
 * @replay: or read this recorded stream; none of the four: all processes
 * @record: write a recorded stream there too
 * @output: write there, not to stdout
 * @folded: write call stacks there at the end
 * @folded_latency: weigh them by their latency
 * @folded_class: name of the only class that counts there
 * @sort: key of the column to sort by
 * @rows: show at most so many of each table; 0: all
 * @seconds: length of an interval
 * @duration: end after so many seconds
 * @count: end after so many intervals
 * @speed: of a replay: 1 is as on the day, 0 is as fast as it goes
 * @form: how it is shown
 * @by_thread: by thread, too
 * @stacks: tell where from
 * @regions: tell of the whole address space in JSON
 * @no_module: do without pgwalk.ko
 * @no_tlb: do not count TLB flushes
 * @note: takes a line for the user that is not an error
 */
struct session_options {
	const char *who;
	char **command;
	const char *cgroup;
	const char *replay;
	const char *record;
	const char *output;
	const char *folded;
	bool folded_latency;
	const char *folded_class;
	const char *sort;
	unsigned int rows;
	double seconds;
	double duration;
	unsigned long count;
	double speed;
	enum session_form form;
	bool by_thread;
	bool stacks;
	bool regions;
	bool no_module;
	bool no_tlb;
	void (*note)(const char *text);
};

int session__run(const struct session_options *options, struct error *error);

#endif
