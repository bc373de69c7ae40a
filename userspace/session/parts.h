/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of a session share; no others include it. */
#ifndef PGWALK_SESSION_PARTS_H
#define PGWALK_SESSION_PARTS_H

#include "../collect/event.h"
#include "../collect/record.h"
#include "display.h"
#include "feed.h"
#include "session.h"

/**
 * struct session - one run
 * @options: what is wanted
 * @error: why it failed
 * @events: time, signals, keys
 * @recorder: takes a copy of each record; may be NULL
 * @feed: the way into the model
 * @display: where intervals are shown
 * @wish: what the person wanted last; all 0 without one
 * @done: it is time to end
 */
struct session {
	const struct session_options *options;
	struct error *error;
	struct events *events;
	struct recorder *recorder;
	struct feed *feed;
	struct display *display;
	struct tui_wish wish;
	bool done;
};

/* session.c */
int session__fail(struct session *s, const char *what, int err);
int session__keys(struct session *s, enum event event);

/* watch.c: live processes; play.c: a recorded stream. Return: 0 or -1 */
int watch__run(struct session *s);
int play__run(struct session *s);

#endif
