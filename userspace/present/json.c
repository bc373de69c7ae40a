// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats a snapshot as one line of JSON. Keys are those of the column tables; unknown
 * values are null; names are converted to valid UTF-8.
 */
#include "../lib/wall_clock.h"
#include "fault_columns.h"
#include "json.h"
#include "json_part.h"
#include "json_writer.h"

static void put_scope(struct json_writer *w, const struct snapshot_target *t)
{
	static const char *const words[] = {
		[SNAPSHOT_PROCESS] = "process", [SNAPSHOT_ALL] = "all",
		[SNAPSHOT_CGROUP] = "cgroup",
	};

	if (t->host[0])
		json_writer__text(w, "host", t->host);
	json_writer__text(w, "scope", words[t->scope]);
	if (t->scope == SNAPSHOT_PROCESS) {
		json_writer__count(w, "pid", (uint64_t)t->pid);
		json_writer__text(w, "comm", t->comm);
	} else {
		json_writer__null(w, "pid");
		json_writer__null(w, "comm");
	}
	if (t->scope == SNAPSHOT_CGROUP)
		json_writer__text(w, "cgroup", t->cgroup);
	else
		json_writer__null(w, "cgroup");
}

static void put_time(struct json_writer *w, const struct snapshot *s)
{
	char text[WALL_CLOCK_MAX];

	if (s->wall_ns)
		json_writer__text(w, "time", wall_clock__format(text, sizeof(text), s->wall_ns,
								WALL_CLOCK_MS));
	else
		json_writer__null(w, "time");
}

static void put_total(struct json_writer *w, const struct snapshot *s, unsigned int memory)
{
	struct fault_row row = { .snapshot = s, .faults = &s->total };

	json_writer__open_object(w, "total");
	json_writer__columns(w, &fault_columns, &row, FAULT_ROW_TOTAL);
	json_part__memory(w, &fault_columns, &row, memory & ~SNAPSHOT_MEMORY_ELIGIBLE);
	json_writer__close_object(w);
}

static void put_base(struct json_writer *w, const struct snapshot_target *t)
{
	json_writer__open_object(w, "base");
	json_writer__count(w, "minor", t->base_minor);
	json_writer__count(w, "major", t->base_major);
	json_writer__close_object(w);
}

/* Write a number that is unknown if it is 0 */
static void put_known(struct json_writer *w, const char *key, uint64_t n)
{
	if (n)
		json_writer__count(w, key, n);
	else
		json_writer__null(w, key);
}

static void put_faults(struct json_writer *w, const struct snapshot *s, unsigned int memory)
{
	bool one = s->target->scope == SNAPSHOT_PROCESS;

	json_part__mappings(w, s, memory);
	put_total(w, s, one ? memory : 0);
	json_part__classes(w, s, s->class, s->nr_classes);
	json_writer__count(w, "signals", s->signals);
	if (!one || s->by_thread)
		json_part__tasks(w, one ? "threads" : "processes", s, one ? 0 : memory);
	else
		json_writer__null(w, "threads");
	if (json_part__has_stacks(s))
		json_part__stacks(w, s);
	else
		json_writer__null(w, "stacks");
	if (s->pages.end)
		json_part__pages(w, s);
	else
		json_writer__null(w, "pages");
}

static void put_quality(struct json_writer *w, const struct snapshot *s)
{
	json_writer__count(w, "lost", s->lost);
	json_writer__count(w, "folded", s->folded);
	json_writer__count(w, "missed_runs", s->missed_runs);
	json_writer__text(w, "preempt", s->target->preempt);
	put_base(w, s->target);
	json_writer__bool(w, "module", s->target->module);
	if (s->target->module && s->regions)
		json_writer__seconds(w, "age_seconds", s->age_seconds);
	else
		json_writer__null(w, "age_seconds");
	if (s->complete)
		json_writer__count(w, "quiet", s->quiet);
	else
		json_writer__null(w, "quiet");
}

static void put_around(struct json_writer *w, const struct snapshot *s, bool regions)
{
	json_part__system(w, &s->system);
	json_writer__count(w, "self_ns", s->self_ns);
	json_writer__count(w, "walk_ns", s->walk_ns);
	put_known(w, "tables_bytes", s->tables_bytes);
	put_known(w, "nr_threads", s->nr_threads);
	if (regions && s->has_regions)
		json_part__regions(w, s);
}

/**
 * json__format - write one interval as one line of JSON
 * @out: output; the caller checks it for errors
 * @s: the interval
 * @regions: include the whole address space, if the snapshot has it
 * @memory: SNAPSHOT_MEMORY_*, further keys of mappings, of the total and of processes
 */
void json__format(FILE *out, const struct snapshot *s, bool regions, unsigned int memory)
{
	struct json_writer w;

	json_writer__begin(&w, out);
	json_writer__text(&w, "schema", fault_columns.schema);
	json_writer__text(&w, "type", "interval");
	put_scope(&w, s->target);
	json_writer__count(&w, "number", s->number);
	put_time(&w, s);
	json_writer__seconds(&w, "seconds", s->seconds);
	put_faults(&w, s, memory);
	put_quality(&w, s);
	put_around(&w, s, regions);
	json_writer__bool(&w, "last", s->last);
	json_writer__bool(&w, "exited", s->exited);
	json_writer__end(&w);
}
