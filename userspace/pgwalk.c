// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk: prints page tables, frames and mappings of a process. main() and the command line; the
 * verbs are in verb/.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/command_line.h"
#include "lib/i18n.h"
#include "pgwalk.h"
#include "verb/verb.h"

const char *argp_program_version = COMMAND_LINE_VERSION("pgwalk");

static const struct verb *const verbs[] = {
#define X(name) &name##_verb,
	VERBS(X)
#undef X
};

#define NR_VERBS	(sizeof(verbs) / sizeof(verbs[0]))

enum { OPTION_PROC = 256, OPTION_HTML, OPTION_SVG, OPTION_NO_PAUSE, OPTION_SIZES };

/* Options with a letter belong to verbs that name it, except -j and -B, which all verbs have */
static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, N_("print JSON Lines, one object per line, sizes in bytes"), 0 },
	{ "bytes", 'B', NULL, 0, N_("print sizes in bytes, with all digits"), 0 },
	{ "all", 'a', NULL, 0, N_("show all rows; some are hidden by default"), 0 },
	{ "bits", 'b', "BITS", 0, N_("only pages of these kinds and flags: bit1,~bit2"), 0 },
	{ "clear", 'C', NULL, 0, N_("clear accessed and soft-dirty bits of the process first, which disturbs it"), 0 },
	{ "explain", 'e', NULL, 0, N_("explain the translation in words"), 0 },
	{ "file", 'f', "FILE", 0, N_("the page at an OFFSET of FILE in the page cache"), 0 },
	{ "cgroup", 'c', "PATH", 0, N_("only the processes of a cgroup and of those below it"), 0 },
	{ "interval", 'i', "SEC", 0, N_("seconds between two readings, fractions allowed"), 0 },
	{ "columns", 'o', "KEYS", 0, N_("show these columns, by the keys of -j; an invalid key lists all"), 0 },
	{ "output", 'o', "FILE", 0, N_("write to FILE"), 0 },
	{ "pages", 'p', NULL, 0, N_("one row per page instead of one per run"), 0 },
	{ "sort", 's', "KEY", 0, N_("sort by this column, a key of -o; numbers from the largest"), 0 },
	{ "sizes", OPTION_SIZES, NULL, 0, N_("one row per mapping and size of folios"), 0 },
	{ "no-pause", OPTION_NO_PAUSE, NULL, 0, N_("do not wait for Enter between steps"), 0 },
	{ "html", OPTION_HTML, "FILE", 0, N_("write a page for a browser instead of text"), 0 },
	{ "svg", OPTION_SVG, "NAMES", OPTION_ARG_OPTIONAL, N_("the pictures alone, or those of these names, as SVG: name1,name2"), 0 },
	{ "proc", OPTION_PROC, "DIR", 0, N_("path of /proc"), 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

#define NR_OPTIONS	(sizeof(options) / sizeof(options[0]))

/**
 * struct command - the command line
 * @verb: the verb, the first word that is not an option
 * @early: options before it, as in the table
 * @options: options and arguments
 */
struct command {
	const struct verb *verb;
	bool early[NR_OPTIONS];
	struct verb_options options;
};

static error_t parse_verb_option(int key, char *arg, struct argp_state *state)
{
	struct command *c = state->input;
	struct verb_options *o = &c->options;

	switch (key) {
	case 'j':
		o->json = true;
		break;
	case 'B':
		o->bytes = true;
		break;
	case 'a':
		o->all = true;
		break;
	case 'b':
		o->bits = arg;
		break;
	case 'c':
		o->cgroup = arg;
		break;
	case 'C':
		o->clear = true;
		break;
	case 'i':
		o->interval = arg;
		break;
	case 's':
		o->sort = arg;
		break;
	case 'e':
		o->explain = true;
		break;
	case 'f':
		o->file = arg;
		break;
	case 'o':
		o->columns = arg;
		o->output = arg;
		break;
	case 'p':
		o->single = true;
		break;
	case OPTION_PROC:
		o->proc = arg;
		break;
	case OPTION_HTML:
		o->html = arg;
		break;
	case OPTION_NO_PAUSE:
		o->no_pause = true;
		break;
	case OPTION_SIZES:
		o->sizes = true;
		break;
	case OPTION_SVG:
		o->svg = arg ? arg : "";
		break;
	case ARGP_KEY_ARG:
		if (o->nr_args == c->verb->max)
			argp_error(state, _("%s: one argument too many"), arg);
		o->arg[o->nr_args++] = arg;
		break;
	case ARGP_KEY_END:
		if (o->nr_args < c->verb->min)
			argp_error(state, _("%s is missing"), c->verb->args);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* -o is a file or a list of columns; if it is a file of pictures, there is no other form */
static bool has_option(const struct verb *verb, const struct argp_option *option)
{
	const bool is_page = strchr(verb->options, 'O');

	switch (option->key) {
	case OPTION_PROC:
		return true;
	case OPTION_HTML:
		return strchr(verb->options, 'H');
	case OPTION_SVG:
		return strchr(verb->options, 'S');
	case OPTION_NO_PAUSE:
		return strchr(verb->options, 'P');
	case OPTION_SIZES:
		return strchr(verb->options, 'Z');
	case 'j':
	case 'B':
		return !is_page;
	case 'o':
		return strchr(verb->options, strcmp(option->name, "output") ? 'o' : 'O');
	}
	return strchr(verb->options, option->key);
}

/* Copy the options of a verb, so that its --help shows no others */
static void choose_options(const struct verb *verb, struct argp_option *own)
{
	size_t i;

	for (i = 0; i < NR_OPTIONS; i++)
		if (!options[i].key || has_option(verb, &options[i]))
			*own++ = options[i];
}

/* Parse options before the verb; check_early() checks them when the verb is known */
static error_t parse_early(int key, char *arg, struct argp_state *state)
{
	struct command *c = state->input;
	error_t err = parse_verb_option(key, arg, state);
	size_t i;

	for (i = 0; !err && i < NR_OPTIONS; i++)
		c->early[i] |= options[i].key == key;
	return err;
}

static bool has_key(const struct verb *verb, int key)
{
	size_t i;

	for (i = 0; i < NR_OPTIONS; i++)
		if (options[i].key == key && has_option(verb, &options[i]))
			return true;
	return false;
}

static void check_early(const struct command *c, struct argp_state *state)
{
	size_t i;

	for (i = 0; i < NR_OPTIONS; i++) {
		if (!c->early[i] || !options[i].key || has_key(c->verb, options[i].key))
			continue;
		if (options[i].key < OPTION_PROC)
			argp_error(state, _("-%c: not an option of %s"), options[i].key, c->verb->name);
		argp_error(state, _("--%s: not an option of %s"), options[i].name, c->verb->name);
	}
}

static void parse_rest(struct command *c, int argc, char **argv)
{
	struct argp_option own[NR_OPTIONS];
	char name[64], *doc = command_line__doc(c->verb->what, c->verb->more);
	struct argp argp = {
		.options = own,
		.parser = parse_verb_option,
		.args_doc = *c->verb->args ? c->verb->args : NULL,
		.doc = doc,
	};

	choose_options(c->verb, own);
	snprintf(name, sizeof(name), "pgwalk %s", c->verb->name);
	argv[0] = name;
	argp_parse(&argp, argc, argv, 0, NULL, c);
	free(doc);
}

static error_t parse_verb(int key, char *arg, struct argp_state *state)
{
	struct command *c = state->input;
	size_t i;

	switch (key) {
	case ARGP_KEY_ARG:
		for (i = 0; i < NR_VERBS && strcmp(arg, verbs[i]->name); i++)
			;
		if (i == NR_VERBS)
			argp_error(state, _("%s: no such verb"), arg);
		c->verb = verbs[i];
		check_early(c, state);
		parse_rest(c, state->argc - state->next + 1,
			   state->argv + state->next - 1);
		state->next = state->argc;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, _("no verb given"));
		break;
	case ARGP_KEY_END:
		break;
	default:
		return parse_early(key, arg, state);
	}
	return 0;
}

static const char usage[] =
	"ps\ntranslate PID ADDRESS|SEG:OFFSET\nmm PID\nvmas PID\n"
	"pages PID [RANGE]\nhuge PID [RANGE]\nreach PID [RANGE]\ncow PID [RANGE]\nwss PID [RANGE]\ntables PID\nreport PID [ADDRESS]\n"
	"file PATH [RANGE]\nrmap PFN\nrmap PID ADDRESS\nrmap -f FILE OFFSET\n"
	"frame [PID] PFN[+COUNT]\ngdt\nsegments PID\ninfo\nverify PID\n"
	"snapshot PID FILE\ndiff A B [RANGE]\ndiff PID [RANGE]\nlab [SCENE [STEPS]]";

static const char before[] =
	N_("Shows page tables, page frames and mappings of processes, read from the live tables. Needs root and pgwalk.ko.");

static const char after[] =
	N_("  ps         all processes, with their memory and faults\n"
	"  translate  one address, level by level; -e explains it\n"
	"  mm         summary of the address space and the tasks that use it\n"
	"  vmas       mappings with their resident, huge, shared and cold pages\n"
	"  pages      pages, coalesced into runs of equal attributes\n"
	"  huge       memory in huge pages, and the reasons why other memory is not\n"
	"  reach      runs of consecutive frames, and the TLB entries that the pages need\n"
	"  cow        memory shared since fork(), and the cost of writing it\n"
	"  wss        working set: memory touched, written and idle\n"
	"  tables     number and fill of the page tables\n"
	"  report     all of these in pictures and tables: a page for a browser\n"
	"  file       pages of a file in the page cache, and its mappings\n"
	"  rmap       mappings of a page in all processes\n"
	"  frame      use and state of page frames\n"
	"  gdt        descriptor table of each CPU\n"
	"  segments   segment registers of each thread\n"
	"  info       paging of this machine, capabilities and cost of the module\n"
	"  verify     compare every page with the kernel's own files\n"
	"  snapshot   write all mappings and pages to a file\n"
	"  diff       changes of each page between two of these files, or in an interval\n"
	"  lab        page tables and faults step by step, in a process of its own\n\n"
	"PID can be a TID or a unique name of a process. Addresses and frame numbers (PFN) are "
	"hexadecimal. pgwalk VERB --help shows the options of a verb; options can also stand before the verb.\n\n"
	"Exit status: 0 ok, 1 failure (verify: pages differ), 2 usage, 77 not permitted or pgwalk.ko not loaded.");

int main(int argc, char **argv)
{
	struct argp argp = {
		.options = options,
		.parser = parse_verb,
		.args_doc = usage,
	};
	struct command c = { .options.proc = "/proc" };
	struct error error = { .status = ERROR_NONE };
	char *doc;

	command_line__begin();
	doc = command_line__doc(before, after);
	argp.doc = doc;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &c);
	free(doc);
	return command_line__end("pgwalk", verb__run(c.verb, &c.options, &error), &error);
}
