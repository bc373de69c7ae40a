// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Replays several recorded streams, of several machines, in the order of the times of day of their
 * intervals. Each stream has a model of its own; one interval of each is read ahead.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/i18n.h"
#include "session_internal.h"

/**
 * struct source - one of the streams
 * @path: its file
 * @player: the stream
 * @ingest: input of its model
 * @next: the next interval; the model has its records
 * @has_next: @next is set; false: the stream has ended
 */
struct source {
	const char *path;
	struct player *player;
	struct ingest *ingest;
	struct record_interval next;
	bool has_next;
};

/**
 * struct merge - the streams
 * @session: the session
 * @source: all streams
 * @count: number of @source
 * @damaged: a stream ended before its end
 */
struct merge {
	struct session *session;
	struct source *source;
	unsigned int count;
	bool damaged;
};

/* Return the name of a file, for a stream without the name of its machine */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static int open_source(struct merge *m, struct source *s, const char *path)
{
	int err = player__create(&s->player, path);

	s->path = path;
	if (err)
		return replay__open_error(m->session, path, err);
	err = session__create_ingest(m->session, &s->ingest);
	if (err)
		return session__fail(m->session, "model", err);
	ingest__set_host(s->ingest, base_name(path));
	return 0;
}

/* A stream that is cut short is shown up to there, as the others */
static void note_damage(struct merge *m, const struct source *s)
{
	char text[512];

	snprintf(text, sizeof(text), _("%.400s: cut short or damaged: shown up to the last complete interval"), s->path);
	session__note(m->session, text);
	m->damaged = true;
}

/* Read records up to the next interval */
static int read_ahead(struct merge *m, struct source *s)
{
	const struct record *record;
	bool whole = true;
	int got, err = 0;

	s->has_next = false;
	while (!err && (got = player__next(s->player, &record)) > 0) {
		if (record->type == RECORD_INTERVAL) {
			s->next = *(const struct record_interval *)record;
			s->has_next = true;
			return 0;
		}
		if (record->type == RECORD_PAGES_BEGIN)
			return replay__open_error(m->session, s->path, -EMEDIUMTYPE);
		whole = false;
		err = ingest__record(s->ingest, record);
	}
	if (err)
		return session__fail(m->session, "model", err);
	if (got < 0 || !whole)
		note_damage(m, s);
	return 0;
}

/* Return the stream with the earliest interval; NULL: all have ended */
static struct source *earliest(const struct merge *m)
{
	struct source *first = NULL;

	for (unsigned int i = 0; i < m->count; i++) {
		struct source *s = &m->source[i];

		if (s->has_next && (!first || s->next.wall_ns < first->next.wall_ns))
			first = s;
	}
	return first;
}

static int open_all(struct merge *m)
{
	const struct session_options *o = m->session->options;
	int err = 0;

	for (unsigned int i = 0; !err && i < m->count; i++) {
		err = open_source(m, &m->source[i], i ? o->streams[i - 1] : o->replay);
		if (!err)
			err = read_ahead(m, &m->source[i]);
	}
	return err;
}

static int run(struct merge *m)
{
	struct session *session = m->session;
	unsigned long left = session->options->count;
	struct source *s;
	int err = 0;

	while (!err && !session->done && (s = earliest(m))) {
		/* a signal: there is no screen, and no other event */
		if (events__pending(session->events))
			break;
		/* the interval is shown from the model of its stream */
		session->ingest = s->ingest;
		err = ingest__record(s->ingest, &s->next.head);
		if (err)
			return session__fail(session, "model", err);
		if (left && !--left)
			session->done = true;
		else
			err = read_ahead(m, s);
	}
	return err;
}

/**
 * merge__run - show several recorded streams
 * @session: the session, without a screen
 *
 * Return: 0 or -1, also if a stream was cut short.
 */
int merge__run(struct session *session)
{
	struct ingest *own = session->ingest;
	struct merge m = { .session = session, .count = session->options->nr_streams + 1 };
	int err;

	m.source = calloc(m.count, sizeof(m.source[0]));
	if (!m.source)
		return session__fail(session, "model", -ENOMEM);
	err = open_all(&m);
	if (!err)
		err = run(&m);
	session->ingest = own;
	for (unsigned int i = 0; i < m.count; i++) {
		player__destroy(m.source[i].player);
		ingest__destroy(m.source[i].ingest);
	}
	free(m.source);
	if (!err && m.damaged)
		err = error__set(session->error, ERROR_FAILURE, "some streams were not shown as a whole");
	return err;
}
