/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* One run of a verb, with the module opened and the report prepared. */
#ifndef PGWALK_VERB_RUN_H
#define PGWALK_VERB_RUN_H

#include <stdint.h>
#include <sys/types.h>

#include "../collect/module/device.h"
#include "../lib/output.h"
#include "../lib/progress.h"
#include "../present/report.h"
#include "../present/sorted_rows.h"
#include "verb.h"

/**
 * struct run - state of a verb
 * @verb: the verb
 * @options: its options
 * @error: the error to print
 * @device: the module
 * @info: information of the module
 * @output: output
 * @output_name: its name in messages
 * @report: text or JSON
 * @sort: key to sort the rows by; NULL: they are printed in their own order
 * @sorted: rows to be sorted; NULL: they are printed at once
 * @progress: progress line; may be NULL
 * @label: text of @progress
 * @pid: the attached process; 0: none
 * @tid: the requested ID: @pid, or one of its threads
 * @start_ticks: when @pid was started, in clock ticks after boot; 0: unknown
 * @comm: name of the process, safe to print
 * @closed: the reader has closed the pipe: end without an error
 */
struct run {
	const struct verb *verb;
	const struct verb_options *options;
	struct error *error;
	struct device *device;
	struct pgwalk_info info;
	struct output *output;
	const char *output_name;
	struct report report;
	const char *sort;
	struct sorted_rows *sorted;
	struct progress *progress;
	char label[64];
	pid_t pid;
	pid_t tid;
	uint64_t start_ticks;
	char comm[64];
	bool closed;
};

int run__check_proc(struct run *run);
int run__attach(struct run *run, const char *process);
int run__columns(struct run *run, const struct columns *columns);
bool run__wants(const struct run *run, const char *key);
int run__row(struct run *run, const void *row, size_t size);
int run__row_of_vma(struct run *run, const void *row, size_t size);
void run__print_sorted(struct run *run);
void run__print_aging(struct run *run, unsigned int aging);
int run__flush(struct run *run);
int run__fail(struct run *run, int err);
int run__redacted(struct run *run, const char *why);
int run__usage(struct run *run, const char *arg, const char *why);

/* number.c */
int number__hex(const char *text, uint64_t *n);
int number__decimal(const char *text, uint64_t max, uint64_t *n);
int number__seconds(const char *text, double min, double *seconds);
void number__sleep(double seconds);

/* range.c */
int range__parse_numbers(struct run *run, const char *text, uint64_t *start, uint64_t *end);
int range__parse(struct run *run, const char *text, uint64_t *start,
		 uint64_t *end);

/* address.c */
int address__parse(struct run *run, unsigned int arg, struct pgwalk_translate *t);

#endif
