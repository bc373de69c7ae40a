// SPDX-License-Identifier: GPL-2.0
/*
 * pgwalk: one question about a process' memory, one answer. Only main() and the
 * command line; what a verb does is in verb/.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/streams.h"
#include "pgwalk.h"
#include "verb/verb.h"

#ifndef PGWALK_VERSION
#define PGWALK_VERSION	"unknown"
#endif
#define STRING(x)	STRING_(x)
#define STRING_(x)	#x

const char *argp_program_version =
	"pgwalk " PGWALK_VERSION " (ABI " STRING(PGWALK_ABI_VERSION) ")";

static const struct verb *const verbs[] = {
	&translate_verb, &mm_verb, &vmas_verb, &pages_verb, &tables_verb,
	&rmap_verb, &frame_verb, &gdt_verb, &segments_verb, &info_verb,
	&verify_verb,
};

#define NR_VERBS	(sizeof(verbs) / sizeof(verbs[0]))

enum { OPTION_PROC = 256 };

/* Those of a letter are for verbs that name it; the others are for all */
static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "JSON Lines, one object a line; sizes are bytes", 0 },
	{ "bytes", 'B', NULL, 0, "sizes in bytes, all digits", 0 },
	{ "all", 'a', NULL, 0, "rows that are hidden otherwise, too", 0 },
	{ "bits", 'b', "BITS", 0, "only pages with these kinds and flags: bit1,~bit2", 0 },
	{ "explain", 'e', NULL, 0, "in words", 0 },
	{ "columns", 'o', "KEYS", 0, "these columns, by the keys of -j; a wrong one lists them", 0 },
	{ "pages", 'p', NULL, 0, "a row for each page, not for each run", 0 },
	{ "proc", OPTION_PROC, "DIR", 0, "where /proc is", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

#define NR_OPTIONS	(sizeof(options) / sizeof(options[0]))

/**
 * struct command - what stands on the command line
 * @verb: the first word of it that is no option
 * @early: letters of the options before it
 * @options: the rest
 */
struct command {
	const struct verb *verb;
	char early[NR_OPTIONS];
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
	case 'e':
		o->explain = true;
		break;
	case 'o':
		o->columns = arg;
		break;
	case 'p':
		o->single = true;
		break;
	case OPTION_PROC:
		o->proc = arg;
		break;
	case ARGP_KEY_ARG:
		if (o->nr_args == c->verb->max)
			argp_error(state, "%s: one argument too many", arg);
		o->arg[o->nr_args++] = arg;
		break;
	case ARGP_KEY_END:
		if (o->nr_args < c->verb->min)
			argp_error(state, "%s is missing", c->verb->args);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static bool has_option(const struct verb *verb, int key)
{
	return key == 'j' || key == 'B' || key == OPTION_PROC ||
	       strchr(verb->options, key);
}

/* The options that a verb has, so that its --help shows no others */
static void choose_options(const struct verb *verb, struct argp_option *own)
{
	size_t i;

	for (i = 0; i < NR_OPTIONS; i++)
		if (!options[i].key || has_option(verb, options[i].key))
			*own++ = options[i];
}

/* Options before the verb are read before it is known which ones it has */
static error_t parse_early(int key, char *arg, struct argp_state *state)
{
	struct command *c = state->input;
	error_t err = parse_verb_option(key, arg, state);

	if (!err && key < OPTION_PROC && !strchr(c->early, key))
		c->early[strlen(c->early)] = (char)key;
	return err;
}

static void check_early(const struct command *c, struct argp_state *state)
{
	const char *key;

	for (key = c->early; *key; key++)
		if (!has_option(c->verb, *key))
			argp_error(state, "-%c: not an option of %s", *key,
				   c->verb->name);
}

static void parse_rest(struct command *c, int argc, char **argv)
{
	struct argp_option own[NR_OPTIONS];
	char name[64], *doc;
	struct argp argp = {
		.options = own,
		.parser = parse_verb_option,
		.args_doc = c->verb->args,
	};

	choose_options(c->verb, own);
	snprintf(name, sizeof(name), "pgwalk %s", c->verb->name);
	argv[0] = name;
	if (asprintf(&doc, "%s\v%s", c->verb->what, c->verb->more) < 0)
		doc = NULL;
	argp.doc = doc;
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
			argp_error(state, "%s: no such verb", arg);
		c->verb = verbs[i];
		check_early(c, state);
		parse_rest(c, state->argc - state->next + 1,
			   state->argv + state->next - 1);
		state->next = state->argc;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no verb given");
		break;
	case ARGP_KEY_END:
		break;
	default:
		return parse_early(key, arg, state);
	}
	return 0;
}

static const char usage[] =
	"translate PID ADDRESS|SEG:OFFSET\nmm PID\nvmas PID\n"
	"pages PID [RANGE]\ntables PID\nrmap PFN\nrmap PID ADDRESS\n"
	"frame [PID] PFN[+COUNT]\ngdt\nsegments PID\ninfo\nverify PID";

static const char about[] =
	"Shows what the page tables, frames and mappings of a process are, from the live tables. Needs root and pgwalk.ko."
	"\v"
	"  translate  one address, level by level; -e explains it\n"
	"  mm         the address space as a whole, who shares it\n"
	"  vmas       the mappings: what of each is in memory, and how\n"
	"  pages      the pages, in runs of like ones\n"
	"  tables     the page tables: how many, how full\n"
	"  rmap       who maps a page\n"
	"  frame      what page frames are used for\n"
	"  gdt        the descriptor table of each CPU\n"
	"  segments   the segment registers of each thread\n"
	"  info       how this machine pages, what reading has cost\n"
	"  verify     every page against the kernel's own files\n\n"
	"PID may be the name of a process, if it is unique, or a thread. Addresses and frame numbers (PFN) are "
	"hexadecimal. -j gives JSON Lines on every verb; pgwalk VERB --help has its options, which may also stand before the verb.\n\n"
	"Exit status: 0 ok, 1 failure (verify: pages differ), 2 usage, 77 not permitted or pgwalk.ko not loaded.";

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_verb,
		.args_doc = usage,
		.doc = about,
	};
	struct command c = { .options.proc = "/proc" };
	struct error error = { .status = ERROR_NONE };

	streams__reserve();
	argp_err_exit_status = ERROR_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &c);
	if (verb__run(c.verb, &c.options, &error)) {
		fprintf(stderr, "pgwalk: %s\n", error.text);
		return (int)error.status;
	}
	return 0;
}
