// SPDX-License-Identifier: GPL-2.0
/*
 * The one place, with its neighbours here, that sees all three layers: it opens
 * what is needed, has live or recorded records run through it, and closes it again,
 * on every way out. It formats nothing and keeps no state of the target.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

/**
 * session__fail - say why it failed, unless that was said already
 * @s: the session
 * @what: it was about
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

static int show(void *ctx, const struct snapshot *snapshot)
{
	struct session *s = ctx;
	const char *where = s->options->output ? s->options->output : "stdout";
	int err = display__show(s->display, snapshot);

	if (display__closed(s->display))
		s->done = true;
	return err ? session__fail(s, where, err) : 0;
}

/**
 * session__keys - let the person say what is wanted
 * @s: the session
 * @event: EVENT_INPUT or EVENT_RESIZE
 *
 * What everybody can do is done: ending, beginning anew, keeping a copy. The rest
 * is in s->wish.
 *
 * Return: 0 or -1.
 */
int session__keys(struct session *s, enum event event)
{
	const struct snapshot *last = feed__last(s->feed);
	int err;

	if (event == EVENT_RESIZE)
		display__resize(s->display);
	err = display__input(s->display, &s->wish);
	if (err)
		return session__fail(s, "terminal", err);
	if (s->wish.quit)
		s->done = true;
	if (s->wish.reset)
		feed__reset(s->feed);
	if (s->wish.write)
		display__save(s->display, last->target ? last->target->pid : 0);
	return 0;
}

static int open_all(struct session *s)
{
	const struct session_options *o = s->options;
	bool screen;
	int err = events__create(&s->events);

	if (err)
		return session__fail(s, "signals", err);
	if (display__create(&s->display, o, s->error))
		return -1;
	screen = display__is_screen(s->display);
	err = screen ? events__watch_terminal(s->events, display__fd(s->display)) : 0;
	if (err)
		return session__fail(s, "terminal", err);
	err = feed__create(&s->feed, screen || o->regions, show, s);
	if (err)
		return session__fail(s, "model", err);
	err = o->record ? recorder__create(&s->recorder, o->record) : 0;
	return err ? session__fail(s, o->record, err) : 0;
}

static int close_all(struct session *s)
{
	int err;

	display__destroy(s->display);
	feed__destroy(s->feed);
	events__destroy(s->events);
	err = recorder__destroy(s->recorder);
	if (err)
		session__fail(s, s->options->record, err);
	return err;
}

/**
 * session__run - do all that is wanted, to the end
 * @options: what is wanted
 * @error: filled on failure
 *
 * A reader that closes the pipe ends it quietly.
 *
 * Return: 0 or -1.
 */
int session__run(const struct session_options *options, struct error *error)
{
	struct session s = { .options = options, .error = error };
	int err;

	error->status = ERROR_NONE;
	err = open_all(&s);
	if (!err)
		err = options->replay ? play__run(&s) : watch__run(&s);
	if (options->folded && s.feed && feed__last(s.feed)->number &&
	    display__folded(options, feed__last(s.feed), error))
		err = -1;
	if (close_all(&s))
		err = -1;
	return err ? session__fail(&s, "pgtop", err) : 0;
}
