// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Opens the sources, the model and the display, runs a live session or a replay, and closes them on
 * every way out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choose.h"
#include "session_internal.h"

/**
 * session__fail - set the error, unless it is already set
 * @s: the session
 * @what: the part that failed
 * @err: -errno
 *
 * Return: -1.
 */
int session__fail(struct session *s, const char *what, int err)
{
	if (!s->error->status)
		error__set(s->error, ERROR_FAILURE, "%s: %s", what,
			   strerror(-err));
	return -1;
}

/** session__note - show a line to the user: on the screen, or beside the output */
void session__note(const struct session *s, const char *text)
{
	if (display__is_screen(s->display))
		display__note(s->display, text);
	else
		s->options->note(text);
}

/**
 * session__show_last - show the last interval, or all faults since the start, as the user has chosen
 * @s: the session, after the first interval
 *
 * Return: 0 or -errno.
 */
int session__show_last(struct session *s)
{
	const struct snapshot *snapshot = ingest__last(s->ingest);
	int err = 0;

	s->since_shown = s->command.since_start;
	if (s->since_shown)
		err = ingest__since(s->ingest, &snapshot);
	return err ? err : display__show(s->display, snapshot);
}

static int show(void *ctx, const struct snapshot *snapshot)
{
	struct session *s = ctx;
	const char *where = s->options->output ? s->options->output : "stdout";
	const char *note;
	int err;

	if (s->skipping)
		return 0;
	note = export__add(s->export, snapshot);
	err = session__show_last(s);

	page__add(s->page, snapshot);
	if (note)
		session__note(s, note);

	if (display__closed(s->display))
		s->done = true;
	return err ? session__fail(s, where, err) : 0;
}

/**
 * session__reset - reset the counts since the start, and show it
 * @s: the session
 *
 * Return: 0 or -1.
 */
int session__reset(struct session *s)
{
	int err = 0;

	ingest__reset(s->ingest);
	if (s->since_shown && ingest__last(s->ingest)->number)
		err = session__show_last(s);
	return err ? session__fail(s, "terminal", err) : 0;
}

/* On the screen of a replay columns can be selected after their records were read */
static bool wants_memory(const struct session *s)
{
	return s->options->memory || s->command.memory || (s->options->replay && display__is_screen(s->display));
}

/**
 * session__keys - handle keys, or a change of size
 * @s: the session
 * @event: EVENT_INPUT or EVENT_RESIZE
 *
 * Handles the commands of both kinds of sessions: quit, write. The others are left in
 * s->command.
 *
 * Return: 0 or -1.
 */
int session__keys(struct session *s, enum event event)
{
	const struct snapshot *last = ingest__last(s->ingest);
	int err;

	if (event == EVENT_RESIZE)
		display__resize(s->display);
	err = display__input(s->display, &s->command);
	if (err)
		return session__fail(s, "terminal", err);
	if (s->command.quit)
		s->done = true;
	ingest__want_memory(s->ingest, wants_memory(s));
	if (last->number && s->command.since_start != s->since_shown)
		err = session__show_last(s);
	if (err)
		return session__fail(s, "terminal", err);
	if (s->command.write)
		display__save(s->display, last->target ? last->target->pid : 0);
	return 0;
}

/* A screen ends with a summary, and so does text of limited length */
static bool wants_summary(const struct session *s)
{
	const struct session_options *o = s->options;

	/* several streams have no common sums */
	return display__is_screen(s->display) ||
	       (!o->nr_streams && o->form != SESSION_JSON && (o->count > 1 || o->duration > 0));
}

/* After an error there may be no model, or no snapshot */
static int summarize(struct session *s)
{
	const struct snapshot *since;
	int err;

	if (!wants_summary(s) || !ingest__last(s->ingest)->number)
		return 0;
	err = ingest__since(s->ingest, &since);
	if (!err)
		err = display__summary(s->display, since);
	return err ? session__fail(s, "summary", err) : 0;
}

/**
 * session__create_ingest - create an empty model that shows its intervals
 * @s: the session, with its display
 * @out: filled; untouched on failure
 *
 * Return: 0 or -ENOMEM.
 */
int session__create_ingest(struct session *s, struct ingest **out)
{
	bool regions = display__is_screen(s->display) || s->options->regions || s->export || s->page;
	struct ingest *ingest;
	int err = ingest__create(&ingest, regions, show, s);

	if (!err && wants_summary(s)) {
		err = ingest__want_since(ingest);
		if (err)
			ingest__destroy(ingest);
	}
	if (err)
		return err;
	ingest__want_memory(ingest, wants_memory(s));
	*out = ingest;
	return 0;
}

static int open_all(struct session *s)
{
	const struct session_options *o = s->options;
	bool screen;
	int err = events__create(&s->events);

	if (err)
		return session__fail(s, "signals", err);
	if (display__create(&s->display, o, s->error) || export__create(&s->export, o, s->error) ||
	    page__create(&s->page, o, s->error))
		return -1;
	screen = display__is_screen(s->display);
	err = screen ? events__watch_terminal(s->events, display__fd(s->display)) : 0;
	if (err)
		return session__fail(s, "terminal", err);
	err = session__create_ingest(s, &s->ingest);
	if (err)
		return session__fail(s, "model", err);
	return record_file__create(&s->record, o, s->error);
}

static int close_all(struct session *s)
{
	int failed;

	display__destroy(s->display);
	failed = export__destroy(s->export, s->error);
	page__destroy(s->page);
	ingest__destroy(s->ingest);
	events__destroy(s->events);
	return record_file__destroy(s->record, s->error) ? -1 : failed;
}

/**
 * session__run - run a session to its end
 * @options: the options
 * @error: filled on failure
 *
 * A reader that closes the pipe ends the session without an error.
 *
 * Return: 0 or -1.
 */
int session__run(const struct session_options *options, struct error *error)
{
	struct session_options chosen = *options;
	struct session s = { .options = &chosen, .error = error };
	char pid[CHOOSE_MAX] = "";
	int err = 0;

	error->status = ERROR_NONE;
	if (options->process)
		err = choose__process(options->process, pid, sizeof(pid), error);
	if (err)
		return -1;
	if (*pid)
		chosen.process = pid;
	err = open_all(&s);
	if (!err)
		err = options->nr_streams ? merge__run(&s) : options->replay ? replay__run(&s) : watch__run(&s);
	if (!err && summarize(&s))
		err = -1;
	if (options->folded && s.ingest && ingest__last(s.ingest)->number &&
	    display__folded(s.display, options, ingest__last(s.ingest), error))
		err = -1;
	if (page__write(s.page, error))
		err = -1;
	if (close_all(&s))
		err = -1;
	return err ? session__fail(&s, "pgtop", err) : 0;
}
