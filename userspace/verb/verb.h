/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs of pgwalk: what each takes, and what it does. */
#ifndef PGWALK_VERB_VERB_H
#define PGWALK_VERB_VERB_H

#include <stdbool.h>

#include "../lib/error.h"

/**
 * struct verb_options - what is wanted
 * @json: JSON Lines
 * @bytes: bytes written out
 * @all: rows of zeroes, too
 * @single: a row a page
 * @explain: in words
 * @columns: those wanted, by key; NULL: the usual ones
 * @bits: which pages; NULL: all
 * @proc: where /proc is
 * @arg: the arguments behind the verb
 * @nr_args: how many
 */
struct verb_options {
	bool json;
	bool bytes;
	bool all;
	bool single;
	bool explain;
	const char *columns;
	const char *bits;
	const char *proc;
	char *arg[3];
	unsigned int nr_args;
};

struct run;

/**
 * struct verb - one verb
 * @name: its word
 * @args: what it takes, for people
 * @min: arguments at least
 * @max: and at most
 * @options: letters of those that only some verbs have: a b e o p
 * @what: what it shows, in a line
 * @more: examples and what its columns mean
 * @run: does it; 0, or -1 with the run's error set
 */
struct verb {
	const char *name;
	const char *args;
	unsigned int min;
	unsigned int max;
	const char *options;
	const char *what;
	const char *more;
	int (*run)(struct run *run);
};

extern const struct verb translate_verb, mm_verb, vmas_verb, pages_verb,
	tables_verb, rmap_verb, frame_verb, gdt_verb, segments_verb, info_verb,
	verify_verb;

int verb__run(const struct verb *verb, const struct verb_options *options,
	      struct error *error);

#endif
