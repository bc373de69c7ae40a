// SPDX-License-Identifier: GPL-2.0
/*
 * The one file that sees all three layers: it hands records from collect to the
 * model and snapshots from the model to a presenter. Live and recorded records
 * take the same way. It formats nothing and keeps no state of the target.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/live.h"
#include "collect/record.h"
#include "lib/outlet.h"
#include "model/monitor.h"
#include "present/batch.h"
#include "present/json.h"
#include "session.h"

/**
 * struct session - the three layers, and whom to tell
 * @options: what is wanted
 * @error: why it failed
 * @live: where records come from, if not from a stream
 * @player: a recorded stream, if that is it
 * @recorder: takes a copy of each record; may be NULL
 * @monitor: the model
 * @outlet: where intervals are shown
 * @width: of a line there
 * @closed: nobody reads it any more
 */
struct session {
	const struct session_options *options;
	struct error *error;
	struct live *live;
	struct player *player;
	struct recorder *recorder;
	struct monitor *monitor;
	struct outlet *outlet;
	unsigned int width;
	bool closed;
};

static int show(struct session *s, const struct snapshot *snapshot)
{
	FILE *out = outlet__begin(s->outlet);
	int err = out ? 0 : -ENOMEM;

	if (!err)
		err = s->options->json ? json__format(out, snapshot) :
					 batch__format(out, snapshot, s->width);
	if (!err)
		err = outlet__end(s->outlet);
	if (err == -EPIPE) {
		s->closed = true;
		return 0;
	}
	if (err)
		error__set(s->error, ERROR_FAILURE, "%s: %s",
			   s->options->output ? s->options->output : "stdout",
			   strerror(-err));
	return err;
}

static void feed_target(struct session *s, const struct record_target *r)
{
	struct snapshot_target target = {
		.pid = r->pid,
		.module = r->flags & RECORD_TARGET_MODULE,
		.base_minor = r->base_minor,
		.base_major = r->base_major,
	};

	snprintf(target.comm, sizeof(target.comm), "%.*s",
		 (int)sizeof(r->comm), r->comm);
	snprintf(target.preempt, sizeof(target.preempt), "%.*s",
		 (int)sizeof(r->preempt), r->preempt);
	monitor__set_target(s->monitor, &target);
}

static int feed_interval(struct session *s, const struct record_interval *r)
{
	struct monitor_mark mark = {
		.now_ns = r->now_ns,
		.span_ns = r->span_ns,
		.lost = r->lost,
		.last = r->flags & RECORD_INTERVAL_LAST,
		.exited = r->flags & RECORD_INTERVAL_EXITED,
	};
	struct snapshot snapshot;
	int err = monitor__close(s->monitor, &mark, &snapshot);

	return err ? err : show(s, &snapshot);
}

/* What a record means to the model */
static int feed_model(struct session *s, const struct record *record)
{
	struct aspace *aspace = monitor__aspace(s->monitor);
	const union {
		struct record_target target;
		struct record_fault fault;
		struct record_vmas vmas;
		struct record_vma vma;
		struct record_interval interval;
	} *r = (const void *)record;

	switch (record->type) {
	case RECORD_TARGET:
		feed_target(s, &r->target);
		return 0;
	case RECORD_FAULT:
		return monitor__ingest(s->monitor, &r->fault.key,
				       &r->fault.row);
	case RECORD_VMAS_BEGIN:
		aspace__begin(aspace, r->vmas.addr, r->vmas.now_ns);
		return 0;
	case RECORD_VMA:
		return aspace__add(aspace, &r->vma.vma);
	case RECORD_VMAS_END:
		return aspace__end(aspace, r->vmas.addr);
	case RECORD_INTERVAL:
		return feed_interval(s, &r->interval);
	}
	return 0;
}

static int feed(void *ctx, struct record *record)
{
	struct session *s = ctx;
	int err = 0;

	if (s->recorder) {
		err = recorder__write(s->recorder, record, record->type,
				      record->size);
		if (err)
			return error__set(s->error, ERROR_FAILURE, "%s: %s",
					  s->options->record, strerror(-err));
	}
	err = feed_model(s, record);
	if (err && !s->error->status)
		error__set(s->error, ERROR_FAILURE, "model: %s", strerror(-err));
	return err;
}

static bool next_unseen(void *ctx, unsigned int *cursor, uint64_t *start,
			uint64_t *end)
{
	const struct session *s = ctx;

	return monitor__next_unseen(s->monitor, cursor, start, end);
}

static int run_live(struct session *s)
{
	const struct session_options *o = s->options;
	const struct live_options options = {
		.pid = o->pid,
		.command = o->command,
		.command_keeps_stdout = o->output,
		.interval_ns = (uint64_t)(o->seconds * 1e9),
		.note = o->note,
	};
	const struct live_sink sink = {
		.record = feed,
		.next_unseen = next_unseen,
		.ctx = s,
	};
	unsigned long left = o->count;
	bool more = true;
	int err;

	err = live__create(&s->live, &options, &sink, s->error);
	while (!err && more && !s->closed) {
		err = live__interval(s->live, left == 1, &more, s->error);
		if (left && !--left)
			break;
	}
	return err;
}

static int run_replay(struct session *s)
{
	const char *path = s->options->replay;
	const struct record *record;
	bool whole = true;
	int err;

	err = player__create(&s->player, path);
	if (err)
		return error__set(s->error, ERROR_FAILURE, "%s: %s", path,
				  err == -EBADMSG ? "not a recorded stream of this version (make one with --record)" :
				  strerror(-err));
	while ((err = player__next(s->player, &record)) > 0 && !s->closed) {
		whole = record->type == RECORD_INTERVAL;
		err = feed_model(s, record);
		if (err)
			break;
	}
	if (s->closed)
		return 0;
	if (s->error->status)
		return err;
	if (err == -ENODATA || (!err && !whole))
		return error__set(s->error, ERROR_FAILURE,
				  "%s: cut short: what came after the last whole interval is not shown",
				  path);
	if (err)
		return error__set(s->error, ERROR_FAILURE,
				  "%s: damaged: shown up to the last whole interval (%s)",
				  path, strerror(-err));
	return 0;
}

static int open_sinks(struct session *s)
{
	const struct session_options *o = s->options;
	int err;

	s->monitor = monitor__create();
	if (!s->monitor)
		return error__set(s->error, ERROR_FAILURE, "model: %s",
				  strerror(ENOMEM));
	err = outlet__create(&s->outlet, o->output);
	if (err)
		return error__set(s->error, ERROR_FAILURE, "%s: %s", o->output,
				  strerror(-err));
	s->width = outlet__width(s->outlet, BATCH_WIDTH);
	err = o->record ? recorder__create(&s->recorder, o->record) : 0;
	if (err)
		return error__set(s->error, ERROR_FAILURE, "%s: %s", o->record,
				  strerror(-err));
	return 0;
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
	err = open_sinks(&s);
	if (!err)
		err = options->replay ? run_replay(&s) : run_live(&s);
	live__destroy(s.live);
	player__destroy(s.player);
	if (recorder__destroy(s.recorder) && !err)
		err = error__set(error, ERROR_FAILURE, "%s: %s",
				 options->record, "not all of it was written");
	outlet__destroy(s.outlet);
	monitor__destroy(s.monitor);
	if (err && !error->status)
		error__set(error, ERROR_FAILURE, "%s", strerror(-err));
	return err ? -1 : 0;
}
