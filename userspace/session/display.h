/* SPDX-License-Identifier: GPL-2.0 */
/* Where intervals are shown: the full screen, or lines of text or JSON in a file. */
#ifndef PGWALK_SESSION_DISPLAY_H
#define PGWALK_SESSION_DISPLAY_H

#include "../lib/error.h"
#include "../present/tui/tui.h"
#include "../snapshot.h"
#include "session.h"

struct display;

int display__create(struct display **out,
		    const struct session_options *options,
		    struct error *error);
void display__destroy(struct display *d);

int display__show(struct display *d, const struct snapshot *snapshot);
bool display__closed(const struct display *d);
int display__folded(const struct session_options *options,
		    const struct snapshot *snapshot, struct error *error);

/* The full screen: the others do nothing without */
bool display__is_screen(const struct display *d);
int display__fd(const struct display *d);
int display__input(struct display *d, struct tui_wish *wish);
void display__resize(struct display *d);
void display__note(struct display *d, const char *text);
void display__answer(struct display *d, const struct snapshot_answer *answer);
void display__save(struct display *d, pid_t pid);

#endif
