/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The verbs of pgwalk: arguments, options, help and function. */
#ifndef PGWALK_VERB_VERB_H
#define PGWALK_VERB_VERB_H

#include <stdbool.h>

#include "../lib/error.h"

/**
 * struct verb_options - options and arguments of a verb
 * @json: print JSON Lines
 * @bytes: print sizes in bytes
 * @all: print rows of zeroes, too
 * @single: print one row per page
 * @explain: explain in words
 * @clear: clear accessed and soft-dirty bits first
 * @columns: keys of the columns to print; NULL: the default columns
 * @sort: key of the column to sort by; NULL: not sorted
 * @cgroup: path of a cgroup; NULL: all processes
 * @interval: seconds between two readings, as text; NULL: one reading
 * @output: file to write; NULL: stdout
 * @file: the file that a page belongs to; NULL: none
 * @html: file of a page for a browser; NULL: none
 * @svg: names of pictures to write without a page around them, "" for all; NULL: a page
 * @no_pause: do not wait between steps
 * @sizes: by size of folios
 * @bits: filter of pages; NULL: all pages
 * @proc: path of /proc
 * @arg: arguments after the verb
 * @nr_args: number of @arg
 */
struct verb_options {
	bool json;
	bool bytes;
	bool all;
	bool single;
	bool explain;
	bool clear;
	const char *columns;
	const char *sort;
	const char *cgroup;
	const char *interval;
	const char *output;
	const char *file;
	const char *html;
	const char *svg;
	bool no_pause;
	bool sizes;
	const char *bits;
	const char *proc;
	char *arg[3];
	unsigned int nr_args;
};

struct run;
struct columns;

/**
 * struct verb - one verb
 * @name: name on the command line
 * @args: its arguments, for the help
 * @min: minimum number of arguments
 * @max: maximum number of arguments
 * @options: letters of its own options, of a b c C e f i o p s; O: -o is a file;
 *	H: --html; S: --svg; P: --no-pause; Z: --sizes
 * @columns: columns of its rows, of which -o chooses
 * @what: description in one line
 * @more: notes and examples
 * @without_module: true if the verb does not need the module with these options; NULL: it always does
 * @frames: the verb does not work without frames, for this reason; NULL: it works, or does not use the module
 * @run: function; returns 0, or -1 with the run's error set
 */
struct verb {
	const char *name;
	const char *args;
	unsigned int min;
	unsigned int max;
	const char *options;
	const struct columns *columns;
	const char *what;
	const char *more;
	bool (*without_module)(const struct verb_options *options);
	const char *frames;
	int (*run)(struct run *run);
};

/* The verbs, in the order of the help */
#define VERBS(X) \
	X(ps) X(translate) X(mm) X(vmas) X(pages) X(huge) X(reach) X(cow) X(wss) X(tables) X(report) X(file) X(rmap) X(frame) \
	X(gdt) X(segments) X(info) X(verify) X(snapshot) X(diff) X(lab)

#define X(name) extern const struct verb name##_verb;
VERBS(X)
#undef X

int verb__run(const struct verb *verb, const struct verb_options *options,
	      struct error *error);

#endif
