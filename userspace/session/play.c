// SPDX-License-Identifier: GPL-2.0
/*
 * The run over a recorded stream: as fast as it goes, or in the time that it took,
 * or faster or slower; to its end, or as far as it can be read.
 */
#include <errno.h>
#include <string.h>

#include "parts.h"

/**
 * struct play - a run
 * @session: whose
 * @player: the stream
 * @speed: 1: in the time it took; 0: as fast as it goes
 * @whole: nothing came since the last interval
 */
struct play {
	struct session *session;
	struct player *player;
	double speed;
	bool whole;
};

static int take_event(struct play *p)
{
	struct session *s = p->session;
	struct event_signal signal;
	enum event event;
	int err = events__wait(s->events, &event, &signal);

	if (err)
		return session__fail(s, "waiting", err);
	if (event == EVENT_SIGNAL)
		s->done = true;
	if (event != EVENT_INPUT && event != EVENT_RESIZE)
		return 0;
	err = session__keys(s, event);
	if (!err && s->wish.ask)
		display__note(s->display, "a recorded stream: nobody can be asked about now");
	return err;
}

/*
 * As long as the next interval took, before it is shown; or until the person wants
 * it. What is wanted is heard meanwhile, and where there is no time to wait, too.
 */
static int await(struct play *p, uint64_t span_ns)
{
	struct session *s = p->session;
	uint64_t until = events__now(s->events);
	int err = 0;

	if (p->speed > 0)
		until += (uint64_t)((double)span_ns / p->speed);
	s->wish.close = false;
	while (!err && !s->done && !s->wish.close) {
		uint64_t now = events__now(s->events);
		uint64_t left = until > now ? until - now : 0;

		if (!left && !s->wish.pause && !events__pending(s->events))
			break;
		events__set_interval(s->events, s->wish.pause ? 0 : left);
		err = take_event(p);
	}
	events__set_interval(s->events, 0);
	return err;
}

/* The last screen stands until the person leaves */
static int stand(struct play *p)
{
	struct session *s = p->session;
	int err = 0;

	while (!err && !s->done && display__is_screen(s->display))
		err = take_event(p);
	return err;
}

static int take_record(struct play *p, const struct record *record)
{
	const struct record_interval *interval = (const void *)record;
	int err = 0;

	p->whole = record->type == RECORD_INTERVAL;
	if (p->whole)
		err = await(p, interval->span_ns);
	if (err || p->session->done)
		return err;
	err = feed__record(p->session->feed, record);
	return err ? session__fail(p->session, "model", err) : 0;
}

static int judge(struct play *p, int err)
{
	const char *path = p->session->options->replay;

	if (err == -ENODATA || (!err && !p->whole))
		return error__set(p->session->error, ERROR_FAILURE,
				  "%s: cut short: what came after the last whole interval is not shown",
				  path);
	if (err)
		return error__set(p->session->error, ERROR_FAILURE,
				  "%s: damaged: shown up to the last whole interval (%s)",
				  path, err == -EBADMSG ? "what follows makes no sense" :
				  strerror(-err));
	return 0;
}

static int run(struct play *p)
{
	struct session *s = p->session;
	const struct record *record;
	unsigned long left = s->options->count;
	int got = 0, err = 0;

	while (!s->done && (got = player__next(p->player, &record)) > 0) {
		err = take_record(p, record);
		if (err)
			return err;
		if (p->whole && left && !--left)
			s->done = true;
	}
	if (s->done)
		return 0;
	err = judge(p, got);
	if (err)
		display__note(s->display, s->error->text);
	return stand(p) || err ? -1 : 0;
}

/**
 * play__run - show a recorded stream
 * @s: the session
 *
 * Return: 0 or -1.
 */
int play__run(struct session *s)
{
	const struct session_options *o = s->options;
	struct play p = { .session = s, .speed = o->speed, .whole = true };
	int err = player__create(&p.player, o->replay);

	if (err)
		return error__set(s->error, ERROR_FAILURE, "%s: %s", o->replay,
				  err == -EBADMSG ? "not a recorded stream (make one with --record)" :
				  err == -EPROTO ? "a stream of another version (replay it with the pgtop that recorded it)" :
				  strerror(-err));
	if (p.speed < 0)
		p.speed = display__is_screen(s->display) ? 1 : 0;
	err = run(&p);
	player__destroy(p.player);
	return err;
}
