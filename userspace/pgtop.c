// SPDX-License-Identifier: GPL-2.0
/*
 * pgtop: page faults, as they happen. Only main() and the command line; what it
 * asks for is done by the session.
 */
#include <argp.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/streams.h"
#include "pgwalk.h"
#include "session/session.h"
#include "words.h"

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
	OPTION_SPEED,
	OPTION_FOLDED,
	OPTION_FOLDED_BY,
	OPTION_FOLDED_CLASS,
	OPTION_REGIONS,
	OPTION_NO_MODULE,
	OPTION_NO_TLB,
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "Whom to watch:", 1 },
	{ "pid", 'p', "PID", 0, "this process; as PID or NAME without -p", 1 },
	{ "cgroup", 'c', "PATH", 0, "the processes of a cgroup, and of those in it", 1 },
	{ NULL, 0, NULL, 0, "What to tell:", 2 },
	{ "threads", 't', NULL, 0, "by thread, too", 2 },
	{ "user-stacks", 'U', NULL, 0, "where from: the call stacks in user mode", 2 },
	{ "folded", OPTION_FOLDED, "FILE", 0, "at the end, write the call stacks for a flame graph", 2 },
	{ "folded-by", OPTION_FOLDED_BY, "WHAT", 0, "weigh them by count (default) or latency", 2 },
	{ "folded-class", OPTION_FOLDED_CLASS, "CLASS", 0, "only faults of this class in them", 2 },
	{ "sort", 's', "KEY", 0, "sort by this column: faults, major, p99, max, res, ...", 2 },
	{ "rows", 'r', "ROWS", 0, "at most so many rows of each table, in text", 2 },
	{ NULL, 0, NULL, 0, "When:", 3 },
	{ "interval", 'i', "SEC", 0, "length of an interval, fractions are fine (1)", 3 },
	{ "count", 'n', "COUNT", 0, "end after COUNT intervals", 3 },
	{ "duration", 'd', "SEC", 0, "end after SEC seconds", 3 },
	{ NULL, 0, NULL, 0, "How:", 4 },
	{ "batch", 'b', NULL, 0, "text, one block an interval (default without a terminal)", 4 },
	{ "json", 'j', NULL, 0, "JSON Lines, one object an interval", 4 },
	{ "regions", OPTION_REGIONS, NULL, 0, "with the whole address space in JSON", 4 },
	{ "output", 'o', "FILE", 0, "write there instead of stdout, which COMMAND then keeps", 4 },
	{ "record", OPTION_RECORD, "FILE", 0, "keep what was collected, for --replay", 4 },
	{ "replay", OPTION_REPLAY, "FILE", 0, "show a recorded stream instead of a process", 4 },
	{ "speed", OPTION_SPEED, "FACTOR", 0, "of a replay: 1 as on the day (default on a screen), 10 ten times as fast, 0 as fast as it goes", 4 },
	{ "no-module", OPTION_NO_MODULE, NULL, 0, "do without pgwalk.ko", 4 },
	{ "no-tlb", OPTION_NO_TLB, NULL, 0, "do not count TLB flushes, which costs at each switch of mm", 4 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char usage[] =
	"[PID|NAME]\n-c PATH\n-- COMMAND [ARG...]\n--replay=FILE";

static const char about[] =
	"Shows page faults: in which mapping, of which class, how long they took, where they came from. "
	"Of one process, of one that is started, of a cgroup; of all processes if none is named."
	"\v"
	"On a terminal it fills the screen (? tells the keys); else, or with -b, -j or -o, it writes lines. "
	"The total is the kernel's own count, exact; what could not be given to a mapping is a row of its own. "
	"RES and HUGE, and the entries before and after, need pgwalk.ko.\n\n"
	"COMMAND's stdout goes to stderr unless -o is given, and nowhere where the screen is. A signal ends "
	"pgtop with a last interval; COMMAND is told of it and waited for, until a second one.\n\n"
	"EXAMPLES\n"
	"  pgtop                      all processes\n"
	"  pgtop redis-server         one of them, by mapping, on the screen\n"
	"  pgtop -t -U 4211           with its threads, and where from\n"
	"  pgtop -b -i 0.5 -n 10 4211 ten blocks of text, two a second\n"
	"  pgtop -s p99 -r 5 -b 4211  the five slowest mappings\n"
	"  pgtop -j -- ls -l          ls from its first fault on, as JSON\n"
	"  pgtop --folded=f -d 10 4211 && flamegraph.pl f > f.svg\n"
	"  pgtop --record=f -d 60 4211; pgtop --replay=f\n\n"
	"Exit status: 0 ok, 1 failure, 2 usage, 77 not permitted, "
	"126 COMMAND cannot be executed, 127 there is no COMMAND.";

static double parse_number(const char *text, double min, double max,
			   const char *what, struct argp_state *state)
{
	char *end;
	double number = strtod(text, &end);

	/* the negation catches NaN */
	if (*end || end == text || !(number >= min && number <= max))
		argp_error(state, "%s: not %s", text, what);
	return number;
}

static unsigned long parse_count(const char *text, unsigned long max,
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

static void parse_process(const char *who, struct session_options *o,
			  struct argp_state *state)
{
	if (o->who)
		argp_error(state, "%s: one process at a time (none for all of them)",
			   who);
	if (!*who || !strcmp(who, "0"))
		argp_error(state, "'%s': not a process", who);
	o->who = who;
}

static void parse_argument(char *arg, struct session_options *o,
			   struct argp_state *state)
{
	int index = state->next - 1;

	if (state->quoted && index >= state->quoted) {
		o->command = &state->argv[index];
		state->next = state->argc;
	} else {
		parse_process(arg, o, state);
	}
}

static void parse_form(enum session_form form, struct session_options *o,
		       struct argp_state *state)
{
	if (o->form != SESSION_AUTO && o->form != form)
		argp_error(state, "-b and -j exclude each other");
	o->form = form;
}

static void parse_folded_by(const char *what, struct session_options *o,
			    struct argp_state *state)
{
	o->folded_latency = !strcmp(what, "latency");
	if (!o->folded_latency && strcmp(what, "count"))
		argp_error(state, "%s: neither count nor latency", what);
}

static void check_class(const char *class, struct argp_state *state)
{
	if (!words__find_class(class))
		argp_error(state, "%s: there is no such class (anon-new, file-read, cow-copy, ...: see pgtop(8))",
			   class);
}

/* Options that say nothing without others */
static void check_pairs(const struct session_options *o, bool folded_how,
			struct argp_state *state)
{
	if (folded_how && !o->folded)
		argp_error(state, "--folded-by and --folded-class need --folded");
	if (o->speed >= 0 && !o->replay)
		argp_error(state, "--speed needs --replay");
	if (o->regions && o->form != SESSION_JSON)
		argp_error(state, "--regions needs -j");
}

static void check(const struct session_options *o, struct argp_state *state)
{
	int sources = !!o->who + !!o->command + !!o->replay + !!o->cgroup;

	if (state->quoted && !o->command && state->quoted == state->argc)
		argp_error(state, "no command behind --");
	if (sources > 1)
		argp_error(state, "only one of PID, -c, COMMAND and --replay at a time");
	if (o->replay && o->record)
		argp_error(state, "--record and --replay exclude each other");
	if (o->replay && o->stacks)
		argp_error(state, "--replay shows what was recorded: -U is for --record");
	if (o->by_thread && !o->who && !o->command && !o->replay)
		argp_error(state, "-t needs a process");
	check_pairs(o, o->folded_latency || o->folded_class, state);
}

static void parse_when(int key, const char *arg, struct session_options *o,
		       struct argp_state *state)
{
	switch (key) {
	case 'i':
		o->seconds = parse_number(arg, 0.01, 1e6,
			"an interval (0.01 to 1000000 seconds)", state);
		break;
	case 'd':
		o->duration = parse_number(arg, 0.01, 1e9,
			"a duration (at least 0.01 seconds)", state);
		break;
	case 'n':
		o->count = parse_count(arg, 1UL << 62, "a number of intervals",
				       state);
		break;
	case OPTION_SPEED:
		o->speed = parse_number(arg, 0, 1e6,
			"a speed (1 as on the day, 0 as fast as it goes)", state);
		break;
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct session_options *o = state->input;

	switch (key) {
	case 'p':
		parse_process(arg, o, state);
		break;
	case 'c':
		if (!*arg)
			argp_error(state, "'': not a cgroup (/ is the root)");
		o->cgroup = arg;
		break;
	case 't':
		o->by_thread = true;
		break;
	case 'U':
		o->stacks = true;
		break;
	case OPTION_FOLDED:
		o->folded = arg;
		break;
	case OPTION_FOLDED_BY:
		parse_folded_by(arg, o, state);
		break;
	case OPTION_FOLDED_CLASS:
		check_class(arg, state);
		o->folded_class = arg;
		break;
	case 's':
		o->sort = arg;
		break;
	case 'r':
		o->rows = (unsigned int)parse_count(arg, 1UL << 30,
						    "a number of rows", state);
		break;
	case 'b':
		parse_form(SESSION_BATCH, o, state);
		break;
	case 'j':
		parse_form(SESSION_JSON, o, state);
		break;
	case OPTION_REGIONS:
		o->regions = true;
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
	case OPTION_NO_MODULE:
		o->no_module = true;
		break;
	case OPTION_NO_TLB:
		o->no_tlb = true;
		break;
	case 'i':
	case 'd':
	case 'n':
	case OPTION_SPEED:
		parse_when(key, arg, o, state);
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
	struct session_options o = {
		.seconds = 1,
		.speed = SESSION_SPEED_DEFAULT,
		.note = print_note,
	};
	struct error error = { .status = ERROR_NONE };

	streams__reserve();
	argp_err_exit_status = ERROR_USAGE;
	/* what the terminal can show; numbers stay as programs expect them */
	setlocale(LC_CTYPE, "");
	/* in order: else what stands before "--" is moved behind it */
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	if (session__run(&o, &error)) {
		fprintf(stderr, "pgtop: %s\n", error.text);
		return (int)error.status;
	}
	return 0;
}
