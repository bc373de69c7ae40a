/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sums of all intervals for a monitoring system, in a file and over HTTP. */
#ifndef PGWALK_SESSION_EXPORT_H
#define PGWALK_SESSION_EXPORT_H

#include "../lib/error.h"
#include "../snapshot.h"
#include "session.h"

struct export;

int export__create(struct export **out, const struct session_options *options,
		   struct error *error);
int export__destroy(struct export *e, struct error *error);

/* Return: a line for the user; NULL: none */
const char *export__add(struct export *e, const struct snapshot *snapshot);

#endif
