/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* One run of pgtop: collects records, feeds the model, and shows its snapshots. */
#ifndef PGWALK_SESSION_H
#define PGWALK_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "../lib/error.h"

/* Form of the output */
enum session_form {
	SESSION_AUTO,		/* screen, if there is one */
	SESSION_BATCH,
	SESSION_JSON,
};

/** SESSION_SPEED_DEFAULT - real time on a screen, else unlimited */
#define SESSION_SPEED_DEFAULT	(-1.0)

/** SESSION_STREAMS - limit of session_options.streams */
#define SESSION_STREAMS	255

/** SESSION_ROTATE_KEEP - default of session_options.rotate_keep */
#define SESSION_ROTATE_KEEP	10

/** SESSION_CGROUPS - default of session_options.cgroups */
#define SESSION_CGROUPS	100

/**
 * struct session_options - options of a run; NULL, 0 and false: not set
 * @process: PID of a process, TID of one of its threads, or a name
 * @command: command to start and observe, ended by NULL
 * @cgroup: observe the processes of this cgroup
 * @replay: read this recorded stream. None of the four: observe all processes
 * @streams: more recorded streams, to be merged with @replay
 * @nr_streams: number of @streams
 * @record: write a recorded stream to this file
 * @rotate_bytes: begin another file after an interval in which the recorded stream has so many bytes
 * @rotate_seconds: or so many seconds
 * @rotate_keep: number of earlier files that are kept
 * @output: file for output; NULL: stdout
 * @folded: file for folded call stacks, written at the end
 * @openmetrics: file for metrics, rewritten in each interval
 * @listen: address to serve metrics on
 * @cgroups: limit of cgroups with metrics of their own
 * @html: file for a page with pictures, written at the end; intervals are shown only if @form or @output is set
 * @svg: file for these pictures alone
 * @folded_latency: weigh call stacks by latency
 * @folded_class: name of the only class in folded call stacks
 * @folded_mapping: split folded call stacks by mapping
 * @sort: key of the column to sort by
 * @rows: limit of rows of each table; 0: unlimited
 * @seconds: length of an interval
 * @duration: length of the session in seconds
 * @count: number of intervals
 * @speed: speed of a replay; 1: real time, 0: unlimited
 * @form: form of the output
 * @by_thread: count by thread, too
 * @stacks: record call stacks
 * @memory: SNAPSHOT_MEMORY_*, further columns
 * @regions: include the whole address space in JSON
 * @no_module: do not use pgwalk.ko
 * @no_tlb: do not count TLB flushes
 * @note: called with a line for the user that is not an error
 */
struct session_options {
	const char *process;
	char **command;
	const char *cgroup;
	const char *replay;
	const char *streams[SESSION_STREAMS];
	unsigned int nr_streams;
	const char *record;
	uint64_t rotate_bytes;
	double rotate_seconds;
	unsigned int rotate_keep;
	const char *output;
	const char *folded;
	const char *openmetrics;
	const char *listen;
	unsigned int cgroups;
	const char *html;
	const char *svg;
	bool folded_latency;
	const char *folded_class;
	bool folded_mapping;
	const char *sort;
	unsigned int rows;
	double seconds;
	double duration;
	unsigned long count;
	double speed;
	enum session_form form;
	bool by_thread;
	bool stacks;
	unsigned int memory;
	bool regions;
	bool no_module;
	bool no_tlb;
	void (*note)(const char *text);
};

int session__run(const struct session_options *options, struct error *error);

#endif
