// SPDX-License-Identifier: GPL-2.0
/*
 * pgtop: every page fault of a process, as it happens. Only main() and the
 * command line; what it asks for is done by the session.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pgwalk.h"
#include "session.h"

#ifndef PGWALK_VERSION
#define PGWALK_VERSION	"unknown"
#endif
#define STRING(x)	STRING_(x)
#define STRING_(x)	#x

const char *argp_program_version =
	"pgtop " PGWALK_VERSION " (pgwalk, ABI " STRING(PGWALK_ABI_VERSION) ")";

enum {
	OPTION_RECORD = 256,
	OPTION_REPLAY,
};

static const struct argp_option options[] = {
	{ "interval", 'i', "SEC", 0, "length of an interval, fractions are fine (1)", 0 },
	{ "count", 'n', "COUNT", 0, "end after COUNT intervals", 0 },
	{ "batch", 'b', NULL, 0, "text, one block an interval", 0 },
	{ "json", 'j', NULL, 0, "JSON Lines, one object an interval", 0 },
	{ "output", 'o', "FILE", 0, "write there instead of stdout, which COMMAND then keeps", 0 },
	{ "record", OPTION_RECORD, "FILE", 0, "keep what was collected, for --replay", 1 },
	{ "replay", OPTION_REPLAY, "FILE", 0, "show a recorded stream instead of a process", 1 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char usage[] = "PID\n-- COMMAND [ARG...]\n--replay=FILE";

static const char about[] =
	"Shows every page fault of a process: in which mapping, of which class, how long it took. "
	"With COMMAND, starts it and counts from its execve on."
	"\v"
	"The total is the kernel's own count, exact; what could not be given to a mapping is a row of its own. "
	"Lines that start with # are headers and remarks. RES and HUGE need pgwalk.ko.\n\n"
	"COMMAND's stdout goes to stderr unless -o is given. A signal ends pgtop with a last interval; "
	"COMMAND is told of it and waited for, until a second one.\n\n"
	"Examples:\n"
	"  pgtop 4211               one block a second, until the process exits\n"
	"  pgtop -i 0.5 -n 10 4211  ten blocks, two a second\n"
	"  pgtop -j -- ls -l        ls from its first fault on, as JSON\n\n"
	"Exit status: 0 ok, 1 failure, 2 usage, 77 not permitted, "
	"126 COMMAND cannot be executed, 127 there is no COMMAND.";

static double parse_seconds(const char *text, struct argp_state *state)
{
	char *end;
	double seconds = strtod(text, &end);

	/* the negation catches NaN */
	if (*end || end == text || !(seconds >= 0.01 && seconds <= 1e6))
		argp_error(state, "%s: not an interval (0.01 to 1000000 seconds)",
			   text);
	return seconds;
}

static unsigned long parse_number(const char *text, unsigned long max,
				  const char *what, struct argp_state *state)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text < '0' || *text > '9' || !n ||
	    n > max)
		argp_error(state, "%s: not %s", text, what);
	return n;
}

static void parse_argument(char *arg, struct session_options *o,
			   struct argp_state *state)
{
	int index = state->next - 1;

	if (state->quoted && index >= state->quoted) {
		o->command = &state->argv[index];
		state->next = state->argc;
	} else if (o->pid) {
		argp_error(state, "%s: one process at a time", arg);
	} else {
		o->pid = (pid_t)parse_number(arg, 1UL << 30,
				"a PID (to start a command: pgtop -- COMMAND)",
				state);
	}
}

static void check(const struct session_options *o, struct argp_state *state)
{
	int sources = !!o->pid + !!o->command + !!o->replay;

	if (!sources)
		argp_error(state, "no process given (a PID, -- COMMAND or --replay)");
	if (sources > 1)
		argp_error(state, "only one of PID, COMMAND and --replay at a time");
	if (o->replay && o->record)
		argp_error(state, "--record and --replay exclude each other");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct session_options *o = state->input;

	switch (key) {
	case 'i':
		o->seconds = parse_seconds(arg, state);
		break;
	case 'n':
		o->count = parse_number(arg, 1UL << 62, "a number of intervals",
					state);
		break;
	case 'b':
		o->json = false;
		break;
	case 'j':
		o->json = true;
		break;
	case 'o':
		o->output = arg;
		break;
	case OPTION_RECORD:
		o->record = arg;
		break;
	case OPTION_REPLAY:
		o->replay = arg;
		break;
	case ARGP_KEY_ARG:
		parse_argument(arg, o, state);
		break;
	case ARGP_KEY_END:
		check(o, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void print_note(const char *text)
{
	fprintf(stderr, "pgtop: %s\n", text);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = usage,
		.doc = about,
	};
	struct session_options o = { .seconds = 1, .note = print_note };
	struct error error = { .status = ERROR_NONE };

	argp_err_exit_status = ERROR_USAGE;
	/* in order: else what stands before "--" is moved behind it */
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	if (session__run(&o, &error)) {
		fprintf(stderr, "pgtop: %s\n", error.text);
		return (int)error.status;
	}
	return 0;
}
