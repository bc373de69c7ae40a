/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* State shared by the files of a session. */
#ifndef PGWALK_SESSION_SESSION_INTERNAL_H
#define PGWALK_SESSION_SESSION_INTERNAL_H

#include "../collect/event.h"
#include "../collect/record/record.h"
#include "display.h"
#include "export.h"
#include "ingest.h"
#include "memory.h"
#include "page.h"
#include "record_file.h"
#include "session.h"

/**
 * struct session - a run of pgtop
 * @options: its options
 * @error: the error to print
 * @events: time, signals, keys
 * @record: the recorded stream; may be NULL
 * @ingest: input of the model
 * @display: output of intervals
 * @export: file of metrics; may be NULL
 * @memory: further figures of mappings; NULL in a replay
 * @skipping: closed intervals are not shown: a replay seeks
 * @since_shown: the screen shows the faults since the start
 * @page: page with pictures; may be NULL
 * @command: last command of the user; 0 without a screen
 * @done: end the session
 */
struct session {
	const struct session_options *options;
	struct error *error;
	struct events *events;
	struct record_file *record;
	struct ingest *ingest;
	struct display *display;
	struct export *export;
	struct memory *memory;
	bool skipping;
	bool since_shown;
	struct page *page;
	struct tui_command command;
	bool done;
};

/* session.c */
int session__fail(struct session *s, const char *what, int err);
void session__note(const struct session *s, const char *text);
int session__create_ingest(struct session *s, struct ingest **out);
int session__show_last(struct session *s);
int session__reset(struct session *s);
int session__keys(struct session *s, enum event event);

/* watch.c: live processes; replay.c: a recorded stream. Return: 0 or -1 */
int watch__run(struct session *s);
int replay__run(struct session *s);
int replay__open_error(struct session *s, const char *path, int err);
/* merge.c: several recorded streams */
int merge__run(struct session *s);

#endif
