// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* pgtop: shows page faults. main() and the command line. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/command_line.h"
#include "lib/i18n.h"
#include "pgwalk.h"
#include "session/session.h"
#include "names/names.h"

const char *argp_program_version = COMMAND_LINE_VERSION("pgtop");

enum {
	OPTION_OPENMETRICS = 256,
	OPTION_LISTEN,
	OPTION_CGROUPS,
	OPTION_ROTATE_SIZE,
	OPTION_ROTATE_TIME,
	OPTION_ROTATE_KEEP,
	OPTION_RECORD,
	OPTION_REPLAY,
	OPTION_SPEED,
	OPTION_FOLDED,
	OPTION_FOLDED_BY,
	OPTION_FOLDED_CLASS,
	OPTION_FOLDED_MAPPING,
	OPTION_COLUMNS,
	OPTION_REGIONS,
	OPTION_HTML,
	OPTION_SVG,
	OPTION_NO_MODULE,
	OPTION_NO_TLB,
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, N_("Target:"), 1 },
	{ "pid", 'p', "PID", 0, N_("process to observe; -p can be left out"), 1 },
	{ "cgroup", 'c', "PATH", 0, N_("observe the processes of a cgroup and its descendants"), 1 },
	{ NULL, 0, NULL, 0, N_("Content:"), 2 },
	{ "threads", 't', NULL, 0, N_("show threads, too"), 2 },
	{ "user-stacks", 'U', NULL, 0, N_("record user-space call stacks"), 2 },
	{ "folded", OPTION_FOLDED, "FILE", 0, N_("at the end, write call stacks for a flame graph"), 2 },
	{ "folded-by", OPTION_FOLDED_BY, "WHAT", 0, N_("weigh call stacks by count (default) or latency"), 2 },
	{ "folded-class", OPTION_FOLDED_CLASS, "CLASS", 0, N_("only faults of this class in call stacks"), 2 },
	{ "folded-mapping", OPTION_FOLDED_MAPPING, NULL, 0, N_("split call stacks by the mapping of the faults, as the last frame"), 2 },
	{ "columns", OPTION_COLUMNS, "KEYS", 0, N_("further columns of memory: pss, uss, frames, lazyfree, eligible, tables, ... or all"), 2 },
	{ "sort", 's', "KEY", 0, N_("sort by this column: faults, time, major, p99, max, res, ..."), 2 },
	{ "rows", 'r', "ROWS", 0, N_("limit of rows of each table, in text"), 2 },
	{ NULL, 0, NULL, 0, N_("Time:"), 3 },
	{ "interval", 'i', "SEC", 0, N_("length of an interval, fractions allowed (default 1)"), 3 },
	{ "count", 'n', "COUNT", 0, N_("end after COUNT intervals, with a summary"), 3 },
	{ "duration", 'd', "SEC", 0, N_("end after SEC seconds, with a summary"), 3 },
	{ NULL, 0, NULL, 0, N_("Output:"), 4 },
	{ "batch", 'b', NULL, 0, N_("text, one block per interval (default without a terminal)"), 4 },
	{ "json", 'j', NULL, 0, N_("JSON Lines, one object per interval"), 4 },
	{ "regions", OPTION_REGIONS, NULL, 0, N_("include the whole address space in JSON"), 4 },
	{ "output", 'o', "FILE", 0, N_("write to FILE; COMMAND then keeps stdout"), 4 },
	{ "openmetrics", OPTION_OPENMETRICS, "FILE", 0, N_("rewrite FILE in each interval with metrics for Prometheus"), 4 },
	{ "listen", OPTION_LISTEN, "[ADDRESS:]PORT", 0, N_("serve these metrics over HTTP, on the loopback if no ADDRESS is given"), 4 },
	{ "cgroups", OPTION_CGROUPS, "COUNT", 0, N_("limit of cgroups with metrics of their own, those with most faults (default 100; 0: none)"), 4 },
	{ "html", OPTION_HTML, "FILE", 0, N_("at the end, write a page with pictures for a browser; show intervals only with -b, -j or -o"), 4 },
	{ "svg", OPTION_SVG, "FILE", 0, N_("at the end, write these pictures alone, as SVG"), 4 },
	{ "record", OPTION_RECORD, "FILE", 0, N_("record the collected data for --replay"), 4 },
	{ "rotate-size", OPTION_ROTATE_SIZE, "MIB", 0, N_("with --record: begin another file when FILE has MIB MiB, fractions allowed"), 4 },
	{ "rotate-time", OPTION_ROTATE_TIME, "SEC", 0, N_("with --record: begin another file after SEC seconds"), 4 },
	{ "rotate-keep", OPTION_ROTATE_KEEP, "COUNT", 0, N_("earlier files that are kept, as FILE.1 and so on (default 10)"), 4 },
	{ "replay", OPTION_REPLAY, "FILE", 0, N_("show a recorded stream instead of a process, or several streams by time"), 4 },
	{ "speed", OPTION_SPEED, "FACTOR", 0, N_("replay speed: 1 real time (default on a terminal), 10 ten times faster, 0 unlimited"), 4 },
	{ "no-module", OPTION_NO_MODULE, NULL, 0, N_("do not use pgwalk.ko"), 4 },
	{ "no-tlb", OPTION_NO_TLB, NULL, 0, N_("do not count TLB flushes (the count has a cost at each switch of mm)"), 4 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char usage[] =
	"[PID|NAME]\n-c PATH\n-- COMMAND [ARG...]\n--replay=FILE [FILE...]";

static const char before[] =
	N_("Shows page faults by mapping and class, with latency and call stacks. "
	"Observes a process, a started command, a cgroup, or all processes by default.");

static const char after[] =
	N_("On a terminal pgtop fills the screen (? lists the keys); else, or with -b, -j or -o, it writes lines. "
	"The total is exact: the kernel's own count. Faults without a mapping have a row of their own. "
	"RES, HUGE and page-table entries before and after a fault need pgwalk.ko.\n\n"
	"COMMAND's stdout goes to stderr unless -o is given, and to /dev/null with a screen. A signal ends "
	"pgtop after a last interval; with COMMAND, pgtop forwards it and waits, until a second signal.\n\n"
	"EXAMPLES\n"
	"  pgtop                      all processes\n"
	"  pgtop redis-server         one process, by mapping, on the screen\n"
	"  pgtop -t -U 4211           with its threads and call stacks\n"
	"  pgtop -b -i 0.5 -n 10 4211 ten blocks of text, two per second\n"
	"  pgtop -s p99 -r 5 -b 4211  the five slowest mappings\n"
	"  pgtop --columns=pss,uss,frames 4211\n"
	"  pgtop --columns=all -s pss all processes, the largest first\n"
	"  pgtop -j -- ls -l          ls from its first fault on, as JSON\n"
	"  pgtop --folded=f -d 10 4211 && flamegraph.pl f > f.svg\n"
	"  pgtop --record=f -d 60 4211; pgtop --replay=f\n"
	"  pgtop --replay=f --html=f.html\n"
	"  pgtop -j --replay a/rec b/rec\n\n"
	"Exit status: 0 ok, 1 failure, 2 usage, 77 not permitted, "
	"126 COMMAND cannot be executed, 127 COMMAND not found.");

static double parse_number(const char *text, double min, double max,
			   const char *what, struct argp_state *state)
{
	char *end;
	double number = strtod(text, &end);

	/* the negation catches NaN */
	if (*end || end == text || !(number >= min && number <= max))
		argp_error(state, _("%s: not %s"), text, what);
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
		argp_error(state, _("%s: not %s"), text, what);
	return n;
}

static void parse_process(const char *process, struct session_options *o,
			  struct argp_state *state)
{
	if (o->process)
		argp_error(state, _("%s: more than one process (give one, or none for all processes)"),
			   process);
	if (!*process || !strcmp(process, "0"))
		argp_error(state, _("'%s': not a process"), process);
	o->process = process;
}

static void parse_argument(char *arg, struct session_options *o,
			   struct argp_state *state)
{
	int index = state->next - 1;

	if (state->quoted && index >= state->quoted) {
		o->command = &state->argv[index];
		state->next = state->argc;
	} else if (o->replay && !o->process) {
		if (o->nr_streams == SESSION_STREAMS)
			argp_error(state, _("%s: more than %d streams"), arg, SESSION_STREAMS + 1);
		o->streams[o->nr_streams++] = arg;
	} else {
		parse_process(arg, o, state);
	}
}

static void parse_form(enum session_form form, struct session_options *o,
		       struct argp_state *state)
{
	if (o->form != SESSION_AUTO && o->form != form)
		argp_error(state, _("-b and -j exclude each other"));
	o->form = form;
}

static void parse_folded_by(const char *what, struct session_options *o,
			    struct argp_state *state)
{
	o->folded_latency = !strcmp(what, "latency");
	if (!o->folded_latency && strcmp(what, "count"))
		argp_error(state, _("%s: neither count nor latency"), what);
}

static void check_class(const char *class, struct argp_state *state)
{
	if (!names__find_class(class))
		argp_error(state, _("%s: no such class (anon-new, file-read, cow-copy, ...: see pgtop(8))"),
			   class);
}

static unsigned int parse_columns(const char *keys, struct argp_state *state)
{
	unsigned int columns = names__find_memories(keys);
	char known[128];

	if (!columns)
		argp_error(state, _("'%s': no such column (%s, all)"), keys, names__memories(known, sizeof(known), ~0U));
	return columns;
}

/* Options that need other options */
static void check_pairs(const struct session_options *o, bool folded_how,
			struct argp_state *state)
{
	if (folded_how && !o->folded)
		argp_error(state, _("--folded-by, --folded-class and --folded-mapping need --folded"));
	if (o->speed >= 0 && !o->replay)
		argp_error(state, _("--speed needs --replay"));
	if ((o->rotate_bytes || o->rotate_seconds > 0) && !o->record)
		argp_error(state, _("--rotate-size and --rotate-time need --record"));
	if (o->rotate_keep != SESSION_ROTATE_KEEP && !o->rotate_bytes && o->rotate_seconds <= 0)
		argp_error(state, _("--rotate-keep needs --rotate-size or --rotate-time"));
	if (o->cgroups != SESSION_CGROUPS && !o->openmetrics && !o->listen)
		argp_error(state, _("--cgroups needs --openmetrics or --listen"));
	if (o->regions && o->form != SESSION_JSON)
		argp_error(state, _("--regions needs -j"));
}

/* Output that has the sums of one target */
static void check_streams(const struct session_options *o, struct argp_state *state)
{
	if (o->nr_streams && (o->openmetrics || o->listen || o->folded || o->html || o->svg || o->speed >= 0))
		argp_error(state, _("several streams: only -b, -j, -o, -n, -r, -s and --regions have an effect"));
}

static void check(const struct session_options *o, struct argp_state *state)
{
	int sources = !!o->process + !!o->command + !!o->replay + !!o->cgroup;

	if (state->quoted && !o->command && state->quoted == state->argc)
		argp_error(state, _("no command after --"));
	if (sources > 1)
		argp_error(state, _("PID, -c, COMMAND and --replay exclude each other"));
	if (o->replay && o->record)
		argp_error(state, _("--record and --replay exclude each other"));
	if (o->replay && o->stacks)
		argp_error(state, _("-U has no effect on --replay (use it with --record)"));
	if (o->by_thread && !o->process && !o->command && !o->replay)
		argp_error(state, _("-t needs a process"));
	check_streams(o, state);
	check_pairs(o, o->folded_latency || o->folded_class || o->folded_mapping, state);
}

static void parse_when(int key, const char *arg, struct session_options *o,
		       struct argp_state *state)
{
	switch (key) {
	case 'i':
		o->seconds = parse_number(arg, 0.01, 1e6,
			_("an interval (0.01 to 1000000 seconds)"), state);
		break;
	case 'd':
		o->duration = parse_number(arg, 0.01, 1e9,
			_("a duration (at least 0.01 seconds)"), state);
		break;
	case 'n':
		o->count = parse_count(arg, 1UL << 62, _("a number of intervals"),
				       state);
		break;
	case OPTION_SPEED:
		o->speed = parse_number(arg, 0, 1e6,
			_("a speed (1 real time, 0 unlimited)"), state);
		break;
	}
}

static void parse_rotation(int key, const char *arg, struct session_options *o, struct argp_state *state)
{
	switch (key) {
	case OPTION_ROTATE_SIZE:
		o->rotate_bytes = (uint64_t)(1048576 * parse_number(arg, 0.001, 1e9, _("a size (at least 0.001 MiB)"), state));
		break;
	case OPTION_ROTATE_TIME:
		o->rotate_seconds = parse_number(arg, 0.01, 1e9, _("a time (at least 0.01 seconds)"), state);
		break;
	case OPTION_ROTATE_KEEP:
		o->rotate_keep = (unsigned int)parse_count(arg, 10000, _("a number of files (1 to 10000)"), state);
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
			argp_error(state, _("'': not a cgroup (/ is the root)"));
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
	case OPTION_FOLDED_MAPPING:
		o->folded_mapping = true;
		break;
	case 's':
		o->sort = arg;
		break;
	case 'r':
		o->rows = (unsigned int)parse_count(arg, 1UL << 30,
						    _("a number of rows"), state);
		break;
	case 'b':
		parse_form(SESSION_BATCH, o, state);
		break;
	case 'j':
		parse_form(SESSION_JSON, o, state);
		break;
	case OPTION_COLUMNS:
		o->memory |= parse_columns(arg, state);
		break;
	case OPTION_REGIONS:
		o->regions = true;
		break;
	case 'o':
		o->output = arg;
		break;
	case OPTION_OPENMETRICS:
		o->openmetrics = arg;
		break;
	case OPTION_LISTEN:
		o->listen = arg;
		break;
	case OPTION_ROTATE_SIZE:
	case OPTION_ROTATE_TIME:
	case OPTION_ROTATE_KEEP:
		parse_rotation(key, arg, o, state);
		break;
	case OPTION_CGROUPS:
		o->cgroups = (unsigned int)parse_number(arg, 0, 1000, _("a number of cgroups (0 to 1000)"), state);
		break;
	case OPTION_RECORD:
		o->record = arg;
		break;
	case OPTION_HTML:
		o->html = arg;
		break;
	case OPTION_SVG:
		o->svg = arg;
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
	fprintf(stderr, _("pgtop: %s\n"), text);
}

int main(int argc, char **argv)
{
	struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = usage,
	};
	struct session_options o = {
		.seconds = 1,
		.cgroups = SESSION_CGROUPS,
		.rotate_keep = SESSION_ROTATE_KEEP,
		.speed = SESSION_SPEED_DEFAULT,
		.note = print_note,
	};
	struct error error = { .status = ERROR_NONE };
	char *doc;

	command_line__begin();
	doc = command_line__doc(before, after);
	argp.doc = doc;
	/* in order: argp would move arguments before "--" after it */
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	free(doc);
	return command_line__end("pgtop", session__run(&o, &error), &error);
}
