/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The recorded stream of a live session, in one file or in several. */
#ifndef PGWALK_SESSION_RECORD_FILE_H
#define PGWALK_SESSION_RECORD_FILE_H

#include "../collect/record/record.h"
#include "session.h"

struct record_file;

int record_file__create(struct record_file **out, const struct session_options *options, struct error *error);
int record_file__destroy(struct record_file *f, struct error *error);

int record_file__write(struct record_file *f, struct record *record, const char **note);
bool record_file__begins(struct record_file *f);

#endif
