// SPDX-License-Identifier: GPL-2.0
/*
 * The run over live processes: what happens next, and what to do about it. What is
 * collected goes to the recorder and to the model.
 */
#include <errno.h>
#include <string.h>

#include "../collect/live.h"
#include "parts.h"

/**
 * struct watch - a run
 * @session: whose
 * @live: where records come from
 * @left: intervals that are wanted yet; 0: without end
 * @exited: the target is gone, and its last interval was told
 * @last: the last interval was told
 */
struct watch {
	struct session *session;
	struct live *live;
	unsigned long left;
	bool exited;
	bool last;
};

static int take_record(void *ctx, struct record *record)
{
	struct session *s = ctx;
	int err = 0;

	if (s->recorder)
		err = recorder__write(s->recorder, record, record->type,
				      record->size);
	if (err)
		return session__fail(s, s->options->record, err);
	err = feed__record(s->feed, record);
	return err ? session__fail(s, "model", err) : 0;
}

static bool next_unseen(void *ctx, unsigned int *cursor, uint64_t *start,
			uint64_t *end)
{
	const struct session *s = ctx;

	return feed__next_unseen(s->feed, cursor, start, end);
}

static size_t pages(void *ctx, uint64_t *addr, size_t max)
{
	const struct session *s = ctx;

	return feed__pages(s->feed, addr, max);
}

static void note(void *ctx, const char *text)
{
	struct session *s = ctx;

	if (display__is_screen(s->display))
		display__note(s->display, text);
	else
		s->options->note(text);
}

static int end_interval(struct watch *w, bool exited)
{
	bool last = exited || w->session->done || w->left == 1;

	if (w->left)
		w->left--;
	w->exited = exited;
	w->last = last;
	if (last && !(exited && display__is_screen(w->session->display)))
		w->session->done = true;
	return live__close(w->live, last, exited, w->session->error);
}

/* After the exit of the process, or the removal of the cgroup: the screen stays until q */
static int take_exit(struct watch *w)
{
	live__await_end(w->live);
	events__forget_target(w->session->events);
	events__set_interval(w->session->events, 0);
	return end_interval(w, true);
}

static bool wants_stacks(const struct session *s)
{
	return s->options->stacks || s->options->folded;
}

/* What was wanted of us goes to whom it concerns */
static int grant(struct watch *w)
{
	struct session *s = w->session;
	const struct tui_wish *wish = &s->wish;
	struct snapshot_answer answer = { .addr = wish->ask };
	int err = 0;

	if (w->last)
		return 0;
	if (wish->interval > 0)
		events__set_interval(s->events, (uint64_t)(wish->interval * 1e9));
	live__by_thread(w->live, wish->by_thread);
	if (wish->ask) {
		live__ask(w->live, wish->ask, &answer);
		display__answer(s->display, &answer);
	}
	err = live__stacks(w->live, wish->stacks || wants_stacks(s), s->error);
	if (!err)
		err = live__look_into(w->live, wish->look_start,
				      wish->look_end, s->error);
	if (!err && wish->close && !s->done)
		err = end_interval(w, false);
	return err;
}

static int take_keys(struct watch *w, enum event event)
{
	int err = session__keys(w->session, event);

	return err ? err : grant(w);
}

static int take_event(struct watch *w, enum event which,
		      const struct event_signal *signal)
{
	struct session *s = w->session;

	switch (which) {
	case EVENT_CGROUP:
		return live__is_removed(w->live) ? take_exit(w) : 0;
	case EVENT_INTERVAL:
		if (!w->exited && live__is_removed(w->live))
			return take_exit(w);
		return s->wish.pause ? live__drain(w->live, s->error) :
				       end_interval(w, false);
	case EVENT_EXIT:
		return take_exit(w);
	case EVENT_SIGNAL:
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
	/* what was counted since the last interval is told, whatever ends it */
	if (!err && !w->last && !display__closed(s->display))
		err = end_interval(w, false);
	return err;
}

static void fill_options(const struct session *s, struct live_options *to)
{
	const struct session_options *o = s->options;

	*to = (struct live_options) {
		.who = o->who,
		.command = o->command,
		.cgroup = o->cgroup,
		.streams = display__is_screen(s->display) ? TARGET_OFF_SCREEN :
			   o->output ? TARGET_STREAMS : TARGET_STDOUT_TO_STDERR,
		.interval_ns = (uint64_t)(o->seconds * 1e9),
		.total_ns = (uint64_t)(o->duration * 1e9),
		.by_thread = o->by_thread,
		.stacks = wants_stacks(s),
		.stacks_later = display__is_screen(s->display),
		.no_module = o->no_module,
		.no_tlb = o->no_tlb,
		.note = note,
		.note_ctx = (void *)s,
	};
}

/**
 * watch__run - watch live processes until there is a reason to end
 * @s: the session
 *
 * Return: 0 or -1.
 */
int watch__run(struct session *s)
{
	const struct live_sink sink = { take_record, next_unseen, pages, s };
	struct watch w = { .session = s, .left = s->options->count };
	struct live_options options;
	int err;

	s->wish.by_thread = s->options->by_thread;
	fill_options(s, &options);
	err = live__create(&w.live, &options, &sink, s->events, s->error);
	if (!err)
		err = run(&w);
	live__destroy(w.live);
	return err ? session__fail(s, "pgtop", err) : 0;
}
