/* SPDX-License-Identifier: GPL-2.0 */
/* One run of pgtop: records are collected, fed to the model, and shown. */
#ifndef PGWALK_SESSION_H
#define PGWALK_SESSION_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/error.h"

/**
 * struct session_options - what is wanted
 * @pid: the process, or one of its threads; 0 if another source is given
 * @command: start this instead, ended by NULL
 * @replay: or read this recorded stream
 * @record: write a recorded stream there too
 * @output: write there, not to stdout
 * @seconds: length of an interval
 * @count: end after so many intervals; 0: never
 * @json: JSON Lines instead of text
 * @note: takes a line for the user that is not an error
 */
struct session_options {
	pid_t pid;
	char **command;
	const char *replay;
	const char *record;
	const char *output;
	double seconds;
	unsigned long count;
	bool json;
	void (*note)(const char *text);
};

int session__run(const struct session_options *options, struct error *error);

#endif
