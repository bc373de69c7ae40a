/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Output of intervals: the screen, or text or JSON to a file or stdout. */
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
int display__summary(struct display *d, const struct snapshot *since);
bool display__closed(const struct display *d);
int display__folded(struct display *d, const struct session_options *options,
		    const struct snapshot *snapshot, struct error *error);

/* Functions of the screen; no effect without one */
bool display__is_screen(const struct display *d);
int display__fd(const struct display *d);
int display__input(struct display *d, struct tui_command *command);
void display__resize(struct display *d);
int display__restart(struct display *d, bool inside, struct tui_command *command);
void display__set_intervals(struct display *d, uint64_t count);
void display__end_loop(struct display *d);
void display__note(struct display *d, const char *text);
void display__show_details(struct display *d, const struct snapshot_page_details *answer);
void display__save(struct display *d, pid_t pid);

#endif
