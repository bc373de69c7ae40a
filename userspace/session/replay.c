// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Replays a recorded stream, in real time, faster, slower or unlimited, up to its end or damage. A
 * seek reads on, or again from the beginning, without showing intervals: the state of the model
 * depends on all earlier records.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../lib/i18n.h"
#include "session_internal.h"

/**
 * struct replay - a replay
 * @session: the session
 * @player: the stream
 * @speed: 1: real time; 0: unlimited
 * @rereadable: the stream is a file, no pipe: it can be read again from its beginning
 * @whole: no record came since the last interval
 * @number: number of the last interval that the model has
 * @span_ns: its length
 * @seek: number of the next interval to show; 0: the one after @number
 * @seek_time: show the first interval from this time of day on, in seconds; below 0: none
 * @wanted: this time of day as a time since the epoch, from the first interval on; 0: not known yet
 * @next_day: @wanted is after the first midnight
 * @old: input of the model before a seek to an earlier interval: the screen refers to its memory
 */
struct replay {
	struct session *session;
	struct player *player;
	double speed;
	bool rereadable;
	bool whole;
	uint64_t number;
	uint64_t span_ns;
	uint64_t seek;
	long seek_time;
	time_t wanted;
	bool next_day;
	struct ingest *old;
};

/* Is an interval skipped, not shown? */
static bool is_skipping(const struct replay *p)
{
	return p->seek > p->number + 1 || p->seek_time >= 0;
}

static bool has_seek(const struct replay *p)
{
	return p->seek || p->seek_time >= 0;
}

/* Number of the interval on the screen plus a step, at least 1 */
static uint64_t beside(const struct replay *p, long step)
{
	int64_t to = (int64_t)p->number + step;

	return to < 1 ? 1 : (uint64_t)to;
}

/* Forget requests that cannot be fulfilled, and say why */
static void refuse(struct replay *p)
{
	struct session *s = p->session;
	bool back = p->seek_time >= 0 || (p->seek && p->seek <= p->number);
	bool loop = s->command.loop_from;

	if (s->export) {
		/* the sums would have the intervals twice, or not at all */
		if (!has_seek(p) && !loop)
			return;
		display__note(s->display, _("no seek and no loop with --openmetrics or --listen"));
	} else {
		if (p->rereadable || (!back && !loop))
			return;
		display__note(s->display, _("a pipe can be read only once: only forward (, [ g l need a file)"));
	}
	p->seek = 0;
	p->seek_time = -1;
	s->command.loop_from = s->command.loop_to = 0;
	display__end_loop(s->display);
}

static int take_event(struct replay *p)
{
	struct session *s = p->session;
	struct event_signal signal;
	enum event event;
	int err = events__wait(s->events, &event, &signal);

	if (err)
		return session__fail(s, "waiting", err);
	/* a replay has no module to release */
	if (event == EVENT_SIGNAL && signal.number != SIGUSR1)
		s->done = true;
	if (event != EVENT_INPUT && event != EVENT_RESIZE)
		return 0;
	err = session__keys(s, event);
	if (!err && s->command.reset)
		err = session__reset(s);
	if (!err && s->command.query_addr)
		display__note(s->display, _("not available in a replay (needs the live process)"));
	if (s->command.step)
		p->seek = beside(p, s->command.step);
	if (s->command.seek)
		p->seek = s->command.seek;
	if (s->command.seek_time >= 0)
		p->seek_time = s->command.seek_time;
	refuse(p);
	return err;
}

/*
 * Wait for the length of the interval before it is shown, or until the user requests it or another
 * one. Keys are handled while waiting
 */
static int await(struct replay *p, uint64_t span_ns)
{
	struct session *s = p->session;
	uint64_t until = events__now(s->events);
	int err = 0;

	if (p->speed > 0)
		until += (uint64_t)((double)span_ns / p->speed);
	s->command.close = false;
	while (!err && !s->done && !s->command.close && !has_seek(p)) {
		uint64_t now = events__now(s->events);
		uint64_t left = until > now ? until - now : 0;

		if (!left && !s->command.pause && !events__pending(s->events))
			break;
		events__set_interval(s->events, s->command.pause ? 0 : left);
		err = take_event(p);
	}
	events__set_interval(s->events, 0);
	return err;
}

/* At the end of the loop, begin it again */
static void follow_loop(struct replay *p)
{
	const struct tui_command *command = &p->session->command;

	if (command->loop_to && p->number >= command->loop_to && !has_seek(p))
		p->seek = command->loop_from;
}

/* Begin at the start of the stream, with an empty model */
static int restart(struct replay *p)
{
	struct session *s = p->session;
	struct ingest *next;
	int err;

	player__destroy(p->player);
	p->player = NULL;
	err = player__create(&p->player, s->options->replay);
	if (err)
		return session__fail(s, s->options->replay, err);
	err = session__create_ingest(s, &next);
	if (err)
		return session__fail(s, "model", err);
	if (p->old)
		ingest__destroy(s->ingest);	/* was never shown */
	else
		p->old = s->ingest;
	s->ingest = next;
	p->number = 0;
	p->wanted = 0;
	p->next_day = false;
	p->whole = true;
	return 0;
}

/* The screen has left the model before the seek */
static void end_seek(struct replay *p)
{
	p->seek = 0;
	p->seek_time = -1;
	p->session->skipping = false;
	ingest__destroy(p->old);
	p->old = NULL;
}

/*
 * The stream has no interval any more: the file was replaced or truncated since it was opened. The
 * screen keeps the model before the seek
 */
static void give_up_seek(struct replay *p)
{
	struct session *s = p->session;

	if (p->old) {
		ingest__destroy(s->ingest);
		s->ingest = p->old;
		p->old = NULL;
		p->number = ingest__last(s->ingest)->number;
	}
	end_seek(p);
}

/*
 * The first time of day of the seek, in the time zone of the reader, that is not before the
 * beginning: that of its day, or of the next one
 */
static void find_day(struct replay *p, time_t begin)
{
	struct tm tm = { 0 };

	localtime_r(&begin, &tm);
	tm.tm_hour = (int)(p->seek_time / 3600);
	tm.tm_min = (int)(p->seek_time / 60 % 60);
	tm.tm_sec = (int)(p->seek_time % 60);
	tm.tm_isdst = -1;
	p->wanted = mktime(&tm);
	p->next_day = p->wanted < begin;
	if (!p->next_day)
		return;
	tm.tm_mday++;
	tm.tm_isdst = -1;
	p->wanted = mktime(&tm);
}

/* Is this interval, of a search from the beginning, the first one at or after the time of day? */
static bool has_come(struct replay *p, uint64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / 1000000000);

	if (!wall_ns)
		return false;
	if (!p->wanted)
		find_day(p, seconds);
	return seconds >= p->wanted;
}

static int take_interval(struct replay *p, const struct record_interval *r)
{
	struct session *s = p->session;
	bool skip;
	int err;

	if (p->seek_time >= 0 && has_come(p, r->wall_ns)) {
		p->seek_time = -1;
		p->seek = p->number + 1;
	}
	skip = is_skipping(p);
	s->skipping = skip;
	err = ingest__record(s->ingest, &r->head);
	if (err)
		return session__fail(s, "model", err);
	p->number++;
	p->span_ns = r->span_ns;
	if (!skip)
		end_seek(p);
	return 0;
}

/* Return 1 if the record is void, because the stream begins again */
static int take_record(struct replay *p, const struct record *record)
{
	const struct record_interval *interval = (const void *)record;
	int err = 0;

	if (record->type == RECORD_PAGES_BEGIN)
		return replay__open_error(p->session, p->session->options->replay, -EMEDIUMTYPE);
	p->whole = record->type == RECORD_INTERVAL;
	if (!p->whole) {
		err = ingest__record(p->session->ingest, record);
		return err ? session__fail(p->session, "model", err) : 0;
	}
	if (!has_seek(p)) {
		err = await(p, interval->span_ns);
		if (err || p->session->done)
			return err;
		follow_loop(p);
		/* a time of day is searched from the beginning */
		if (p->seek_time >= 0 || (p->seek && p->seek <= p->number))
			return restart(p) ? -1 : 1;
	}
	return p->session->done ? 0 : take_interval(p, interval);
}

static int check_end(struct replay *p, int err)
{
	const char *path = p->session->options->replay;

	if (err == -ENODATA || (!err && !p->whole))
		return error__set(p->session->error, ERROR_FAILURE,
				  "%s: cut short: shown up to the last complete interval (the recording was interrupted)",
				  path);
	if (err)
		return error__set(p->session->error, ERROR_FAILURE,
				  "%s: damaged: shown up to the last complete interval (%s)",
				  path, err == -EBADMSG ? _("invalid data follows") :
				  strerror(-err));
	return 0;
}

/*
 * At the end of the stream: the last screen stays until the user quits, or seeks. Return 1 if the
 * stream begins again
 */
static int at_end(struct replay *p)
{
	struct session *s = p->session;
	int err = 0;

	if (!p->number)
		give_up_seek(p);	/* there is no interval at all */
	if (p->seek_time >= 0 && p->next_day) {
		/* before the beginning, and the end comes before midnight */
		p->seek_time = -1;
		p->seek = 1;
		return restart(p) ? -1 : 1;
	}
	if (has_seek(p)) {
		/* beyond the end: show the last interval */
		end_seek(p);
		err = session__show_last(s);
		if (err)
			return session__fail(s, "terminal", err);
	}
	if (s->command.loop_to && p->number >= s->command.loop_to) {
		err = await(p, p->span_ns);
		if (!err && !s->done)
			follow_loop(p);
	}
	while (!err && !s->done && !has_seek(p) && display__is_screen(s->display)) {
		err = take_event(p);
		/* there is no later interval */
		if (p->seek_time < 0 && p->seek > p->number)
			p->seek = 0;
	}
	if (err || s->done || !has_seek(p))
		return err;
	return restart(p) ? -1 : 1;
}

static int run(struct replay *p)
{
	struct session *s = p->session;
	const struct record *record;
	unsigned long left = s->options->count;
	int got = 0, err = 0, damage = 0;	/* also if the user goes back from it */

	while (!s->done) {
		got = player__next(p->player, &record);
		if (got <= 0) {
			if (check_end(p, got)) {
				damage = -1;
				display__note(s->display, s->error->text);
			}
			err = at_end(p);
			if (err <= 0)
				return err ? err : damage;
			continue;
		}
		err = take_record(p, record);
		if (err < 0)
			return err;
		if (!err && p->whole && !s->skipping && left && !--left)
			s->done = true;
	}
	return damage;
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* Return the number of complete intervals of a file; 0: unknown, because it can be read only once */
static uint64_t count_intervals(const char *path)
{
	const struct record *record;
	struct player *player;
	uint64_t count = 0;

	if (!is_file(path) || player__create(&player, path))
		return 0;
	while (player__next(player, &record) > 0)
		count += record->type == RECORD_INTERVAL;
	player__destroy(player);
	return count;
}

/**
 * replay__open_error - set the error of a file that cannot be replayed
 * @s: the session
 * @path: the file
 * @err: of player__create(); -EMEDIUMTYPE: it has pages of a process
 *
 * Return: -1.
 */
int replay__open_error(struct session *s, const char *path, int err)
{
	return error__set(s->error, ERROR_FAILURE, "%s: %s", path,
			  err == -EMEDIUMTYPE ? _("pages of a process, no recording (show them with pgwalk diff)") :
			  err == -EBADMSG ? _("not a recorded stream (make one with --record)") :
			  err == -EPROTO ? _("a stream of another version (replay it with the pgtop that recorded it)") :
			  err == -EXDEV ? _("of a machine with another page size than the first one (replay it alone)") :
			  strerror(-err));
}

/**
 * replay__run - show a recorded stream
 * @s: the session
 *
 * Return: 0 or -1.
 */
int replay__run(struct session *s)
{
	const struct session_options *o = s->options;
	struct replay p = {
		.session = s, .speed = o->speed, .rereadable = is_file(o->replay), .whole = true,
		.seek_time = -1,
	};
	int err = player__create(&p.player, o->replay);

	if (err)
		return replay__open_error(s, o->replay, err);
	if (p.speed < 0)
		p.speed = display__is_screen(s->display) ? 1 : 0;
	if (display__is_screen(s->display))
		display__set_intervals(s->display, count_intervals(o->replay));
	err = run(&p);
	player__destroy(p.player);
	/* the screen, which may refer to it, is not drawn again */
	ingest__destroy(p.old);
	return err;
}
