/* SPDX-License-Identifier: GPL-2.0 */
/* One run of a verb: the module is open, the report is ready. */
#ifndef PGWALK_VERB_RUN_H
#define PGWALK_VERB_RUN_H

#include <stdint.h>
#include <sys/types.h>

#include "../collect/device.h"
#include "../lib/outlet.h"
#include "../lib/progress.h"
#include "../present/report.h"
#include "verb.h"

/**
 * struct run - what a verb works with
 * @verb: itself
 * @options: what is wanted
 * @error: why it failed
 * @device: the module
 * @info: what it says of itself
 * @outlet: where output goes
 * @report: how it is told
 * @progress: a sign of life; may be NULL
 * @label: of that
 * @pid: the process that is attached; 0: none
 * @tid: what was asked for: it, or one of its threads
 * @comm: its name, made fit for a terminal
 * @closed: nobody reads the output any more: end, with success
 */
struct run {
	const struct verb *verb;
	const struct verb_options *options;
	struct error *error;
	struct device *device;
	struct pgwalk_info info;
	struct outlet *outlet;
	struct report report;
	struct progress *progress;
	char label[64];
	pid_t pid;
	pid_t tid;
	char comm[64];
	bool closed;
};

int run__attach(struct run *run, const char *who);
int run__columns(struct run *run, const struct columns *columns);
void run__tell_aging(struct run *run, unsigned int aging);
int run__flush(struct run *run);
int run__fail(struct run *run, int err);
int run__usage(struct run *run, const char *arg, const char *why);

/* number.c: what stands on the command line */
int number__hex(const char *text, uint64_t *n);
int number__decimal(const char *text, uint64_t max, uint64_t *n);

/* range.c */
int range__parse(struct run *run, const char *text, uint64_t *start,
		 uint64_t *end);

#endif
