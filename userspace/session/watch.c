// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Runs a live session: handles events, and passes records to the recorder and the model. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "../collect/live.h"
#include "../lib/i18n.h"
#include "session_internal.h"

/**
 * struct watch - a live session
 * @session: the session
 * @live: source of records
 * @inside: PID of the process that the user has entered, as text; "": none
 * @interval_ns: length of an interval
 * @over_ns: end of the session after the first target was opened; 0: unlimited
 * @left: remaining intervals; 0: unlimited
 * @exited: the target has exited, and its last interval is closed
 * @last: the last interval is closed
 * @released: identity of the module that SIGUSR1 released, which is not used; 0: none
 */
struct watch {
	struct session *session;
	struct live *live;
	char inside[16];
	uint64_t interval_ns;
	uint64_t over_ns;
	unsigned long left;
	bool exited;
	bool last;
	uint64_t released;
};

static int take_record(void *ctx, struct record *record)
{
	struct session *s = ctx;
	const char *note = NULL;
	int err = s->record ? record_file__write(s->record, record, &note) : 0;

	if (note)
		session__note(s, note);
	if (err)
		return session__fail(s, s->options->record, err);
	err = ingest__record(s->ingest, record);
	return err ? session__fail(s, "model", err) : 0;
}

static bool next_unseen(void *ctx, unsigned int *cursor, uint64_t *start,
			uint64_t *end)
{
	const struct session *s = ctx;

	return ingest__next_unseen(s->ingest, cursor, start, end);
}

static void memory_begin(void *ctx, uint64_t start)
{
	const struct session *s = ctx;

	if (!start)
		memory__begin(s->memory);
	memory__step(s->memory);
}

static int memory_read(void *ctx, struct device *device, const struct pgwalk_vma *vma, unsigned int columns,
		       struct snapshot_memory *out)
{
	const struct session *s = ctx;

	return memory__read(s->memory, device, vma, columns, out);
}

static int memory_continue(void *ctx, struct device *device, struct snapshot_memory *out)
{
	const struct session *s = ctx;

	return memory__continue(s->memory, device, out);
}

static size_t pages(void *ctx, uint64_t *addr, size_t max)
{
	const struct session *s = ctx;

	return ingest__pages(s->ingest, addr, max);
}

static void note(void *ctx, const char *text)
{
	session__note(ctx, text);
}

static int end_interval(struct watch *w, bool exited)
{
	bool last = exited || w->session->done || w->left == 1;
	int err;

	if (w->left)
		w->left--;
	w->exited = exited;
	w->last = last;
	if (last && !(exited && display__is_screen(w->session->display)))
		w->session->done = true;
	err = live__close(w->live, last, exited, w->session->error);
	if (!err && record_file__begins(w->session->record))
		err = live__repeat(w->live);
	return err;
}

/* After the exit of the process, or the removal of the cgroup: the screen stays until q */
static int take_exit(struct watch *w)
{
	live__await_end(w->live);
	events__unwatch_target(w->session->events);
	events__set_interval(w->session->events, 0);
	return end_interval(w, true);
}

static int open_live(struct watch *w);

/* Observe another target with an empty model. The screen does not refer to the old model any more */
static int switch_target(struct watch *w, const char *inside)
{
	struct session *s = w->session;
	struct ingest *next;
	int err;

	snprintf(w->inside, sizeof(w->inside), "%s", inside);
	live__destroy(w->live);
	w->live = NULL;
	events__unwatch_target(s->events);
	err = display__restart(s->display, *inside, &s->command);
	if (!err)
		err = session__create_ingest(s, &next);
	if (err)
		return session__fail(s, "model", err);
	ingest__destroy(s->ingest);
	s->ingest = next;
	w->exited = w->last = false;
	return open_live(w);
}

/* Are many processes observed? Then probes can be loaded again: no count has a baseline */
static bool is_many(const struct watch *w)
{
	return !w->session->options->process && !w->session->options->command && !*w->inside;
}

/* After the end of an interval, load the probes again, with the module or without. Faults in between are not counted */
static int switch_module(struct watch *w, bool release)
{
	struct session *s = w->session;
	uint64_t released = release ? live__module_id(w->live) : 0;
	int err;

	live__destroy(w->live);
	w->live = NULL;
	events__unwatch_target(s->events);
	w->released = released;
	err = open_live(w);
	if (err)
		return err;
	if (released && !live__has_module(w->live))
		session__note(s, _("pgwalk.ko is released, for rmmod: used when it is loaded again, or after another SIGUSR1"));
	else if (live__has_module(w->live))
		session__note(s, _("pgwalk.ko is used from now on"));
	return 0;
}

/* SIGUSR1: release the module, or use it again; ignored while one process is observed */
static int take_module_signal(struct watch *w)
{
	int err;

	if (!is_many(w) || w->last)
		return 0;
	err = end_interval(w, false);
	return err || w->session->done ? err : switch_module(w, live__has_module(w->live));
}

/* The timer: end the interval, and use a module that was loaded in it */
static int take_interval(struct watch *w)
{
	int err = end_interval(w, false);

	return err || w->last || !is_many(w) || !live__module_came(w->live) ? err : switch_module(w, false);
}

/* Enter a process; if it has ended, observe the many processes again */
static int enter(struct watch *w, pid_t pid)
{
	struct session *s = w->session;
	char text[16], why[256];

	if (s->record || s->export || s->options->folded) {
		/* files have all of one target */
		session__note(s, _("no process is entered with --record, --folded, --openmetrics or --listen"));
		return 0;
	}
	snprintf(text, sizeof(text), "%d", pid);
	if (!switch_target(w, text))
		return 0;
	snprintf(why, sizeof(why), "%.250s", s->error->text);
	s->error->status = ERROR_NONE;
	if (switch_target(w, ""))
		return -1;
	session__note(s, why);
	return 0;
}

static bool wants_stacks(const struct session *s)
{
	return s->options->stacks || s->options->folded;
}

/* Apply the user's commands */
static int apply_command(struct watch *w)
{
	struct session *s = w->session;
	const struct tui_command *command = &s->command;
	struct snapshot_page_details answer = { .addr = command->query_addr };
	int err = 0;

	if (command->leave)
		return switch_target(w, "");
	if (w->last)
		return command->reset ? session__reset(s) : 0;
	if (command->enter)
		return enter(w, command->enter);
	if (command->interval > 0) {
		w->interval_ns = (uint64_t)(command->interval * 1e9);
		events__set_interval(s->events, w->interval_ns);
	}
	live__by_thread(w->live, command->by_thread);
	if (command->query_addr) {
		live__query_page(w->live, command->query_addr, &answer);
		display__show_details(s->display, &answer);
	}
	if (display__is_screen(s->display))
		err = live__memory(w->live, command->memory);
	if (err)
		return session__fail(s, "columns", err);
	err = live__stacks(w->live, command->stacks || wants_stacks(s), s->error);
	if (!err)
		err = live__trace(w->live, command->trace_start,
				  command->trace_end, s->error);
	if (!err && command->close && !s->done)
		err = end_interval(w, false);
	/* the interval that the key ends belongs to the past */
	if (!err && command->reset)
		err = session__reset(s);
	return err;
}

static int take_keys(struct watch *w, enum event event)
{
	int err = session__keys(w->session, event);

	return err ? err : apply_command(w);
}

static int take_event(struct watch *w, enum event which,
		      const struct event_signal *signal)
{
	struct session *s = w->session;

	switch (which) {
	case EVENT_CGROUP:
		return live__is_removed(w->live) ? take_exit(w) : 0;
	case EVENT_MISSED:
		live__follow_missed(w->live);
		return 0;
	case EVENT_INTERVAL:
		if (!w->exited && live__is_removed(w->live))
			return take_exit(w);
		return s->command.pause ? live__drain(w->live, s->error) :
				       take_interval(w);
	case EVENT_EXIT:
		return take_exit(w);
	case EVENT_SIGNAL:
		if (signal->number == SIGUSR1)
			return take_module_signal(w);
		s->done = w->last || live__signal(w->live, signal);
		return 0;
	case EVENT_OVER:
		s->done = true;
		return 0;
	case EVENT_INPUT:
	case EVENT_RESIZE:
		return take_keys(w, which);
	}
	return 0;
}

static int run(struct watch *w)
{
	struct session *s = w->session;
	struct event_signal signal;
	enum event event;
	int err = 0;

	while (!err && !s->done) {
		err = events__wait(s->events, &event, &signal);
		if (err)
			return session__fail(s, "waiting", err);
		err = take_event(w, event, &signal);
	}
	/* close a last interval with the counts since the previous one */
	if (!err && !w->last && !display__closed(s->display))
		err = end_interval(w, false);
	return err;
}

static void fill_options(const struct watch *w, struct live_options *to)
{
	const struct session *s = w->session;
	const struct session_options *o = s->options;
	uint64_t now = events__now(s->events);

	*to = (struct live_options) {
		.process = *w->inside ? w->inside : o->process,
		.command = o->command,
		.cgroup = *w->inside ? NULL : o->cgroup,
		.streams = display__is_screen(s->display) ? TARGET_OFF_SCREEN :
			   o->output ? TARGET_STREAMS : TARGET_STDOUT_TO_STDERR,
		.interval_ns = w->interval_ns,
		.total_ns = !w->over_ns ? (uint64_t)(o->duration * 1e9) :
			    w->over_ns > now ? w->over_ns - now : 1,
		.by_thread = s->command.by_thread && !*w->inside,
		.by_cgroup = (o->openmetrics || o->listen) ? o->cgroups > 0 : o->record != NULL,
		.stacks = s->command.stacks || wants_stacks(s),
		.stacks_later = display__is_screen(s->display),
		.memory = display__is_screen(s->display) ? s->command.memory : o->memory,
		.no_module = o->no_module,
		.released = w->released,
		.no_tlb = o->no_tlb,
		.note = note,
		.note_ctx = (void *)s,
	};
}

static int open_live(struct watch *w)
{
	struct session *s = w->session;
	const struct live_sink sink = { take_record, next_unseen, pages, memory_begin, memory_read, memory_continue, s };
	struct live_options options;

	fill_options(w, &options);
	return live__create(&w->live, &options, &sink, s->events, s->error);
}

/**
 * watch__run - observe live processes until the session ends
 * @s: the session
 *
 * Return: 0 or -1.
 */
int watch__run(struct session *s)
{
	struct watch w = {
		.session = s, .left = s->options->count,
		.interval_ns = (uint64_t)(s->options->seconds * 1e9),
	};
	int err;

	s->command.by_thread = s->options->by_thread;
	s->command.memory = s->options->memory;
	s->memory = memory__create();
	err = s->memory ? open_live(&w) : -ENOMEM;
	if (s->options->duration > 0)
		w.over_ns = events__now(s->events) + (uint64_t)(s->options->duration * 1e9);
	if (!err)
		err = run(&w);
	live__destroy(w.live);
	memory__destroy(s->memory);
	return err ? session__fail(s, "pgtop", err) : 0;
}
